"""The sample practice of a clinic: a store of its own beside theirs (screens.md section 0)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app import wiring
from app.opening import open_workspace
from db.session import sqlite_path


class SamplePractice:
    """The sample practice beside the store at `home`; `url` is where it lives."""

    def __init__(self, home: str) -> None:
        self._file = sample_file(home)
        self.url = f"sqlite:///{self._file}"

    def there(self) -> bool:
        """Whether it was built before."""
        return self._file.exists()

    def build(self, now: int, tell: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        """Build it, as it stands at `now` after some days' life, unless it is there.

        All of it or nothing, where `cancelled` says so or it fails; then KnownError. `tell` hears
        shares up to 1.
        """
        # Here, not above: the window stands before anybody asks for it.
        from engine.commands.beginning import fill_with_sample
        from engine.frame import read_overview

        workspace = open_workspace(self.url)
        whole = False
        try:
            with workspace.store.read() as connection:
                empty = read_overview(connection).empty
            if empty:
                fill_with_sample(workspace, now, tell, cancelled)
            whole = True
        finally:
            workspace.store.close()
            if not whole:
                wiring.remove_store(self._file)


def sample_file(home: str) -> Path:
    """The file of the sample practice beside the clinic's store at `home`."""
    path = sqlite_path(home)
    if path is None:
        return wiring.server_file(home, "sample.db")
    return path.with_name(f"{path.stem}.sample.db")

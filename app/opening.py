"""The way to the first picture: the store is opened on one thread while Qt loads on another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from app.screen import require_screen

if TYPE_CHECKING:
    from engine.workspace import Workspace


def open_window(url: str | None) -> int:
    """Open the window on the store at `url`, or on the user's own, until it is closed.

    From there it goes to the sample practice and back, an event loop for each. Gives the exit
    status.
    Raises KnownError where there is no screen or no store.
    """
    require_screen()
    with ThreadPoolExecutor(1, "opening") as pool:
        made = pool.submit(is_new, url)
        opening = pool.submit(open_workspace, url)
        # Only now: imported first, Qt would keep the store waiting.
        from app import desktop

        desktop.application()
        workspace = opening.result()
    if made.result():
        from app.machine import begin_here

        begin_here(workspace)
    own, home = workspace.store.url, ""
    while True:
        try:
            ended = desktop.run(workspace, home)
        finally:
            workspace.store.close()
        if not ended.store:
            return ended.status
        home = "" if ended.store == own else own
        workspace = open_workspace(ended.store)


def is_new(url: str | None) -> bool:
    """Whether opening the store at `url` makes it; a server's never counts."""
    from app import wiring

    return not wiring.store_exists(url)


def open_workspace(url: str | None) -> Workspace:
    """The workspace of the store at `url`, in real time; the caller closes the store."""
    from app import wiring

    workspace = wiring.open_workspace(url)
    wiring.leave_clock(workspace, None)
    return workspace

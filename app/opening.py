"""The way to the first picture.

One thread goes it: two that import and compute at once wait for each other longer than they gain.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING

from app import wiring
from app.screen import require_screen

if TYPE_CHECKING:
    from engine.workspace import Workspace


def open_window(url: str | None) -> int:
    """Open the window on the store at `url`, or on the user's own, until it is closed.

    From there it goes to the sample practice and back, an event loop for each. Gives the exit
    status.
    Raises KnownError where there is no screen or no store.
    """
    workspace = load(url)
    from app import desktop

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


def load(url: str | None) -> Workspace:
    """Everything a window on the store at `url` needs; the caller closes the store.

    Raises as `open_window`.
    """
    require_screen()
    # All that is read here stays. The engine looks through it no more (`app.ticking`), and
    # collects again.
    gc.disable()
    workspace = _begin(url)
    _load_qt()
    return workspace


def _begin(url: str | None) -> Workspace:
    is_new = not wiring.store_exists(url)
    workspace = open_workspace(url)
    if is_new:
        from app.machine import begin_here

        begin_here(workspace)
    return workspace


def _load_qt() -> None:
    import_module("PySide6.QtWidgets")
    # From now on PySide would read the whole source of each module that is imported, a fifth of
    # the time to the first picture, to find those that may choose its `snake_case`. None does.
    vars(import_module("shibokensupport.feature"))["_mod_uses_pyside"] = lambda module: False


def open_workspace(url: str | None) -> Workspace:
    """The workspace of the store at `url`, in real time; the caller closes the store."""
    workspace = wiring.open_workspace(url)
    wiring.leave_clock(workspace, None)
    return workspace

"""Whether there is a screen to open a window on. Imports no Qt: most commands need none."""

from __future__ import annotations

import os
import sys

from db.errors import KnownError


def has_screen() -> bool:
    """Whether a window can be opened: always but on Unix without a display or chosen platform."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def require_screen() -> None:
    """Raises KnownError unless a window can be opened."""
    if not has_screen():
        raise KnownError(
            "There is no screen to open the window on: give a command (--help names them all), "
            "or set DISPLAY."
        )

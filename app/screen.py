"""Whether there is a screen to open a window on. Imports no Qt: most commands need none."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from db.errors import KnownError


def why_no_screen() -> str | None:
    """Why no window can be opened, in a sentence; None if one can.

    Qt itself would end the program with words of its own.
    """
    if not sys.platform.startswith("linux"):
        return None
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        return "There is no screen to open the window on."
    return _missing_library() or _unreachable(display)


def require_screen() -> None:
    """Raises KnownError unless a window can be opened."""
    reason = why_no_screen()
    if reason is not None:
        raise KnownError(f"{reason} Every command works without one: --help names them.")


def _missing_library() -> str | None:
    found = find_spec("PySide6")
    if found is None or found.origin is None:
        return "The window needs PySide6, which is not installed."
    import ctypes

    plugin = Path(found.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        library = str(error).partition(":")[0]
        return f"The window needs {library}, which is missing here: the README names its package."
    return None


def _unreachable(display: str) -> str | None:
    import ctypes

    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"The screen {display} can't be reached." if broken else None

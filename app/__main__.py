"""The program: `python -m app`."""

from __future__ import annotations

import sys


def main() -> None:
    """Open the window, or run the command that is asked for, and end with its status."""
    if len(sys.argv) == 1:
        # What reads a command line takes as long to import as the window to show itself.
        from app.ending import ended
        from app.opening import open_window

        sys.exit(ended(lambda: open_window(None)))
    from app.cli import root

    sys.exit(root.run())


if __name__ == "__main__":
    main()

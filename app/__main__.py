"""The program: `python -m app`."""

from __future__ import annotations

import sys

from app.cli import root


def main() -> None:
    """Run the command line and end with its status."""
    sys.exit(root.run())


if __name__ == "__main__":
    main()

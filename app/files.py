"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from db.errors import KnownError


def require_place(path: Path) -> None:
    """Raises KnownError, status 2, unless `path` can name a file to be written."""
    if os.path.isdir(path):
        raise KnownError(f"{path} is a folder: give a file.", 2)
    if not os.path.isdir(path.absolute().parent):
        raise KnownError(f"The folder of {path} does not exist: create it or choose another.", 2)


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A text file that takes the place of `path` when all of it was written.

    Raises KnownError naming the place: status 2 if `path` can't name a file.
    """
    require_place(path)
    try:
        with _draft(path) as out:
            yield out
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        reason = os.strerror(error.errno or 0).lower()
        raise KnownError(f"{path} can't be written: {reason}.") from error


@contextmanager
def _draft(path: Path) -> Iterator[TextIO]:
    if path.exists() and not path.is_file():
        # A device or a pipe is written to, not replaced.
        with path.open("w", encoding="utf-8") as out:
            yield out
        return
    target = path.resolve()
    handle, draft = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
    try:
        with open(handle, "w", encoding="utf-8") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise

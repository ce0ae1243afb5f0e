"""Files that are written whole or not at all, and that only their owner may read."""

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
def written(
    path: Path, *, encoding: str = "utf-8", errors: str = "strict", newline: str | None = None
) -> Iterator[TextIO]:
    """A text file that takes the place of `path` when all of it was written.

    Raises KnownError naming the place: status 2 if `path` can't name a file.
    """
    with (
        drafted(path) as draft,
        open(draft, "w", encoding=encoding, errors=errors, newline=newline) as out,
    ):
        yield out


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """The place to write what takes the place of `path` at the end, if all goes well.

    Raises KnownError naming `path`: status 2 if it can't name a file.
    """
    require_place(path)
    try:
        with _draft(path) as draft:
            yield draft
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        reason = os.strerror(error.errno or 0).lower()
        raise KnownError(f"{path} can't be written: {reason}.") from error


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    if path.exists() and not path.is_file():
        # A device or a pipe is written to, not replaced.
        yield path
        return
    target = path.resolve()
    # A temporary file is its owner's alone from its first moment.
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
    draft = Path(name)
    try:
        os.close(handle)
        yield draft
        _flush(draft)
        draft.replace(target)
    except BaseException:
        draft.unlink()
        raise


def _flush(file: Path) -> None:
    with file.open("rb+") as out:
        os.fsync(out.fileno())

"""What the store's own faults are called, for a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from db.errors import KnownError

_FULL = "The disk that holds the store is full: free some space, then go on."
_READ_ONLY = "The store can't be written: make its file and its folder writable."
_BUSY = "The store is busy with another program's work: try again in a moment."
_DAMAGED = "The store is damaged: restore the latest backup."
_GONE = "The database server can't be reached: check that it runs and that the network is up."
_PASSWORD = "The database server refused the name or the password: check the store's address."
WRONG_KEY = (
    "The key does not open this store: `unlock` takes its recovery key, "
    "`restore --key-from-stdin` that of a backup."
)

_FULL_HOUSE = "The database server has no free connection: close other programs."
_TAKEN = "Another desk has just saved the same thing: look again and try once more."

_CODES = {
    5: _BUSY,
    6: _BUSY,
    8: _READ_ONLY,
    10: "The store's disk failed to read or write: check the disk, then go on.",
    11: _DAMAGED,
    13: _FULL,
    14: "The store's file can't be opened: check its folder.",
    26: WRONG_KEY,
}
"""By SQLite's primary result code."""

_CONSTRAINT = 19
_UNIQUE = "UNIQUE constraint failed"
"""What SQLite says of a constraint that two desks can break; the others only we can."""

# A refused connection carries no SQLSTATE in psycopg, only the server's words.
_WORDS = {
    "authentication failed": _PASSWORD,
    "no password supplied": _PASSWORD,
    "does not exist": "The database server has no such database or user: check the address.",
    "too many clients": _FULL_HOUSE,
    "remaining connection slots": _FULL_HOUSE,
}

_STATES = {
    "23505": _TAKEN,
    "25006": _READ_ONLY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "42501": "The database user may not do this: ask for the rights to this schema.",
    "53100": _FULL,
    "53300": _FULL_HOUSE,
    "55P03": _BUSY,
    "57014": "The database server stopped a request that took too long: try again.",
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}

_FILES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


@contextmanager
def plainly(*, files: bool = True) -> Iterator[None]:
    """Raise what is the world's fault as a KnownError; without `files` not the file system's."""
    try:
        yield
    except Exception as error:
        sentence = None if isinstance(error, OSError) and not files else known(error)
        if sentence is None or sentence is error:
            raise
        raise sentence from error


def known(error: BaseException) -> KnownError | None:
    """The sentence for a fault of the world that `error` stands for; None for a fault of ours.

    Takes what SQLAlchemy, either driver or the file system raises.
    """
    if isinstance(error, KnownError):
        return error
    if isinstance(error, OSError):
        sentence = _FILES.get(error.errno or 0)
        return KnownError(sentence) if sentence else None
    # SQLAlchemy's errors carry the driver's.
    cause = getattr(error, "orig", None) or error
    driver = type(cause).__module__.partition(".")[0]
    if driver == "sqlcipher3":
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        taken = code == _CONSTRAINT and str(cause).startswith(_UNIQUE)
        sentence = _TAKEN if taken else _CODES.get(code)
        return KnownError(sentence) if sentence else None
    return _known_to_postgresql(cause) if driver == "psycopg" else None


def _known_to_postgresql(error: BaseException | None) -> KnownError | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        if state.startswith(("08", "57P")):
            return KnownError(_GONE)
        sentence = _STATES.get(state)
        return KnownError(sentence) if sentence else None
    if type(error).__name__ not in {"OperationalError", "ConnectionTimeout"}:
        return None
    words = str(error)
    return KnownError(next((said for part, said in _WORDS.items() if part in words), _GONE))

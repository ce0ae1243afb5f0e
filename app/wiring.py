"""The one place where parts are built: the clock, the store, the channels."""

from __future__ import annotations

import os
import time
from pathlib import Path

import platformdirs

from db.errors import KnownError
from db.optouts import ledger_file
from db.session import Store, open_store, sqlite_path
from engine.workspace import Workspace

PROGRAM = "practice-crm"


def now() -> int:
    """The wall clock: this instant in microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def data_folder() -> Path:
    """Where the platform keeps a user's data, for this program."""
    return platformdirs.user_data_path(PROGRAM, appauthor=False)


def log_file() -> Path:
    """Where what went wrong is written, without patient data."""
    return platformdirs.user_log_path(PROGRAM, appauthor=False) / "practice-crm.log"


def default_store() -> str:
    """The store of a command that names none."""
    return f"sqlite:///{data_folder() / 'practice.db'}"


def store_exists(url: str | None) -> bool:
    """Whether there is a store at `url` already; a server's always counts."""
    path = sqlite_path(url or default_store())
    return path is None or path.exists()


def open_workspace(url: str | None, *, create: bool = True) -> Workspace:
    """The workspace of the store at `url`, or of the user's own; the caller closes the store.

    Raises KnownError.
    """
    if url is None:
        make_folder(data_folder())
    store = open_store(url or default_store(), create=create)
    return Workspace(store, ledger(store))


def ledger(store: Store) -> Path | None:
    """The file that remembers opt-outs and sent messages, beside an SQLite store."""
    return ledger_file(store.path) if store.path else None


def outbox(store: Store) -> Path:
    """Where the folder transport writes messages unless a setting names another place."""
    if store.path is None:
        return data_folder() / "outbox"
    return store.path.with_name(store.path.name + ".outbox")


def make_folder(folder: Path) -> None:
    """Make a folder only its owner may read; raises KnownError naming it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise KnownError(f"The folder {folder} can't be made: {reason}.") from error

"""Encrypted SQLite files: opening one, and copying one while it is in use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from db.errors import KnownError

PAGE = 4096
Error = driver.Error
_BUSY_SECONDS = 10
_CACHE_KIB = 65536
_CHECKPOINT_PAGES = 8000
"""A tick over scattered people writes hundreds of pages: at the default of 1,000 every third one
would also copy the log into the store."""


def check_file(path: Path, *, create: bool) -> None:
    """Raises KnownError unless `path` may be a store, or, with `create`, may become one."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise KnownError(f"The folder {folder} does not exist: create it or choose another.")
    if path.is_dir():
        raise KnownError(f"{path} is a folder: give the store's file.")
    if not path.exists() and not create:
        raise KnownError(f"There is no store at {path}: check the path.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise KnownError(f"{path} can't be written: make it and its folder writable.")
    if path.exists() and not may_be_store(path):
        raise KnownError(f"{path} is not a store of Practice CRM: choose another file.")


def may_be_store(path: Path) -> bool:
    """Whether a file looks like an encrypted store, whole or still empty, before any key is tried.

    Raises OSError if it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(16)
    return head != b"SQLite format 3\0" and path.stat().st_size % PAGE == 0


def connect(path: Path, key: str) -> Any:
    """A driver connection to the encrypted file, usable from any one thread at a time.

    Transactions are begun by hand. Raises the driver's error if the key is wrong.
    """
    connection = driver.connect(
        str(path), timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        # Else it tells standard error what is told to a person in a sentence.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    except BaseException:
        connection.close()
        raise
    return connection


def copy(source: Path, target: Path, key: str) -> None:
    """Copy the store `source` into the file `target`, whole and consistent, under the same key.

    Writers may go on meanwhile. What `target` held is replaced.
    """
    connection = connect(target, key)
    try:
        pour(source, connection, key)
        # One file, ready to be carried away.
        connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()


def pour(source: Path, target: Any, key: str) -> None:
    """Make the open store `target` hold what the file `source` holds."""
    connection = connect(source, key)
    try:
        connection.backup(target)
    finally:
        connection.close()


def faults(connection: Any) -> list[str]:
    """What is wrong with the open store's file, in the driver's words; nothing if it is whole."""
    said = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    said += [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(10)
    said += [f"a row of {row[0]} refers to none of {row[2]}" for row in orphans]
    return [line for line in said if line != "ok"]


def is_busy(error: BaseException) -> bool:
    """Whether another connection holds the store."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (5, 6)

"""Copies of a store, and putting one back.

A backup is one encrypted file, whichever kind of store it was taken from: an SQLite store of its
own, which any later version of the program can put back into either kind of store.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select

from db import keys, migrate, optouts, sqlcipher
from db.bulk import copy_rows
from db.errors import KnownError
from db.faults import WRONG_KEY, known, plainly
from db.files import require_place
from db.ledger import ConsentLine, ledger_file
from db.ledger import read as read_ledger
from db.models import metadata
from db.queries import setup
from db.session import Store, open_store, sqlite_path
from db.sql import execute

_CHUNK = 5000


def backup(store: Store, file: Path, *, key: str | None = None, replace: bool = False) -> None:
    """Write a whole, checked copy of `store` as it is now to `file`; others may go on working.

    The copy has the key of an SQLite store; that of a PostgreSQL store has `key`, or one kept for
    `file` as a store's is kept. An older backup at `file` is replaced, by a good one only; another
    file that is there is refused, unless `replace`. Raises KnownError.
    """
    if store.path and file.exists() and file.samefile(store.path):
        raise KnownError(f"{file} is the store itself: give another file for the backup.", 2)
    require_place(file)
    if not replace and file.exists() and not _is_backup(file, store.key):
        raise KnownError(
            f"{file} is there already and is no backup of this practice: give another file, "
            "or add --replace.", 2,
        )  # fmt: skip
    with _draft(file) as draft:
        if store.path:
            key = store.key or ""
            sqlcipher.copy(store.path, draft, key)
        else:
            key = keys.parse_key(key) if key else keys.keep_key(file, keys.new_key())
            _write_out(store, draft, key)
        _check(draft, key, file)
        os.replace(draft, file)


def _is_backup(file: Path, key: str | None) -> bool:
    """Whether a file is a store under this key, or the one kept for it."""
    key = key or keys.load_key(file)
    if key is None or not file.is_file() or not sqlcipher.may_be_store(file):
        return False
    try:
        sqlcipher.connect(file, key).close()
    except sqlcipher.Error:
        return False
    return True


Hear = Callable[[Store, Sequence[ConsentLine]], None]
"""Makes a store know what people said, as the engine does: `engine.commands.restoring`."""


def restore(
    url: str, file: Path, hear: Hear, *, key: str | None = None, ledger: Path | None = None
) -> str | None:
    """Put the backup `file` in the place of the store at `url`, which nobody else may have open.

    The backup is checked first. What was there is kept: the answer is its file or schema, None if
    there was nothing. Before it is put in place, `ledger` (of an SQLite store the one beside it) is
    replayed into it, and `hear` is told of the consents. `key` is the backup's, if it is not that
    of the store. Raises KnownError with the store as it was.
    """
    path = sqlite_path(url)
    if not file.is_file():
        raise KnownError(f"There is no backup at {file}: check the path.", 2)
    key = _backup_key(file, path, key)
    with _draft(path or Path(tempfile.gettempdir(), "backup")) as draft:
        _fetch(file, draft, key)
        if path:
            ledger = ledger or ledger_file(path)
        lines = read_ledger(ledger)[0] if ledger else []
        with _opened(draft, key) as store:
            with store.write() as connection:
                unheard = optouts.replay(connection, lines)
                _start_anew(connection)
            hear(store, unheard)
        return _put_file(draft, path, key) if path else _put_server(draft, url, key)


def _start_anew(connection: Connection) -> None:
    """Numbers after the backup's are given out again, so no wire key may be one that was used.

    What was on its way when the backup was made can't be asked for under its old key any more.
    """
    setup.rename_store(connection)
    execute(
        connection,
        "UPDATE message SET state = 'uncertain', next_try = NULL WHERE state = 'claimed'",
    )


@contextmanager
def _draft(beside: Path) -> Iterator[Path]:
    """A name in a private folder on the same disk as `beside`, gone at the end with all in it."""
    home = beside.absolute().parent
    with plainly(), tempfile.TemporaryDirectory(prefix=".draft-", dir=home) as folder:
        yield Path(folder, "store.db")


@contextmanager
def _opened(file: Path, key: str) -> Iterator[Store]:
    store = open_store(str(file), key=key, create=False)
    try:
        yield store
    finally:
        store.close()


def _backup_key(file: Path, path: Path | None, key: str | None) -> str:
    found = keys.parse_key(key) if key else keys.load_key(file)
    if found is None and path:
        found = keys.load_key(path)
    if found is None:
        raise KnownError(
            f"The key of the backup {file} is missing: `restore --key-from-stdin` takes its "
            "recovery key.", 2,
        )  # fmt: skip
    return found


def _check(draft: Path, key: str, file: Path) -> None:
    """Raises KnownError that names `file` if its `draft` is not whole."""
    connection = sqlcipher.connect(draft, key)
    try:
        if sqlcipher.faults(connection):
            raise KnownError(f"The backup {file} is damaged: use another one.")
    finally:
        connection.close()


def _fetch(file: Path, draft: Path, key: str) -> None:
    if not file.stat().st_size or not sqlcipher.may_be_store(file):
        raise KnownError(
            f"{file} is not a backup of Practice CRM, or only a part of one: use another one."
        )
    shutil.copyfile(file, draft)
    try:
        _check(draft, key, file)
    except sqlcipher.Error as error:
        fault = known(error)
        raise KnownError(f"The backup {file} can't be read: {_reason(fault)}") from error


def _reason(fault: KnownError | None) -> str:
    """Why a backup can't be read, as the end of a sentence."""
    if fault is None:
        return "use another one."
    if fault.sentence == WRONG_KEY:
        return "it has another key, which `restore --key-from-stdin` takes."
    return f"{fault.sentence[0].lower()}{fault.sentence[1:]}"


def _write_out(store: Store, draft: Path, key: str) -> None:
    copy = open_store(str(draft), key=key)
    try:
        with store.read() as source, copy.write() as target:
            _transfer(source, target)
    finally:
        copy.close()


def _transfer(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=_CHUNK).execute(select(table))
        copy_rows(target, table.name, table.c.keys(), (tuple(row) for row in rows))


def _put_file(draft: Path, path: Path, key: str) -> str | None:
    kept = keys.keep_key(path, key)
    connection = sqlcipher.connect(draft, key)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        if kept != key:
            connection.execute(f"PRAGMA rekey = \"x'{kept}'\"")
    finally:
        connection.close()
    aside = _aside(path, kept) if path.exists() else None
    os.replace(draft, path)
    return str(aside) if aside else None


def _aside(path: Path, key: str) -> Path:
    """Keep the store at `path` under a second name too, so that no moment is without a store.

    Its key is kept for that name as well.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.replaced-{number}")).exists() or keys.key_file(
        aside
    ).exists():
        number += 1
    log = path.with_name(path.name + "-wal")
    try:
        connection = sqlcipher.connect(path, key)
        try:
            # Also refused while another program has the store open.
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
    except sqlcipher.Error as error:
        if sqlcipher.is_busy(error):
            raise KnownError("The store is in use: close Practice CRM everywhere first.") from error
        # A damaged store goes with its log, which must not be played into the new one.
        if log.exists():
            log.rename(aside.with_name(aside.name + "-wal"))
    keys.copy_key(path, aside)
    os.link(path, aside)
    return aside


def _put_server(draft: Path, url: str, key: str) -> str | None:
    target = open_store(url)
    try:
        with _opened(draft, key) as copy, copy.read() as source, target.write() as connection:
            schema = connection.scalar(select(func.current_schema()))
            names = set(connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
            number = 1
            while (aside := f"{schema}_replaced_{number}") in names:
                number += 1
            connection.exec_driver_sql(f'ALTER SCHEMA "{schema}" RENAME TO "{aside}"')
            connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
            migrate.create_now(connection)
            _transfer(source, connection)
            _advance(connection)
        return aside
    finally:
        target.close()


def _advance(connection: Connection) -> None:
    """Make the next id of every table larger than those put in."""
    for table in metadata.sorted_tables:
        if "id" in table.c:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id))"
                f" FROM {table.name} HAVING max(id) IS NOT NULL"
            )

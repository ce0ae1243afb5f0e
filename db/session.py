"""The open store: connections, transactions and the fast ways to write.

One `Store` serves all threads of a process. Everything that escapes `write()` and `read()` and is
the world's fault is a KnownError whose sentence holds no password and no patient data.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

import sqlcipher3.dbapi2 as dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from db import keys, migrate, sqlcipher
from db.errors import KnownError
from db.faults import known, plainly

__all__ = [
    "Store", "copy_rows", "executemany", "insert_sql", "known", "open_store",
    "reserve_ids", "temporary_store",
]  # fmt: skip

DialectName = Literal["sqlite", "postgresql"]

_SERVER_LIMITS = {
    "lock_timeout": "10s",
    "statement_timeout": "10min",
    "idle_in_transaction_session_timeout": "10min",
}


class Store:
    """An open store. Threads may share it; each transaction belongs to one thread."""

    def __init__(self, url: str, engine: Engine, *, path: Path | None, key: str | None) -> None:
        self.url = url
        self.engine = engine
        self.path = path
        self.key = key
        self.dialect: DialectName = "postgresql" if path is None else "sqlite"
        if path is None:
            self._readers = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            self._readers = engine.execution_options(reading=True)

    @classmethod
    def open(cls, url: str, *, key: str | None = None, create: bool = True) -> Self:
        """Open the store at `url`, bring its schema up to date, or make it if `create`.

        `url` is `sqlite:///path`, a bare path, or `postgresql://…` (with `options=-csearch_path=…`
        for a schema of its own). `key` is a key or recovery key; without it the kept one is used.
        Raises KnownError for every fault of the world: status 2 for a URL of another kind.
        """
        path = sqlite_path(url)
        store = cls._on_server(url) if path is None else cls._on_file(url, path, key, create)
        try:
            with plainly(files=False):
                migrate.upgrade(store.engine, path=store.path, key=store.key or "", create=create)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def place(self) -> str:
        """The store's address as it may be shown: without a password."""
        return str(self.path or make_url(self.url).render_as_string(hide_password=True))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: committed at the end, rolled back on any exception.

        On SQLite it holds the one write lock from its first moment.
        """
        with plainly(files=False), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read-only transaction: every query in it sees the same snapshot."""
        with plainly(files=False), self._readers.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close the idle connections. The store can't be used after."""
        self.engine.dispose()

    @classmethod
    def _on_file(cls, url: str, path: Path, key: str | None, create: bool) -> Self:
        sqlcipher.check_file(path, create=create)
        key = _kept_key(path) if key is None else keys.parse_key(key)
        return cls(url, _file_engine(path, key), path=path, key=key)

    @classmethod
    def _on_server(cls, url: str, schema: str | None = None) -> Self:
        return cls(url, _server_engine(make_url(url), schema), path=None, key=None)


def open_store(url: str, *, key: str | None = None, create: bool = True) -> Store:
    """`Store.open`, as a function."""
    return Store.open(url, key=key, create=create)


def unlock(url: str, key: str) -> None:
    """Keep the key or recovery key of the store at `url`, in the place of a wrong one.

    Raises KnownError, with nothing changed, unless it opens the store.
    """
    path = keyed_path(url)
    open_store(url, key=key, create=False).close()
    with plainly():
        keys.replace_key(path, keys.parse_key(key))


def keyed_path(url: str) -> Path:
    """The file of the store at `url`; raises KnownError if there is none, status 2 on a server."""
    path = sqlite_path(url)
    if path is None:
        raise KnownError("A server's store has no key: name a backup of it with --store.", 2)
    sqlcipher.check_file(path, create=False)
    return path


def sqlite_path(url: str) -> Path | None:
    """The file a store's URL or bare path means; None if it is a PostgreSQL address.

    Raises KnownError, status 2, for an address of another kind.
    """
    if "://" not in url:
        return Path(url).expanduser()
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("")
    if parsed.drivername == "sqlite" and parsed.database and not parsed.host:
        return Path(parsed.database).expanduser()
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return None
    scheme = url.partition("://")[0]
    raise KnownError(f"Unknown store {scheme}://…: give a file's path, sqlite:///path or "
                     "postgresql://user@host/database.", 2)  # fmt: skip


def bare_address(url: str) -> str:
    """A server's address without its password and driver: the same for all who use the store."""
    return make_url(url).set(drivername="postgresql", password="").render_as_string()


@contextmanager
def temporary_store(url: str | None = None) -> Iterator[Store]:
    """A new, empty store that is gone at the end, also after an error.

    Without `url` an encrypted SQLite file in the temporary folder; with a PostgreSQL address a
    schema of its own there.
    """
    if url is None or sqlite_path(url) is not None:
        with tempfile.TemporaryDirectory(prefix="practice-crm-") as folder:
            path, key = Path(folder, "store.db"), keys.new_key()
            store = Store(f"sqlite:///{path}", _file_engine(path, key), path=path, key=key)
            with _filled(store):
                yield store
        return
    schema = f"temporary_{secrets.token_hex(8)}"
    store = Store._on_server(url, schema)
    with plainly(files=False), store.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    try:
        with _filled(store):
            yield store
    finally:
        server = Store._on_server(url)
        with plainly(files=False), server.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        server.close()


@contextmanager
def _filled(store: Store) -> Iterator[None]:
    try:
        with store.write() as connection:
            migrate.create_now(connection)
        yield
    finally:
        store.close()


def _kept_key(path: Path) -> str:
    if path.exists() and path.stat().st_size:
        key = keys.load_key(path)
        if key is None:
            raise KnownError(
                f"The key of the store {path} is missing: `unlock` takes its recovery key."
            )
        return key
    with plainly():
        return keys.keep_key(path, keys.new_key())


def _file_engine(path: Path, key: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: sqlcipher.connect(path, key),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _server_engine(url: URL, schema: str | None) -> Engine:
    given = url.query.get("options", "")
    options = [given] if isinstance(given, str) else list(given)
    options += [f"-c {name}={value}" for name, value in _SERVER_LIMITS.items()]
    if schema is not None:
        options.append(f"-c search_path={schema}")
    return create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args={"options": " ".join(options).strip(), "connect_timeout": 10},
        pool_pre_ping=True,
        use_native_hstore=False,
        hide_parameters=True,
    )


_DIALECTS = {
    "sqlite": make_url("sqlite://").get_dialect()(),
    "postgresql": make_url("postgresql+psycopg://").get_dialect()(),
}


@lru_cache(maxsize=256)
def insert_sql(table: str, columns: tuple[str, ...], dialect: DialectName) -> str:
    """The INSERT for rows of exactly these columns, in this order."""
    quote = _DIALECTS[dialect].identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(columns))
    return f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"


def executemany(connection: Connection, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run `sql` once a row through the driver: `?` placeholders on SQLite, `%s` on PostgreSQL."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        if isinstance(rows, Sequence) and len(rows) == 1:
            # For one row PostgreSQL's driver would open a pipeline, which costs more than it saves.
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
    finally:
        cursor.close()


def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Append `rows` the fastest way the store has: COPY on PostgreSQL, executemany on SQLite."""
    if connection.dialect.name == "sqlite":
        executemany(connection, insert_sql(table, tuple(columns), "sqlite"), rows)
        return
    quote = _DIALECTS["postgresql"].identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        with cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def reserve_ids(connection: Connection, table: str, count: int) -> Sequence[int]:
    """`count` increasing ids for rows of `table` to be inserted in this write transaction."""
    if connection.dialect.name == "sqlite":
        # The write lock is held, so nobody else takes them meanwhile.
        top = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0
        return range(top + 1, top + 1 + count)
    first, last, apart = connection.exec_driver_sql(_NEXT_IDS, (table, count)).one()
    return range(first, last + 1) if apart is None else sorted(apart)


_NEXT_IDS = """SELECT min(id), max(id),
 CASE WHEN max(id) - min(id) + 1 = count(*) THEN NULL ELSE array_agg(id) END
 FROM (SELECT nextval(named.sequence) AS id FROM (
 SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) AS named,
 generate_series(1, %s)) AS taken"""
"""The sequence is looked up once; ids are told one by one only where others took some between."""

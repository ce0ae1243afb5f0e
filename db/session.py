"""The open store: its connections and transactions.

One `Store` serves all threads of a process. Everything that escapes `write()`, `read()` and
`glance()` and is the world's fault is a KnownError whose sentence holds no password and no patient
data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

from db import keys, schema, sqlcipher
from db.bulk import DialectName
from db.connection import Connection as Reading
from db.connection import Glances
from db.errors import KnownError
from db.faults import known, plainly

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

__all__ = ["Store", "known", "open_store", "temporary_store"]


class Store:
    """An open store. Threads may share it; each transaction belongs to one thread."""

    def __init__(
        self, url: str, make: Callable[[], Engine], *, path: Path | None, key: str | None
    ) -> None:
        self.url = url
        self.path = path
        self.key = key
        self.dialect: DialectName = "postgresql" if path is None else "sqlite"
        self._make = make
        self._made: Engine | None = None
        self._lock = Lock()
        self._glances = (
            None if path is None else Glances(lambda: sqlcipher.connect(path, key or ""))
        )

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
            with store.glance() as connection:
                found = schema.version(connection)
            if found != schema.head():
                store._upgrade(create)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def place(self) -> str:
        """The store's address as it may be shown: without a password."""
        return str(self.path or _address(self.url).render_as_string(hide_password=True))

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's, made when first asked for: a question to a file does without."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

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
        options: dict[str, object] = {"reading": True}
        if self.path is None:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        readers = self.engine.execution_options(**options)
        with plainly(files=False), readers.connect() as connection:
            yield connection

    @contextmanager
    def glance(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Reading]:
        """The same for the questions of `db.queries`: on a file it does without SQLAlchemy.

        It ends in an exception soon after `stopped`, which is asked on any thread.
        """
        if self._glances is None:
            from db.stopping import stopping

            with self.read() as connection, stopping(connection, stopped):
                yield connection
            return
        with plainly(files=False), self._glances.open(stopped) as glance:
            yield glance

    def close(self) -> None:
        """Close the idle connections. The store can't be used after."""
        if self._glances is not None:
            self._glances.close()
        if self._made is not None:
            self._made.dispose()

    def _upgrade(self, create: bool) -> None:
        # Seldom needed, and long to import.
        from db import migrate

        with plainly(files=False):
            migrate.upgrade(self.engine, path=self.path, key=self.key or "", create=create)

    @classmethod
    def _on_file(cls, url: str, path: Path, key: str | None, create: bool) -> Self:
        sqlcipher.check_file(path, create=create)
        key = _kept_key(path) if key is None else keys.parse_key(key)
        return cls(url, _on_file(path, key), path=path, key=key)

    @classmethod
    def _on_server(cls, url: str, within: str | None = None) -> Self:
        return cls(url, _on_server(url, within), path=None, key=None)


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
    scheme, apart, rest = url.partition("://")
    if not apart:
        return Path(url).expanduser()
    file = rest.partition("?")[0].removeprefix("/")
    if scheme == "sqlite" and rest.startswith("/") and file:
        return Path(file).expanduser()
    if scheme in {"postgresql", "postgresql+psycopg"}:
        return None
    raise KnownError(f"Unknown store {scheme}://…: give a file's path, sqlite:///path or "
                     "postgresql://user@host/database.", 2)  # fmt: skip


def bare_address(url: str) -> str:
    """A server's address without its password and driver: the same for all who use the store."""
    return _address(url).set(drivername="postgresql", password="").render_as_string()


@contextmanager
def temporary_store(url: str | None = None) -> Iterator[Store]:
    """A new, empty store that is gone at the end, also after an error.

    Without `url` an encrypted SQLite file in the temporary folder; with a PostgreSQL address a
    schema of its own there.
    """
    if url is None or sqlite_path(url) is not None:
        # Here, not above: a window's start needs none.
        import tempfile

        with tempfile.TemporaryDirectory(prefix="practice-crm-") as folder:
            path, key = Path(folder, "store.db"), keys.new_key()
            store = Store(f"sqlite:///{path}", _on_file(path, key), path=path, key=key)
            with _filled(store):
                yield store
        return
    own = f"temporary_{os.urandom(8).hex()}"
    store = Store._on_server(url, own)
    with plainly(files=False), store.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {own}")
    try:
        with _filled(store):
            yield store
    finally:
        server = Store._on_server(url)
        with plainly(files=False), server.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {own} CASCADE")
        server.close()


@contextmanager
def _filled(store: Store) -> Iterator[None]:
    from db import migrate

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


def _on_file(path: Path, key: str) -> Callable[[], Engine]:
    def make() -> Engine:
        from db.engines import file_engine

        return file_engine(path, key)

    return make


def _on_server(url: str, within: str | None) -> Callable[[], Engine]:
    where = _address(url)

    def make() -> Engine:
        from db.engines import server_engine

        return server_engine(where, within)

    return make


def _address(url: str) -> URL:
    from db.engines import address

    return address(url)

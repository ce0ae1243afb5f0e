"""What a statement runs on, and the quick way to ask a file.

SQLAlchemy takes a third of a second to import, which is longer than the whole rest of the window's
first picture. It owns the schema and the writing; a question needs no more than a cursor.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = Any
"""A named tuple, in the order of its question."""

MOST_IDLE = 2
"""Connections kept open for the next question: as many as the window has readers."""
CACHE_KIB = 32768
"""Memory for each one's pages, decrypted: beside that of those who write."""
_STEPS = 100_000
"""Steps of SQLite's machine, some milliseconds of them, between two looks whether to stop."""


class Stopped(Exception):
    """Nobody waits for the answer any more."""


class Dialect(Protocol):
    """Which store it is."""

    @property
    def name(self) -> str:
        """`sqlite` or `postgresql`."""


class Driven(Protocol):
    """A connection of the driver, held."""

    @property
    def driver_connection(self) -> Any:
        """The driver's own connection."""


class Answer(Protocol):
    """What a statement gave."""

    def all(self) -> Sequence[Any]:
        """Every row, as a named tuple."""

    def scalar(self) -> Any:
        """The first value of the first row; None without one."""

    def scalar_one(self) -> Any:
        """The one value of the one row."""

    def one(self) -> Any:
        """The one row."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""


class Connection(Protocol):
    """An open transaction: SQLAlchemy's own, or a `Glance`."""

    @property
    def dialect(self) -> Dialect:
        """Which store it is."""

    @property
    def connection(self) -> Driven:
        """The driver's connection."""

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> Answer:
        """Run one statement as the driver takes it."""


@dataclass(frozen=True, slots=True)
class _File:
    """The dialect of a file."""

    name: str = "sqlite"


@lru_cache(maxsize=1024)
def _row_of(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    # A column without a name of its own is read by its place.
    make: Callable[..., Any] = namedtuple
    kind = make("Row", names, rename=True)
    row: Callable[[Sequence[Any]], Any] = kind._make
    return row


class _Found:
    """What a question gave."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def all(self) -> Sequence[Any]:
        said = self._cursor.description
        if said is None:
            return []
        return list(map(_row_of(tuple(column[0] for column in said)), self._cursor.fetchall()))

    def one(self) -> Any:
        (row,) = self.all()
        return row

    def scalar(self) -> Any:
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        return self.one()[0]


class Glance:
    """An open reading transaction on a file."""

    dialect = _File()

    def __init__(self, driver: Any, stopped: Callable[[], bool]) -> None:
        self._driver = driver
        self._stopped = stopped

    @property
    def driver_connection(self) -> Any:
        """The driver's own; raises Stopped once nobody waits for the answer."""
        if self._stopped():
            raise Stopped
        return self._driver

    @property
    def connection(self) -> Driven:
        """Itself: nothing stands between it and the driver."""
        return self

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> Answer:
        """Ask one question."""
        return _Found(self.driver_connection.execute(statement, parameters or ()))


class Glances:
    """Opens reading transactions on one file; threads may share it."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._lock = Lock()
        self._idle: list[Any] = []
        self._closed = False

    @contextmanager
    def open(self, stopped: Callable[[], bool]) -> Iterator[Connection]:
        """One transaction: every question in it sees the same snapshot, and none can write.

        Once `stopped`, which is asked on this thread, the question under way ends in an exception.
        """
        driver = self._take()
        try:
            driver.execute("BEGIN")
            driver.set_progress_handler(stopped, _STEPS)
            yield Glance(driver, stopped)
            driver.set_progress_handler(None, 0)
            driver.execute("ROLLBACK")
        except BaseException:
            # Whatever state it is in, it goes with its transaction.
            driver.close()
            raise
        self._give(driver)

    def close(self) -> None:
        """Close what is idle now, and what is in use once it no longer is."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for driver in idle:
            driver.close()

    def _take(self) -> Any:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        driver = self._connect()
        driver.execute("PRAGMA query_only = 1")
        driver.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return driver

    def _give(self, driver: Any) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < MOST_IDLE:
                self._idle.append(driver)
                return
        driver.close()

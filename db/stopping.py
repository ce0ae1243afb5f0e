"""Ends a question to a server that nobody waits for any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

LOOK: Final = 0.1
"""Seconds from one look whether to stop to the next."""


@contextmanager
def stopping(connection: Connection, stopped: Callable[[], bool]) -> Iterator[None]:
    """What is asked here ends in the driver's exception once `stopped`.

    The thread that asks the server waits for it, so `stopped` is asked on another.
    """
    driver, done, cancelled = connection.connection.driver_connection, Event(), Event()

    def watch() -> None:
        while driver is not None and not done.wait(LOOK):
            if stopped():
                # Again, should more be asked: between two questions it does nothing.
                cancelled.set()
                driver.cancel_safe()

    watcher = Thread(target=watch, name="stopping", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        if cancelled.is_set():
            # What was cancelled late would end the next question on it.
            connection.invalidate()

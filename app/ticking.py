"""The engine inside the window: it ticks on a thread of its own and says how it does.

A workspace of its own on the window's store: what one forgets after a fault, the other keeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from db import outbox
from db.errors import KnownError
from db.queries import setup
from db.session import Store
from engine.channels.port import Channel, Email, Outcome, Text
from engine.dispatcher import Channels
from engine.runner import advance
from engine.scheduler import Done, Engine, RealClock
from engine.workspace import Workspace
from views.widgets.status import OFFLINE, PAUSED, RUNNING, STOPPED, TROUBLE, EngineState

Message = TypeVar("Message", Email, Text)

GATHERED = 300
"""Milliseconds of ticks that are said at a time."""
CHUNK = 500
"""Contacts in one transaction: few enough that a person's own command never waits long."""


class _Stopped(Exception):
    """The window closes: end the tick where nothing is half done."""


@dataclass
class _Watched(Generic[Message]):
    """A way out that hands over nothing more once `over`, and remembers if nobody answered."""

    inner: Channel[Message]
    over: threading.Event
    unanswered: bool = False

    def send(self, batch: Iterable[Message]) -> Iterator[tuple[str, Outcome]]:
        """As the channel inside does."""
        for key, outcome in self.inner.send(self._until_over(batch)):
            self.unanswered = outcome.unanswered
            yield key, outcome

    def lookup(self, key: str) -> Outcome | None:
        """As the channel inside does."""
        return self.inner.lookup(key)

    def close(self) -> None:
        """As the channel inside does."""
        self.inner.close()

    def _until_over(self, batch: Iterable[Message]) -> Iterator[Message]:
        messages = iter(batch)
        while not self.over.is_set():
            try:
                yield next(messages)
            except StopIteration:
                return


class _Ways(NamedTuple):
    """The ways out, as built for a version of the catalogue; None where messages only count."""

    version: int
    email: _Watched[Email] | None
    sms: _Watched[Text] | None

    def unanswered(self) -> bool:
        """Whether nobody was there to take the last message of one of them."""
        return any(way is not None and way.unanswered for way in (self.email, self.sms))

    def close(self) -> None:
        """Let go of connections."""
        for way in (self.email, self.sms):
            if way is not None:
                way.close()


class Ticker(QObject):
    """Runs the engine of a store until closed. To be made, called and closed on the UI thread.

    `told` says an `EngineState` after each tick; `worked` that a tick did something; `crashed`
    has a fault of ours, after which the engine stands still.
    """

    told = Signal(object)
    worked = Signal()
    crashed = Signal(object)
    _did = Signal()

    def __init__(
        self,
        store: Store,
        ledger: Path | None,
        build_channels: Callable[[Workspace], Channels],
        now: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = Workspace(store, ledger, self._reached)
        self._build = build_channels
        self._now = now
        self._over = threading.Event()
        self._paused = threading.Event()
        self._ways: _Ways | None = None
        self._waiting = 0
        self._clock = RealClock(self._tick, None, self._complain, clock=now)
        self._thread = threading.Thread(target=self._run, name="engine")
        # Many ticks close together are one change to those who show what became of them.
        self._gather = QTimer(self, singleShot=True, interval=GATHERED)
        self._gather.timeout.connect(self.worked)
        self._did.connect(self._hear)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def wake(self) -> None:
        """Tick now: something may have come due."""
        self._clock.wake()

    def renew(self) -> None:
        """Build the ways out anew at the next tick: how messages leave was set anew."""
        self._ways = None
        self.wake()

    def pause(self, paused: bool) -> None:
        """Let this window's engine stand still, or go on; other desks' engines are not asked."""
        if paused:
            self._paused.set()
        else:
            self._paused.clear()
        self.wake()

    def stop(self) -> None:
        """Ask it to end the tick under way at its next commit; any thread may call it."""
        self._over.set()
        self._clock.stop()

    def close(self) -> None:
        """Stop, and wait until it is over."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def _hear(self) -> None:
        if not self._gather.isActive():
            self._gather.start()

    def _run(self) -> None:
        try:
            self._clock.run()
        except _Stopped:
            pass
        except Exception as error:
            self.told.emit(EngineState(STOPPED))
            self.crashed.emit(error)
        finally:
            if self._ways is not None:
                self._ways.close()

    def _tick(self, at: int) -> Done:
        if self._paused.is_set():
            self.told.emit(EngineState(PAUSED, None, self._waiting))
            return Done()
        ways = self._channels(at)
        done = Engine(self._workspace, Channels(ways.email, ways.sms), CHUNK, self._now).tick(at)
        with self._workspace.store.read() as connection:
            waiting = outbox.waiting(connection)
        offline = waiting > 0 and ways.unanswered()
        self.told.emit(EngineState(OFFLINE if offline else RUNNING, done.next_due, waiting))
        if waiting != self._waiting or replace(done, next_due=None) != Done():
            self._did.emit()
        self._waiting = waiting
        return done

    def _channels(self, at: int) -> _Ways:
        """The ways out as they are set up now. Without them only messages stand still."""
        with self._workspace.store.read() as connection:
            version = setup.catalogue_version(connection)
        ways = self._ways
        if ways is None or ways.version != version:
            if ways is not None:
                ways.close()
            try:
                email, sms = self._build(self._workspace)
            except KnownError:
                advance(self._workspace, at, CHUNK)
                self._did.emit()
                raise
            ways = _Ways(
                version,
                None if email is None else _Watched(email, self._over),
                None if sms is None else _Watched(sms, self._over),
            )
            self._ways = ways
        return ways

    def _complain(self, fault: KnownError) -> None:
        self.told.emit(EngineState(TROUBLE, None, self._waiting, fault.sentence))

    def _reached(self, point: str) -> None:
        """Stop behind a commit; messages that were claimed are first put back."""
        if self._over.is_set() and point.endswith(".saved") and point != "claim.saved":
            raise _Stopped

"""The engine as the window runs it, until told to stop.

Imported on the engine's own thread: all that decides and sends would keep the first picture
waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from app.ticking import Signs
from db import outbox
from db.errors import KnownError
from db.queries import events, setup
from db.session import Store
from engine.channels.port import Channel, Email, Outcome, Text
from engine.dispatcher import Channels
from engine.progress import Progress
from engine.runner import advance
from engine.scheduler import Done, Engine, RealClock
from engine.workspace import Workspace
from views.widgets.status import OFFLINE, PAUSED, RUNNING, TROUBLE, EngineState

Message = TypeVar("Message", Email, Text)

CHUNK = 500
"""Contacts in one transaction: few enough that a person's own command never waits long."""


class Stopped(Exception):
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


class EngineLoop:
    """Ticks until the signs say that it is over.

    `tell` hears how the engine does after each tick, `did` that something happened in the store.
    """

    def __init__(
        self,
        store: Store,
        ledger: Path | None,
        now: Callable[[], int],
        build: Callable[[Workspace], Channels],
        signs: Signs,
        tell: Callable[[EngineState], None],
        did: Callable[[], None],
    ) -> None:
        self._workspace = Workspace(store, ledger, self._reached)
        self._now, self._build, self._signs = now, build, signs
        self._tell, self._did = tell, did
        self._ways: _Ways | None = None
        self._waiting = 0
        self._seen = (0, 0, 0)
        self._clock = RealClock(self._tick, None, self._complain, clock=now)

    def wake(self) -> None:
        """Tick now; any thread may call it."""
        self._clock.wake()

    def run(self) -> None:
        """Tick until over; a fault of ours is raised."""
        try:
            self._clock.run()
        except Stopped:
            return
        finally:
            if self._ways is not None:
                self._ways.close()

    def _tick(self, at: int) -> Done:
        if self._signs.over.is_set():
            raise Stopped
        if self._signs.paused.is_set():
            self._tell(EngineState(PAUSED, None, self._waiting))
            return Done()
        before = self._seen
        ways = self._channels(at)
        done = Engine(self._workspace, Channels(ways.email, ways.sms), CHUNK, self._now).tick(at)
        with self._workspace.store.read() as connection:
            waiting = outbox.waiting(connection)
            self._seen = (waiting, setup.catalogue_version(connection), events.newest(connection))
        offline = waiting > 0 and ways.unanswered()
        self._tell(EngineState(OFFLINE if offline else RUNNING, done.next_due, waiting))
        # Also of what other desks and the command line wrote since the last tick.
        if self._seen != before or replace(done, next_due=None) != Done():
            self._did()
        self._waiting = waiting
        return done

    def _channels(self, at: int) -> _Ways:
        """The ways out as they are set up now. Without them only messages stand still."""
        with self._workspace.store.read() as connection:
            version = setup.catalogue_version(connection)
        ways, renewed = self._ways, self._signs.renewed.is_set()
        if ways is None or renewed or ways.version != version:
            self._signs.renewed.clear()
            if ways is not None:
                ways.close()
            self._ways = None
            try:
                email, sms = self._build(self._workspace)
            except KnownError:
                if advance(self._workspace, at, CHUNK) != Progress():
                    self._did()
                raise
            ways = _Ways(
                version,
                None if email is None else _Watched(email, self._signs.over),
                None if sms is None else _Watched(sms, self._signs.over),
            )
            self._ways = ways
        return ways

    def _complain(self, fault: KnownError) -> None:
        self._tell(EngineState(TROUBLE, None, self._waiting, fault.sentence))

    def _reached(self, point: str) -> None:
        """Stop behind a commit; messages that were claimed are first put back."""
        if self._signs.over.is_set() and point.endswith(".saved") and point != "claim.saved":
            raise Stopped

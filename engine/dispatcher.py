"""Send what is queued, and never twice (engine.md section 9).

Claim in one transaction (`engine.claims`), hand over with none open, record in another
(`engine.settlement`). What a crash leaves claimed is asked for where the channel can say, else
`uncertain`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from db import outbox
from db.errors import KnownError
from db.outbox import Claimed
from db.queries import setup
from engine.channels.port import Channel, Email, EmailChannel, Outcome, Text, TextChannel
from engine.claims import CLAIM, Claim, take
from engine.compose.letters import Letters, house_of
from engine.settlement import Delivered, settle
from engine.withdrawals import TOO_LATE
from engine.workspace import Workspace

Message = TypeVar("Message", Email, Text)
Clock = Callable[[], int]
"""Says what instant it is, each time it is asked."""


def standing(now: int) -> Clock:
    """A clock that stands still, as where time is simulated."""
    return lambda: now


class Channels(NamedTuple):
    """The ways out. None only records: messages count as delivered and none is composed."""

    email: EmailChannel | None
    sms: TextChannel | None


RECORDED = Channels(None, None)
"""For scenarios and rehearsals: every message is delivered at once, and reaches nobody."""


@dataclass(frozen=True, slots=True)
class _Way(Generic[Message]):
    """A kind of message, the channel it leaves by, and what composes it."""

    name: str
    channel: Channel[Message] | None
    compose: Callable[[Letters, Claimed, int], Message]


def deliver(
    workspace: Workspace, channels: Channels, clock: Clock, *, limit: int = CLAIM
) -> Delivered:
    """Hand over everything that may go, `limit` messages a claim.

    The clock is asked again for every claim and message: handing over takes its time, and the
    machine may sleep meanwhile. A way out where nobody answers is left for a later call.
    """
    with workspace.store.read() as connection:
        waiting = outbox.due_channels(connection, clock())
    total = Delivered()
    if "email" in waiting:
        total += _empty(workspace, _Way("email", channels.email, Letters.email), clock, limit)
    if "sms" in waiting:
        total += _empty(workspace, _Way("sms", channels.sms, Letters.text), clock, limit)
    return total


def _empty(workspace: Workspace, way: _Way[Message], clock: Clock, limit: int) -> Delivered:
    """Claim after claim, until nothing more may go or nobody answers."""
    total, more = Delivered(), True
    while more:
        leaves = way.channel is not None
        claim, more = take(workspace, way.name, clock(), limit, leaves=leaves)
        late = claim.taken_back[TOO_LATE]
        total += Delivered(withdrawn=claim.taken_back.total() - late, too_late=late)
        if claim.fresh or claim.stale:
            handed = _hand_over(workspace, way, claim, clock)
            total += settle(workspace, handed.settled, handed.undrawn, clock())
            more = handed.answered and (more or bool(handed.undrawn))
    return total


class _Handed(NamedTuple):
    """What became of a claim's messages, those never drawn, and whether anybody answered."""

    settled: Sequence[tuple[Claimed, Outcome]]
    undrawn: Sequence[Claimed] = ()
    answered: bool = True


_RECORDED = Outcome("sent")
_CRASHED = "The program stopped between handing the message over and hearing the answer."


def _hand_over(workspace: Workspace, way: _Way[Message], claim: Claim, clock: Clock) -> _Handed:
    """What became of each message; of those a crash left, what the channel knows."""
    messages = (*claim.stale, *claim.fresh)
    channel = way.channel
    if channel is None:
        return _Handed([(message, _RECORDED) for message in messages])
    letters = _letters(workspace, messages)
    by_key = {letters.key(message): message for message in messages}
    outcomes: dict[str, Outcome] = {}
    for message in claim.stale:
        key = letters.key(message)
        outcomes[key] = channel.lookup(key) or Outcome("uncertain", "", _CRASHED)
    drawing = _Drawing(letters, way, claim, clock)
    last: Outcome | None = None
    for key, last in channel.send(drawing):
        outcomes[key] = last
        workspace.reached("dispatcher.handed_over")
    outcomes |= drawing.faults
    settled = [(by_key[key], outcome) for key, outcome in outcomes.items()]
    return _Handed(settled, drawing.left, last is None or not last.unanswered)


class _Drawing(Generic[Message]):
    """Composes a claim's messages as their channel asks for them, while they may be drawn.

    One that can't be composed fails alone, in `faults` by key. `left` were never drawn.
    """

    def __init__(self, letters: Letters, way: _Way[Message], claim: Claim, clock: Clock) -> None:
        self.faults: dict[str, Outcome] = {}
        self.left = deque(claim.fresh)
        self._letters = letters
        self._compose: Callable[[Letters, Claimed, int], Message] = way.compose
        self._until = claim.draw_until
        self._clock = clock

    def __iter__(self) -> Iterator[Message]:
        while self.left and (now := self._clock()) < self._until:
            message = self.left.popleft()
            try:
                composed = self._compose(self._letters, message, now)
            except KnownError as error:
                self.faults[self._letters.key(message)] = Outcome("failed", "", error.sentence)
            else:
                yield composed


def _letters(workspace: Workspace, messages: Sequence[Claimed]) -> Letters:
    """What composes these messages: their templates, and what their steps say."""
    with workspace.store.read() as connection:
        values = setup.settings(connection)
        catalogue = workspace.catalogue(connection)
        workspace.need_versions(connection, {m.version_id for m in messages if m.version_id})
        wanted = {m.template_id for m in messages if m.template_id is not None}
        templates = outbox.templates(connection, wanted)
    return Letters(house_of(values), templates, catalogue.versions)

"""Send what is queued, and never twice (engine.md section 9).

Claim in one transaction (consent checked again inside it), hand over with none open, record in
another. What a crash leaves claimed is asked for where the channel can say, else `uncertain`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from db import outbox, writes
from db.errors import KnownError
from db.optouts import SentLine
from db.queries import setup
from engine.calendar import HOUR, MINUTE, local_date
from engine.channels.port import Email, EmailChannel, Outcome, Text, TextChannel
from engine.commands.events import Fact, record_facts
from engine.compose.letters import Claimed, House, Letters
from engine.record import Line
from engine.saving import add_lines
from engine.withdrawals import TOO_LATE, take_back
from engine.workspace import Workspace

LEASE = 15 * MINUTE
"""How long a claim holds: longer than any hand-over of one claim takes."""
CLAIM = 50
"""Messages in one claim: so many a crash may leave uncertain where the channel can't be asked."""
SETTLE_TRIES = 3
GIVE_UP = 24 * HOUR
"""A server's temporary refusal is tried again until a message is this old. Where nobody answers,
it waits until it is too late to send (engine.md section 1)."""
FIRST_WAIT = MINUTE
LONGEST_WAIT = 2 * HOUR


class Channels(NamedTuple):
    """The ways out. None only records: messages count as delivered and none is composed."""

    email: EmailChannel | None
    sms: TextChannel | None


RECORDED = Channels(None, None)
"""For scenarios and rehearsals: every message is delivered at once, and reaches nobody."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the messages handed over."""

    sent: int = 0
    bounced: int = 0
    failed: int = 0
    retried: int = 0
    uncertain: int = 0
    withdrawn: int = 0
    too_late: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        pairs = zip(self._numbers(), other._numbers(), strict=True)
        return Delivered(*(mine + theirs for mine, theirs in pairs))

    def _numbers(self) -> tuple[int, ...]:
        return (
            self.sent, self.bounced, self.failed, self.retried, self.uncertain, self.withdrawn,
            self.too_late,
        )  # fmt: skip


def deliver(workspace: Workspace, channels: Channels, now: int, *, limit: int = CLAIM) -> Delivered:
    """Hand over everything that may go at `now`, `limit` messages a claim."""
    with workspace.store.read() as connection:
        waiting = outbox.due_channels(connection, now)
    total = Delivered()
    for name, channel in zip(("email", "sms"), channels, strict=True):
        more = name in waiting
        while more:
            claimed, more = _claim(workspace, name, now, limit, recheck=channel is not None)
            total += _send(workspace, channel, name, claimed, now)
    return total


@dataclass(frozen=True, slots=True)
class _Claim:
    """Messages taken for one attempt: to hand over, and to ask the channel about."""

    fresh: Sequence[Claimed]
    stale: Sequence[Claimed]
    done: Delivered


def _claim(
    workspace: Workspace, channel: str, now: int, limit: int, *, recheck: bool
) -> tuple[_Claim, bool]:
    """Take what may go, and say whether there may be more.

    Without `recheck` consent stays as the step found it, at this instant.
    """
    with workspace.write("claim") as connection:
        messages = outbox.due(connection, channel, now, limit)
        taken_back = take_back(workspace, connection, messages, now) if recheck else {}
        kept = [m for m in messages if m.id not in taken_back]
        outbox.claim(connection, [m.id for m in kept], now + LEASE)
        claim = _Claim(
            [m for m in kept if m.state == "queued"],
            [m for m in kept if m.state == "claimed"],
            _counted(taken_back.values()),
        )
    return claim, len(messages) == limit


def _counted(reasons: Collection[str]) -> Delivered:
    late = sum(why == TOO_LATE for why in reasons)
    return Delivered(withdrawn=len(reasons) - late, too_late=late)


def _letters(workspace: Workspace, messages: Sequence[Claimed]) -> Letters:
    """What composes these messages: their templates, and what their steps say."""
    with workspace.store.read() as connection:
        values = setup.settings(connection)
        catalogue = workspace.catalogue(connection)
        workspace.need_versions(connection, {m.version_id for m in messages if m.version_id})
        wanted = {m.template_id for m in messages if m.template_id is not None}
        templates = outbox.templates(connection, wanted)
    house = House(
        store=values[setup.STORE],
        practice=catalogue.practice.name,
        address=values.get("practice.address", ""),
        from_name=values.get("email.from_name", ""),
        from_email=values.get("email.from_email", "support@practiceehr.com"),
    )
    return Letters(house, templates, catalogue.versions)


def _send(workspace: Workspace, channel: Any, name: str, claim: _Claim, now: int) -> Delivered:
    if not claim.fresh and not claim.stale:
        return claim.done
    if channel is None:
        settled = [(m, _RECORDED) for m in (*claim.stale, *claim.fresh)]
    else:
        settled = _hand_over(workspace, channel, name, claim, now)
    done = _settle(workspace, settled, now)
    return claim.done + done


_RECORDED = Outcome("sent")


def _hand_over(
    workspace: Workspace, channel: Any, name: str, claim: _Claim, now: int
) -> list[tuple[Claimed, Outcome]]:
    """What became of each message; of those a crash left, what the channel knows."""
    messages = (*claim.stale, *claim.fresh)
    letters = _letters(workspace, messages)
    by_key = {letters.key(message): message for message in messages}
    outcomes: dict[str, Outcome] = {}
    for message in claim.stale:
        key = letters.key(message)
        outcomes[key] = channel.lookup(key) or Outcome("uncertain", "", _CRASHED)
    faults: dict[str, Outcome] = {}
    compose = letters.email if name == "email" else letters.text
    for key, outcome in channel.send(_compose(letters, compose, claim.fresh, now, faults)):
        outcomes[key] = outcome
        workspace.reached("dispatcher.handed_over")
    return [(by_key[key], outcome) for key, outcome in (outcomes | faults).items()]


_CRASHED = "The program stopped between handing the message over and hearing the answer."


def _compose(
    letters: Letters,
    compose: Callable[[Claimed, int], Email | Text],
    messages: Sequence[Claimed],
    now: int,
    faults: dict[str, Outcome],
) -> Iterator[Email | Text]:
    """Compose each message as the channel asks for it; one that can't be fails alone."""
    for message in messages:
        try:
            composed = compose(message, now)
        except KnownError as error:
            faults[letters.key(message)] = Outcome("failed", "", error.sentence)
        else:
            yield composed


def _settle(
    workspace: Workspace, settled: Sequence[tuple[Claimed, Outcome]], now: int
) -> Delivered:
    """Record what became of each message: tried again, for what is not recorded is uncertain."""
    for _ in range(SETTLE_TRIES - 1):
        try:
            return _record(workspace, settled, now)
        except KnownError:
            # A store that was busy, or gone for a moment; the last try says what is wrong.
            continue
    return _record(workspace, settled, now)


def _record(
    workspace: Workspace, settled: Sequence[tuple[Claimed, Outcome]], now: int
) -> Delivered:
    """Record what became of each message and what follows from it, in one transaction.

    A claim that outlived its lease says nothing any more, but that a message was sent. A message
    is its contact's of now: two records may have been merged meanwhile.
    """
    sent = [m for m, outcome in settled if outcome.state == "sent"]
    others = [(m, outcome) for m, outcome in settled if outcome.state != "sent"]
    tally: Counter[str] = Counter()
    with workspace.write("settlement") as connection:
        setup.share(connection)
        owners = outbox.owners(connection, [m.id for m, _ in settled])
        workspace.keep(ledger_line(m, owners[m.id], now) for m in sent if m.id in owners)
        news = outbox.settle_sent(connection, [m.id for m in sent], now)
        log_sent(workspace, connection, [m for m in sent if m.id in news], owners, now)
        held = outbox.held(connection, {m.id: m.generation + 1 for m, _ in others})
        others = [(m, outcome) for m, outcome in others if m.id in held]
        rows = []
        for message, outcome in others:
            state, next_try = _next(message, outcome, now)
            tally["retried" if state == "queued" else state] += 1
            rows.append((state, next_try, outcome.diagnostic, message.id))
        outbox.settle(connection, rows)
        add_lines(connection, _fates(others, rows, owners, now))
        refused = [fact for m, outcome in others for fact in _refused(m, owners[m.id], outcome)]
        if refused:
            record_facts(workspace, connection, refused, now)
    return Delivered(
        len(news), tally["bounced"], tally["failed"], tally["retried"], tally["uncertain"]
    )


def _fates(
    others: Sequence[tuple[Claimed, Outcome]],
    rows: Sequence[Sequence[object]],
    owners: Mapping[int, int],
    now: int,
) -> list[Line]:
    """What the journal says of messages that did not arrive, or may not have."""
    return [
        Line(
            now, owners[m.id], m.flow_id, m.enrolment_id, m.version_id, m.step, str(row[0]),
            outcome.code or None,
        )
        for (m, outcome), row in zip(others, rows, strict=True)
        if m.flow_id is not None and row[0] != "queued"
    ]  # fmt: skip


def ledger_line(message: Claimed, contact_id: int, now: int) -> SentLine:
    """What the ledger keeps of a message to a contact sent at `now`."""
    return SentLine(
        contact_id, message.enrolment_id, message.flow_id, message.step, message.visit,
        message.channel, message.queued_at, now,
    )  # fmt: skip


def _next(message: Claimed, outcome: Outcome, now: int) -> tuple[str, int | None]:
    """The state after an outcome, and when to try again: waits grow up to two hours."""
    if outcome.state != "retry":
        return outcome.state, None
    if outcome.code and now - message.queued_at >= GIVE_UP:
        return "failed", None
    wait = min(FIRST_WAIT << min(message.attempts, 10), LONGEST_WAIT)
    if outcome.retry_after is not None:
        wait = max(wait, outcome.retry_after * 1_000_000)
    return "queued", now + wait


_FACTS = {"email": ("email_sent", "email_delivered"), "sms": ("sms_sent", "sms_delivered")}


def log_sent(
    workspace: Workspace,
    connection: Connection,
    sent: Sequence[Claimed],
    owners: Mapping[int, int],
    now: int,
) -> None:
    """Log the channel facts: sent, and delivered, which is what a channel's yes means.

    `owners` are the messages' contacts, by message id.
    """
    depths = outbox.depths(connection, [m.enrolment_id for m in sent if m.enrolment_id])
    event_ids = iter(writes.reserve(connection, "event", 2 * len(sent)))
    writes.append(
        connection, "event", writes.EVENT,
        [
            (next(event_ids), owners[m.id], now, kind, depths.get(m.enrolment_id, -1) + 1,
             m.enrolment_id, m.id, m.template_id, None, None, None, None)
            for m in sent
            for kind in _FACTS[m.channel]
        ],
    )  # fmt: skip
    zone = workspace.catalogue(connection).practice.zone
    counts = Counter((m.flow_id, m.step) for m in sent if m.flow_id is not None)
    day = local_date(now, zone).toordinal()
    outbox.add_day_counts(
        connection, day, "delivered", [(*place, number) for place, number in counts.items()]
    )


def _refused(message: Claimed, contact_id: int, outcome: Outcome) -> Iterator[Fact]:
    """A bounce bars later emails to the address; a failed text is a fact of its own."""
    if message.channel == "email" and outcome.state == "bounced":
        yield Fact(
            contact_id, "email_bounced", message.template_id,
            new=outcome.code, message=message.id,
        )  # fmt: skip
    if message.channel == "sms" and outcome.state in ("bounced", "failed"):
        yield Fact(
            contact_id, "sms_failed", message.template_id,
            new=outcome.code, message=message.id,
        )  # fmt: skip

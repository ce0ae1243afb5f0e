"""Record what became of messages handed over, and what follows from it (engine.md section 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db import outbox, writes
from db.connection import Connection
from db.errors import KnownError
from db.ledger import RETURNED, SENT, MessageLine
from db.outbox import Claimed
from db.queries import setup
from engine.calendar import HOUR, MINUTE, local_date
from engine.channels.port import Outcome
from engine.commands.events import Fact, record_facts
from engine.record import Line
from engine.saving import add_lines
from engine.workspace import Workspace

SETTLE_TRIES = 3
GIVE_UP = 24 * HOUR
"""A server's temporary refusal is tried again until a message is this old. Where nobody answers,
it waits until it is too late to send (engine.md section 1)."""
FIRST_WAIT = MINUTE
LONGEST_WAIT = 2 * HOUR


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


def settle(
    workspace: Workspace,
    settled: Sequence[tuple[Claimed, Outcome]],
    undrawn: Sequence[Claimed],
    now: int,
) -> Delivered:
    """Record outcomes, and put back what was never drawn; tried again if the store has a fault.

    What is not recorded is uncertain. Raises KnownError if it can't be.
    """
    for _ in range(SETTLE_TRIES - 1):
        try:
            return _record(workspace, settled, undrawn, now)
        except KnownError:
            # A store that was busy, or gone for a moment; the last try says what is wrong.
            continue
    return _record(workspace, settled, undrawn, now)


def _record(
    workspace: Workspace,
    settled: Sequence[tuple[Claimed, Outcome]],
    undrawn: Sequence[Claimed],
    now: int,
) -> Delivered:
    """Record what became of each message and what follows from it, in one transaction.

    A claim that outlived its lease says nothing any more, but that a message was sent. A message
    is its contact's of now: two records may have been merged meanwhile.
    """
    sent = [m for m, outcome in settled if outcome.state == "sent"]
    others = [(m, outcome) for m, outcome in settled if outcome.state != "sent"]
    with workspace.write("settlement") as connection:
        setup.share(connection)
        owners = outbox.owners(connection, [*(m.id for m, _ in settled), *(m.id for m in undrawn)])
        claims = {m.id: m.generation + 1 for m in (*(m for m, _ in others), *undrawn)}
        held = outbox.held(connection, claims) if claims else set()
        others = [(m, outcome) for m, outcome in others if m.id in held]
        undrawn = [m for m in undrawn if m.id in held]
        back = [*(m for m, outcome in others if outcome.state != "uncertain"), *undrawn]
        workspace.keep(
            ledger_line(m, owners[m.id], now, fate)
            for fate, those in ((SENT, sent), (RETURNED, back))
            for m in those
            if m.id in owners
        )
        news = outbox.settle_sent(connection, [m.id for m in sent], now)
        log_sent(workspace, connection, [m for m in sent if m.id in news], owners, now)
        if undrawn:
            outbox.put_back(connection, [m.id for m in undrawn], now)
        tally = _settle_others(workspace, connection, others, owners, now)
    return Delivered(
        len(news), tally["bounced"], tally["failed"], tally["retried"], tally["uncertain"]
    )


def _settle_others(
    workspace: Workspace,
    connection: Connection,
    others: Sequence[tuple[Claimed, Outcome]],
    owners: Mapping[int, int],
    now: int,
) -> Counter[str]:
    """Record what was not sent, with what the journal and the log say of it; how many of each."""
    tally: Counter[str] = Counter()
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
    return tally


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


def ledger_line(message: Claimed, contact_id: int, now: int, fate: str) -> MessageLine:
    """What the ledger keeps of a message to a contact that met its `fate` at `now`."""
    return MessageLine(
        contact_id, message.enrolment_id, message.flow_id, message.step, message.visit,
        message.channel, message.queued_at, now, fate, message.template_id,
    )  # fmt: skip


def _next(message: Claimed, outcome: Outcome, now: int) -> tuple[str, int | None]:
    """The state after an outcome, and when to try again: waits grow up to two hours."""
    if outcome.state != "retry":
        return outcome.state, None
    if not outcome.unanswered and now - message.queued_at >= GIVE_UP:
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
            (next(event_ids), owners[m.id], now, kind, depths.get(m.enrolment_id or 0, -1) + 1,
             m.enrolment_id, m.id, m.template_id, None, None, None, None)
            for m in sent
            for kind in _FACTS[m.channel]
        ],
    )  # fmt: skip
    zone = workspace.catalogue(connection).practice.zone
    counts = Counter(m.place for m in sent if m.place is not None)
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

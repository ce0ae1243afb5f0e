"""What must not go out any more: overtaken by an opt-out, sent before, or too late.

engine.md sections 1 ("Machine off") and 9. Part of the dispatcher's claim, in its transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from db import outbox, touches
from db.connection import Connection
from db.outbox import Claimed
from engine.calendar import DAY, local_date
from engine.catalogue import Catalogue, FlowState
from engine.record import Line
from engine.saving import add_lines
from engine.vocabulary import DEFAULT_QUIET_DAYS
from engine.workspace import Workspace

TOO_LATE = "too_late"


def take_back(
    workspace: Workspace, connection: Connection, messages: Sequence[Claimed], now: int
) -> dict[int, str]:
    """Take back queued messages that must not go any more; why, by id.

    They leave the sent figures and their place in the cap, and the journal says so.
    """
    queued = [m for m in messages if m.state == "queued"]
    catalogue = workspace.catalogue(connection)
    sent = _already_sent(catalogue, connection, queued)
    reasons: dict[int, str] = {}
    for message in queued:
        if _overtaken(message):
            reasons[message.id] = "opted_out"
        elif message.id in sent:
            reasons[message.id] = "already_sent"
        elif now - message.queued_at > catalogue.practice.too_late:
            reasons[message.id] = TOO_LATE
    for why in sorted(set(reasons.values())):
        those = [m for m in queued if reasons.get(m.id) == why]
        what = "skipped" if why == TOO_LATE else "withdrawn"
        _withdraw(workspace, connection, those, what, why, now)
    return reasons


def _already_sent(
    catalogue: Catalogue, connection: Connection, messages: Sequence[Claimed]
) -> set[int]:
    """What went out before an old backup was put back, and was queued anew by its checks."""
    return {
        id
        for id, flow_id, age in outbox.remembered(connection, [m.id for m in messages])
        if age < _again_after(catalogue, catalogue.flows.get(flow_id))
    }


def _again_after(catalogue: Catalogue, state: FlowState | None) -> int:
    """How soon a flow may rightly send one person the same step once more."""
    if state is None:
        return catalogue.practice.too_late
    if state.every is not None:
        amount, unit = state.every
        return amount * (7 if unit == "weeks" else 1) * DAY
    trigger = state.flow.trigger or {}
    quiet: int = trigger.get("days", DEFAULT_QUIET_DAYS) if trigger.get("type") == "inactive" else 0
    return max(catalogue.practice.too_late, quiet * DAY)


def _overtaken(message: Claimed) -> bool:
    """Whether the person opted out, or may not be contacted, since the message was queued."""
    subscribed = message.email_on if message.channel == "email" else message.sms_on
    return bool(message.barred) or not subscribed


def _withdraw(
    workspace: Workspace,
    connection: Connection,
    messages: Sequence[Claimed],
    what: str,
    why: str,
    now: int,
) -> None:
    """Take messages back: out of the sent figures and of the cap, and into the journal."""
    if not messages:
        return
    state = "withdrawn" if what == "withdrawn" else "too_late"
    outbox.withdraw(connection, [m.id for m in messages], state)
    catalogue = workspace.catalogue(connection)
    if catalogue.campaigns:
        touches.take_back(connection, [m.id for m in messages])
    zone = catalogue.practice.zone
    counts = Counter(
        (local_date(m.queued_at, zone).toordinal(), m.place)
        for m in messages
        if m.place is not None
    )
    for (day, place), number in sorted(counts.items()):
        outbox.add_day_counts(connection, day, "sent", [(*place, -number)])
        if why == TOO_LATE:
            outbox.add_day_counts(connection, day, "skipped", [(*place, number)])
    add_lines(
        connection,
        [
            Line(now, m.contact_id, m.flow_id, m.enrolment_id, m.version_id, m.step, what, why)
            for m in messages
            if m.flow_id is not None
        ],
    )

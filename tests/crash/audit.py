"""What must hold of a store, its mailbox and its ledger at any moment, also after a kill.

Others may be at work meanwhile: the store is read in one snapshot, the mailbox before and after.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db import ledger as ledger_lines
from db import sqlcipher
from db.queries import setup
from db.sql import query
from engine.calendar import local_date
from engine.practice import read_practice
from engine.workspace import Workspace
from tests.crash.mailbox import Delivery, Mailbox

OUTS = {"sms_opted_out": "sms", "email_unsubscribed": "email", "do_not_contact": "all"}
UNDELIVERED = {"queued", "failed", "bounced", "withdrawn", "too_late"}
OF_STEPS = {"skipped": "skipped", "yes": "took_yes", "no": "took_no"}
"""What the journal says of steps, and under what it is counted."""
FLOW_DAY = ("enrolled", "completed", "goal_reached", "unenrolled")
Counts = Counter[tuple[Any, ...]]


def audit(workspace: Workspace, mailbox: Mailbox, ledger: Path) -> list[str]:
    """What is wrong, one sentence each; nothing if all is well."""
    before = mailbox.deliveries()
    with workspace.store.read() as connection:
        found = [*_damage(connection), *_enrolments(connection), *_rolls(connection)]
        connected = _messages(connection), _consents(connection)
    messages, consents = connected
    after = mailbox.deliveries()
    found += _deliveries(messages, before, after)
    found += _stops(messages, consents, before)
    found += _remembered(messages, consents, ledger)
    return found


def _damage(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    return sqlcipher.faults(connection.connection.driver_connection)


def _enrolments(connection: Connection) -> Iterator[str]:
    """Each in exactly one place, and counted there."""
    lost = query(
        connection,
        """SELECT id, state FROM enrolment WHERE NOT (
        (state = 'waiting' AND due_at IS NOT NULL AND step IS NOT NULL AND ended_at IS NULL) OR
        (state = 'parked' AND due_at IS NULL AND step IS NOT NULL AND ended_at IS NULL) OR
        (state = 'ended' AND due_at IS NULL AND step IS NULL AND ended_at IS NOT NULL))""",
    )
    yield from (f"enrolment {row.id} is {row.state} and nowhere" for row in lost)
    twice = query(
        connection,
        """SELECT flow_id, contact_id FROM enrolment WHERE state <> 'ended'
        GROUP BY flow_id, contact_id HAVING COUNT(*) > 1""",
    )
    yield from (f"contact {row.contact_id} is twice in flow {row.flow_id}" for row in twice)
    here = query(connection, "SELECT flow_id, step, here FROM step_here WHERE here <> 0")
    real = query(
        connection,
        """SELECT flow_id, step, COUNT(*) FROM enrolment WHERE state <> 'ended'
        GROUP BY flow_id, step""",
    )
    yield from _differing("here", _counts(here), _counts(real))
    sent = query(
        connection,
        """SELECT enrolment_id, step, COUNT(*) FROM journal WHERE what = 'sent'
        GROUP BY enrolment_id, step""",
    )
    queued = query(
        connection,
        "SELECT enrolment_id, step, COUNT(*) FROM message GROUP BY enrolment_id, step",
    )
    yield from _differing("sent lines", _counts(sent), _counts(queued))


def _counts(rows: Any) -> Counts:
    return Counter({tuple(row[:-1]): row[-1] for row in rows})


def _differing(what: str, kept: Counts, real: Counts) -> Iterator[str]:
    for place in sorted(kept.keys() | real.keys(), key=str):
        if kept[place] != real[place]:
            yield f"{what} {place}: {kept[place]} kept, {real[place]} counted"


def _rolls(connection: Connection) -> Iterator[str]:
    """The day totals equal a recount from the journal and the messages."""
    zone = read_practice(setup.settings(connection)).zone

    def day(at: int) -> int:
        return local_date(at, zone).toordinal()

    steps, flows = _of_messages(connection, day), _of_journal(connection, day)
    for name in OF_STEPS.values():
        steps[name] = flows.pop(name)
    for name, real in steps.items():
        kept = query(connection, f"SELECT flow_id, step, day, {name} FROM step_day")
        yield from _differing(name, _counts(kept), real)
    for name, real in flows.items():
        kept = query(connection, f"SELECT flow_id, day, {name} FROM flow_day")
        yield from _differing(name, _counts(kept), real)
    facts = query(connection, "SELECT COUNT(*) FROM event WHERE kind IN ('email_sent', 'sms_sent')")
    settled = query(connection, "SELECT COUNT(*) FROM message WHERE state = 'sent'")
    if facts[0][0] != settled[0][0]:
        yield f"{settled[0][0]} messages sent, but {facts[0][0]} facts of it"


def _of_messages(connection: Connection, day: Callable[[int], int]) -> dict[str, Counts]:
    """Messages by what became of them, flow, step and day."""
    totals: dict[str, Counts] = defaultdict(Counter)
    for message in _messages(connection).values():
        place = (message.flow_id, message.step)
        taken_back = message.state in ("withdrawn", "too_late")
        instants = {
            "sent": None if taken_back else message.queued_at,
            "delivered": message.sent_at,
            "opened": message.opened_at,
            "clicked": message.clicked_at,
            "replied": message.replied_at,
        }
        for name, at in instants.items():
            if at is not None:
                totals[name][*place, day(at)] += 1
    return totals


def _of_journal(connection: Connection, day: Callable[[int], int]) -> dict[str, Counts]:
    """What contacts were said to do by flow and day; what steps did by step too."""
    totals: dict[str, Counts] = {name: Counter() for name in (*FLOW_DAY, *OF_STEPS.values())}
    lines = query(connection, "SELECT flow_id, step, at, what, contact_id FROM journal")
    for line in lines:
        if line.what in OF_STEPS:
            totals[OF_STEPS[line.what]][line.flow_id, line.step, day(line.at)] += 1
        elif line.what in totals and line.contact_id is not None:
            totals[line.what][line.flow_id, day(line.at)] += 1
    return totals


def _messages(connection: Connection) -> dict[str, Any]:
    """Every message by the key it has outside."""
    store = setup.setting(connection, "store.id") or "practice"
    return {
        f"{store}-e{row.enrolment_id}-{row.step}-{row.visit}": row
        for row in query(connection, "SELECT * FROM message")
    }


def _consents(connection: Connection) -> list[Any]:
    return list(
        query(connection, "SELECT contact_id, at, channel, change FROM consent ORDER BY id")
    )


def _deliveries(
    messages: Mapping[str, Any], before: list[Delivery], after: list[Delivery]
) -> Iterator[str]:
    """No key twice, none that is unknown, and what the store says of each is true."""
    times = Counter(delivery.key for delivery in after)
    early = {delivery.key for delivery in before}
    yield from (f"{key} was delivered {n} times" for key, n in times.items() if n > 1)
    yield from (f"{key} was delivered, but nobody queued it" for key in early - messages.keys())
    for key, message in messages.items():
        if message.state == "sent" and not times[key]:
            yield f"{key} is called sent and was not delivered"
        if message.state in UNDELIVERED and key in early:
            yield f"{key} is called {message.state} and was delivered"
        if (message.next_try is not None) != (message.state in ("queued", "claimed")):
            yield f"{key} is {message.state} with next try {message.next_try}"


def _stops(
    messages: Mapping[str, Any], consents: list[Any], deliveries: list[Delivery]
) -> Iterator[str]:
    """Nothing handed over at or after the instant of a STOP that was not taken back."""
    by_contact = defaultdict(list)
    for row in consents:
        by_contact[row.contact_id].append(row)
    for delivery in deliveries:
        message = messages.get(delivery.key)
        if message is None:
            continue
        out: dict[str, bool] = {}
        for row in by_contact[message.contact_id]:
            if row.at <= delivery.at:
                out[row.channel] = row.change in OUTS
        if out.get("all") or out.get(message.channel):
            yield f"{delivery.key} was handed over after the contact's STOP"


def _remembered(messages: Mapping[str, Any], consents: list[Any], ledger: Path) -> Iterator[str]:
    """The ledger knows every opt-out, and every message handed over or sent."""
    lines, _ = ledger_lines.read(ledger)
    fates = defaultdict(set)
    for line in lines:
        if isinstance(line, ledger_lines.MessageLine):
            fates[line.enrolment_id, line.step, line.visit].add(line.fate)
    for key, row in messages.items():
        known = fates[row.enrolment_id, row.step, row.visit]
        if row.state == "sent" and ledger_lines.SENT not in known:
            yield f"the ledger does not know that {key} was sent"
        if row.state in ("claimed", "uncertain") and ledger_lines.HANDED_OVER not in known:
            yield f"the ledger does not know that {key} was handed over"
    told = {
        (line.contact_id, line.kind, line.at)
        for line in lines
        if isinstance(line, ledger_lines.ConsentLine)
    }
    for row in consents:
        if row.change in ledger_lines.CONSENTS and (row.contact_id, row.change, row.at) not in told:
            yield f"the ledger does not know the {row.change} of contact {row.contact_id}"

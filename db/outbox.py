"""Messages on their way out: claimed with a lease and a generation, then settled.

A claim and a settlement are each one transaction of the caller's; sending happens in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from db.connection import Connection
from db.sql import Rows, execute, ids, many, query


class Claimed(NamedTuple):
    """A message to one contact, as it stood before it was taken.

    `barred` counts what bars the contact, `owner` is the name of who looks after them; the other
    fields are columns of `message` and `contact`.
    """

    id: int
    contact_id: int
    enrolment_id: int | None
    flow_id: int | None
    version_id: int | None
    step: str | None
    visit: int
    channel: str
    template_id: int | None
    state: str
    queued_at: int
    attempts: int
    generation: int
    first_name: str
    last_name: str
    email: str
    phone: str
    timezone: str
    email_on: int
    sms_on: int
    barred: int
    owner: str

    @property
    def place(self) -> tuple[int, str] | None:
        """The flow and the step that queued it; None of a message of no flow."""
        return None if self.flow_id is None or self.step is None else (self.flow_id, self.step)


_MESSAGE = """SELECT m.id, m.contact_id, m.enrolment_id, m.flow_id, m.version_id, m.step, m.visit,
 m.channel, m.template_id, m.state, m.queued_at, m.attempts, m.generation,
 c.first_name, c.last_name, c.email, c.phone, c.timezone, c.email_on, c.sms_on,
 c.archived + c.deceased + c.do_not_contact AS barred, COALESCE(s.name, '') AS owner
 FROM message m JOIN contact c ON c.id = m.contact_id LEFT JOIN staff s ON s.id = c.owner_id"""
_OPEN = """SELECT id FROM message WHERE next_try <= ? AND channel = ?
 ORDER BY next_try, id LIMIT ?"""


def due(connection: Connection, channel: str, now: int, limit: int) -> list[Claimed]:
    """Messages that may be taken now: queued ones, and claimed ones whose lease is over.

    On PostgreSQL they are locked for this transaction, and those another engine holds passed
    over.
    """
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE SKIP LOCKED"
    chosen = [row.id for row in query(connection, _OPEN + lock, now, channel, limit)]
    # Joined only after: to join all that wait in order to take some would cost the backlog.
    sql = f"{_MESSAGE} WHERE m.id {{ids}} ORDER BY m.next_try, m.id"
    rows = query(connection, sql, ids(connection, chosen)) if chosen else ()
    return [Claimed(*row) for row in rows]


def due_channels(connection: Connection, now: int) -> set[str]:
    """The channels of messages that may be taken now; nothing is locked to find out."""
    sql = "SELECT DISTINCT channel FROM message WHERE next_try <= ?"
    return {row.channel for row in query(connection, sql, now)}


def remembered(connection: Connection, messages: Iterable[int]) -> Rows:
    """(message, flow, microseconds since) where the same step went out under a lost enrolment.

    Or may have gone out. The ledger brings such rows, when a backup older than the enrolment was
    put back.
    """
    return query(
        connection,
        """SELECT m.id, m.flow_id, m.queued_at - MAX(s.queued_at) FROM message m
        JOIN message s ON s.contact_id = m.contact_id AND s.flow_id = m.flow_id
        AND s.step = m.step AND s.enrolment_id IS NULL AND s.state IN ('sent', 'uncertain')
        WHERE m.id {ids} AND m.enrolment_id IS NOT NULL GROUP BY m.id, m.flow_id, m.queued_at""",
        ids(connection, messages),
    )


def uncertain_one(connection: Connection, message: int) -> Claimed | None:
    """An uncertain message, as `due` gives it; None if it is none. Locked on PostgreSQL."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE OF m"
    sql = f"{_MESSAGE} WHERE m.id = ? AND m.state = 'uncertain'{lock}"
    rows = query(connection, sql, message)
    return Claimed(*rows[0]) if rows else None


def is_there(connection: Connection, message: int) -> bool:
    """Whether there is a message of this number."""
    return bool(query(connection, "SELECT 1 FROM message WHERE id = ?", message))


def queue_again(connection: Connection, message: int, at: int) -> None:
    """Queue a message anew, as one of the instant `at`."""
    execute(
        connection,
        """UPDATE message SET state = 'queued', queued_at = ?, next_try = ?, attempts = 0,
        diagnostic = NULL WHERE id = ?""",
        at, at, message,
    )  # fmt: skip


def claim(connection: Connection, messages: Iterable[int], lease_until: int) -> None:
    """Take messages for one attempt; until `lease_until` nobody else does."""
    execute(
        connection,
        """UPDATE message SET state = 'claimed', generation = generation + 1,
        attempts = attempts + 1, next_try = ? WHERE id {ids}""",
        lease_until, ids(connection, messages),
    )  # fmt: skip


def postpone(connection: Connection, waits: Mapping[int, int]) -> None:
    """Leave queued messages, by id, untaken until the instant given for each."""
    many(
        connection,
        "UPDATE message SET next_try = ? WHERE id = ?",
        [(until, message) for message, until in waits.items()],
    )


def put_back(connection: Connection, messages: Iterable[int], at: int) -> None:
    """Queue claimed messages again that were never handed over, as if not taken."""
    execute(
        connection,
        """UPDATE message SET state = 'queued', next_try = ?, attempts = attempts - 1
        WHERE id {ids}""",
        at, ids(connection, messages),
    )  # fmt: skip


def release(connection: Connection, flows: Iterable[int], at: int) -> None:
    """Let the queued messages of these flows be asked for at `at`, if not before."""
    execute(
        connection,
        """UPDATE message SET next_try = ? WHERE next_try > ? AND state = 'queued'
        AND flow_id {ids}""",
        at, at, ids(connection, flows),
    )  # fmt: skip


def owners(connection: Connection, messages: Iterable[int]) -> dict[int, int]:
    """Whose these messages are now, by id; on PostgreSQL locked for this transaction."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"
    sql = f"SELECT id, contact_id FROM message WHERE id {{ids}} ORDER BY id{lock}"
    return {row.id: row.contact_id for row in query(connection, sql, ids(connection, messages))}


def settle_sent(connection: Connection, messages: Iterable[int], at: int) -> set[int]:
    """The channel took these messages, whoever claims them now; those not known to be sent yet."""
    rows = query(
        connection,
        """UPDATE message SET state = 'sent', next_try = NULL, sent_at = ?, diagnostic = NULL
        WHERE id {ids} AND state IN ('queued', 'claimed', 'uncertain') RETURNING id""",
        at, ids(connection, messages),
    )  # fmt: skip
    return {row[0] for row in rows}


def held(connection: Connection, claims: Mapping[int, int]) -> set[int]:
    """Which of these messages are still under the claim of this generation, by id.

    On PostgreSQL they are locked for this transaction.
    """
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"
    sql = f"SELECT id, generation FROM message WHERE id {{ids}} AND state = 'claimed'{lock}"
    rows = query(connection, sql, ids(connection, claims))
    return {row.id for row in rows if row.generation == claims[row.id]}


def settle(connection: Connection, rows: Sequence[Sequence[object]]) -> None:
    """Other outcomes of messages held: (state, next try or null, diagnostic, id)."""
    many(
        connection,
        "UPDATE message SET state = ?, next_try = ?, diagnostic = ? WHERE id = ?",
        rows,
    )


def withdraw(connection: Connection, messages: Iterable[int], state: str) -> None:
    """Take back messages that must not go any more: `withdrawn` or `too_late`."""
    execute(
        connection,
        "UPDATE message SET state = ?, next_try = NULL WHERE id {ids}",
        state, ids(connection, messages),
    )  # fmt: skip


def come_back(connection: Connection, messages: Iterable[int], channel: str, state: str) -> Rows:
    """Messages of a channel that were taken, or may have been, and did not arrive after all.

    Answers with (id, contact, enrolment, flow, version, step, when they were counted delivered or
    null) of those that were not known to have come back.
    """
    # Asked before, for what is restored from the ledger counts as sent and not as delivered.
    rows = query(
        connection,
        """SELECT id, contact_id, enrolment_id, flow_id, version_id, step,
        (SELECT MIN(e.at) FROM event e WHERE e.contact_id = message.contact_id
         AND e.message_id = message.id AND e.at >= message.sent_at
         AND e.kind IN ('email_delivered', 'sms_delivered')) AS delivered_at
        FROM message WHERE id {ids} AND channel = ? AND state IN ('sent', 'uncertain')""",
        ids(connection, messages), channel,
    )  # fmt: skip
    execute(
        connection,
        "UPDATE message SET state = ?, next_try = NULL WHERE id {ids}",
        state, ids(connection, [row.id for row in rows]),
    )  # fmt: skip
    return rows


def add_day_counts(
    connection: Connection,
    day: int,
    columns: str,
    counts: Iterable[tuple[int, str, *tuple[int, ...]]],
) -> None:
    """Add to steps' day totals: the columns, spaces between; (flow, step, a number for each).

    `day` is the ordinal of the practice's day.
    """
    names = columns.split()
    added = ", ".join(f"{name} = step_day.{name} + excluded.{name}" for name in names)
    many(
        connection,
        f"""INSERT INTO step_day (flow_id, step, day, {", ".join(names)})
        VALUES (?, ?, ?{", ?" * len(names)})
        ON CONFLICT (flow_id, step, day) DO UPDATE SET {added}""",
        [(flow, step, day, *numbers) for flow, step, *numbers in sorted(counts)],
    )


def depths(connection: Connection, walks: Iterable[int]) -> dict[int, int]:
    """Depth of walks by id: what their messages cause is one deeper."""
    rows = query(
        connection, "SELECT id, depth FROM enrolment WHERE id {ids}", ids(connection, walks)
    )
    return {walk: depth for walk, depth in rows}


def templates(connection: Connection, wanted: Iterable[int]) -> Rows:
    """(id, subject, preview text, from name, from address, body) of templates."""
    return query(
        connection,
        """SELECT id, subject, preview_text, from_name, from_email, body FROM template
        WHERE id {ids}""",
        ids(connection, wanted),
    )


def waiting(connection: Connection) -> int:
    """How many messages wait to go out."""
    sql = "SELECT COUNT(*) FROM message WHERE next_try IS NOT NULL"
    return int(query(connection, sql)[0][0])

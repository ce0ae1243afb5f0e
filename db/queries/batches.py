"""What a batch of contacts needs to know, each in one question over all of them.

Rows come in the order of the constructors of `engine.record`; the engine builds objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from db.connection import Connection
from db.sql import ids, query, tuples

Tuples = list[tuple[Any, ...]]

CONTACT = """SELECT id, created_at, last_activity, first_name, last_name, email, phone,
 COALESCE(dob, ''), timezone, source, status, lead_source, COALESCE(CAST(owner_id AS TEXT), ''),
 COALESCE(CAST(provider_id AS TEXT), ''), CASE sms_on WHEN 1 THEN 'on' ELSE 'off' END,
 CASE email_on WHEN 1 THEN 'on' ELSE 'off' END, sms_opted_out, email_opted_out, insurance,
 archived, deceased, do_not_contact, email_bounced FROM contact"""
"""The columns of `engine.record.Contact`, in its order."""

_WALK = """SELECT id, flow_id, contact_id, version_id, state, step, started, due_at, told,
 enrolled_at, after_event, depth, occasion, was_dormant, edited, goal_until, goal_at,
 ended_at, ended_why FROM enrolment"""

RAN = ("sent", "skipped", "waiting", "yes", "no", "task_created", "property_set", "unchanged",
       "added")  # fmt: skip
"""What the journal says of a step that was taken."""


def due_contacts(connection: Connection, now: int, limit: int) -> tuple[list[int], bool]:
    """Contacts of the `limit` walks longest due at `now`, and whether there may be more.

    On PostgreSQL they are locked for this transaction and those another engine holds are passed
    over, so that one contact is never worked on twice at a time.
    """
    sql = "SELECT contact_id FROM enrolment WHERE due_at <= ? ORDER BY due_at, id LIMIT ?"
    if connection.dialect.name != "sqlite":
        sql = """SELECT c.id FROM enrolment e JOIN contact c ON c.id = e.contact_id
            WHERE e.due_at <= ? ORDER BY e.due_at, e.id LIMIT ? FOR UPDATE OF c SKIP LOCKED"""
    rows = tuples(connection, sql, now, limit)
    return list(dict.fromkeys(row[0] for row in rows)), len(rows) == limit


def contacts(connection: Connection, wanted: Iterable[int]) -> Tuples:
    """The records, each locked on PostgreSQL until the transaction ends."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"
    sql = f"{CONTACT} WHERE id {{ids}} ORDER BY id{lock}"
    return tuples(connection, sql, ids(connection, wanted))


def due_walks(connection: Connection, of: Iterable[int], now: int) -> Tuples:
    """The walks of these contacts that are due."""
    return tuples(
        connection, f"{_WALK} WHERE contact_id {{ids}} AND due_at <= ?", ids(connection, of), now
    )


def open_walks(
    connection: Connection, of: Iterable[int], now: int, once: Collection[int]
) -> Tuples:
    """The walks an event can still concern: live, goal still open, or in a once-only flow."""
    sql = f"""{_WALK} WHERE contact_id {{ids}} AND (state <> 'ended'
        OR (goal_at IS NULL AND goal_until >= ?) OR flow_id {{ids}})"""
    return tuples(connection, sql, ids(connection, of), now, ids(connection, once))


def walks_in(connection: Connection, of: Iterable[int], flow_id: int) -> Tuples:
    """The live walks of these contacts in one flow."""
    sql = f"{_WALK} WHERE contact_id {{ids}} AND flow_id = ? AND state <> 'ended'"
    return tuples(connection, sql, ids(connection, of), flow_id)


def memberships(connection: Connection, of: Iterable[int]) -> Tuples:
    """(contact, list) of these contacts."""
    sql = "SELECT contact_id, list_id FROM list_member WHERE contact_id {ids}"
    return tuples(connection, sql, ids(connection, of))


def engaged(connection: Connection, walks: Iterable[int]) -> Tuples:
    """(walk, step, opened at, clicked at) of these walks' opened messages."""
    sql = """SELECT enrolment_id, step, opened_at, clicked_at FROM message
        WHERE enrolment_id {ids} AND opened_at IS NOT NULL"""
    return tuples(connection, sql, ids(connection, walks))


def latest_events(connection: Connection, of: Iterable[int], kinds: Sequence[str]) -> Tuples:
    """(contact, kind, subject, largest event id) for these kinds."""
    marks = ", ".join("?" * len(kinds))
    sql = f"""SELECT contact_id, kind, subject_id, MAX(id) FROM event
        WHERE contact_id {{ids}} AND kind IN ({marks}) GROUP BY contact_id, kind, subject_id"""
    return tuples(connection, sql, ids(connection, of), *kinds)


def engagement(connection: Connection, of: Iterable[int], since: int) -> Tuples:
    """(contact, kind, at) of opens, clicks and replies later than `since`."""
    sql = """SELECT contact_id, kind, at FROM event WHERE contact_id {ids} AND at > ?
        AND kind IN ('email_opened', 'email_clicked', 'email_replied', 'sms_replied')"""
    return tuples(connection, sql, ids(connection, of), since)


def ran(connection: Connection, of: Iterable[int], walks: Iterable[int]) -> Tuples:
    """(walk, step, version) of every step these walks of these contacts took."""
    marks = ", ".join("?" * len(RAN))
    sql = f"""SELECT DISTINCT enrolment_id, step, version_id FROM journal
        WHERE contact_id {{ids}} AND enrolment_id {{ids}} AND what IN ({marks})"""
    return tuples(connection, sql, ids(connection, of), ids(connection, walks), *RAN)


def recent_sends(connection: Connection, of: Iterable[int], since: int) -> Tuples:
    """(contact, number) of messages queued later than `since` and not withdrawn."""
    sql = """SELECT contact_id, COUNT(*) FROM message WHERE contact_id {ids} AND queued_at > ?
        AND state NOT IN ('withdrawn', 'too_late') GROUP BY contact_id"""
    return tuples(connection, sql, ids(connection, of), since)


def last_event_id(connection: Connection) -> int:
    """The largest event id there is."""
    return int(query(connection, "SELECT COALESCE(MAX(id), 0) FROM event")[0][0])

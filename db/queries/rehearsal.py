"""Recorded history as a rehearsal reads it: a chunk of people at a time, nothing locked.

Reads by the log's index over contacts, so that a question takes as long as these people's log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from db.connection import Connection
from db.queries.batches import CONTACT, Tuples
from db.sql import ids, query, tuples


def known_people(connection: Connection, until: int) -> int:
    """How many people the practice saw before `until`."""
    return int(query(connection, "SELECT COUNT(*) FROM contact WHERE created_at < ?", until)[0][0])


def last_recorded(connection: Connection) -> int:
    """The instant of the event recorded last; 0 before the first."""
    rows = query(connection, "SELECT at FROM event ORDER BY id DESC LIMIT 1")
    return int(rows[0].at) if rows else 0


def page_of_people(connection: Connection, until: int, after: int, limit: int) -> list[int]:
    """The next people whom the practice saw before `until`, by number."""
    sql = "SELECT id FROM contact WHERE id > ? AND created_at < ? ORDER BY id LIMIT ?"
    return [row[0] for row in tuples(connection, sql, after, until, limit)]


def with_events(
    connection: Connection, of: Iterable[int], kinds: Sequence[str], since: int, until: int
) -> list[int]:
    """Those of these people to whom an event of these kinds happened from `since` to `until`."""
    marks = ", ".join("?" * len(kinds))
    sql = f"""SELECT DISTINCT contact_id FROM event
        WHERE contact_id {{ids}} AND at >= ? AND at < ? AND kind IN ({marks})"""
    rows = tuples(connection, sql, ids(connection, of), since, until, *kinds)
    return sorted(row[0] for row in rows)


def records(connection: Connection, of: Iterable[int]) -> Tuples:
    """The records of these people as they are now, by number."""
    return tuples(connection, f"{CONTACT} WHERE id {{ids}} ORDER BY id", ids(connection, of))


def history(
    connection: Connection, of: Iterable[int], since: int, left_out: Collection[str]
) -> Tuples:
    """What happened to these people from `since` on, in the order of the log.

    (contact, id, at, kind, depth, subject, field, old, new, the flow whose step caused it, the
    flow and the step whose message it answers); kinds `left_out` are not asked for.
    """
    marks = ", ".join("?" * len(left_out))
    sql = f"""SELECT e.contact_id, e.id, e.at, e.kind, e.depth, e.subject_id, e.field, e.old,
        e.new, w.flow_id, m.flow_id, m.step FROM event e
        LEFT JOIN enrolment w ON w.id = e.enrolment_id
        LEFT JOIN message m ON m.id = e.message_id
        WHERE e.contact_id {{ids}} AND e.at >= ? AND e.kind NOT IN ({marks})
        ORDER BY e.contact_id, e.id"""
    return tuples(connection, sql, ids(connection, of), since, *left_out)


def last_activities(
    connection: Connection,
    of: Iterable[int],
    before: int,
    channel_facts: Collection[str],
    dynamic_lists: Iterable[int],
) -> dict[int, int]:
    """By contact the latest activity before an instant; who had none is left out.

    Activity is of depth 0, no channel fact, and no change of a dynamic list (engine.md section 2).
    """
    marks = ", ".join("?" * len(channel_facts))
    sql = f"""SELECT contact_id, MAX(at) FROM event
        WHERE contact_id {{ids}} AND at < ? AND depth = 0 AND kind NOT IN ({marks})
        AND NOT (kind IN ('list_joined', 'list_left') AND subject_id {{ids}}) GROUP BY contact_id"""
    rows = tuples(
        connection, sql, ids(connection, of), before, *channel_facts,
        ids(connection, dynamic_lists),
    )  # fmt: skip
    return {contact_id: at for contact_id, at in rows}


def consents(connection: Connection, of: Iterable[int], before: int) -> Tuples:
    """(contact, channel, change) of the subscription audit log before an instant, in order.

    Also what somebody said before the practice first saw them, which stands at their creation.
    """
    sql = """SELECT s.contact_id, s.channel, s.change FROM consent s
        JOIN contact c ON c.id = s.contact_id
        WHERE s.contact_id {ids} AND (s.at < ? OR s.at <= c.created_at) ORDER BY s.id"""
    return tuples(connection, sql, ids(connection, of), before)


def other_sends(
    connection: Connection, of: Iterable[int], flow_id: int, since: int, until: int
) -> Tuples:
    """(contact, instant) of messages queued in between by anything but this flow, in order.

    Those taken back are left out, as the cap leaves them out (engine.md section 9).
    """
    sql = """SELECT contact_id, queued_at FROM message
        WHERE contact_id {ids} AND queued_at > ? AND queued_at < ?
        AND (flow_id IS NULL OR flow_id <> ?) AND state NOT IN ('withdrawn', 'too_late')
        ORDER BY contact_id, queued_at"""
    return tuples(connection, sql, ids(connection, of), since, until, flow_id)

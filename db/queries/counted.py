"""What stands behind the numbers of the screens: enrolments, messages and contacts, by page.

A page begins below a key of three numbers (`BEGINNING` for the first) and goes down, so that the
last page costs what the first does. What is asked of enrolments, like their goal or an opened
message, is asked of one after the other in the order they began: the fewer it is true of, the more
of them a page looks through. Every row says its key as k1, k2, k3, whom it is about
(`contact_id`), and the instant `at` that is counted. Spans of instants leave out their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from db.connection import Connection
from db.queries.matching import OPEN, Clause
from db.sql import Rows, ids, query

Key = tuple[int, int, int]
Span = tuple[int, int]

BEGINNING: Final[Key] = (1 << 62, 1 << 62, 1 << 62)
BEGAN: Final = {
    "enrolled": "",
    "completed": " AND e.ended_why = 'completed'",
    "goal": " AND e.goal_at IS NOT NULL",
    "engaged": """ AND EXISTS (SELECT 1 FROM message m WHERE m.enrolment_id = e.id
        AND COALESCE(m.opened_at, m.clicked_at, m.replied_at) IS NOT NULL)""",
}
"""What can have become of enrolments that began on a day."""
ENDED: Final = {"finished": "ended_at", "reached": "goal_at"}
"""What enrolments can have come to on a day: their end, or their goal."""
HAPPENED: Final = {
    "sent": "queued_at", "opened": "opened_at", "clicked": "clicked_at", "replied": "replied_at",
}  # fmt: skip
"""What can have become of messages, and where that is kept."""
_WALK = """e.enrolled_at AS k1, e.id AS k2, {} AS k3, e.contact_id"""
_BEHIND = "e.flow_id = ? AND (e.enrolled_at, e.id, {}) < (?, ?, ?)"


def began(
    connection: Connection, flow_id: int, of: str, span: Span, below: Key, limit: int
) -> Rows:
    """Enrolments that began in a span and of which one of `BEGAN` is true, the latest first."""
    return query(
        connection,
        f"""SELECT {_WALK.format(0)}, e.enrolled_at AS at FROM enrolment e
        WHERE {_BEHIND.format(0)} AND e.enrolled_at >= ? AND e.enrolled_at < ?{BEGAN[of]}
        ORDER BY e.enrolled_at DESC, e.id DESC LIMIT ?""",
        flow_id, *below, *span, limit,
    )  # fmt: skip


def ended(
    connection: Connection, flow_id: int, of: str, span: Span, below: Key, limit: int
) -> Rows:
    """Enrolments that came to one of `ENDED` in a span, the latest that began first."""
    at = f"e.{ENDED[of]}"
    also = " AND e.ended_why = 'completed'" if of == "finished" else ""
    return query(
        connection,
        f"""SELECT {_WALK.format(0)}, {at} AS at FROM enrolment e
        WHERE {_BEHIND.format(0)} AND e.enrolled_at < ? AND {at} >= ? AND {at} < ?{also}
        ORDER BY e.enrolled_at DESC, e.id DESC LIMIT ?""",
        flow_id, *below, span[1], *span, limit,
    )  # fmt: skip


def live(connection: Connection, flow_id: int, step: str, below: Key, limit: int) -> Rows:
    """Who is in a flow now, at a step or, with '', anywhere: by contact, since they entered."""
    here = " AND e.step = ?" if step else ""
    return query(
        connection,
        f"""SELECT e.contact_id AS k1, 0 AS k2, 0 AS k3, e.contact_id, e.enrolled_at AS at
        FROM enrolment e WHERE e.flow_id = ? AND e.state <> 'ended' AND e.contact_id < ?{here}
        ORDER BY e.contact_id DESC LIMIT ?""",
        flow_id, below[0], *([step] if step else []), limit,
    )  # fmt: skip


def messages(
    connection: Connection,
    flow_id: int,
    of: str,
    where: tuple[str, str],
    span: Span,
    below: Key,
    limit: int,
) -> Rows:
    """Messages of a flow that met one of `HAPPENED` in a span; of the latest enrolments first.

    `where` is the step and the channel, '' for all. What was sent leaves out what was taken back.
    """
    at = f"m.{HAPPENED[of]}"
    tests = [f"m.{name} = ?" for name, value in zip(("step", "channel"), where, strict=True)
             if value]  # fmt: skip
    if of == "sent":
        tests.append("m.state NOT IN ('withdrawn', 'too_late')")
    also = "".join(f" AND {test}" for test in tests)
    return query(
        connection,
        f"""SELECT {_WALK.format("m.id")}, {at} AS at
        FROM enrolment e JOIN message m ON m.enrolment_id = e.id
        WHERE {_BEHIND.format("m.id")} AND e.enrolled_at < ? AND {at} >= ? AND {at} < ?{also}
        ORDER BY e.enrolled_at DESC, e.id DESC, m.id DESC LIMIT ?""",
        flow_id, *below, span[1], *span, *(value for value in where if value), limit,
    )  # fmt: skip


class Which(NamedTuple):
    """Enrolments by their journal, each line told as its step and what it says.

    Some line is one of `some` (None: whatever they say), none is one of `none`; `dropped` are those
    that ended before their end. Of those whose flow was edited meanwhile the lines tell too little:
    they are among them whatever they say.
    """

    some: Sequence[str] | None
    none: Sequence[str]
    dropped: bool


def walks(
    connection: Connection, flow_id: int, span: Span, which: Which, below: Key, limit: int
) -> Rows:
    """Enrolments of which something was so in a span, the latest first, and how each stands.

    (k1, k2, k3, contact_id, version_id, ended_at, ended_why).
    """
    told = """EXISTS (SELECT 1 FROM journal j WHERE j.contact_id = e.contact_id
        AND j.enrolment_id = e.id AND j.step || ' ' || j.what {ids})"""
    tests, values = [], []
    if which.some is not None:
        tests.append(told)
        values.append(ids(connection, which.some))
    if which.none:
        tests.append(f"NOT {told}")
        values.append(ids(connection, which.none))
    by_lines = f" AND (e.edited = 1 OR {' AND '.join(tests)})" if tests else ""
    ended = " AND e.ended_at < ? AND e.ended_why <> 'completed'" if which.dropped else ""
    return query(
        connection,
        f"""SELECT {_WALK.format(0)}, e.version_id, e.ended_at, e.ended_why
        FROM enrolment e WHERE {_BEHIND.format(0)} AND e.enrolled_at < ?
        AND COALESCE(e.ended_at, ?) >= ?{ended}{by_lines}
        ORDER BY e.enrolled_at DESC, e.id DESC LIMIT ?""",
        flow_id, *below, span[1], span[1], span[0], *([span[1]] if ended else []), *values, limit,
    )  # fmt: skip


def lines(connection: Connection, contacts: Iterable[int], walks: Iterable[int]) -> Rows:
    """The journal of enrolments of these contacts: (enrolment_id, at, version_id, step, what)."""
    return query(
        connection,
        """SELECT enrolment_id, at, version_id, step, what FROM journal
        WHERE contact_id {ids} AND enrolment_id {ids} ORDER BY id""",
        ids(connection, contacts), ids(connection, walks),
    )  # fmt: skip


def versions(connection: Connection, flow_id: int) -> Rows:
    """(id, at) of a flow's versions, oldest first."""
    sql = "SELECT id, at FROM flow_version WHERE flow_id = ? ORDER BY id"
    return query(connection, sql, flow_id)


def waiting(connection: Connection, below: Key, limit: int) -> Rows:
    """Messages that wait to go out, the last to be tried first."""
    return query(
        connection,
        """SELECT next_try AS k1, id AS k2, 0 AS k3, contact_id, next_try AS at FROM message
        WHERE next_try IS NOT NULL AND (next_try, id) < (?, ?)
        ORDER BY next_try DESC, id DESC LIMIT ?""",
        *below[:2], limit,
    )  # fmt: skip


def created(connection: Connection, source: str, at: int, below: Key, limit: int) -> Rows:
    """People who came from a source at an instant, the last first."""
    return query(
        connection,
        """SELECT id AS k1, 0 AS k2, 0 AS k3, id AS contact_id, created_at AS at FROM contact
        WHERE created_at = ? AND source = ? AND id < ? ORDER BY id DESC LIMIT ?""",
        at, source, below[0], limit,
    )  # fmt: skip


def matching(connection: Connection, test: Clause, below: Key, limit: int) -> Rows:
    """Contactable people of whom a test of `db.queries.matching` is true."""
    return query(
        connection,
        f"""SELECT id AS k1, 0 AS k2, 0 AS k3, id AS contact_id, NULL AS at FROM contact
        WHERE {test.sql} AND {OPEN} AND id < ? ORDER BY id DESC LIMIT ?""",
        *test.values, below[0], limit,
    )  # fmt: skip

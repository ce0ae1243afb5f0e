"""What a batch brought about, written with bulk statements in the open transaction.

Each function takes tuples in the column order it names. Counters are added to, never set.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import TypeVar

from db.bulk import copy_rows, insert_sql, reserve_ids
from db.connection import Connection
from db.folding import folded
from db.sql import execute, ids, many

Row = Sequence[object]
Key = TypeVar("Key")

EVENT = ("id", "contact_id", "at", "kind", "depth", "enrolment_id", "message_id", "subject_id",
         "field", "old", "new", "key")  # fmt: skip
ENROLMENT = ("id", "flow_id", "contact_id", "version_id", "state", "step", "started", "due_at",
             "told", "enrolled_at", "after_event", "depth", "occasion", "was_dormant", "edited",
             "goal_until", "goal_at", "ended_at", "ended_why")  # fmt: skip
JOURNAL = ("at", "contact_id", "flow_id", "enrolment_id", "version_id", "step", "what", "why",
           "until")  # fmt: skip
MESSAGE = ("contact_id", "enrolment_id", "flow_id", "version_id", "step", "visit", "channel",
           "template_id", "state", "queued_at", "next_try", "attempts", "generation")  # fmt: skip
TASK = ("contact_id", "enrolment_id", "step", "title", "assignee", "user_id", "created_at",
        "due_at")  # fmt: skip

RECORD = ("first_name", "last_name", "email", "phone", "dob", "birth_day", "timezone", "status",
          "lead_source", "owner_id", "provider_id", "sms_on", "email_on", "sms_opted_out",
          "email_opted_out", "insurance", "archived", "deceased", "do_not_contact",
          "email_bounced", "last_activity")  # fmt: skip
FOLDED = {"first_name": "folded_first", "last_name": "folded_last"}
"""What is kept of names for searching (`db.folding`)."""

_MOVE = """UPDATE enrolment SET state = ?, step = ?, started = ?, due_at = ?, told = ?,
 goal_at = ?, ended_at = ?, ended_why = ?"""


def reserve(connection: Connection, table: str, count: int) -> Sequence[int]:
    """Increasing ids for `count` rows about to be written."""
    return reserve_ids(connection, table, count) if count else ()


def fresh_ids(connection: Connection, table: str) -> Iterator[int]:
    """Increasing ids for rows about to be written, reserved as they are asked for."""
    if connection.dialect.name == "sqlite":
        yield from count(reserve_ids(connection, table, 1)[0])
    block = 16
    while True:
        yield from reserve_ids(connection, table, block)
        block = min(4 * block, 4096)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    return insert_sql(table, columns, "sqlite")


FEW = 50
"""Rows for which starting a COPY costs more than it saves."""


def append(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Append rows to a log-like table."""
    if len(rows) > FEW:
        copy_rows(connection, table, columns, rows)
    elif rows:
        many(connection, _insert(table, tuple(columns)), rows)


def move_walks(connection: Connection, moves: Iterable[tuple[Row, int]]) -> None:
    """Write where walks stand now; those that stand at the same place are written together.

    Moves: (state, step, started, due_at, told, goal_at, ended_at, ended_why) and the walk's id.
    """
    _update(connection, _MOVE, moves)


def _update(connection: Connection, change: str, rows: Iterable[tuple[Row, int]]) -> None:
    """Update by id; rows that get the same values are written together."""
    alike = list(_by_first((values, id) for values, id in rows))
    for values, rest in alike:
        if len(rest) > 1:
            execute(connection, f"{change} WHERE id {{ids}}", *values, ids(connection, rest))
    single = [(*values, rest[0]) for values, rest in alike if len(rest) == 1]
    many(connection, f"{change} WHERE id = ?", single)


def _by_first(pairs: Iterable[tuple[Key, int]]) -> Iterable[tuple[Key, list[int]]]:
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups.items()


def update_contacts(
    connection: Connection, columns: Sequence[str], rows: Iterable[tuple[Row, int]]
) -> None:
    """Write these of `RECORD`'s columns: (their values, the contact's id).

    Folded names are written with the names.
    """
    if columns:
        names = [place for place, column in enumerate(columns) if column in FOLDED]
        if names:
            columns = [*columns, *(FOLDED[columns[place]] for place in names)]
            rows = [
                ((*values, *(folded(str(values[place])) for place in names)), id)
                for values, id in rows
            ]
        changes = ", ".join(f"{column} = ?" for column in columns)
        _update(connection, f"UPDATE contact SET {changes}", rows)


_JOIN = """INSERT INTO list_member (list_id, contact_id)
 SELECT ?, id FROM contact WHERE id {ids} ON CONFLICT DO NOTHING"""
_LEAVE = "DELETE FROM list_member WHERE list_id = ? AND contact_id {ids}"


def change_lists(connection: Connection, members: Mapping[tuple[int, int], bool]) -> None:
    """Put contacts on lists, or take them off, and keep the lists' sizes: by (list, contact)."""
    grown: Counter[int] = Counter()
    for sql, joins in ((_JOIN, True), (_LEAVE, False)):
        for list_id, contacts in _by_first(pair for pair, on in members.items() if on == joins):
            changed = execute(connection, sql, list_id, ids(connection, contacts))
            grown[list_id] += changed if joins else -changed
    # In the order of lists, so that no two who change the same ones wait for each other.
    sizes = [(grown[list_id], list_id) for list_id in sorted(grown) if grown[list_id]]
    many(connection, "UPDATE contact_list SET size = size + ? WHERE id = ?", sizes)


def add_consents(connection: Connection, rows: Sequence[Row]) -> None:
    """Append to the subscription audit log: (contact, at, channel, change, words)."""
    append(connection, "consent", ("contact_id", "at", "channel", "change", "words"), rows)


def add_flow_counts(
    connection: Connection, counts: Mapping[tuple[int, int], Sequence[int]]
) -> None:
    """Add the seven counts of `flow_day`, by (flow, day)."""
    columns = ("enrolled", "completed", "goal_reached", "unenrolled", "began_completed",
               "began_goal_reached", "began_unenrolled")  # fmt: skip
    added = ", ".join(f"{name} = flow_day.{name} + excluded.{name}" for name in columns)
    many(
        connection,
        f"""INSERT INTO flow_day (flow_id, day, {", ".join(columns)})
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (flow_id, day) DO UPDATE SET {added}""",
        [(flow, day, *counts[flow, day]) for flow, day in sorted(counts)],
    )


def add_here(connection: Connection, changes: Mapping[tuple[int, str], int]) -> None:
    """Add to the number of contacts now at each step."""
    many(
        connection,
        """INSERT INTO step_here (flow_id, step, here) VALUES (?, ?, ?)
        ON CONFLICT (flow_id, step) DO UPDATE SET here = step_here.here + excluded.here""",
        [(*key, changes[key]) for key in sorted(changes) if changes[key]],
    )


def add_touches(connection: Connection, rows: Sequence[Row]) -> None:
    """Remember first touches: (campaign, contact, kind, asset, at, was dormant)."""
    many(
        connection,
        """INSERT INTO touch (campaign_id, contact_id, kind, asset_id, first_at, was_dormant)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        rows,
    )


def add_outcomes(connection: Connection, column: str, rows: Sequence[Row]) -> None:
    """Mark touched contacts engaged or converted, once.

    Rows: (at, campaign, contact, at, 1 if only dormant ones count, then twice the instant
    since which they must have become a patient, or −1).
    """
    many(
        connection,
        f"""UPDATE touch SET {column} = ? WHERE campaign_id = ? AND contact_id = ?
        AND first_at <= ? AND {column} IS NULL AND was_dormant >= ? AND (? < 0 OR EXISTS (
        SELECT 1 FROM event WHERE event.contact_id = touch.contact_id
        AND event.kind = 'became_patient' AND event.at >= ?))""",
        rows,
    )

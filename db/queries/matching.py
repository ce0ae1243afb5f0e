"""How many contacts there are of the kind a trigger waits for; of the log, one day is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from db.connection import Connection
from db.sql import query

OPEN: Final = "archived = 0 AND deceased = 0 AND do_not_contact = 0"
"""The test for whom the practice may contact."""


class Clause(NamedTuple):
    """A test of a contact, in SQL, and its values."""

    sql: str
    values: tuple[object, ...] = ()


EVERYONE: Final = Clause("1 = 1")
# As `ix_event_today` says it, which a store else does not know to hold what is asked for.
_KEPT: Final = """kind IN ('form_submitted', 'property_changed', 'email_opened', 'email_clicked',
 'sms_replied')"""


def with_value(column: str, value: object) -> Clause:
    """Whether `column`, one of the contact's own, holds a value."""
    return Clause(f"{column} = ?", (value,))


def on_list(list_id: int) -> Clause:
    """Whether they are on a list."""
    return Clause("id IN (SELECT contact_id FROM list_member WHERE list_id = ?)", (list_id,))


def born_on(days: Sequence[int]) -> Clause:
    """Whether they were born on one of these days, each month × 100 + day."""
    return Clause(f"birth_day IN ({', '.join('?' * len(days))})", tuple(days))


def quiet_since(cutoff: int) -> Clause:
    """Whether their last activity was at or before an instant."""
    return Clause("last_activity <= ?", (cutoff,))


def did_since(
    since: int, kinds: Sequence[str], *, subject: int | None = None, field: str | None = None
) -> Clause:
    """Whether an event of these kinds, of those in `ix_event_today`, is theirs since an instant.

    Only one about the `subject`, or of the property `field`, where one is given.
    """
    about = [("subject_id", subject), ("field", field)]
    tests = "".join(f" AND {column} = ?" for column, value in about if value is not None)
    return Clause(
        f"""id IN (SELECT contact_id FROM event WHERE {_KEPT}
        AND kind IN ({", ".join("?" * len(kinds))}) AND at >= ?{tests})""",
        (*kinds, since, *(value for _, value in about if value is not None)),
    )


def count(connection: Connection, test: Clause) -> int:
    """How many contactable people there are of whom a test is true."""
    sql = f"SELECT COUNT(*) FROM contact WHERE {test.sql} AND {OPEN}"
    return int(query(connection, sql, *test.values)[0][0])

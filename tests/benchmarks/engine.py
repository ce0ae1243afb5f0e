"""Send steps a second, held against raw writing of every row the steps need.

The engine takes N contacts through the welcome flow on a recording channel. The very rows it
wrote are then written again, by bare bulk statements on the same driver with the same indexes
and commit size, into a second store that stands where the first one stood. `python
tests/benchmarks/engine.py [N]`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from db import writes
from db.bulk import copy_rows
from db.session import Store, temporary_store
from db.sql import Rows, execute, ids, many, query
from engine.calendar import DAY
from engine.dispatcher import RECORDED, deliver, standing
from engine.runner import CHUNK, advance
from engine.workspace import Workspace
from tests.benchmarks.measure import START, figure, fill, practice, report, seconds, stores

BAR = 0.5
LATER = START + 2 * DAY


def main() -> None:
    """Measure on both stores."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with stores() as addresses:
        report([measure(dialect, url, count) for dialect, url in addresses])


def measure(dialect: str, url: str | None, count: int) -> dict[str, Any]:
    """Both sides on one kind of store, in send steps a second."""
    with temporary_store(url) as one, temporary_store(url) as other:
        workspace = practice(one)
        fill(workspace, count, START)
        fill(practice(other), count, START)
        ours = seconds(go, workspace, START)
        open_half(one)
        ours += seconds(go, workspace, LATER)
        sends = written(one, "SELECT COUNT(*) FROM message")[0][0]
        theirs = Raw(one, other).run()
    return figure(f"engine {dialect}", sends / ours, sends / theirs, BAR)


def go(workspace: Workspace, now: int) -> None:
    """Take every due step and hand over what it queued."""
    advance(workspace, now)
    deliver(workspace, RECORDED, standing(now), limit=CHUNK)


def open_half(store: Store) -> None:
    """Every second person opens the email, so that both lanes are walked."""
    with store.write() as connection:
        execute(connection, "UPDATE message SET opened_at = ? WHERE (id & 1) = 0", START)


def written(store: Store, sql: str, *values: object) -> Rows:
    """Rows the engine wrote."""
    with store.read() as connection:
        return query(connection, sql, *values)


class Raw:
    """The rows of one store, written again into another by the best bare statements."""

    def __init__(self, source: Store, target: Store) -> None:
        self.source = source
        self.target = target

    def run(self) -> float:
        """The seconds of both passes; what is read for them is not counted."""
        return sum(self.steps(at) + self.sending(at) for at in (START, LATER))

    def steps(self, at: int) -> float:
        """Journal, events, messages, tasks, records, lists and moves of one pass."""
        lines = self.rows("journal", writes.JOURNAL, "at = ? AND what <> 'enrolled'", at)
        events = self.rows("event", writes.EVENT, "at = ? AND enrolment_id IS NOT NULL "
                           "AND message_id IS NULL", at)  # fmt: skip
        messages = self.rows("message", writes.MESSAGE, "queued_at = ?", at)
        queued = [(*m[:8], "queued", at, at, 0, 0) for m in messages]
        tasks = self.rows("task", writes.TASK, "created_at = ?", at)
        members = self.rows("list_member", ("list_id", "contact_id"), "contact_id > 0")
        walks = [row[0] for row in written(self.source, "SELECT id FROM enrolment ORDER BY id")]
        records = self.rows("contact", ("lead_source", "id"), "id > 0")
        first = at == START
        total = 0.0
        for start in range(0, len(walks), CHUNK):
            part = slice(start, start + CHUNK)
            appended = [
                ("journal", writes.JOURNAL, share(lines, part, len(walks))),
                ("event", writes.EVENT, share(events, part, len(walks))),
                ("message", writes.MESSAGE, share(queued, part, len(walks))),
                ("task", writes.TASK, share(tasks, part, len(walks))),
                ("list_member", ("list_id", "contact_id"), [] if first else members[part]),
            ]
            total += seconds(self.write, appended, walks[part], [] if first else records[part], at)
        return total

    def write(self, appended: list[Any], walks: list[int], records: list[Any], at: int) -> None:
        """One chunk of contacts in one transaction."""
        with self.target.write() as connection:
            for table, columns, rows in appended:
                if rows:
                    copy_rows(connection, table, columns, rows)
            execute(
                connection,
                "UPDATE enrolment SET state = ?, step = ?, started = 1, due_at = ? WHERE id {ids}",
                "waiting" if at == START else "ended", "wait", LATER if at == START else None,
                ids(connection, walks),
            )  # fmt: skip
            many(
                connection,
                "UPDATE contact SET lead_source = ? WHERE id = ?",
                records,
            )

    def sending(self, at: int) -> float:
        """Claims, settlements and channel facts of one pass."""
        messages = [
            row[0]
            for row in written(
                self.target, "SELECT id FROM message WHERE queued_at = ? ORDER BY id", at
            )
        ]
        facts = self.rows("event", writes.EVENT, "at = ? AND message_id IS NOT NULL", at)
        total = 0.0
        for start in range(0, len(messages), CHUNK):
            part = slice(start, start + CHUNK)
            rows = share(facts, part, len(messages))
            total += seconds(self.hand_over, messages[part], rows, at)
        return total

    def hand_over(self, messages: list[int], facts: list[Any], at: int) -> None:
        """One claim: taken in one transaction, settled in another."""
        with self.target.write() as connection:
            execute(
                connection,
                """UPDATE message SET state = 'claimed', generation = 1, attempts = 1,
                next_try = ? WHERE id {ids}""",
                at + DAY, ids(connection, messages),
            )  # fmt: skip
        with self.target.write() as connection:
            execute(
                connection,
                "UPDATE message SET state = 'sent', next_try = NULL, sent_at = ? WHERE id {ids}",
                at, ids(connection, messages),
            )  # fmt: skip
            copy_rows(connection, "event", writes.EVENT, facts)

    def rows(self, table: str, columns: Any, where: str, *values: object) -> list[Any]:
        """The source's rows of a table, as tuples."""
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {where}"
        return [tuple(row) for row in written(self.source, sql, *values)]


def share(rows: list[Any], part: slice, of: int) -> list[Any]:
    """The same share of `rows` as `part` is of `of`."""
    return rows[part.start * len(rows) // of : min(part.stop, of) * len(rows) // of]


if __name__ == "__main__":
    main()

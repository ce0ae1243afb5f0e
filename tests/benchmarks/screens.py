"""What the screens ask for, to rows: a million people and ten million events, and 1 % of them.

`python tests/benchmarks/screens.py [N] [--keep FOLDER]`. The two stores are filled in bulk, which
takes minutes for a million; with `--keep` they stay in the folder for the next time.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import Connection

from db import keys
from db.session import Store, open_store, temporary_store
from db.sql import execute
from engine import people
from engine.calendar import DAY, HOUR, MINUTE
from engine.commands import flows, settings
from engine.lists_page import lists, members
from engine.overview import automations, overview
from engine.people import Order, Span
from engine.performance import performance, practice_day
from engine.person import feed, profile
from engine.tasks_page import Ask, queue
from engine.timeline import timeline
from engine.workspace import Reader, Workspace
from tests.benchmarks.measure import START, WELCOME, figure, practice, report, seconds

PART = 100
"""The other store holds one in so many of what the first holds."""
LONGEST = 0.030
"""Seconds a screen may wait for its rows."""
RATIO = 1.5
TIMES = 41
"""Of which the middle one counts; the two stores take turns."""
NOW = START + 400 * DAY
FLOWS, LISTS, DAYS = 20, 12, 365
"""Automations, lists, and days on which anything happened: the same in both stores."""
ROWS, TASKS = 50, 20
"""Asked for at once: no more than either store has."""

Question = Callable[[Reader], object]
_MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"


def main() -> None:
    """Every screen's figures, on the embedded store."""
    words = sys.argv[1:]
    folder = Path(words.pop(words.index("--keep") + 1)) if "--keep" in words else None
    count = int(next((word for word in words if word.isdigit()), 1_000_000))
    figures: list[dict[str, Any]] = []
    with ExitStack() as opened:
        large, small = (
            opened.enter_context(filled(folder, size)) for size in (count, count // PART)
        )
        for name, question in screens(large).items():
            took, against = middles(large, small, question)
            figures.append(figure(name, took, against, RATIO, most=True))
            figures.append(figure(f"{name}, seconds", took, 1.0, LONGEST, most=True))
    report(figures)


def middles(large: Store, small: Store, question: Question) -> tuple[float, float]:
    """Seconds from question to rows in each store, after one time not counted."""
    taken = [
        [seconds(ask, store, question) for store in (large, small)] for _ in range(TIMES + 1)
    ]  # fmt: skip
    took, against = (statistics.median(times) for times in zip(*taken[1:], strict=True))
    return took, against


def ask(store: Store, question: Question) -> None:
    """As the window's readers do."""
    with store.glance() as reader:
        question(reader)


def screens(store: Store) -> dict[str, Question]:
    """What each screen asks to show its first rows, by name."""
    with store.glance() as reader:
        today = practice_day(reader, NOW).today
    return {
        "automations, cards": partial(overview, now=NOW),
        "automations, rows by name": automations,
        "automations, rows by enrolled": partial(automations, sort="enrolled", descending=True),
        "contacts, first rows": first_people,
        "contacts, found": partial(people.first_found, text="garcia 12", most=ROWS),
        "lists": lists,
        "people on a list": partial(members, list_id=1, most=ROWS),
        "tasks": lambda reader: queue(reader, Ask(), TASKS, NOW),
        "tasks of the front desk, overdue": lambda reader: queue(
            reader, Ask(0, late=True), TASKS, NOW
        ),
        "performance and steps, 30 days": partial(
            performance, flow_id=1, first=today - timedelta(days=29), last=today
        ),
        "performance and steps, from the beginning": partial(
            performance, flow_id=1, first=None, last=today
        ),
        "timeline": partial(timeline, flow_id=1, limit=8),
        "a contact": lambda reader: (profile(reader, 77, NOW), feed(reader, 77, None, ROWS)),
    }


def first_people(reader: Reader) -> object:
    """The first rows of the table of contacts, as it begins."""
    order = Order()
    (anchor,) = people.anchors(reader, order, None, 1)
    return people.rows(reader, people.span_ids(reader, order, [Span(anchor, 0, ROWS)]))


@contextmanager
def filled(folder: Path | None, count: int) -> Iterator[Store]:
    """A store of so many people; in a folder the one that is there."""
    if folder is None:
        with temporary_store() as store:
            fill(store, count)
            yield store
        return
    folder.mkdir(parents=True, exist_ok=True)
    path, kept = folder / f"screens-{count}.db", folder / f"screens-{count}.key"
    whole = kept.exists()
    key = kept.read_text(encoding="ascii") if whole else keys.new_key()
    if not whole:
        path.unlink(missing_ok=True)
    store = open_store(str(path), key=key)
    try:
        if not whole:
            fill(store, count)
            kept.write_text(key, encoding="ascii")
        yield store
    finally:
        store.close()


def fill(store: Store, count: int) -> None:
    """A practice that `count` people passed through, ten events each."""
    workspace = practice(store)
    set_up(workspace)
    for part in (add_people, add_walks, add_events, add_tasks, add_counts):
        with store.write() as connection:
            part(connection, count)


def set_up(workspace: Workspace) -> None:
    """Automations beside the welcome, and lists."""
    for number in range(2, FLOWS + 1):
        flow_id = flows.save_flow(
            workspace, "automation", {**WELCOME, "name": f"Series {number}"}, START
        )
        flows.activate(workspace, flow_id, START)
    for number in range(2, LISTS + 1):
        settings.add_list(workspace, {"name": f"List {number}", "type": "static"})


def add_people(connection: Connection, count: int) -> None:
    """Contacts, each on one or two of the lists."""
    execute(
        connection,
        f"""{_MANY} INSERT INTO contact (id, first_name, last_name, folded_first, folded_last,
        email, phone, source, status, insurance, created_at, last_activity)
        SELECT i, 'Ana ' || i % 991, 'Garcia ' || i % 9973, 'ana ' || i % 991,
        'garcia ' || i % 9973, 'p' || i || '@example.org', '+1202' || (1000000 + i), 'manual',
        'lead', 'not_started', ?, ? - i * 7919 % {DAYS} * {DAY} - i % 1440 * {MINUTE} FROM n""",
        count, START, NOW,
    )  # fmt: skip
    for number in range(1, LISTS + 1):
        execute(
            connection,
            """INSERT INTO list_member (list_id, contact_id)
            SELECT ?, id FROM contact WHERE id % 8 = ? % 8""",
            number, number,
        )  # fmt: skip


def add_walks(connection: Connection, count: int) -> None:
    """Everybody was welcomed and every other walked one more; one email each, some answered."""
    walk = f"""INSERT INTO enrolment (flow_id, contact_id, version_id, state, step, enrolled_at,
        after_event, depth, goal_at, ended_at, ended_why)
        SELECT {{0}}, id, {{0}}, 'ended', NULL, last_activity, 0, 0,
        CASE WHEN id % 7 = 0 THEN last_activity + {HOUR} END, last_activity + {DAY}, 'completed'
        FROM contact WHERE {{1}} ORDER BY id"""
    execute(connection, walk.format("1", "1 = 1"))
    execute(connection, walk.format(f"2 + id / 2 % {FLOWS - 1}", "id % 2 = 0"))
    execute(
        connection,
        f"""INSERT INTO message (contact_id, enrolment_id, flow_id, version_id, step, visit,
        channel, template_id, state, queued_at, attempts, generation, sent_at, opened_at,
        clicked_at, replied_at)
        SELECT contact_id, id, flow_id, version_id, 'thanks', 1, 'email', 1, 'sent', enrolled_at,
        1, 1, enrolled_at, CASE WHEN id % 3 = 0 THEN enrolled_at + {HOUR} END,
        CASE WHEN id % 15 = 0 THEN enrolled_at + 2 * {HOUR} END,
        CASE WHEN id % 40 = 0 THEN enrolled_at + 3 * {HOUR} END
        FROM enrolment WHERE id <= {count} ORDER BY id""",
    )


def add_events(connection: Connection, count: int) -> None:
    """Ten events each, in the order of people: also of the email, which has the walk's number."""
    kinds = ("contact_created", "email_delivered", "email_opened", "email_clicked",
             "property_changed", "appointment_booked", "appointment_completed", "became_patient",
             "email_replied", "sms_delivered")  # fmt: skip
    of = " ".join(f"WHEN {place} THEN '{kind}'" for place, kind in enumerate(kinds))
    mailed = "(kind LIKE 'email%')"
    execute(
        connection,
        f"""{_MANY}, e(i, place, kind) AS (SELECT 1 + (i - 1) / 10, (i - 1) % 10,
        CASE (i - 1) % 10 {of} END FROM n)
        INSERT INTO event (contact_id, at, kind, depth, message_id, field, old, new)
        SELECT i, ? + i % {DAYS} * {DAY} + place * {MINUTE}, kind, 0,
        CASE WHEN {mailed} THEN i END, CASE WHEN kind = 'property_changed' THEN 'lead_source' END,
        '', CASE WHEN {mailed} THEN 'https://example.org/book' ELSE 'Website' END FROM e""",
        10 * count, START,
    )  # fmt: skip


def add_tasks(connection: Connection, count: int) -> None:
    """A task for every fifth, one in a hundred of them still to be done."""
    execute(
        connection,
        f"""{_MANY} INSERT INTO task (contact_id, enrolment_id, step, title, assignee, created_at,
        due_at, done_at) SELECT i * 5, i * 5, 'call', 'Call Ana back', 'front_desk', ?,
        ? + i % 40 * {HOUR}, CASE WHEN i % 100 > 0 THEN ? END FROM n""",
        count // 5, START, NOW - 20 * HOUR, NOW,
    )  # fmt: skip


def add_counts(connection: Connection, count: int) -> None:
    """The counters of every day, as many rows in either store."""
    daily = count // DAYS
    first = (START // DAY) + 719_163
    for flow_id in range(1, FLOWS + 1):
        execute(
            connection,
            f"""{_MANY} INSERT INTO flow_day (flow_id, day, enrolled, completed, goal_reached,
            began_completed, began_goal_reached, began_engaged)
            SELECT ?, ? + i, ?, ?, ?, ?, ?, ? FROM n""",
            DAYS, flow_id, first, daily, daily, daily // 7, daily, daily // 7, daily // 3,
        )  # fmt: skip
        for step in ("thanks", "wait", "opened", "nudge", "call", "mark", "keep"):
            execute(
                connection,
                f"""{_MANY} INSERT INTO step_day (flow_id, step, day, entered, sent, delivered,
                opened) SELECT ?, ?, ? + i, ?, ?, ?, ? FROM n""",
                DAYS, flow_id, step, first, daily, daily, daily, daily // 3,
            )  # fmt: skip


if __name__ == "__main__":
    main()

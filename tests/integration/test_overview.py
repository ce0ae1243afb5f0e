"""The list of automations: every number is what a slow recount of enrolments gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.queries import overview as rows
from db.queries import setup
from db.queries.overview import switches
from db.session import temporary_store
from db.sql import query
from engine.calendar import DAY, local_date, parse_instant
from engine.channels.recording import RecordingChannel
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.copying import duplicate_flow
from engine.commands.flows import activate, delete, pause, save_flow
from engine.counted import flows_of
from engine.dispatcher import Channels, deliver, standing
from engine.number import Counted
from engine.overview import DAYS, SORTS, automations, overview
from engine.practice import read_practice
from engine.runner import advance
from engine.sample import set_up
from engine.sample_life import live
from engine.workspace import Reader, Workspace

START = parse_instant("2026-01-05T12:00:00Z")
LIVED = 45
NOW = START + (LIVED - 1) * DAY + DAY // 3


@pytest.fixture(scope="module")
def lived() -> Iterator[Workspace]:
    with temporary_store() as store:
        workspace = Workspace(store)
        set_up(workspace, START)
        post = Channels(RecordingChannel(), RecordingChannel())
        live(
            workspace, lambda now: deliver(workspace, post, standing(now)),
            contacts=60, days=LIVED, seed=3, start=START,
        )  # fmt: skip
        yield workspace


@pytest.fixture
def fresh(store_url: str) -> Iterator[Workspace]:
    with temporary_store(store_url if store_url.startswith("postgresql") else None) as store:
        workspace = Workspace(store)
        set_up(workspace, START)
        yield workspace


def recounted(connection: Reader, first_back: int, last_back: int) -> tuple[int, int, int]:
    """Enrolled, completed, goal reached of the enrolments that began so many days ago."""
    zone = read_practice(setup.settings(connection)).zone
    today = local_date(NOW, zone).toordinal()
    began = [
        row
        for row in query(connection, "SELECT e.* FROM enrolment e JOIN flow f ON f.id = e.flow_id "
                         "WHERE f.kind = 'automation'")
        if first_back >= today - local_date(row.enrolled_at, zone).toordinal() >= last_back
    ]  # fmt: skip
    completed = sum(row.ended_why == "completed" for row in began)
    return len(began), completed, sum(row.goal_at is not None for row in began)


PLAIN = {
    "format": "practice-crm/automation@1", "name": "Plain",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [{"id": "wait", "type": "delay", "amount": 1, "unit": "days"}],
}  # fmt: skip


def test_a_goal_is_of_those_who_could_reach_one(fresh: Workspace) -> None:
    names = [("Plain", None), ("Aimed", "book_appointment")]
    for name, goal in names:
        document = {**PLAIN, "name": name, **({"goal": goal} if goal else {})}
        activate(fresh, save_flow(fresh, "automation", document, NOW), NOW)
    with fresh.store.read() as connection:
        before = overview(connection, NOW)
    ann = NewContact("import", {"first_name": "Ann", "email": "ann@example.org"})
    create_contacts(fresh, [ann], NOW)
    advance(fresh, NOW)
    with fresh.store.read() as connection:
        after = overview(connection, NOW)
        could = flows_of(connection, Counted("goal"))
        heads = {head.id: head.name for head in rows.heads(connection)}
    grown = (after.enrolled.now or 0) - (before.enrolled.now or 0)
    assert after.aiming - before.aiming == grown - 1
    assert "Aimed" in {heads[each] for each in could}
    assert "Plain" not in {heads[each] for each in could}


def test_cards_are_a_recount_of_both_months(lived: Workspace) -> None:
    with lived.store.read() as connection:
        cards = overview(connection, NOW)
        enrolled, completed, goals = recounted(connection, DAYS - 1, 0)
        before = recounted(connection, 2 * DAYS - 1, DAYS)
    assert enrolled > before[0] > 0
    assert (cards.enrolled.now, cards.enrolled.before) == (enrolled, before[0])
    assert cards.completion.now == completed / enrolled
    assert cards.completion.before == before[1] / before[0]
    assert cards.goals == goals
    assert len(cards.enrolled.days) == DAYS
    assert sum(day or 0 for day in cards.enrolled.days) == enrolled


def test_rows_are_a_recount_of_everybody_ever(lived: Workspace) -> None:
    with lived.store.read() as connection:
        page = automations(connection, limit=100)
        total = recounted(connection, 10_000, 0)
        inside = query(connection, """SELECT e.id FROM enrolment e JOIN flow f
            ON f.id = e.flow_id WHERE f.kind = 'automation' AND state <> 'ended'""")  # fmt: skip
    assert page.total == len(page.rows) == 12
    assert sum(row.enrolled for row in page.rows) == total[0]
    assert sum(round((row.completed or 0) * row.enrolled) for row in page.rows) == total[1]
    assert sum(round((row.goal or 0) * row.enrolled) for row in page.rows) == total[2]
    assert sum(row.active for row in page.rows) == len(inside)


@pytest.mark.parametrize("sort", SORTS)
def test_sorting_pages_through_all_with_nothing_last(lived: Workspace, sort: str) -> None:
    with lived.store.read() as connection:
        whole = automations(connection, sort=sort, limit=100).rows
        pages = [
            row
            for offset in (0, 5, 10)
            for row in automations(connection, sort=sort, offset=offset, limit=5).rows
        ]
        down = automations(connection, sort=sort, descending=True, limit=100).rows
    assert list(whole) == pages
    value = SORTS[sort]
    up = [value(row) for row in whole if value(row) is not None]
    assert up == sorted(up)
    assert [value(row) for row in down if value(row) is not None] == up[::-1]
    assert all(value(row) is None for row in whole[len(up) :])


def test_search_looks_at_names_and_triggers_in_any_case(fresh: Workspace) -> None:
    with fresh.store.read() as connection:
        assert [row.name for row in automations(connection, search="WIN-back").rows] == [
            "Dormant patient win-back"
        ]
        found = automations(connection, search="joins allergy")
        assert [row.words for row in found.rows] == ["When someone joins “Allergy season segment”"]
        assert automations(connection, search="no such thing") == ((), 0)


def test_switches_count_from_their_day_and_deleted_ones_nowhere(fresh: Workspace) -> None:
    later = START + 40 * DAY
    pause(fresh, 1, START + 5 * DAY)
    pause(fresh, 2, START + 35 * DAY)
    activate(fresh, 2, START + 38 * DAY)
    delete(fresh, 3, later)
    copy = duplicate_flow(fresh, 4, later)
    with fresh.store.read() as connection:
        cards = overview(connection, later)
        rows = {row.id: row for row in automations(connection).rows}
        since = START + 37 * DAY
        switched = [row.at for row in switches(connection, since) if row.flow_id == 2]
    assert switched == [START + 35 * DAY, START + 38 * DAY]
    assert cards.automations == 12
    assert (cards.active.now, cards.active.before) == (10, 10)
    assert cards.active.days == (10,) * 24 + (9, 9, 9) + (10, 10, 10)
    assert 3 not in rows
    assert (rows[copy].status, rows[copy].enrolled, rows[copy].completed) == ("draft", 0, None)


def test_copies_have_free_names_and_sequences_stand_still(fresh: Workspace) -> None:
    first, second = (duplicate_flow(fresh, 1, START) for _ in range(2))
    delete(fresh, second, START)
    third = duplicate_flow(fresh, 1, START)
    with fresh.store.read() as connection:
        flows = fresh.catalogue(connection).flows
    name = "Copy of New lead welcome series"
    assert flows[first].name == name
    assert flows[third].name == f"{name} (2)"
    assert flows[first].flow.steps.keys() == flows[1].flow.steps.keys()
    sequence = next(flow for flow in flows.values() if flow.kind == "sequence")
    copied = duplicate_flow(fresh, sequence.id, START)
    with fresh.store.read() as connection:
        assert fresh.catalogue(connection).flows[copied].status == "draft"

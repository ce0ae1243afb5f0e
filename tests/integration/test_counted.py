"""Every number of the screens opens a list of exactly as many as it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from db.queries import overview as flows
from db.queries import reports
from engine.building import figures
from engine.calendar import parse_instant
from engine.counted import Entry, entries
from engine.flow import walk_cards
from engine.lists_page import lists, members
from engine.number import Counted, read_counted, to_text
from engine.overview import DAYS, automations, overview
from engine.performance import performance
from tests.e2e.random_scenarios import random_scenario
from tests.integration.test_reports import SEEDS, lived
from tests.recount import Recount

Expected = tuple[Counted, float]


def opened(connection: Connection, counted: Counted, now: int, limit: int) -> list[Entry]:
    """All that a number opens, page by page."""
    found: list[Entry] = []
    after = None
    while True:
        page = entries(connection, counted, now, after, limit)
        assert len(page.entries) <= limit
        found += page.entries
        if page.more is None:
            return found
        assert len(page.entries) == limit
        after = page.more


def changed_channel(connection: Connection, flow_id: int) -> bool:
    """Whether an edit gave a step's id to another type: counters know steps by id alone."""
    types = {
        (card["id"], card["type"])
        for document in reports.documents(connection, flow_id)
        for _, card in walk_cards(document["steps"])
    }
    return len(types) > len({id for id, _ in types})


def of_automation(
    connection: Connection, flow_id: int, first: date, last: date
) -> Iterator[Expected]:
    """The numbers of the tab Performance."""
    shown = performance(connection, flow_id, first, last)
    one = Counted("enrolled", flow_id, first=shown.first, last=shown.last)
    yield one, shown.funnel.enrolled
    yield one._replace(of="engaged"), shown.funnel.engaged
    yield one._replace(of="completed"), shown.funnel.completed
    yield one._replace(of="goal"), shown.funnel.goal
    yield one._replace(of="finished"), sum(bucket.completed for bucket in shown.days)
    yield one._replace(of="reached"), sum(bucket.goal for bucket in shown.days)
    yield Counted("active", flow_id), shown.active.now or 0
    if not changed_channel(connection, flow_id):
        for channel, sent in shown.channels:
            yield one._replace(of="sent", channel=channel), sent
    for step in shown.steps:
        at = one._replace(step=step.id)
        for of in ("entered", "sent", "opened", "clicked", "replied", "dropped"):
            yield at._replace(of=of), getattr(step, of)
        yield Counted("active", flow_id, step.id), step.here
    edited = len(reports.documents(connection, flow_id)) > 1
    for (id, lane), number in figures(connection, flow_id).ways.items():
        if lane or not edited:
            yield Counted(lane or "past", flow_id, id), int(number.replace(",", ""))


def of_list(connection: Connection, now: int, today: date) -> Iterator[Expected]:
    """The numbers of the list of automations."""
    cards = overview(connection, now)
    first = today - timedelta(days=DAYS - 1)
    yield Counted("enrolled", first=first, last=today), cards.enrolled.now or 0
    yield Counted("goal", first=first, last=today), cards.goals
    enrolled, share = cards.enrolled.now or 0, cards.completion.now or 0
    yield Counted("completed", first=first, last=today), round(enrolled * share)
    for row in automations(connection).rows:
        yield Counted("enrolled", row.id), row.enrolled
        yield Counted("completed", row.id), round(row.enrolled * (row.completed or 0))
        if row.goal is not None:
            yield Counted("goal", row.id), round(row.enrolled * row.goal)


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_are_as_long_as_their_numbers(seed: int, store_url: str) -> None:
    document = random_scenario(seed)
    until = parse_instant(document["until"])
    with lived(document, store_url) as connection:
        today = Recount(connection).day(until)
        expected = list(of_list(connection, until, today))
        for head in flows.heads(connection):
            for back in (2, 400):
                first = today - timedelta(days=back)
                expected += of_automation(connection, head.id, first, today)
        for counted, number in expected:
            found = opened(connection, counted, until, 3)
            assert len(found) == number, counted
        waiting = opened(connection, Counted("waiting"), until, 1)
        assert len(waiting) == len(
            Recount(connection).rows("SELECT * FROM message WHERE next_try IS NOT NULL")
        )
        for each in lists(connection):
            assert len(members(connection, each.id, 10_000).people) == each.size


def test_a_number_survives_as_a_text() -> None:
    some = Counted("sent", 3, "welcome", "email", date(2026, 1, 5), date(2026, 2, 3))
    assert read_counted(to_text(some)) == some
    trigger = Counted("match", trigger={"type": "became_patient"})
    assert read_counted(to_text(trigger)) == trigger
    for broken in ("", "{}", "[]", "build", '{"of": "all"}', '{"of": "sent", "first": "soon"}',
                   '{"of": "sent", "flow": "1"}', '{"of": "sent", "no": 1}'):  # fmt: skip
        assert read_counted(broken) is None, broken

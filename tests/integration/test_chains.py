"""What a step sets off at its own instant, and what the program makes up for after a gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.session import open_store
from engine.calendar import DAY, HOUR
from engine.commands import campaigns, events, flows, settings
from engine.runner import advance
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

SIGN = {"id": "sign", "type": "set_property", "property": "status", "value": "patient"}
DAY_LATER = {"id": "wait", "type": "delay", "amount": 1, "unit": "days"}


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    store = open_store(store_url)
    yield Desk(store)
    store.close()


def said(desk: Desk) -> list[tuple[str, ...]]:
    """The journal: flow, step, what, why; nothing for what is not there."""
    rows = desk.rows(
        """SELECT flow.name, j.step, j.what, j.why FROM journal j
        JOIN flow ON flow.id = j.flow_id ORDER BY j.id"""
    )
    return [tuple(str(part) for part in row if part is not None) for row in rows]


def add_flow(desk: Desk, name: str, trigger: dict[str, Any], *steps: dict[str, Any]) -> None:
    document = {
        "format": "practice-crm/automation@1", "name": name, "trigger": trigger, "steps": [*steps]
    }  # fmt: skip
    flow = flows.save_flow(desk.workspace, "automation", document, NOON)
    flows.activate(desk.workspace, flow, NOON)


def test_a_step_that_makes_a_patient_hits_the_goal(desk: Desk) -> None:
    desk.set_up(SIGN, DAY_LATER)
    goal = {"goal": "book_appointment", "unenroll_on": ["goal_met"]}
    flows.edit_flow(desk.workspace, desk.flow, {**desk.document, **goal}, NOON)
    desk.ask(desk.person("Ann"))
    assert said(desk) == [
        ("Answer", "enrolled"),
        ("Answer", "sign", "property_set"),
        ("Answer", "goal_reached"),
        ("Answer", "unenrolled", "goal_met"),
    ]


def test_a_step_that_makes_a_patient_converts_for_the_campaign(desk: Desk) -> None:
    desk.set_up(SIGN)
    campaign = {
        "format": "practice-crm/campaign@1", "name": "Spring",
        "assets": [{"type": "automation", "name": "Answer"}],
    }  # fmt: skip
    campaigns.save_campaign(desk.workspace, campaign, NOON)
    desk.ask(desk.person("Ann"), NOON + HOUR)
    converted = desk.rows("SELECT converted_at FROM touch")
    assert {row.converted_at for row in converted} == {NOON + HOUR}


def test_a_flow_that_a_step_begins_knows_the_lists(desk: Desk) -> None:
    desk.set_up({"id": "web", "type": "set_property", "property": "lead_source", "value": "Web"})
    settings.add_list(desk.workspace, {"name": "Welcomed", "type": "static"})
    trigger = {"type": "property_changed", "property": "lead_source"}
    asks = {"type": "in_list", "list": "Welcomed"}
    add_flow(
        desk, "Next", trigger,
        {"id": "on", "type": "if_then", "condition": asks, "yes": [], "no": []},
        {"id": "add", "type": "add_to_list", "list": "Welcomed"},
    )  # fmt: skip
    ann = desk.person("Ann")
    (welcomed,) = (row.id for row in desk.rows("SELECT id FROM contact_list"))
    events.record(desk.workspace, ann, "list_joined", NOON, subject=welcomed)
    desk.ask(ann)
    assert ("Next", "on", "yes") in said(desk)
    assert ("Next", "add", "unchanged") in said(desk)
    assert len(desk.rows("SELECT id FROM event WHERE kind = 'list_joined'")) == 1


def test_who_is_late_stays_late_until_a_delay(desk: Desk) -> None:
    asks = {"type": "property", "property": "lead_source", "op": "is_empty"}
    branch = {"id": "if", "type": "if_then", "condition": asks, "yes": [EMAIL], "no": []}
    again = {**EMAIL, "id": "again"}
    desk.set_up(DAY_LATER, branch, TEXT, {**DAY_LATER, "id": "rest"}, again)
    desk.ask(desk.person("Ann"))
    advance(desk.workspace, NOON + 11 * DAY)
    advance(desk.workspace, NOON + 12 * DAY)
    assert said(desk)[2:] == [
        ("Answer", "if", "yes"),
        ("Answer", "mail", "skipped", "too_late"),
        ("Answer", "text", "skipped", "too_late"),
        ("Answer", "rest", "waiting"),
        ("Answer", "again", "sent"),
        ("Answer", "completed"),
    ]


def test_a_late_text_is_not_held_until_it_seems_in_time(desk: Desk) -> None:
    desk.set_up(DAY_LATER, TEXT)
    desk.ask(desk.person("Ann"))
    advance(desk.workspace, NOON + 11 * DAY + 12 * HOUR)
    assert said(desk)[2:] == [("Answer", "text", "skipped", "too_late"), ("Answer", "completed")]

"""What was kept of a flow is damaged, old or without its flow: opening it never costs more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from canvas.operations import steps_in_order
from db.sql import execute, query
from engine.commands import flows
from engine.commands.drafts import keep_draft
from engine.drafts import DAMAGED, NEW, PARTLY, Draft, DraftKey
from engine.listing import show
from engine.naming import load_names
from engine.vocabulary import TRIGGER
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Place
from views.session import BLANK

FLOW = "Hot lead"
WAIT = {"id": "wait-more", "type": "delay", "amount": 1, "unit": "days"}
ALIEN = {"id": "alien", "type": "send_pigeon", "template": "Coo"}
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    "",
    "no such",
    "9" * 400,
    10**30,
    [],
    [1],
    {},
    {"a": 1},
)

Open = Callable[[int | None], BuilderPage]


@pytest.fixture
def opened(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[Open]:
    def open_page(flow_id: int | None) -> BuilderPage:
        page = BuilderPage(sample_desk)
        qtbot.addWidget(page)
        page.resize(1100, 780)
        page.show()
        page.go(Place("automation", flow_id))
        return page

    yield open_page


@pytest.fixture
def flow_id(sample_desk: DirectDesk) -> int:
    with sample_desk.workspace.store.read() as connection:
        return load_names(connection).automations[FLOW]


def key(flow_id: int) -> DraftKey:
    return DraftKey("desk", "automation", flow_id)


def saved(desk: DirectDesk) -> dict[str, Any]:
    with desk.workspace.store.read() as connection:
        return show(connection, "automation", FLOW)


def keep(desk: DirectDesk, flow_id: int, drawn: Any, **more: Any) -> None:
    """Keep a draft drawn on the present version, with the row's columns as `more` says."""
    with desk.workspace.store.read() as connection:
        found = query(connection, "SELECT version_id FROM flow WHERE id = ?", flow_id)
    base = found[0][0] if found else None
    keep_draft(desk.workspace, key(flow_id), Draft(drawn, [], 0, base, True, desk.at))
    for column, value in more.items():
        put(desk, column, value)


def put(desk: DirectDesk, column: str, value: object) -> None:
    with desk.workspace.store.write() as connection:
        execute(connection, f"UPDATE draft SET {column} = ?", value)


def kept(desk: DirectDesk) -> list[str]:
    """The documents of all drafts."""
    with desk.workspace.store.read() as connection:
        return [str(row[0]) for row in query(connection, "SELECT document FROM draft")]


def asked(page: BuilderPage) -> str:
    """What stands over the flow."""
    title = page.notice.findChild(QLabel, "notice-title")
    assert title is not None and page.notice.isVisible()
    return title.text()


def look_everywhere(page: BuilderPage) -> None:
    """Show every tab, and the form of every card."""
    for tab in page.bar.tabs.values():
        tab.click()
        page.grab()
    page.bar.tabs["build"].click()
    for card in (TRIGGER, *(step["id"] for _, step in steps_in_order(page.session.flow.value))):
        page.build.show_card(card)
        page.grab()


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"steps": 1}', "[" * 100_000])
def test_what_cannot_be_read_shows_the_saved_version(
    opened: Open, sample_desk: DirectDesk, flow_id: int, text: str
) -> None:
    keep(sample_desk, flow_id, BLANK, document=text)
    page = opened(flow_id)
    assert page.session.flow.value == saved(sample_desk)
    assert sample_desk.words == [DAMAGED]
    assert kept(sample_desk) == [text]
    look_everywhere(page)
    page.build.editor.add("delay")
    page.session.keep()
    assert json.loads(kept(sample_desk)[0]) == page.session.flow.value


def test_what_can_be_read_of_it_is_one_redo_away(
    opened: Open, sample_desk: DirectDesk, flow_id: int
) -> None:
    before = saved(sample_desk)
    drawn = {**before, "steps": [*before["steps"], ALIEN, WAIT]}
    keep(sample_desk, flow_id, drawn)
    page = opened(flow_id)
    assert page.session.flow.value == before
    assert not page.session.is_unsaved
    assert sample_desk.words == [PARTLY]
    look_everywhere(page)
    page.session.flow.redo()
    assert page.session.flow.value == {**before, "steps": [*before["steps"], WAIT]}
    page.session.flow.undo()
    assert page.session.flow.value == before


def test_keys_this_version_does_not_know_cost_nothing_else(
    opened: Open, sample_desk: DirectDesk, flow_id: int
) -> None:
    before = saved(sample_desk)
    drawn = {**before, "description": "Mine", "steps": [*before["steps"], WAIT]}
    strange = {
        **drawn, "format": "practice-crm/automation@0", "paused": False,
        "steps": [*before["steps"], {**WAIT, "colour": {"hue": "red"}}],
    }  # fmt: skip
    change = {"path": ["description"], "before": "Old", "after": "Mine"}
    history = [{"words": "Change the details", "changes": [change]}]
    keep(sample_desk, flow_id, strange, history=json.dumps(history), position=1)
    page = opened(flow_id)
    assert page.session.flow.value == drawn
    assert page.session.is_unsaved
    assert "still here" in asked(page)
    page.session.settle()
    assert page.session.problems.faults == ()
    page.session.flow.undo()
    assert page.session.flow.value == {**drawn, "description": "Old"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("history", "{"),
        ("history", '[{"words": "Add", "changes": [{"path": ["steps", 99], "after": []}]}]'),
        ("history", '[{"words": 5, "changes": []}]'),
        ("history", '["Add"]'),
        ("history", '[{"words": "Add", "changes": [{"path": [], "before": 1}]}]'),
        ("history", '[{"words": "Add", "changes": [5]}]'),
        ("history", '[{"words": "Add", "changes": null}]'),
        ("position", 12),
    ],
)
def test_a_history_that_does_not_fit_costs_only_itself(
    opened: Open, sample_desk: DirectDesk, flow_id: int, column: str, value: object
) -> None:
    before = saved(sample_desk)
    drawn = {**before, "steps": [*before["steps"], WAIT]}
    keep(sample_desk, flow_id, drawn, **{"position": 1, column: value})
    page = opened(flow_id)
    assert page.session.flow.value == drawn
    assert not page.session.flow.stack.canUndo()
    assert "still here" in asked(page)
    look_everywhere(page)


@pytest.mark.parametrize("text", ["{", '{"steps": 1}'])
def test_a_new_flow_that_cannot_be_read_is_begun_again(
    opened: Open, sample_desk: DirectDesk, text: str
) -> None:
    keep(sample_desk, NEW, BLANK, document=text)
    page = opened(NEW)
    assert page.session.flow.value == BLANK
    assert len(sample_desk.words) == 1
    assert "begin it again" in sample_desk.words[0]
    look_everywhere(page)


def test_of_a_new_flow_the_readable_part_is_shown(opened: Open, sample_desk: DirectDesk) -> None:
    keep(sample_desk, NEW, {**BLANK, "name": "Mine", "steps": [ALIEN, WAIT]})
    page = opened(NEW)
    assert page.session.flow.value == {**BLANK, "name": "Mine", "steps": [WAIT]}
    assert "the rest" in asked(page)
    discard = page.findChild(QPushButton, "draft-discard")
    assert discard is not None
    discard.click()
    assert page.session.flow.value == BLANK
    assert kept(sample_desk) == []


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_in_a_draft_it_is_drawn(
    opened: Open, sample_desk: DirectDesk, flow_id: int, seed: int
) -> None:
    random = Random(seed)
    document = json.loads(json.dumps(saved(sample_desk)))
    for _ in range(6):
        spoil(document, random)
    keep(sample_desk, flow_id, document)
    page = opened(flow_id)
    look_everywhere(page)
    page.session.flow.redo()
    look_everywhere(page)


def spoil(document: Any, random: Random) -> None:
    """Put something odd in the place of one value, anywhere in a document."""
    places = list(spots(document))
    if places:
        holder, at = random.choice(places)
        holder[at] = random.choice(ODD_VALUES)


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: what holds it and its key or index."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for at in keys:
        yield value, at
        yield from spots(value[at])


def test_a_deleted_flow_leaves_no_draft_and_leads_back(
    opened: Open, sample_desk: DirectDesk, flow_id: int
) -> None:
    page = opened(flow_id)
    page.build.editor.add("delay")
    page.session.keep()
    assert len(kept(sample_desk)) == 1
    flows.delete(sample_desk.workspace, flow_id, sample_desk.at)
    assert kept(sample_desk) == []
    page.session.keep()
    assert kept(sample_desk) == []
    assert "deleted" in sample_desk.words[-1]
    opened(flow_id)
    assert "deleted" in sample_desk.words[-1]
    assert sample_desk.places[-1] == Place("automations")

"""What an Update would do, and one person's way, hold to what the engine then does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.errors import KnownError
from db.session import open_store
from engine.calendar import DAY
from engine.commands import flows
from engine.impact import Group, impact
from engine.paths import Path, path_of
from engine.runner import advance
from engine.vocabulary import END, TRIGGER
from engine.why import why
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

WAIT = {"id": "wait", "type": "delay", "amount": 2, "unit": "days"}
PAUSE = {"id": "pause", "type": "delay", "amount": 1, "unit": "weeks"}
LATER = {"id": "later", "type": "delay", "amount": 3, "unit": "days"}
TASK = {
    "id": "call", "type": "create_task", "title": "Call {{firstname}}", "assignee": "front_desk",
    "due_in": {"amount": 1, "unit": "days"},
}  # fmt: skip


def branch(yes: list[dict[str, Any]], no: list[dict[str, Any]]) -> dict[str, Any]:
    asked = {"type": "opened_email", "step": "mail"}
    return {"id": "opened", "type": "if_then", "condition": asked, "yes": yes, "no": no}


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    """Three people in a flow: one at the pause, two at the wait in its no-lane."""
    store = open_store(store_url)
    desk = Desk(store).set_up(EMAIL, PAUSE, branch([TASK], [WAIT, TEXT]), LATER)
    ann, bob = desk.person("Ann"), desk.person("Bob")
    for who in (ann, bob):
        desk.ask(who)
    advance(desk.workspace, NOON + 7 * DAY)
    desk.ask(desk.person("Cid", NOON + 8 * DAY), NOON + 8 * DAY)
    yield desk
    store.close()


def changed(desk: Desk, *steps: dict[str, Any]) -> dict[str, Any]:
    return {**desk.document, "steps": [*steps]}


def groups(desk: Desk, document: dict[str, Any]) -> list[Group]:
    with desk.workspace.store.read() as reader:
        return impact(reader, desk.flow, document)


def places(desk: Desk) -> dict[str, int]:
    rows = desk.rows("SELECT step, here FROM step_here WHERE here <> 0")
    return {row.step: row.here for row in rows}


@pytest.mark.parametrize(
    ("steps", "becomes"),
    [
        ([EMAIL, PAUSE, branch([TASK], [WAIT, TEXT]), LATER], ["stays", "stays"]),
        ([EMAIL, branch([TASK], [WAIT, TEXT]), LATER], ["opened", "stays"]),
        ([EMAIL, PAUSE, branch([TASK], [TEXT]), LATER], ["stays", "text"]),
        ([EMAIL, PAUSE, LATER], ["stays", "later"]),
        ([LATER, EMAIL], ["later", "later"]),
        ([EMAIL], ["completes", "completes"]),
        ([EMAIL, {**TASK, "id": "pause"}, LATER], ["later", "later"]),
    ],
)
def test_every_group_becomes_what_the_update_makes_of_it(
    desk: Desk, steps: list[dict[str, Any]], becomes: list[str]
) -> None:
    found = groups(desk, changed(desk, *steps))
    assert [(group.step, group.count) for group in found] == [("pause", 1), ("wait", 2)]
    assert [
        group.target if group.becomes == "moves" else group.becomes for group in found
    ] == becomes
    expected: dict[str, int] = {}
    for group in found:
        if group.target is not None:
            expected[group.target] = expected.get(group.target, 0) + group.count
    flows.edit_flow(desk.workspace, desk.flow, changed(desk, *steps), NOON + 9 * DAY)
    assert places(desk) == expected


def test_the_groups_are_said_in_words(desk: Desk) -> None:
    found = groups(desk, changed(desk, EMAIL, PAUSE, LATER))
    assert [group.sentence for group in found] == [
        "1 person at the 1-week delay stays there.",
        "2 people at the 2-day delay move to the 3-day delay.",
    ]
    (_, last) = groups(desk, changed(desk, EMAIL, PAUSE))
    assert last.sentence == "2 people at the 2-day delay complete."


def test_an_unfinished_document_can_be_asked_about(desk: Desk) -> None:
    unfinished = {"id": "new", "type": "if_then", "yes": [{"id": "x", "type": "send_email"}],
                  "no": []}  # fmt: skip
    found = groups(desk, changed(desk, EMAIL, unfinished, WAIT, LATER))
    assert [group.target for group in found] == ["later", "wait"]


def test_of_a_deleted_flow_nothing_can_be_said(desk: Desk) -> None:
    flows.delete(desk.workspace, desk.flow, NOON + 9 * DAY)
    with pytest.raises(KnownError, match="was deleted"):
        groups(desk, desk.document)


def paths(desk: Desk, who: int) -> list[Path]:
    with desk.workspace.store.read() as reader:
        return path_of(reader, who, desk.flow)


def test_a_path_joins_the_cards_somebody_passed(desk: Desk) -> None:
    (path,) = paths(desk, 1)
    assert path.here == "wait"
    assert path.edges == [
        (TRIGGER, "mail"), ("mail", "pause"), ("pause", "opened"), ("opened", "wait"),
    ]  # fmt: skip
    with desk.workspace.store.read() as reader:
        lines = why(reader, 1, desk.flow)
    assert [moment.sentence for moment in path.moments] == [line["sentence"] for line in lines]
    assert path.document["steps"] == desk.document["steps"]


def test_a_path_ends_at_the_end_and_begins_again(desk: Desk) -> None:
    advance(desk.workspace, NOON + 9 * DAY)
    advance(desk.workspace, NOON + 12 * DAY)
    desk.ask(1, NOON + 13 * DAY)
    first, second = paths(desk, 1)
    assert (first.here, first.ended_why, first.edges[-1]) == (None, "completed", ("later", END))
    assert (second.here, second.ended_at) == ("pause", None)
    assert second.edges == [(TRIGGER, "mail"), ("mail", "pause")]


def test_a_path_is_drawn_on_the_version_it_ran_under_last(desk: Desk) -> None:
    flows.edit_flow(desk.workspace, desk.flow, changed(desk, EMAIL, PAUSE, LATER), NOON + 8 * DAY)
    (path,) = paths(desk, 1)
    assert [step["id"] for step in path.document["steps"]] == ["mail", "pause", "later"]
    assert path.edges == [(TRIGGER, "mail"), ("mail", "pause"), ("pause", "later")]
    assert [moment.step for moment in path.moments if moment.what == "no"] == ["opened"]


def test_who_never_was_in_it_has_no_path(desk: Desk) -> None:
    assert paths(desk, desk.person("Dot")) == []

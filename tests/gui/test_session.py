"""One flow at a time: what is asked, saved, kept or undone for one never touches another."""

from __future__ import annotations

import pytest

from engine.commands import flows
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk, HeldDesk
from tests.gui.session_kit import (
    FLOWS,
    HOT,
    WELCOME,
    Shown,
    describe,
    kept,
    number,
    opened,
    press,
    saved,
)
from views.ports import KINDS, Changes, Place
from views.session import BLANK


def test_undo_of_update_goes_to_the_flow_that_was_updated(
    shown: Shown, sample_desk: DirectDesk
) -> None:
    before, other = saved(sample_desk, HOT), saved(sample_desk, WELCOME)
    page = shown(sample_desk)
    opened(sample_desk, page, HOT)
    page.build.editor.change_value("name", "Warm lead", "")
    page.session.settle()
    press(page, "builder-update")
    undo = sample_desk.undo
    assert undo is not None
    opened(sample_desk, page, WELCOME)
    undo()
    assert saved(sample_desk, HOT) == before
    assert saved(sample_desk, WELCOME) == other == page.session.flow.value
    assert not page.session.is_unsaved


def test_undo_of_update_is_refused_once_it_was_saved_again(
    shown: Shown, sample_desk: DirectDesk
) -> None:
    page = shown(sample_desk)
    flow_id = opened(sample_desk, page, HOT)
    describe(page, "Second")
    press(page, "builder-update")
    undo = sample_desk.undo
    assert undo is not None
    flows.edit_flow(
        sample_desk.workspace, flow_id, {**saved(sample_desk, HOT), "description": "Third"}, NOW
    )
    undo()
    assert saved(sample_desk, HOT)["description"] == "Third"
    assert "saved again" in sample_desk.words[-1]


def test_what_was_not_saved_is_asked_about_until_another_flow_is_open(
    shown: Shown, sample_desk: DirectDesk
) -> None:
    page = shown(sample_desk)
    flow_id = opened(sample_desk, page, HOT)
    describe(page, "Mine")
    again = shown(sample_desk)
    page.session.keep()
    again.go(Place("automation", flow_id))
    assert again.session.flow.value["description"] == "Mine"
    press(again, "draft-discard")
    assert again.session.flow.value == saved(sample_desk, HOT)
    assert not again.notice.isVisible()
    describe(again, "Mine too")
    opened(sample_desk, again, WELCOME)
    assert not again.notice.isVisible()
    again.go(Place("automation", flow_id))
    assert again.notice.isVisible()


def test_a_late_look_says_nothing_of_the_flow_opened_since(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    held.changed.emit(FLOWS)
    assert "again" in held.held
    page.go(Place("automation", number(held, WELCOME)))
    held.settle("again")
    held.settle()
    assert page.session.saved is not None
    assert page.session.saved.id == number(held, WELCOME)
    assert page.session.flow.value == saved(held, WELCOME)
    assert not page.session.is_unsaved


def test_a_late_look_says_nothing_of_before_a_save(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    held.changed.emit(FLOWS)
    held.foresee("again")
    describe(page, "Mine")
    page.session.save(lambda result: None)
    held.settle("again")
    held.settle()
    assert saved(held, HOT)["description"] == "Mine"
    assert page.session.flow.value["description"] == "Mine"
    assert not page.session.is_unsaved


def test_a_late_save_says_nothing_of_the_flow_opened_since(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    other = saved(held, WELCOME)
    describe(page, "Mine")
    press(page, "builder-update")
    held.release("impact")
    page.go(Place("automation", number(held, WELCOME)))
    held.settle()
    assert saved(held, HOT)["description"] == "Mine"
    assert page.session.flow.value == other == saved(held, WELCOME)
    assert not page.session.is_unsaved
    assert held.places == []


def test_what_became_of_people_in_another_flow_is_not_asked(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    before = saved(held, HOT)
    describe(page, "Mine")
    press(page, "builder-update")
    page.go(Place("automation", number(held, WELCOME)))
    held.settle()
    assert saved(held, HOT) == before
    assert saved(held, WELCOME) == page.session.flow.value


def test_a_recipe_that_comes_late_is_not_put_in_another_flow(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    page.go(Place("automation"))
    held.settle()
    page.recipes.chosen.emit(9)
    page.go(Place("automation", number(held, HOT)))
    held.settle()
    assert page.session.flow.value == saved(held, HOT)


@pytest.mark.parametrize("choice", [0, -1])
def test_starting_from_something_else_can_be_undone(
    shown: Shown, sample_desk: DirectDesk, choice: int
) -> None:
    page = shown(sample_desk)
    page.go(Place("automation"))
    page.build.editor.change_value("name", "Mine", "name")
    page.build.editor.add("delay")
    drawn = page.session.flow.value
    page.recipes.chosen.emit(choice)
    assert page.session.flow.value != drawn
    assert page.session.flow.stack.undoText().startswith("Start from")
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert page.session.flow.value == drawn


def test_what_was_drawn_a_moment_ago_is_kept_when_another_flow_is_opened(
    shown: Shown, held: HeldDesk
) -> None:
    page = shown(held)
    flow_id = opened(held, page, HOT)
    page.build.editor.add("delay")
    drawn = page.session.flow.value
    opened(held, page, WELCOME)
    assert kept(held, flow_id).document == drawn
    page.go(Place("automation", flow_id))
    held.settle()
    assert page.session.flow.value == drawn
    assert page.session.flow.stack.canUndo()


def test_a_flow_opened_again_at_once_has_what_was_drawn(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    flow_id = opened(held, page, HOT)
    page.build.editor.add("delay")
    drawn = page.session.flow.value
    page.go(Place("automation", number(held, WELCOME)))
    page.go(Place("automation", flow_id))
    held.settle()
    assert page.session.flow.value == drawn


def test_a_builder_that_is_not_seen_asks_nothing_until_it_is(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    flow_id = opened(held, page, HOT)
    page.hide()
    flows.pause(held.workspace, flow_id, NOW)
    held.changed.emit(Changes(KINDS))
    assert {"around", "again", "count"}.isdisjoint(held.held)
    page.show()
    held.settle()
    assert page.session.saved is not None
    assert page.session.saved.status == "paused"
    assert page.bar.status.text() == "Off"


def test_figures_are_asked_for_while_they_are_shown(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    held.changed.emit(Changes(frozenset({"numbers"})))
    assert "count" not in held.held
    page.build.drawing.numbers.click()
    held.settle()
    held.changed.emit(Changes(frozenset({"numbers"})))
    assert held.held == ["count"]


def test_a_change_that_changes_nothing_here_is_not_drawn(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    drawn: list[None] = []
    page.build.drawing.scene.shown.connect(lambda: drawn.append(None))
    held.changed.emit(Changes(KINDS))
    held.settle()
    assert drawn == []


def test_a_deleted_flow_is_let_go(shown: Shown, sample_desk: DirectDesk) -> None:
    page = shown(sample_desk)
    flow_id = opened(sample_desk, page, HOT)
    flows.delete(sample_desk.workspace, flow_id, NOW)
    page.hide()
    for _ in range(3):
        sample_desk.changed.emit(FLOWS)
    assert sample_desk.words == []
    page.show()
    sample_desk.changed.emit(FLOWS)
    assert len(sample_desk.words) == 1
    assert "deleted" in sample_desk.words[0]
    assert sample_desk.places == [Place("automations")]
    assert page.session.flow.value == BLANK
    opened(sample_desk, page, WELCOME)

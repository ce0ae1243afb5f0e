"""One flow at a time: what is asked, saved, kept or undone for one never touches another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.building import Figures, Told
from engine.commands import flows
from engine.drafts import Draft, DraftKey, read_draft
from engine.listing import show
from engine.naming import load_names
from engine.sample import set_up
from engine.vocabulary import TRIGGER
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import COMMAND, DirectDesk, HeldDesk
from views.builder import BuilderPage
from views.ports import KINDS, Changes, Place
from views.session import BLANK
from views.widgets.link import Link

HOT, WELCOME = "Hot lead", "New lead welcome series"
FLOWS = Changes(frozenset({"flows"}))
Desk = DirectDesk | HeldDesk
Shown = Callable[[Desk], BuilderPage]


@pytest.fixture
def held(desk: DirectDesk) -> HeldDesk:
    set_up(desk.workspace, NOW)
    return HeldDesk(desk.workspace, NOW)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    def show_page(desk: Desk) -> BuilderPage:
        page = BuilderPage(desk)
        qtbot.addWidget(page)
        page.resize(1100, 780)
        page.show()
        return page

    return show_page


def number(desk: Desk, name: str) -> int:
    with desk.workspace.store.read() as reader:
        return load_names(reader).automations[name]


def saved(desk: Desk, name: str) -> dict[str, Any]:
    with desk.workspace.store.read() as reader:
        return show(reader, "automation", name)


def kept(desk: Desk, flow_id: int) -> Draft:
    with desk.workspace.store.read() as reader:
        draft = read_draft(reader, DraftKey(desk.name, "automation", flow_id)).draft
    assert draft is not None
    return draft


def opened(desk: Desk, page: BuilderPage, name: str) -> int:
    flow_id = number(desk, name)
    page.go(Place("automation", flow_id))
    if isinstance(desk, HeldDesk):
        desk.settle()
    assert page.session.flow.value == saved(desk, name)
    return flow_id


def describe(page: BuilderPage, words: str) -> None:
    page.build.editor.change_value("description", words, "")
    page.session.settle()


def press(page: BuilderPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None and button.isVisible(), name
    button.click()


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


def test_update_pressed_again_while_it_is_saved_saves_once(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    describe(page, "Mine")
    for _ in range(2):
        press(page, "builder-update")
        held.settle(COMMAND)
    held.settle()
    assert not page.notice.isVisible()
    assert not page.session.is_unsaved


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


def test_a_save_that_is_refused_keeps_what_was_drawn(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    flow_id = opened(held, page, HOT)
    theirs = {**saved(held, HOT), "description": "Theirs"}
    describe(page, "Mine")
    press(page, "builder-update")
    flows.edit_flow(held.workspace, flow_id, theirs, NOW)
    held.settle()
    assert saved(held, HOT)["description"] == "Theirs"
    assert kept(held, flow_id).document["description"] == "Mine"


def test_two_windows_of_one_desk_never_overwrite_each_other_in_silence(
    shown: Shown, sample_desk: DirectDesk, workspace: Workspace
) -> None:
    first = shown(sample_desk)
    flow_id = opened(sample_desk, first, HOT)
    there = DirectDesk(workspace, NOW + 1)
    second = shown(there)
    opened(there, second, HOT)
    there.at += 1
    describe(second, "Theirs")
    second.session.keep()
    sample_desk.at = there.at + 1
    describe(first, "Mine")
    first.session.keep()
    first.session.keep()
    assert kept(sample_desk, flow_id).document["description"] == "Theirs"
    assert len(sample_desk.words) == 1
    assert "another window" in sample_desk.words[0]
    press(first, "builder-update")
    assert saved(sample_desk, HOT)["description"] == "Mine"


@pytest.mark.parametrize("is_told", [False, True])
def test_what_another_window_keeps_is_not_discarded(
    shown: Shown, sample_desk: DirectDesk, workspace: Workspace, is_told: bool
) -> None:
    first = shown(sample_desk)
    flow_id = opened(sample_desk, first, HOT)
    there = DirectDesk(workspace, NOW + 1)
    second = shown(there)
    opened(there, second, HOT)
    describe(second, "Theirs")
    second.session.keep()
    sample_desk.at = NOW + 2
    describe(first, "Mine")
    if is_told:
        first.session.keep()
    first.session.discard()
    assert first.session.flow.value == saved(sample_desk, HOT)
    assert kept(sample_desk, flow_id).document["description"] == "Theirs"


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


def is_told(page: BuilderPage) -> bool:
    links = page.findChildren(Link, "told-trigger-active")
    return any(link.isVisible() for link in links)


def test_no_flow_shows_the_figures_of_another(qtbot: QtBot, shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    build = page.build
    build.drawing.numbers.click()
    held.settle()
    figures = Figures({TRIGGER: "7"}, {}, {TRIGGER: (Told("7 inside", "active"),)})
    page.session.counted.emit(figures)
    qtbot.waitUntil(lambda: is_told(page))
    page.go(Place("automation", number(held, WELCOME)))
    held.settle("count")
    assert "count" in held.held
    assert build.drawing.scene.numbers == {}
    assert not is_told(page)


def test_a_new_automation_shows_numbers_once_it_is_saved(
    shown: Shown, sample_desk: DirectDesk
) -> None:
    page = shown(sample_desk)
    page.go(Place("automation"))
    page.build.editor.change_value("name", "Mine", "name")
    page.build.editor.add("delay")
    page.session.settle()
    press(page, "create-next")
    assert not page.build.drawing.numbers.isVisible()
    press(page, "create-next")
    assert not page.session.is_new
    assert page.build.drawing.numbers.isVisible()


def test_what_changes_while_a_flow_is_opened_is_heard_then(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    page.go(Place("automation", number(held, HOT)))
    held.foresee(COMMAND)
    flows.pause(held.workspace, number(held, HOT), NOW)
    held.changed.emit(FLOWS)
    held.settle()
    assert page.session.saved is not None
    assert page.session.saved.status == "paused"


def test_what_changes_while_a_save_is_refused_is_heard_then(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    opened(held, page, HOT)
    page.build.editor.change_value("name", WELCOME, "name")
    page.session.save(lambda result: None)
    held.changed.emit(FLOWS)
    held.release(COMMAND)
    assert "again" in held.held


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

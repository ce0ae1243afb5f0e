"""What is drawn while a flow is saved, and beside another window: none of it is lost."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.building import Figures, Told
from engine.commands import flows
from engine.vocabulary import TRIGGER
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import COMMAND, DirectDesk, HeldDesk
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
from views.builder import BuilderPage
from views.ports import Place
from views.widgets.link import Link


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


@pytest.mark.parametrize("is_new", [False, True])
def test_what_is_drawn_while_it_is_saved_is_kept_behind_it(
    shown: Shown, held: HeldDesk, is_new: bool
) -> None:
    page = shown(held)
    if is_new:
        page.go(Place("automation"))
        held.settle()
        page.build.editor.change_value("name", "Mine", "name")
        page.build.editor.add("delay")
    else:
        opened(held, page, HOT)
        describe(page, "Mine")
    name = page.session.flow.value["name"]
    page.session.save(lambda result: None)
    describe(page, "Later")
    held.at += 1
    page.flush()
    held.at += 1
    page.go(Place("automation", number(held, WELCOME)))
    held.settle()
    draft = kept(held, number(held, name))
    assert draft.document["description"] == "Later"
    assert draft.unsaved
    assert saved(held, name).get("description") == (None if is_new else "Mine")
    page.go(Place("automation", number(held, name)))
    held.settle()
    assert page.session.flow.value["description"] == "Later"
    assert not page.session.is_contested
    assert held.words == []


def test_what_is_drawn_while_a_save_is_refused_is_kept(shown: Shown, held: HeldDesk) -> None:
    page = shown(held)
    flow_id = opened(held, page, HOT)
    page.build.editor.change_value("name", WELCOME, "name")
    page.session.save(lambda result: None)
    describe(page, "Later")
    held.at += 1
    page.flush()
    held.settle()
    assert len(held.words) == 1
    assert kept(held, flow_id).document["description"] == "Later"
    held.at += 1
    describe(page, "Last")
    page.flush()
    held.settle()
    assert kept(held, flow_id).document["description"] == "Last"
    assert len(held.words) == 1


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

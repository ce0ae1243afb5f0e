"""The builder as someone at the desk uses it: drawn, checked, saved, undone, turned on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from canvas.operations import Slot, set_value, steps_in_order
from engine.building import open_flow
from engine.commands.flows import edit_flow
from engine.listing import show
from engine.naming import load_names
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Changes, Place

EXAMPLE = Path(__file__).parents[1] / "e2e" / "scenarios" / "01-welcome.scenario.json"


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[BuilderPage]:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    page.show()
    yield page


def press(page: QWidget, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None and button.isEnabled(), name
    button.click()


def said(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def saved(desk: DirectDesk, name: str) -> dict[str, Any]:
    with desk.workspace.store.read() as connection:
        return show(connection, "automation", name)


def number(desk: DirectDesk, name: str) -> int:
    with desk.workspace.store.read() as connection:
        return load_names(connection).automations[name]


def test_what_is_saved_is_what_was_opened(page: BuilderPage, sample_desk: DirectDesk) -> None:
    before = saved(sample_desk, "Hot lead")
    page.go(Place("automation", number(sample_desk, "Hot lead")))
    assert page.session.flow.value == before
    assert not page.session.is_unsaved


def test_a_step_is_put_where_its_plus_was_and_undone_at_once(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation", number(sample_desk, "Hot lead")))
    before = page.session.flow.value
    page.build.drawing.scene.add_asked.emit(Slot(None, "", 1), page.mapToGlobal(page.pos()))
    QTest.keyClicks(page.build.picker.search, "del")
    QTest.keyClick(page.build.picker.search, Qt.Key.Key_Return)
    steps = [step["type"] for _, step in steps_in_order(page.session.flow.value)]
    assert steps[1] == "delay"
    page.session.flow.undo()
    assert page.session.flow.value == before


def test_a_title_is_one_with_the_name(page: BuilderPage, sample_desk: DirectDesk) -> None:
    page.go(Place("automation", number(sample_desk, "Hot lead")))
    page.bar.title.setText("Warm lead")
    page.bar.title.textEdited.emit("Warm lead")
    name = page.details.findChild(QLineEdit, "details-name")
    page.bar.tabs["details"].click()
    assert name is not None and name.text() == "Warm lead"


def test_update_saves_from_any_tab_and_can_be_undone(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    before = saved(sample_desk, "Hot lead")
    page.go(Place("automation", number(sample_desk, "Hot lead"), "details"))
    page.build.editor.change_value("description", "Another", "")
    page.session.settle()
    press(page, "builder-update")
    assert saved(sample_desk, "Hot lead")["description"] == "Another"
    assert sample_desk.places[-1].page == "automations"
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert saved(sample_desk, "Hot lead") == before


def test_undo_goes_on_after_update_and_a_restart(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = number(sample_desk, "Hot lead")
    page.go(Place("automation", flow_id))
    before = page.session.flow.value
    page.build.editor.add("delay")
    page.session.settle()
    press(page, "builder-update")
    again = BuilderPage(sample_desk)
    qtbot.addWidget(again)
    again.go(Place("automation", flow_id))
    assert again.session.flow.stack.canUndo()
    again.session.flow.undo()
    assert again.session.flow.value == before


def test_what_was_not_saved_is_there_after_a_restart(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = number(sample_desk, "Hot lead")
    page.go(Place("automation", flow_id))
    page.build.editor.add("send_email")
    drawn = page.session.flow.value
    page.session.keep()
    again = BuilderPage(sample_desk)
    qtbot.addWidget(again)
    again.go(Place("automation", flow_id))
    assert again.session.flow.value == drawn
    assert again.notice.isVisibleTo(again)
    press(again, "draft-discard")
    assert again.session.flow.value == saved(sample_desk, "Hot lead")


def test_a_faulty_flow_is_kept_as_a_draft_by_back(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    before = saved(sample_desk, "Hot lead")
    page.go(Place("automation", number(sample_desk, "Hot lead")))
    page.build.editor.add("send_email")
    page.session.settle()
    assert page.build.drawing.problems.text() == "1 problem"
    press(page, "builder-update")
    assert sample_desk.words[-1] == "Choose an email"
    press(page, "builder-back")
    assert saved(sample_desk, "Hot lead") == before
    assert "draft" in sample_desk.words[-1]


def test_another_desk_saved_meanwhile(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = number(sample_desk, "Hot lead")
    page.go(Place("automation", flow_id))
    page.build.editor.change_value("description", "Mine", "")
    page.session.settle()
    mine = page.session.flow.value
    with sample_desk.workspace.store.read() as connection:
        theirs = set_value(open_flow(connection, flow_id).document, "description", "Theirs")
    edit_flow(sample_desk.workspace, flow_id, theirs, sample_desk.at)
    for _ in range(2):
        press(page, "builder-update")
        assert saved(sample_desk, "Hot lead")["description"] == "Theirs", "Update drops no work"
    assert page.session.flow.value == mine
    assert "Not the same: the description." in said(page.notice)
    press(page, "whose-later")
    press(page, "builder-update")
    assert saved(sample_desk, "Hot lead")["description"] == "Theirs"
    press(page, "whose-theirs")
    assert page.session.flow.value["description"] == "Theirs"
    page.session.flow.undo()
    assert page.session.flow.value == mine
    press(page, "builder-update")
    assert saved(sample_desk, "Hot lead")["description"] == "Mine"


def test_another_desk_s_save_is_said_at_once_and_only_a_word_goes_over_it(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = number(sample_desk, "Hot lead")
    page.go(Place("automation", flow_id))
    page.build.editor.add("delay")
    page.session.settle()
    added = page.session.flow.value["steps"][-1]["id"]
    field = page.findChild(QLineEdit, "builder-title")
    assert field is not None
    field.setFocus()
    with sample_desk.workspace.store.read() as connection:
        theirs = set_value(open_flow(connection, flow_id).document, "description", "Theirs")
    edit_flow(sample_desk.workspace, flow_id, theirs, sample_desk.at)
    sample_desk.changed.emit(Changes(frozenset({"flows"})))
    assert page.notice.isVisible()
    assert field.hasFocus(), "Enter answers nothing"
    assert "Only in yours: Delay “1 day”." in said(page.notice)
    page.flush()
    page.session.open(flow_id)
    assert page.session.is_contested, "also after a restart"
    press(page, "whose-mine")
    assert saved(sample_desk, "Hot lead")["steps"][-1]["id"] == added


def test_next_is_refused_with_the_reason(page: BuilderPage, sample_desk: DirectDesk) -> None:
    page.go(Place("automation"))
    press(page, "create-next")
    assert sample_desk.words[-1] == "Give it a name"
    assert page.bar.tabs["details"].isChecked()


def test_the_recipes_scroll_with_the_form_and_fold_to_a_line_once_one_is_chosen(
    page: BuilderPage,
) -> None:
    page.go(Place("automation"))
    assert len([area for area in page.findChildren(QScrollArea)
                if area.isAncestorOf(page.recipes)]) == 1  # fmt: skip
    assert page.details.isAncestorOf(page.recipes) and page.recipes.isVisible()
    chosen = page.findChild(QPushButton, "recipe-1")
    assert chosen is not None
    QTest.mouseClick(chosen, Qt.MouseButton.LeftButton)
    assert not page.recipes.isVisible()
    assert [text for text in said(page.details) if text.startswith("Recipe: ")]
    change = page.findChild(QPushButton, "start-change")
    assert change is not None
    change.setFocus()
    change.click()
    assert chosen.hasFocus() and page.recipes.isVisible() and not change.isVisible()


def test_a_recipe_leaves_the_name_somebody_gave(page: BuilderPage) -> None:
    page.go(Place("automation"))
    page.recipes.chosen.emit(0)
    of_recipe = page.session.flow.value["name"]
    page.recipes.chosen.emit(1)
    assert page.session.flow.value["name"] != of_recipe
    page.build.editor.change_value("name", "My welcome", "name")
    for recipe in (0, -1):
        page.recipes.chosen.emit(recipe)
        assert page.session.flow.value["name"] == "My welcome"


def test_a_recipe_is_saved_and_turned_on(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation"))
    page.recipes.chosen.emit(9)
    page.build.editor.change_value("name", "Win them back", "name")
    page.session.settle()
    press(page, "create-next")
    press(page, "create-next")
    assert saved(sample_desk, "Win them back")["trigger"]["type"] == "inactive"
    page.bar.switch.click()
    with sample_desk.workspace.store.read() as connection:
        flow_id = load_names(connection).automations["Win them back"]
        assert open_flow(connection, flow_id).status == "active"
    assert page.bar.status.text() == "On"


def test_the_example_pasted_step_by_step_is_the_example(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    source = json.loads(EXAMPLE.read_text("utf-8"))["automations"][0]
    page.go(Place("automation"))
    page.session.flow.edit("Everything", {**page.session.flow.value, **source})
    kinds = [step["type"] for _, step in steps_in_order(source)]
    assert [step["type"] for _, step in steps_in_order(page.session.flow.value)] == kinds

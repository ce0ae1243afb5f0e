"""An automation that was begun and not saved stands in the list, until it is saved or let go."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.overview import Row
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part, shown
from tests.gui.session_kit import describe, opened, press
from views.automations import AutomationsPage
from views.builder import BuilderPage
from views.ports import Place
from views.tables import Action, Cell


@pytest.fixture
def builder(qtbot: QtBot, sample_desk: DirectDesk) -> BuilderPage:
    return shown(BuilderPage(sample_desk), qtbot)


@pytest.fixture
def listed(qtbot: QtBot, sample_desk: DirectDesk) -> AutomationsPage:
    page = shown(AutomationsPage(sample_desk), qtbot)
    page.go(Place("automations"))
    return page


def begin(page: BuilderPage, name: str) -> int:
    page.go(Place("automation"))
    page.build.editor.change_value("name", name, "")
    page.build.editor.add("delay")
    page.bar.back.emit()
    number = page.session.number
    assert number is not None
    return number


def begun(page: AutomationsPage) -> list[Row]:
    return [row for row in page.table.rows.rows if row.is_new]


def chip(page: AutomationsPage, row: Row) -> str:
    index = page.table.rows.index(page.table.rows.rows.index(row), 0)
    return str(index.data(Cell.CHIP))


def actions(page: AutomationsPage, row: Row) -> tuple[Action, ...]:
    index = page.table.rows.index(page.table.rows.rows.index(row), 6)
    found: tuple[Action, ...] = index.data(Cell.ACTIONS)
    return found


def test_each_that_was_begun_is_a_row_that_opens_where_it_was_left(
    builder: BuilderPage, listed: AutomationsPage, sample_desk: DirectDesk
) -> None:
    begin(builder, "First idea")
    drawn = builder.session.flow.value
    assert "stands in the list" in sample_desk.words[-1]
    begin(builder, "Second idea")
    first, second = begun(listed)
    assert (first.name, second.name) == ("First idea", "Second idea")
    assert chip(listed, first) == "Draft"
    status = listed.table.rows.index(listed.table.rows.rows.index(first), 1)
    assert status.data() == "Not saved yet"
    listed.table.opened.emit(first, "enrolled")
    builder.go(sample_desk.places[-1])
    assert builder.session.flow.value == drawn
    assert builder.session.flow.stack.canUndo()


def test_undo_of_back_goes_back_to_what_was_drawn(
    builder: BuilderPage, sample_desk: DirectDesk
) -> None:
    begin(builder, "First idea")
    drawn, undo = builder.session.flow.value, sample_desk.undo
    begin(builder, "Second idea")
    assert undo is not None
    undo()
    builder.go(sample_desk.places[-1])
    assert builder.session.flow.value == drawn


def test_create_begins_a_blank_one_each_time(builder: BuilderPage) -> None:
    begin(builder, "First idea")
    builder.go(Place("automation"))
    assert not builder.session.is_unsaved


def test_what_was_begun_is_opened_again_by_its_number(
    builder: BuilderPage, sample_desk: DirectDesk
) -> None:
    builder.go(Place("automation"))
    assert sample_desk.places[-1] == Place("automation", builder.session.number, "details")


def test_nothing_begun_leaves_no_row(builder: BuilderPage, listed: AutomationsPage) -> None:
    builder.go(Place("automation"))
    builder.bar.back.emit()
    assert begun(listed) == []


def test_saved_it_is_no_draft_any_more(builder: BuilderPage, listed: AutomationsPage) -> None:
    number = begin(builder, "First idea")
    builder.go(Place("automation", number))
    press(builder, "create-next")
    assert not builder.session.is_new
    assert begun(listed) == []
    assert "First idea" in [row.name for row in listed.table.rows.rows]


def test_it_is_let_go_in_the_list_and_brought_back(
    builder: BuilderPage, listed: AutomationsPage, sample_desk: DirectDesk
) -> None:
    begin(builder, "First idea")
    (row,) = begun(listed)
    assert [action.words for action in actions(listed, row)] == ["Delete…"]
    listed.table.acted.emit(row, "delete")
    assert begun(listed) == []
    assert sample_desk.words[-1] == "“First idea” was deleted."
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert [row.name for row in begun(listed)] == ["First idea"]


def test_a_changed_one_says_so_in_the_list_and_over_the_canvas(
    builder: BuilderPage, listed: AutomationsPage, sample_desk: DirectDesk
) -> None:
    flow_id = opened(sample_desk, builder, "Hot lead")
    said = part(builder, QLabel, "builder-unsaved")
    assert not said.isVisible()
    describe(builder, "Not yet")
    assert said.isVisible()
    builder.flush()
    changed = [row for row in listed.table.rows.rows if row.unsaved]
    assert [row.id for row in changed] == [flow_id]
    assert chip(listed, changed[0]) == "Unsaved changes"


def test_the_notice_of_what_is_still_there_goes_with_the_page(
    qtbot: QtBot, builder: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = opened(sample_desk, builder, "Hot lead")
    describe(builder, "Not yet")
    builder.flush()
    again = shown(BuilderPage(sample_desk), qtbot)
    again.go(Place("automation", flow_id))
    assert again.notice.isVisible()
    again.hide()
    again.show()
    assert not again.notice.isVisible()


def test_what_is_discarded_comes_back_by_undo(
    qtbot: QtBot, builder: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = opened(sample_desk, builder, "Hot lead")
    describe(builder, "Not yet")
    builder.flush()
    again = shown(BuilderPage(sample_desk), qtbot)
    again.go(Place("automation", flow_id))
    part(again, QPushButton, "draft-discard").click()
    assert not again.session.is_unsaved
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert again.session.flow.value["description"] == "Not yet"
    assert again.session.is_unsaved
    assert sample_desk.at == NOW

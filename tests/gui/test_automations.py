"""The list of automations, used by mouse and by keyboard alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.commands.flows import delete, save_flow
from engine.listing import show
from engine.overview import Row, automations
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.automations import AutomationsPage
from views.ports import Place
from views.widgets.cells import ACTION
from views.widgets.pager import SIZES

NAME, STATUS, ACTIONS = 0, 1, 6


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> AutomationsPage:
    made = AutomationsPage(sample_desk)
    qtbot.addWidget(made)
    made.resize(1100, 740)
    made.go(Place("automations"))
    made.show()
    return made


def rows(page: AutomationsPage) -> tuple[Row, ...]:
    return tuple(page.table.rows.rows)


def child(page: QWidget, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def said(page: QWidget, name: str) -> str:
    found = page.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def click(qtbot: QtBot, page: AutomationsPage, index: QModelIndex, x: int | None = None) -> None:
    place = page.table.visualRect(index)
    point = place.center() if x is None else QPoint(place.right() - x, place.center().y())
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_shows_every_automation_with_its_cards(page: AutomationsPage) -> None:
    assert [row.name for row in rows(page)] == sorted(
        (row.name for row in rows(page)), key=str.casefold
    )
    assert said(page, "automation-range") == "1–12 of 12"
    assert said(page, "automation-active-number") == "12"
    assert said(page, "automation-completion-number") == "—"


def test_search_waits_for_the_typing_to_end(qtbot: QtBot, page: AutomationsPage) -> None:
    QTest.keyClicks(page.search, "BIRTH")
    qtbot.waitUntil(lambda: [row.name for row in rows(page)] == ["Birthday greeting"])
    QTest.keyClicks(page.search, " nothing")
    again = child(page, "automation-clear")
    qtbot.waitUntil(again.isVisible)
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(rows(page)) == 12)


def test_headers_sort_and_so_does_the_menu(qtbot: QtBot, page: AutomationsPage) -> None:
    header = page.table.horizontalHeader()
    header.sectionClicked.emit(0)
    names = [row.name for row in rows(page)]
    assert names == sorted(names, key=str.casefold, reverse=True)
    menu = page.menu(rows(page)[0])
    (sorting,) = menu.findChildren(QMenu)
    next(action for action in sorting.actions() if action.text() == "Trigger").trigger()
    titles = [row.title for row in rows(page)]
    assert titles == sorted(titles, key=str.casefold)
    assert page.table.sort == "trigger"


def test_switch_pauses_with_undo_by_mouse_and_activates_by_key(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    first = rows(page)[0]
    click(qtbot, page, page.table.rows.index(0, STATUS), x=60)
    assert rows(page)[0].status == "paused"
    assert first.name in sample_desk.words[-1]
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert rows(page)[0].status == "active"
    page.table.setCurrentIndex(page.table.rows.index(0, STATUS))
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert rows(page)[0].status == "paused"
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert rows(page)[0].status == "active"


def test_a_refusal_is_a_sentence_and_leaves_the_switch(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    gone = rows(page)[0]
    delete(sample_desk.workspace, gone.id, NOW)
    click(qtbot, page, page.table.rows.index(0, STATUS), x=60)
    assert sample_desk.words == ["This automation or sequence no longer exists."]
    assert rows(page)[0].status == "active"


def test_name_opens_the_builder_and_icons_do_what_they_say(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    first = rows(page)[0]
    click(qtbot, page, page.table.rows.index(0, 0))
    click(qtbot, page, page.table.rows.index(0, ACTIONS), x=3 * ACTION + 20)
    assert sample_desk.places == [
        Place("automation", first.id, "build"), Place("automation", first.id, "performance")
    ]  # fmt: skip
    click(qtbot, page, page.table.rows.index(0, ACTIONS), x=2 * ACTION + 20)
    assert len(rows(page)) == 13
    copy = next(row for row in rows(page) if row.name == f"Copy of {first.name}")
    assert (copy.status, copy.words) == ("draft", first.words)
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert len(rows(page)) == 12


def test_enter_opens_and_creating_has_its_place(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    page.table.setCurrentIndex(page.table.rows.index(2, NAME))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    QTest.mouseClick(child(page, "automation-create"), Qt.MouseButton.LeftButton)
    assert sample_desk.places == [
        Place("automation", rows(page)[2].id, "build"),
        Place("automation", None, "create")
    ]  # fmt: skip


def test_delete_asks_by_name_and_can_be_let_be(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    first = rows(page)[0]
    page.table.acted.emit(first, "delete")
    assert page.confirm.isVisible()
    assert first.name in said(page, "automation-delete-title")
    assert said(page, "automation-delete-words").startswith("Nobody is in it.")
    QTest.keyClick(page.confirm.no, Qt.Key.Key_Escape)
    assert not page.confirm.isVisible()
    assert len(rows(page)) == 12
    page.table.acted.emit(first, "delete")
    QTest.mouseClick(page.confirm.yes, Qt.MouseButton.LeftButton)
    assert len(rows(page)) == 11
    assert sample_desk.words == [f"“{first.name}” was deleted."]


def test_export_writes_the_document(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk, tmp_path: Path
) -> None:
    first = rows(page)[0]
    page.table.acted.emit(first, "export")
    (dialog,) = page.findChildren(QFileDialog)
    file = tmp_path / "one.automation.json"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    with sample_desk.workspace.store.read() as connection:
        assert json.loads(file.read_text()) == show(connection, "automation", first.name)


def test_the_table_is_saved_as_it_is_searched_and_sorted(
    qtbot: QtBot, page: AutomationsPage, tmp_path: Path
) -> None:
    page.search.setText("joins")
    qtbot.waitUntil(lambda: len(rows(page)) == 2)
    page.table.show_sort("name", True)
    page.save_table(tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Name,Status,Trigger,Enrolled,Completed,Goal reached"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "Insurance check", "Allergy season outreach"
    ]  # fmt: skip


def test_pages_turn_and_a_vanished_page_is_left(
    qtbot: QtBot, page: AutomationsPage, sample_desk: DirectDesk
) -> None:
    with sample_desk.workspace.store.read() as connection:
        document = show(connection, "automation", "Birthday greeting")
        total = automations(connection).total
    made = [
        save_flow(sample_desk.workspace, "automation", {**document, "name": f"Zebra {n:02}"}, NOW)
        for n in range(SIZES[0] - total + 1)
    ]
    page.go(Place("automations"))
    assert said(page, "automation-range") == "1–25 of 26"
    assert not child(page, "automation-back").isEnabled()
    QTest.mouseClick(child(page, "automation-on"), Qt.MouseButton.LeftButton)
    assert said(page, "automation-range") == "26–26 of 26"
    assert not child(page, "automation-on").isEnabled()
    delete(sample_desk.workspace, made[-1], NOW)
    page.go(Place("automations"))
    assert said(page, "automation-range") == "1–25 of 25"


def test_an_empty_practice_is_offered_its_first_automation(qtbot: QtBot, desk: DirectDesk) -> None:
    page = AutomationsPage(desk)
    qtbot.addWidget(page)
    page.go(Place("automations"))
    page.show()
    first = child(page, "automation-create-first")
    assert first.isVisible()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert desk.places == [Place("automation", None, "create")]

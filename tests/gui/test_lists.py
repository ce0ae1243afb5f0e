"""Lists: who is on which, and what uses them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.commands.membership import put_on_list
from engine.commands.settings import add_list
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part
from tests.gui.people import add_people, static_list
from views.lists import ListsPage
from views.ports import Place


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> ListsPage:
    made = ListsPage(desk)
    qtbot.addWidget(made)
    made.resize(1080, 720)
    with qtbot.waitExposed(made):
        made.show()
    made.go(Place("lists"))
    return made


def press(page: QWidget, name: str) -> None:
    part(page, QPushButton, name).click()


def column(page: ListsPage, place: int) -> list[str]:
    rows = page.table.rows
    return [str(rows.index(row, place).data()) for row in range(rows.rowCount())]


def members(page: ListsPage) -> list[str]:
    rows = page.members.table.rows
    return [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]


def test_without_lists_the_page_offers_one(desk: DirectDesk, page: ListsPage) -> None:
    assert part(page, QPushButton, "list-first").isVisible()
    press(page, "list-first")
    press(page, "list-create")
    assert part(page, QLabel, "list-name-fault").text() == "Give the list a name."
    part(page, QLineEdit, "list-name").setText(" Spring  outreach ")
    press(page, "list-create")
    assert desk.places[-1] == Place("lists", record=1)
    assert column(page, 0) == ["Spring outreach"]


def test_a_name_that_is_taken_is_refused_beside_the_field(
    desk: DirectDesk, page: ListsPage
) -> None:
    static_list(desk.workspace, "Spring")
    page.go(Place("lists", tab="new"))
    part(page, QLineEdit, "list-name").setText("Spring")
    press(page, "list-create")
    assert "already is a list" in part(page, QLabel, "list-name-fault").text()


def test_lists_say_their_rule_their_size_and_what_uses_them(
    sample_desk: DirectDesk, page: ListsPage
) -> None:
    page.go(Place("lists"))
    said = dict(zip(column(page, 0), column(page, 3), strict=True))
    assert "campaign “Spring Allergy push”" in said["Allergy season segment"]
    assert said["Patients 65 and over"] == "—"
    page.search.setText("65")
    assert column(page, 0) == ["Patients 65 and over"]
    assert page.table.rows.rows[0].rule == "status is Patient and age is at least 65"
    page.search.setText("zzz")
    press(page, "list-show-all")
    assert len(column(page, 0)) == 7


def test_rows_are_sorted_by_their_headers(desk: DirectDesk, page: ListsPage) -> None:
    ids = add_people(desk.workspace, desk.at)
    static_list(desk.workspace, "a")
    put_on_list(desk.workspace, static_list(desk.workspace, "b"), ids, desk.at)
    page.go(Place("lists"))
    page.table.horizontalHeader().sectionClicked.emit(2)
    assert column(page, 0) == ["b", "a"]


def test_a_list_in_use_stays_and_says_what_uses_it(
    sample_desk: DirectDesk, page: ListsPage
) -> None:
    page.go(Place("lists"))
    for name, gone in (("Allergy season segment", False), ("Patients 65 and over", True)):
        entry = next(row for row in page.table.rows.rows if row.name == name)
        page.table.acted.emit(entry, "delete")
        assert part(page, QLabel, "list-delete-title").text() == f"Delete the list “{name}”?"
        press(page, "list-delete-yes")
        assert (name not in column(page, 0)) == gone
    assert any("is in use by" in words for words in sample_desk.words)


def test_people_are_put_on_a_list_and_taken_off(
    desk: DirectDesk, page: ListsPage, qtbot: QtBot
) -> None:
    add_people(desk.workspace, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    page.go(Place("lists", record=list_id))
    assert part(page, QPushButton, "list-choose").isVisible()
    line, found = part(page, QLineEdit, "list-add"), part(page, QListWidget, "list-add-found")
    QTest.keyClicks(line, "lee")
    qtbot.waitUntil(lambda: found.count() == 2)
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert members(page) == ["Dora Lee"]
    assert part(page, QLabel, "list-note").text().startswith("1 person · filled by hand")
    page.members.table.acted.emit(page.members.table.rows.rows[0], "off")
    assert members(page) == []
    assert desk.undo is not None
    desk.undo()
    assert members(page) == ["Dora Lee"]
    page.members.table.opened.emit(page.members.table.rows.rows[0], "record")
    assert desk.places[-1] == Place("contacts", record=4)


def test_nobody_found_is_said(desk: DirectDesk, page: ListsPage, qtbot: QtBot) -> None:
    page.go(Place("lists", record=static_list(desk.workspace, "Spring")))
    found = part(page, QListWidget, "list-add-found")
    QTest.keyClicks(part(page, QLineEdit, "list-add"), "zz")
    qtbot.waitUntil(lambda: found.count() == 1)
    assert found.item(0).text() == "Nobody is found by that."


def test_nobody_is_put_on_a_dynamic_list_by_hand(desk: DirectDesk, page: ListsPage) -> None:
    rule = {"all": [{"type": "age", "op": "at_least", "years": 65}]}
    document = {"name": "Seniors", "type": "dynamic", "rule": rule}
    page.go(Place("lists", record=add_list(desk.workspace, document)))
    assert not part(page, QLineEdit, "list-add").isVisible()
    assert "filled by its rule: age is at least 65" in part(page, QLabel, "list-note").text()


def test_a_list_that_is_gone_says_so(page: ListsPage) -> None:
    page.go(Place("lists", record=99))
    assert part(page, QLabel, "list-title").text() == "This list is gone."

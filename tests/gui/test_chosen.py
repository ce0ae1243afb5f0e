"""Whoever is chosen in the table of contacts stays chosen, and nobody else, while rows move."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from db.queries import lists_page
from engine import people
from engine.commands.contacts import NewContact, create_contacts
from tests.gui.fakes import HeldDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_many, static_list
from tests.gui.test_late_people import held as held
from views.contacts import ContactsPage
from views.ports import Changes

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(held: HeldDesk, qtbot: QtBot) -> ContactsPage:
    add_many(held.workspace, 50, held.at)
    page = shown(ContactsPage(held), qtbot)
    held.settle()
    return page


def add_first(held: HeldDesk, page: ContactsPage) -> None:
    """Somebody comes in before all others; nothing is looked at again so far."""
    new = NewContact("manual", {"first_name": "A", "last_name": "Aaa"})
    create_contacts(held.workspace, [new], held.at)
    held.changed.emit(Changes(frozenset({"contacts"})))


def look_again(held: HeldDesk, page: ContactsPage, qtbot: QtBot) -> None:
    """The rows and the anchors of now."""
    qtbot.waitUntil(lambda: "anchors" in held.held)
    held.settle()

    def moved() -> bool:
        held.settle()
        return bool(page.table.view.rows.index(0, 0).data() == "A Aaa")

    qtbot.waitUntil(moved)
    held.settle()


def choose(page: ContactsPage, first: int, more: int) -> None:
    view = page.table.view
    view.setFocus()
    view.setCurrentIndex(view.rows.index(first, 0))
    for _ in range(more):
        QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)


def selected(page: ContactsPage) -> list[str]:
    view = page.table.view
    return [
        str(view.rows.index(first + at, 0).data())
        for first, length in view.selected_rows()
        for at in range(length)
    ]


def names_on(held: HeldDesk, list_id: int) -> list[str]:
    with held.workspace.store.read() as reader:
        ids = lists_page.members(reader, list_id, 0, 1_000)
        return [each.name for each in people.rows(reader, ids)]


THESE = ["First00003 Last00003", "First00004 Last00004"]


@pytest.mark.parametrize("looked", [False, True])
def test_those_who_were_chosen_are_put_on_the_list(
    held: HeldDesk, page: ContactsPage, looked: bool, qtbot: QtBot
) -> None:
    list_id = static_list(held.workspace, "Spring")
    choose(page, 3, 1)
    assert selected(page) == THESE
    add_first(held, page)
    if looked:
        look_again(held, page, qtbot)
        assert selected(page) == THESE
    assert part(page, QLabel, "contact-chosen").text() == "2 chosen"
    page.table.add_to_list(list_id, "Spring")
    held.settle()
    assert names_on(held, list_id) == THESE


def test_all_stay_all(held: HeldDesk, page: ContactsPage, qtbot: QtBot) -> None:
    page.table.view.selectAll()
    add_first(held, page)
    look_again(held, page, qtbot)
    assert part(page, QLabel, "contact-chosen").text() == "All 51 chosen"
    assert page.table.view.everything


def test_rows_nobody_looked_at_are_asked_for_before_anything_is_done(
    held: HeldDesk, qtbot: QtBot
) -> None:
    add_many(held.workspace, 6_000, held.at)
    page = shown(ContactsPage(held), qtbot)
    held.settle()
    view = page.table.view
    rows = QItemSelection(view.rows.index(0, 0), view.rows.index(5_999, 0))
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().select(rows, flags.Select | flags.Rows)
    adding = part(page, QPushButton, "contact-add-to-list")
    assert not adding.isEnabled()
    held.settle()
    assert adding.isEnabled()
    assert part(page, QLabel, "contact-chosen").text() == "6,000 chosen"


def test_nobody_is_chosen_once_others_are_shown(
    held: HeldDesk, page: ContactsPage, qtbot: QtBot
) -> None:
    page.table.search.setText("first0000")
    qtbot.waitUntil(lambda: "first" in held.held)
    page.table.view.selectAll()
    held.settle()
    assert not page.table.view.everything
    assert not part(page, QLabel, "contact-chosen").isVisible()

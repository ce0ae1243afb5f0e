"""What the engine does meanwhile leaves alone what one is looking at and working in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engine.commands.membership import put_on_list
from engine.commands.signals import hear_text
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_many, add_people, static_list
from views.contact import ContactPage
from views.lists import ListsPage
from views.ports import KINDS, Changes, Place
from views.theme import DARK, dress

TICK = Changes(KINDS)


@pytest.fixture
def person(desk: DirectDesk, qtbot: QtBot) -> ContactPage:
    add_people(desk.workspace, desk.at)
    put_on_list(desk.workspace, static_list(desk.workspace, "Spring"), [1], desk.at)
    for number in range(40):
        hear_text(desk.workspace, 1, f"message {number}", desk.at + number)
    page = shown(ContactPage(desk), qtbot)
    page.go(Place("contacts", record=1))
    return page


def test_lines_that_say_the_same_stay_with_the_focus_in_them(
    desk: DirectDesk, person: ContactPage
) -> None:
    line = part(person, QPushButton, "contact-list-1")
    line.setFocus()
    desk.changed.emit(TICK)
    assert line.hasFocus()
    put_on_list(desk.workspace, static_list(desk.workspace, "Autumn"), [1], desk.at)
    desk.changed.emit(TICK)
    assert part(person, QPushButton, "contact-list-2").isEnabled()


def test_earlier_lines_stay_once_they_are_asked_for(desk: DirectDesk, person: ContactPage) -> None:
    part(person, QPushButton, "contact-feed-more").click()
    feed = person.story.feed
    lines = [each for each in feed.findChildren(QLabel) if "message 0”" in each.text()]
    assert lines
    desk.changed.emit(TICK)
    assert [each for each in feed.findChildren(QLabel) if "message 0”" in each.text()] == lines
    hear_text(desk.workspace, 1, "and more", desk.at + 100)
    desk.changed.emit(TICK)
    texts = [each.text() for each in feed.findChildren(QLabel)]
    assert any("and more" in text for text in texts)
    assert any("message 0”" in text for text in texts)


def test_pictures_of_the_activity_follow_the_theme(qapp: QApplication, person: ContactPage) -> None:
    def picture() -> QLabel:
        labels = person.story.feed.findChildren(QLabel)
        return next(each for each in labels if not each.pixmap().isNull())

    before = picture().pixmap().toImage()
    dress(qapp, DARK)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert picture().pixmap().toImage() != before


def test_why_stays_as_it_is(desk: DirectDesk, person: ContactPage) -> None:
    part(person, QPushButton, "contact-tab-why").click()
    lines = person.story.why.findChildren(QLabel)
    desk.changed.emit(TICK)
    assert person.story.why.findChildren(QLabel) == lines


def test_more_of_a_list_stays_with_its_place(desk: DirectDesk, qtbot: QtBot) -> None:
    ids = add_many(desk.workspace, 450, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    put_on_list(desk.workspace, list_id, ids[:440], desk.at)
    page = shown(ListsPage(desk), qtbot)
    page.go(Place("lists", record=list_id))
    part(page, QPushButton, "list-more").click()
    table = page.members.table
    assert table.rows.rowCount() == 400
    table.setCurrentIndex(table.rows.index(300, 0))
    desk.changed.emit(TICK)
    assert (table.rows.rowCount(), table.currentIndex().row()) == (400, 300)
    put_on_list(desk.workspace, list_id, ids[:1], desk.at, joins=False)
    desk.changed.emit(TICK)
    assert table.rows.rowCount() == 400
    part(page, QPushButton, "list-more").click()
    assert table.rows.rowCount() == 439
    assert not part(page, QPushButton, "list-more").isVisible()
    page.go(Place("lists", record=static_list(desk.workspace, "Autumn")))
    page.go(Place("lists", record=list_id))
    assert table.rows.rowCount() == 200


def test_a_menu_goes_when_it_is_closed(qapp: QApplication, desk: DirectDesk, qtbot: QtBot) -> None:
    add_people(desk.workspace, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    put_on_list(desk.workspace, list_id, [1], desk.at)
    page = shown(ListsPage(desk), qtbot)
    page.go(Place("lists"))
    page.go(Place("lists", record=list_id))
    for table in (page.table, page.members.table):
        for _ in range(3):
            table.menu_asked.emit(table.rows.rows[0], QPoint(10, 10))
            menus = page.findChildren(QMenu)
            assert len(menus) <= 2
            QTest.keyClick(menus[0], Qt.Key.Key_Escape)
            qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert page.findChildren(QMenu) == []

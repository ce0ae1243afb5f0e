"""The numbers of the builder, of a list and of the status bar open exactly what they count."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from canvas.operations import remove, set_trigger
from engine.building import figures
from engine.calendar import DAY, HOUR
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.membership import put_on_list
from engine.number import Counted
from engine.runner import advance
from engine.vocabulary import END, TRIGGER
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from tests.gui.people import add_people, static_list
from tests.gui.test_counted import PEOPLE, WELCOME, live
from views.builder import BuilderPage
from views.counted import CountedPage
from views.lists import ListsPage
from views.places import counted_place
from views.ports import Place
from views.widgets.link import Link


@pytest.fixture
def page(qtbot: QtBot, desk: DirectDesk) -> BuilderPage:
    live(desk.workspace)
    desk.at = NOW + (PEOPLE - 1) * DAY + HOUR
    made = BuilderPage(desk)
    qtbot.addWidget(made)
    made.resize(1100, 780)
    made.show()
    made.go(Place("automation", WELCOME))
    return made


def opened(qtbot: QtBot, desk: DirectDesk) -> int:
    """How many stand in the list that was asked for last, and forget it."""
    place = desk.places.pop()
    assert place.page == "counted", place
    page = CountedPage(desk)
    qtbot.addWidget(page)
    page.go(place)
    return page.table.rows.rowCount()


def links(page: BuilderPage) -> list[Link]:
    panel = page.build.panel
    return [
        link
        for link in panel.findChildren(Link)
        if link.objectName().startswith("told-") and link.isVisible()
    ]


def wait_for(qtbot: QtBot, page: BuilderPage, words: list[str]) -> None:
    qtbot.waitUntil(lambda: [link.text() for link in links(page)] == words)


def test_every_number_of_a_card_stands_in_its_panel(
    qtbot: QtBot, page: BuilderPage, desk: DirectDesk
) -> None:
    assert links(page) == []
    page.build.drawing.numbers.click()
    with desk.workspace.store.read() as reader:
        known = figures(reader, WELCOME)
    ends = ["6 enrolled", "0 completed"]
    wait_for(qtbot, page, ends)
    counted = 0
    for card in known.cards:
        page.build.drawing.scene.select([] if card in (TRIGGER, END) else [card])
        told = known.told[card]
        words = ends if card in (TRIGGER, END) else [each.words for each in told]
        wait_for(qtbot, page, words)
        shown = {link.text(): link for link in links(page)}
        assert known.cards[card] in " · ".join(each.words for each in told)
        for each in told:
            QTest.keyClick(shown[each.words], Qt.Key.Key_Return)
            found = re.match(r"([\d,]+)(%?)", each.words)
            assert found is not None
            number = int(found[1].replace(",", ""))
            sent = next((int(t.words.split()[0]) for t in told if t.of == "sent"), 0)
            assert opened(qtbot, desk) == (round(number * sent / 100) if found[2] else number)
            counted += 1
    assert counted > len(known.cards)
    page.build.drawing.numbers.click()
    qtbot.waitUntil(lambda: links(page) == [])


def test_whom_an_update_is_about(qtbot: QtBot, page: BuilderPage, desk: DirectDesk) -> None:
    with desk.workspace.store.read() as reader:
        told = figures(reader, WELCOME).told
    here = [id for id in told if any(each.of == "active" for each in told[id])]
    page.session.flow.edit("Delete", remove(page.session.flow.value, here))
    page.session.settle()
    update = page.findChild(QPushButton, "builder-update")
    assert update is not None
    update.click()
    groups = page.notice.findChildren(Link)
    assert len(groups) == len(here)
    for group in groups:
        group.setFocus()
        QTest.keyClick(group, Qt.Key.Key_Space)
        assert opened(qtbot, desk) == int(group.text().split()[0])
    page.go(Place("automation", WELCOME))
    assert page.session.is_unsaved


@pytest.mark.parametrize(
    ("trigger", "number"),
    [
        ({"type": "contact_created", "source": "any"}, PEOPLE),
        ({"type": "contact_created", "source": "import"}, 0),
        ({"type": "became_patient"}, 0),
        ({"type": "property_changed", "property": "status", "to": "lead"}, PEOPLE),
        ({"type": "inactive", "days": 3}, 3),
    ],
)
def test_who_matches_today(
    qtbot: QtBot, page: BuilderPage, desk: DirectDesk, trigger: dict[str, object], number: int
) -> None:
    page.session.flow.edit("Change", set_trigger(page.session.flow.value, trigger))
    page.session.settle()
    page.build.drawing.scene.select([TRIGGER])
    match = page.build.panel.findChild(Link, "trigger-matches")
    assert match is not None and not match.isHidden()
    assert int(match.text().split()[0]) == number
    QTest.mouseClick(match, Qt.MouseButton.LeftButton)
    assert opened(qtbot, desk) == number


def test_the_size_of_a_list(qtbot: QtBot, desk: DirectDesk) -> None:
    list_id = static_list(desk.workspace, "Many")
    people = add_people(desk.workspace, NOW)
    new = [NewContact("manual", {"first_name": f"N{n}"}) for n in range(300)]
    people += create_contacts(desk.workspace, new, NOW)
    put_on_list(desk.workspace, list_id, people[1:], NOW)
    lists = ListsPage(desk)
    qtbot.addWidget(lists)
    lists.resize(1080, 720)
    lists.go(Place("lists"))
    lists.show()
    (row,) = lists.table.rows.rows
    lists.table.setCurrentIndex(lists.table.rows.index(0, 2))
    QTest.keyClick(lists.table, Qt.Key.Key_Return)
    lists.go(desk.places.pop())
    more = lists.members.findChild(QPushButton, "list-more")
    assert more is not None
    while more.isVisible():
        more.click()
    assert lists.members.table.rows.rowCount() == row.size == 304


def test_what_waits_to_be_sent(qtbot: QtBot, desk: DirectDesk) -> None:
    live(desk.workspace)
    fields = {"first_name": "Zoe", "email": "zoe@example.org"}
    create_contacts(desk.workspace, [NewContact("walk_in", fields)], NOW + 6 * DAY)
    advance(desk.workspace, NOW + 6 * DAY)
    desk.open(counted_place(Counted("waiting"), Place("automations")))
    assert opened(qtbot, desk) > 0


def test_an_update_is_asked_about_again_once_more_was_changed(
    page: BuilderPage, desk: DirectDesk
) -> None:
    with desk.workspace.store.read() as reader:
        told = figures(reader, WELCOME).told
    here = [id for id in told if any(each.of == "active" for each in told[id])]
    page.session.flow.edit("Delete", remove(page.session.flow.value, here))
    update = page.findChild(QPushButton, "builder-update")
    assert update is not None
    update.click()
    for is_saved in (False, True):
        if not is_saved:
            page.build.editor.change_value("description", "More", "")
        asked = page.notice.findChildren(QPushButton, "impact-update")
        next(button for button in asked if button.isVisible()).click()
        assert page.session.is_unsaved is not is_saved

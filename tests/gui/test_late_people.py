"""What is pressed before an answer came, or after another page did, hits whom it was meant for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from db.queries import lists_page
from engine import people
from engine.commands.membership import put_on_list
from engine.person import profile
from engine.workspace import Reader
from tests.gui.fakes import COMMAND, DirectDesk, HeldDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_many, add_people, static_list
from views.add_person import AddPerson
from views.contact import ContactPage
from views.contacts import ContactsPage
from views.finder import PersonFinder
from views.lists import ListsPage
from views.ports import Action, Place
from views.widgets.commands import CommandPalette

ANN, BOB, CARLA, DORA, ERNEST = range(1, 6)


@pytest.fixture
def held(desk: DirectDesk) -> HeldDesk:
    return HeldDesk(desk.workspace, desk.at)


@pytest.fixture
def person(held: HeldDesk, qtbot: QtBot) -> ContactPage:
    add_people(held.workspace, held.at)
    page = shown(ContactPage(held), qtbot)
    page.go(Place("contacts", record=ANN))
    held.settle()
    return page


def press(page: QWidget, name: str) -> None:
    part(page, QPushButton, name).click()


def edit(line: QLineEdit, text: str) -> None:
    line.setText(text)
    line.textEdited.emit(text)


def ask(desk: HeldDesk, question: Callable[[Reader], Any]) -> Any:
    with desk.workspace.store.read() as reader:
        return question(reader)


def on_list(desk: HeldDesk, list_id: int) -> list[int]:
    members: list[int] = ask(desk, lambda reader: lists_page.members(reader, list_id, 0, 10))
    return members


def test_off_the_list_is_taken_back_for_whom_it_was_said(
    held: HeldDesk, person: ContactPage
) -> None:
    list_id = static_list(held.workspace, "Spring")
    put_on_list(held.workspace, list_id, [ANN, BOB], held.at)
    held.settle()
    person.go(Place("contacts", record=ANN))
    held.settle()
    press(person, f"contact-list-off-{list_id}")
    held.settle()
    undo = held.undo
    assert undo is not None
    assert on_list(held, list_id) == [BOB]
    person.go(Place("contacts", record=BOB))
    held.settle()
    undo()
    held.settle()
    assert on_list(held, list_id) == [ANN, BOB]
    assert held.undo is not None
    held.undo()
    held.settle()
    assert on_list(held, list_id) == [BOB]


def test_off_a_list_is_taken_back_on_that_list(held: HeldDesk, qtbot: QtBot) -> None:
    add_people(held.workspace, held.at)
    spring, autumn = static_list(held.workspace, "Spring"), static_list(held.workspace, "Autumn")
    page = shown(ListsPage(held), qtbot)
    page.go(Place("lists", record=spring))
    held.settle()
    page.members.finder.chosen.emit(ask(held, lambda reader: people.rows(reader, [ANN]))[0])
    held.settle()
    undo = held.undo
    assert undo is not None
    page.go(Place("lists", record=autumn))
    held.settle()
    undo()
    held.settle()
    assert (on_list(held, spring), on_list(held, autumn)) == ([], [])


def test_nobody_can_be_acted_upon_before_they_are_shown(
    held: HeldDesk, person: ContactPage
) -> None:
    buttons = [part(person, QPushButton, name) for name in (
        "contact-dnc", "contact-record", "contact-reply", "contact-submit", "contact-book",
    )]  # fmt: skip
    assert all(each.isEnabled() for each in buttons)
    person.go(Place("contacts", record=ERNEST))
    assert part(person, QLabel, "contact-name").text() == ""
    assert not any(each.isEnabled() for each in buttons)
    assert not part(person, QWidget, "contact-details").isVisible()
    held.settle()
    assert part(person, QLabel, "contact-name").text() == "Ernest Young"
    assert all(each.isEnabled() for each in buttons)
    press(person, "contact-dnc")
    press(person, "contact-bar-yes")
    held.settle()
    barred = ask(held, lambda reader: people.rows(reader, range(ANN, ERNEST + 1)))
    assert [each.name for each in barred if each.do_not_contact] == ["Ernest Young"]


def test_the_story_of_one_is_gone_before_another_s_comes(
    held: HeldDesk, person: ContactPage
) -> None:
    feed = person.story.feed
    assert feed.findChildren(QLabel)
    person.go(Place("contacts", record=BOB))
    held.release("profile")
    assert not [each for each in feed.findChildren(QLabel) if not each.isHidden()]


def test_what_was_typed_on_while_it_was_saved_is_not_taken_as_saved(
    held: HeldDesk, person: ContactPage
) -> None:
    line = part(person, QLineEdit, "contact-first-name")
    edit(line, "Anna")
    press(person, "contact-save")
    edit(line, "Annabel")
    held.settle()
    assert line.text() == "Annabel"
    assert part(person, QPushButton, "contact-save").isEnabled()
    press(person, "contact-save")
    held.settle()
    assert part(person, QLabel, "contact-name").text() == "Annabel Lee"


def test_what_was_typed_of_one_waits_while_another_is_looked_at(
    held: HeldDesk, person: ContactPage
) -> None:
    line = part(person, QLineEdit, "contact-first-name")
    edit(line, "Anna")
    person.go(Place("contacts", record=BOB))
    held.settle()
    assert line.text() == "Bob"
    person.go(Place("contacts", record=ANN))
    held.settle()
    assert line.text() == "Anna"
    assert held.words[-1] == "What you changed and did not save is still here."
    assert held.undo is not None
    held.undo()
    assert line.text() == "Ann"


def test_a_refusal_is_not_shown_beside_the_fields_of_another(
    held: HeldDesk, person: ContactPage
) -> None:
    edit(part(person, QLineEdit, "contact-email"), "nowhere")
    press(person, "contact-save")
    person.go(Place("contacts", record=BOB))
    held.settle("profile", "feed")
    held.settle()
    assert part(person, QLabel, "contact-email-fault").text() == ""
    assert held.words


def test_a_contact_is_added_once_however_often_enter_is_pressed(
    held: HeldDesk, qtbot: QtBot
) -> None:
    panel = shown(AddPerson(held), qtbot)
    panel.open("manual")
    line = part(panel, QLineEdit, "add-contact-first-name")
    line.setText("Zoe")
    for _ in range(2):
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert not part(panel, QPushButton, "add-contact-save").isEnabled()
    held.settle()
    assert ask(held, people.count) == 1
    panel.open("manual")
    part(panel, QLineEdit, "add-contact-email").setText("nowhere")
    press(panel, "add-contact-save")
    held.settle()
    assert part(panel, QPushButton, "add-contact-save").isEnabled()


def test_a_visit_is_booked_once_however_often_it_is_pressed(
    held: HeldDesk, person: ContactPage
) -> None:
    press(person, "contact-book")
    for _ in range(2):
        press(person, "contact-action-do")
    press(person, "contact-reply")
    held.settle()
    visits = ask(held, lambda reader: profile(reader, ANN, held.at))
    assert len(visits.visits) == 1
    assert person.action.isVisible()


def test_rows_of_the_order_before_are_not_shown(held: HeldDesk, qtbot: QtBot) -> None:
    add_many(held.workspace, 600, held.at)
    page = shown(ContactsPage(held), qtbot)
    model, view = page.table.view.rows, page.table.view
    held.settle()
    page.table.source.refresh()
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: "rows" in held.held)
    view.horizontalHeader().sectionClicked.emit(0)
    held.release("first")
    held.release("rows")
    assert model.index(0, 0).data() == "First00599 Last00599"


@pytest.fixture
def finder(held: HeldDesk, qtbot: QtBot) -> PersonFinder:
    add_people(held.workspace, held.at)
    return shown(PersonFinder(held, "Whom", "who"), qtbot)


def find(finder: PersonFinder, held: HeldDesk, text: str, qtbot: QtBot) -> None:
    finder.line.clear()
    QTest.keyClicks(finder.line, text)
    qtbot.waitUntil(lambda: "found" in held.held)
    held.settle()


def test_enter_takes_who_is_meant_by_what_stands_there_now(
    held: HeldDesk, finder: PersonFinder, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    finder.chosen.connect(lambda person: chosen.append(person.name))
    find(finder, held, "young", qtbot)
    finder.line.clear()
    QTest.keyClicks(finder.line, "diaz")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)
    assert chosen == []
    held.settle()
    assert chosen == ["Carla Diaz"]
    assert finder.line.text() == ""


def test_enter_is_forgotten_by_whoever_types_on(
    held: HeldDesk, finder: PersonFinder, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    finder.chosen.connect(lambda person: chosen.append(person.name))
    QTest.keyClicks(finder.line, "lee")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)
    held.foresee("found")
    QTest.keyClicks(finder.line, " ")
    qtbot.waitUntil(lambda: held.held.count("found") == 2)
    held.settle()
    assert chosen == []
    assert part(finder, QListWidget, "who-found").count() == 2


@pytest.fixture
def palette(held: HeldDesk, qtbot: QtBot) -> CommandPalette:
    add_people(held.workspace, held.at)
    window = shown(QWidget(), qtbot)
    return CommandPalette(held, window)


def test_records_that_come_leave_the_chosen_action_alone(
    held: HeldDesk, palette: CommandPalette
) -> None:
    ran: list[int] = []
    palette.open([Action(f"Lee {n}", "", "add", partial(ran.append, n)) for n in range(3)])
    line = part(palette, QLineEdit, "commands-search")
    line.setText("lee")
    for _ in range(2):
        QTest.keyClick(line, Qt.Key.Key_Down)
    held.settle()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert ran == [2]


def test_enter_waits_for_the_records_of_what_was_typed(
    held: HeldDesk, palette: CommandPalette
) -> None:
    palette.open([])
    line = part(palette, QLineEdit, "commands-search")
    line.setText("diaz")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert held.places == []
    held.settle()
    assert held.places == [Place("contacts", CARLA)]
    assert not palette.isVisible()


def test_a_list_is_made_once_however_often_enter_is_pressed(held: HeldDesk, qtbot: QtBot) -> None:
    page = shown(ListsPage(held), qtbot)
    page.go(Place("lists", tab="new"))
    held.settle()
    line = part(page, QLineEdit, "list-name")
    line.setText("Spring")
    for _ in range(2):
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert held.held.count(COMMAND) == 1


def test_a_file_is_asked_for_where_importing_was_and_not_again_on_the_way_back(
    held: HeldDesk, qtbot: QtBot
) -> None:
    page = shown(ContactsPage(held), qtbot)
    place = Place("contacts", options=(("import", "choose"),))
    page.go(place)
    (dialog,) = page.findChildren(QFileDialog)
    assert "*.xlsx" in dialog.nameFilters()[0]
    dialog.reject()
    qtbot.waitUntil(lambda: page.findChildren(QFileDialog) == [])
    page.go(place)
    assert page.findChildren(QFileDialog) == []

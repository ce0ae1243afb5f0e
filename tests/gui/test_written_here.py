"""Dates and telephone numbers are written as the practice's country does, and read so too."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from db.sql import query
from engine.commands.settings import put_settings
from engine.person import profile
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_people
from tests.gui.test_contacts import press
from tests.gui.test_contacts import shown as opened
from views.contacts import ContactsPage
from views.inspector.create_task import CreateTaskForm
from views.ports import Place

TOO_LONG = "This must have at most 200 characters."


def adding(desk: DirectDesk, qtbot: QtBot) -> ContactsPage:
    page = opened(ContactsPage(desk), qtbot)
    press(page, "contact-add")
    return page


def write(page: ContactsPage, name: str, text: str) -> None:
    line = part(page, QLineEdit, name)
    line.clear()
    type_in(line, text)


def type_in(line: QLineEdit, text: str) -> None:
    line.insert(text)
    line.textEdited.emit(text)


@pytest.mark.parametrize(
    ("region", "hint", "typed", "kept"),
    [
        ("US", "05/31/1980", "05/06/1980", "1980-05-06"),
        ("GB", "31/05/1980", "05/06/1980", "1980-06-05"),
        ("DE", "31.05.1980", "31.05.1980", "1980-05-31"),
        ("DE", "31.05.1980", "1980-05-31", "1980-05-31"),
    ],
)
def test_a_date_of_birth_is_read_as_the_country_writes_it(
    desk: DirectDesk, qtbot: QtBot, region: str, hint: str, typed: str, kept: str
) -> None:
    put_settings(desk.workspace, {"practice.region": region})
    page = adding(desk, qtbot)
    assert part(page, QLabel, "add-contact-dob-help").text() == f"Like {hint} or 1980-05-31."
    write(page, "add-contact-first-name", "Zoe")
    write(page, "add-contact-dob", "31.31.1980")
    press(page, "add-contact-save")
    fault = part(page, QLabel, "add-contact-dob-fault")
    assert fault.text() == f"Write a date in the past, like {hint} or 1980-05-31."
    write(page, "add-contact-dob", typed)
    assert not fault.isVisible()
    press(page, "add-contact-save")
    with desk.workspace.store.read() as connection:
        assert query(connection, "SELECT dob FROM contact")[0].dob == kept
    page.go(Place("contacts", record=1))
    shown_now = part(page, QLineEdit, "contact-dob").text()
    write(page, "contact-dob", shown_now)
    assert not part(page, QPushButton, "contact-save").isEnabled()


def test_a_name_too_long_is_said_and_not_cut(desk: DirectDesk, qtbot: QtBot) -> None:
    page = adding(desk, qtbot)
    write(page, "add-contact-last-name", "x" * 201)
    press(page, "add-contact-save")
    fault = part(page, QLabel, "add-contact-last-name-fault")
    assert (fault.isVisible(), fault.text()) == (True, TOO_LONG)
    write(page, "add-contact-last-name", "x" * 200)
    assert not fault.isVisible()
    press(page, "add-contact-save")
    assert desk.places[-1] == Place("contacts", record=1)
    page.go(Place("contacts", record=1))
    write(page, "contact-first-name", "y" * 201)
    press(page, "contact-save")
    changed = part(page, QLabel, "contact-first-name-fault")
    assert (changed.isVisible(), changed.text()) == (True, TOO_LONG)
    write(page, "contact-first-name", "y")
    assert not changed.isVisible()


def test_the_title_of_a_task_takes_more_than_it_may_have(qtbot: QtBot) -> None:
    form = shown(CreateTaskForm(), qtbot)
    title = part(form, QLineEdit, "task-title")
    title.setText("x" * 501)
    assert len(title.text()) == 501


def test_numbers_are_shown_as_they_are_dialled_here(desk: DirectDesk, qtbot: QtBot) -> None:
    add_people(desk.workspace, desk.at)
    page = opened(ContactsPage(desk), qtbot)
    numbers = [str(page.table.view.rows.index(row, 2).data()) for row in range(2)]
    assert numbers == ["(202) 555-0102", "(202) 555-0100"]
    page.go(Place("contacts", record=1))
    phone = part(page, QLineEdit, "contact-phone")
    assert phone.text() == "(202) 555-0100"
    write(page, "contact-phone", "(202) 555-0199")
    press(page, "contact-save")
    with desk.workspace.store.read() as reader:
        who = profile(reader, 1, desk.at)
    assert who is not None
    assert who.values["phone"] == "(202) 555-0199"
    assert phone.text() == "(202) 555-0199"

"""Wherever there is nothing to show, something to do is offered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from tests.gui.people import add_people, static_list
from views.automations import AutomationsPage
from views.contacts import ContactsPage
from views.list_members import MembersPage
from views.lists import ListsPage
from views.ports import Desk, Place
from views.tasks import TasksPage
from views.widgets.kit import Empty

Build = Callable[[Desk], QWidget]
EMPTY: list[tuple[str, Build]] = [
    ("automations", AutomationsPage),
    ("contacts", ContactsPage),
    ("lists", ListsPage),
    ("tasks", TasksPage),
]
SEARCHED: list[tuple[str, Build, str]] = [
    ("automations", AutomationsPage, "automation-search"),
    ("contacts", ContactsPage, "contact-search"),
    ("lists", ListsPage, "list-search"),
]


@pytest.mark.parametrize(("name", "build"), EMPTY, ids=lambda each: str(each))
def test_a_screen_without_anything(desk: DirectDesk, qtbot: QtBot, name: str, build: Build) -> None:
    page = shown(build(desk), Place(name), qtbot)
    qtbot.waitUntil(lambda: bool(offered(page)))


def test_a_list_without_members(desk: DirectDesk, qtbot: QtBot) -> None:
    number = static_list(desk.workspace, "Recall")
    page = shown(MembersPage(desk), Place("list", number), qtbot)
    qtbot.waitUntil(lambda: bool(offered(page)))


@pytest.mark.parametrize(("name", "build", "field"), SEARCHED, ids=lambda each: str(each))
def test_a_search_that_finds_nothing(
    sample_desk: DirectDesk, qtbot: QtBot, name: str, build: Build, field: str
) -> None:
    add_people(sample_desk.workspace, sample_desk.at)
    page = shown(build(sample_desk), Place(name), qtbot)
    search = page.findChild(QLineEdit, field)
    assert search is not None
    search.setText("zzzzzz")
    qtbot.waitUntil(lambda: bool(offered(page)))


def shown(page: QWidget, place: Place, qtbot: QtBot) -> QWidget:
    qtbot.addWidget(page)
    page.resize(1080, 720)
    with qtbot.waitExposed(page):
        page.show()
    go = getattr(page, "go", None)
    assert go is not None
    go(place)
    return page


def offered(page: QWidget) -> list[str]:
    """What can be pressed where the page says that it is empty."""
    return [
        each.text()
        for empty in page.findChildren(Empty) if empty.isVisible()
        for each in empty.findChildren(QPushButton) if each.isVisible() and each.isEnabled()
    ]  # fmt: skip

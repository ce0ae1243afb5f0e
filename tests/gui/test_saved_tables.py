"""Tables are searched, sorted and saved as they are shown: tasks, lists, emails and texts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.calendar import DAY
from engine.commands import tasks
from engine.commands.membership import put_on_list
from engine.commands.settings import put_template
from engine.commands.signals import hear_text
from tests.gui.fakes import DirectDesk, HeldDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_people, static_list, user
from views.contacts import ContactsPage
from views.lists import ListsPage
from views.ports import Place
from views.tasks import TasksPage
from views.templates import TemplatesPage


def read(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> TasksPage:
    """Three people's texts have to be read; Bob's is Sarah's and Carla's the last due."""
    ids = add_people(desk.workspace, desk.at)
    for late, contact_id in enumerate(ids[:3]):
        hear_text(desk.workspace, contact_id, "no more please", desk.at + late)
    desk.at += DAY
    made = shown(TasksPage(desk), qtbot)
    made.go(Place("tasks"))
    tasks.reassign(desk.workspace, made.table.rows.rows[1].id, user(desk.workspace, "Sarah"))
    made.go(Place("tasks"))
    return made


def contacts(page: TasksPage) -> list[str]:
    return [task.contact for task in page.table.rows.rows]


def test_tasks_are_searched_by_who_they_are_about(page: TasksPage, qtbot: QtBot) -> None:
    page.search.setText("DÍAZ")
    qtbot.waitUntil(lambda: contacts(page) == ["Carla Diaz"])
    assert part(page, QLabel, "task-count").text() == "1 found"
    assert part(page, QPushButton, "task-overdue").text() == "1 overdue"
    page.search.setText("read text")
    qtbot.waitUntil(lambda: len(contacts(page)) != 1)
    page.search.setText("100%")
    again = part(page, QPushButton, "task-show-all")
    qtbot.waitUntil(again.isVisible)
    again.click()
    qtbot.waitUntil(lambda: len(contacts(page)) == 3)


@pytest.mark.parametrize(
    ("column", "up"),
    [
        (0, ["Ann Lee", "Bob Ray", "Carla Diaz"]),
        (1, ["Carla Diaz", "Ann Lee", "Bob Ray"]),
        (2, ["Ann Lee", "Carla Diaz", "Bob Ray"]),
        (4, ["Ann Lee", "Bob Ray", "Carla Diaz"]),
    ],
)
def test_tasks_are_sorted_by_every_column(page: TasksPage, column: int, up: list[str]) -> None:
    header = page.table.horizontalHeader()
    header.sectionClicked.emit(column)
    assert contacts(page) == up
    header.sectionClicked.emit(3)
    assert contacts(page) == ["Ann Lee", "Bob Ray", "Carla Diaz"]
    header.sectionClicked.emit(3)
    assert contacts(page) == ["Carla Diaz", "Bob Ray", "Ann Lee"]


def test_tasks_are_saved_as_they_are_shown(
    desk: DirectDesk, page: TasksPage, tmp_path: Path
) -> None:
    page.table.horizontalHeader().sectionClicked.emit(1)
    part(page, QPushButton, "task-save").click()
    file = tmp_path / "tasks.csv"
    (dialog,) = page.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    titles, *lines = read(file)
    assert titles == ["Task", "Contact", "Assigned to", "Due", "From"]
    assert [line[1] for line in lines] == contacts(page)
    assert desk.words[-1] == "The table is in tasks.csv."


def typed(page: ContactsPage, text: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.table.source.counted):
        page.table.search.setText(text)


def test_all_contacts_found_are_saved_in_the_order_shown(
    desk: DirectDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    add_people(desk.workspace, desk.at)
    page = shown(ContactsPage(desk), qtbot)
    page.go(Place("contacts"))
    page.table.view.show_sort("name", descending=True)
    page.table.view.sort_asked.emit("name", True)
    for text, firsts in (("", ["Ernest", "Bob", "Dora", "Ann", "Carla"]), ("lee", ["Dora", "Ann"])):
        if text:
            typed(page, text, qtbot)
        page.table.save_table(tmp_path / "people.csv")
        titles, *lines = read(tmp_path / "people.csv")
        assert titles[:4] == ["ID", "First name", "Last name", "Email"]
        assert [line[1] for line in lines] == firsts
        assert desk.words[-1] == f"{len(firsts)} contacts are in people.csv."
    assert part(page, QPushButton, "contact-save-table").isVisible()


def test_saving_contacts_can_be_stopped(held: HeldDesk, qtbot: QtBot, tmp_path: Path) -> None:
    add_people(held.workspace, held.at)
    page = shown(ContactsPage(held), qtbot)
    page.go(Place("contacts"))
    held.settle()
    page.table.save_table(tmp_path / "people.csv")
    stop = part(page, QPushButton, "contact-saving-stop")
    assert stop.isVisible()
    stop.click()
    held.settle()
    assert not stop.isVisible()
    assert held.words == ["Stopped: nothing was saved."]
    assert list(tmp_path.iterdir()) == []


def test_lists_are_saved_as_they_are_shown(desk: DirectDesk, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("Spring", "=HYPERLINK(1)", "Springtime"):
        static_list(desk.workspace, name)
    page = shown(ListsPage(desk), qtbot)
    page.go(Place("lists"))
    page.table.horizontalHeader().sectionClicked.emit(0)
    page.save_table(tmp_path / "all.csv")
    names = [line[0] for line in read(tmp_path / "all.csv")]
    assert names == ["List", "Springtime", "Spring", "'=HYPERLINK(1)"]
    page.search.setText("spring")
    page.save_table(tmp_path / "found.csv")
    assert len(read(tmp_path / "found.csv")) == 3
    assert part(page, QPushButton, "list-save").isVisible()


def test_who_is_on_a_list_is_saved(desk: DirectDesk, qtbot: QtBot, tmp_path: Path) -> None:
    ids = add_people(desk.workspace, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    put_on_list(desk.workspace, list_id, ids[1:3], desk.at)
    page = shown(ListsPage(desk), qtbot)
    page.go(Place("lists", record=list_id))
    assert part(page, QPushButton, "list-members-save").isVisible()
    page.members.save_table(tmp_path / "spring.csv")
    assert [line[1] for line in read(tmp_path / "spring.csv")[1:]] == ["Bob", "Carla"]


def test_emails_and_texts_are_saved(desk: DirectDesk, qtbot: QtBot, tmp_path: Path) -> None:
    put_template(desk.workspace, {
        "format": "practice-crm/template@1", "channel": "sms", "name": "Hello", "body": "Hello",
    })  # fmt: skip
    page = shown(TemplatesPage(desk), qtbot)
    page.go(Place("templates"))
    page.save_table(tmp_path / "texts.csv")
    assert read(tmp_path / "texts.csv") == [["Name", "Kind", "Used by"], ["Hello", "Text", "—"]]
    assert part(page, QPushButton, "template-save").isVisible()

"""The front desk's queue: done, put off, given to somebody else."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.calendar import DAY
from engine.commands import tasks
from engine.commands.signals import hear_text
from tests.gui.fakes import DirectDesk
from tests.gui.people import add_people, user
from views.ports import Place
from views.tasks import TOMORROW, TasksPage

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> TasksPage:
    """Two people's texts have to be read: one since yesterday, one since now."""
    ids = add_people(desk.workspace, desk.at)
    for contact_id, at in ((ids[0], desk.at), (ids[1], desk.at + DAY)):
        hear_text(desk.workspace, contact_id, "no more please", at)
    desk.at += DAY
    return shown(desk, qtbot)


def shown(desk: DirectDesk, qtbot: QtBot) -> TasksPage:
    made = TasksPage(desk)
    qtbot.addWidget(made)
    made.resize(1080, 720)
    with qtbot.waitExposed(made):
        made.show()
    made.go(Place("tasks"))
    return made


def part(page: QWidget, kind: type[W], name: str) -> W:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def contacts(page: TasksPage) -> list[str]:
    return [task.contact for task in page.table.rows.rows]


def test_an_empty_queue_says_where_tasks_come_from(desk: DirectDesk, qtbot: QtBot) -> None:
    page = shown(desk, qtbot)
    part(page, QPushButton, "task-automations").click()
    assert desk.places == [Place("automations")]


def test_overdue_ones_come_first_and_are_marked(page: TasksPage) -> None:
    assert contacts(page) == ["Ann Lee", "Bob Ray"]
    assert [task.late for task in page.table.rows.rows] == [True, False]
    assert str(page.table.rows.index(0, 3).data()).startswith("Overdue")
    assert part(page, QPushButton, "task-overdue").text() == "1 overdue"
    assert part(page, QLabel, "task-count").text() == "2 tasks to be done"


def test_the_numbers_open_as_many_tasks(desk: DirectDesk, page: TasksPage) -> None:
    late = part(page, QPushButton, "task-overdue")
    late.click()
    assert contacts(page) == ["Ann Lee"]
    assert late.text() == "Only the 1 overdue"
    sarah = user(desk.workspace, "sarah")
    tasks.reassign(desk.workspace, page.table.rows.rows[0].id, sarah)
    page.go(Place("tasks"))
    whose = part(page, QComboBox, "task-assignee")
    for place in range(whose.count()):
        whose.setCurrentIndex(place)
        whose.activated.emit(place)
        late.setChecked(True)
        if late.isVisible():
            assert late.isChecked()
            assert late.text() == f"Only the {len(contacts(page))} overdue"
        late.setChecked(False)
        said = whose.itemText(place)
        number = 2 if place == 0 else int(said.rsplit("(", 1)[1].rstrip(")"))
        assert len(contacts(page)) == number, said
        assert part(page, QLabel, "task-count").text().startswith(f"{number} task")


def test_overdue_ones_that_are_done_show_the_rest_again(page: TasksPage) -> None:
    late = part(page, QPushButton, "task-overdue")
    late.click()
    page.table.acted.emit(page.table.rows.rows[0], "done")
    assert contacts(page) == ["Bob Ray"]
    assert not late.isVisible()


def test_done_can_be_undone(desk: DirectDesk, page: TasksPage) -> None:
    page.table.acted.emit(page.table.rows.rows[0], "done")
    assert contacts(page) == ["Bob Ray"]
    assert desk.undo is not None
    desk.undo()
    assert contacts(page) == ["Ann Lee", "Bob Ray"]


def test_one_that_somebody_else_did_says_so(desk: DirectDesk, page: TasksPage) -> None:
    task = page.table.rows.rows[0]
    tasks.finish(desk.workspace, task.id, desk.at)
    page.table.acted.emit(task, "done")
    assert desk.words[-1].startswith("This task is done already")


def test_put_off_till_tomorrow_and_taken_back(desk: DirectDesk, page: TasksPage) -> None:
    page.snooze(page.table.rows.rows[0], TOMORROW)
    assert contacts(page) == ["Bob Ray", "Ann Lee"]
    assert page.table.rows.rows[1].due == "tomorrow, 9:00 AM"
    assert desk.undo is not None
    desk.undo()
    assert contacts(page) == ["Ann Lee", "Bob Ray"]


def test_given_to_somebody_and_shown_as_theirs(
    desk: DirectDesk, page: TasksPage, qtbot: QtBot
) -> None:
    user(desk.workspace, "Sarah")
    page.go(Place("tasks"))
    page.table.menu_asked.emit(page.table.rows.rows[0], QPoint(10, 10))
    menu = part(page, QMenu, "task-menu")
    (later,) = [each.menu() for each in menu.actions() if each.text() == "Put off"]
    assert isinstance(later, QMenu)
    assert [each.text() for each in later.actions()] == [
        "Till tomorrow, 9:00 AM", "Till next week, 9:00 AM",
    ]  # fmt: skip
    giving = next(each.menu() for each in menu.actions() if each.text() == "Give to")
    assert isinstance(giving, QMenu)
    assert [each.text() for each in giving.actions()] == ["Sarah"]
    giving.actions()[0].trigger()
    menu.close()
    assert page.table.rows.rows[0].assignee == "Sarah"
    whose = part(page, QComboBox, "task-assignee")
    texts = [whose.itemText(place) for place in range(whose.count())]
    assert texts == ["Everyone's tasks", "Front desk (1)", "Sarah (1)"]
    for place, shown_now in ((2, ["Ann Lee"]), (1, ["Bob Ray"]), (0, ["Ann Lee", "Bob Ray"])):
        whose.setCurrentIndex(place)
        whose.activated.emit(place)
        assert contacts(page) == shown_now


def test_it_opens_the_contact(desk: DirectDesk, page: TasksPage) -> None:
    page.table.opened.emit(page.table.rows.rows[1], "record")
    assert desk.places == [Place("contacts", record=2)]


def test_a_task_becomes_overdue_by_itself(desk: DirectDesk, qtbot: QtBot) -> None:
    hear_text(desk.workspace, add_people(desk.workspace, desk.at)[0], "no more please", desk.at)
    page = shown(desk, qtbot)
    late = part(page, QPushButton, "task-overdue")
    page.snooze(page.table.rows.rows[0], TOMORROW)
    desk.at = page.table.rows.rows[0].due_at
    page.go(Place("tasks"))
    assert not late.isVisible()
    desk.at += 1_000
    qtbot.waitUntil(late.isVisible)
    assert str(page.table.rows.index(0, 3).data()).startswith("Overdue")

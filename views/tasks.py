"""The front desk's queue by due time: done, put off, given to somebody else.

screens.md section 8.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QStackedLayout, QWidget

from engine.commands import tasks
from engine.tasks_page import MORNING, Ask, Assignee, Queue, Task, put_off, queue
from engine.wording.times import clock_words
from views.contact_actions import Do
from views.ports import Changes, Desk, Place
from views.saving import save_button, save_rows
from views.tables import Action, Column
from views.theme import GRID
from views.widgets.datatable import DataTable
from views.widgets.fields import Choice
from views.widgets.kit import Empty, button, column, label, popup_menu, reword, row
from views.widgets.search import SearchLine

PAGE: Final = 100
MOST: Final = 100_000
"""Rows in a saved table."""
SHORTEST: Final = 100
LONGEST: Final = 3_600_000
"""Milliseconds until the clock is looked at again, which may have been set meanwhile."""
TOMORROW, NEXT_WEEK = 1, 7
ABOUT: Final = frozenset({"tasks"})
_EVERYONE: Final = ""


class TasksPage(QWidget):
    """Tasks still to be done, overdue ones first and marked."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._most = PAGE
        self._overdue = QTimer(self, singleShot=True)
        self._overdue.timeout.connect(self._grow_late)
        self._assignees: list[Assignee] = []
        self.setProperty("kind", "page")
        self.whose = Choice(self.tr("Everyone's tasks"))
        self.whose.setObjectName("task-assignee")
        self.whose.setAccessibleName(self.tr("Whose tasks"))
        self.whose.setMinimumContentsLength(16)
        self.whose.chosen.connect(lambda _: self._restart())
        self.search = SearchLine(
            "task-search", self.tr("Search tasks"),
            title=self.tr("Search tasks by what is to be done and for whom"),
        )  # fmt: skip
        self.search.settled.connect(self._restart)
        self._count = label("", "muted", name="task-count")
        self._late = button("", None, "chip-fault", name="task-overdue",
                            tip=self.tr("Show only these, or all again"))  # fmt: skip
        self._late.setCheckable(True)
        self._late.toggled.connect(lambda _: self._restart())
        self.table = self._make_table()
        self._more = button(self.tr("Show more"), self._ask_more, name="task-more")
        self._body = self._make_body()
        holder = self._body.parentWidget()
        save = save_button(self, "task-save", "tasks.csv", self.save_table)
        tools = row(self.search, self.whose, self._count, self._late, None, save, gap=12)
        whole = column(tools, holder, row(self._more, None), gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(1, 1)
        self.setLayout(whole)
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show the queue."""
        self._ask()

    def _make_body(self) -> QStackedLayout:
        nothing = Empty(
            self.tr("Nothing is to be done. Automations put tasks here with their step "
                    "Create task, and so do replies that somebody has to read."),
            button(self.tr("See the automations"),
                   lambda: self._desk.open(Place("automations")), name="task-automations"),
        )  # fmt: skip
        unknown = Empty(
            self.tr("No task is like that."),
            button(self.tr("Show all tasks"), self.search.clear, name="task-show-all"),
        )
        body = QStackedLayout(QWidget(self))
        for each in (self.table, nothing, unknown):
            body.addWidget(each)
        return body

    def _make_table(self) -> DataTable:
        table = DataTable(
            (
                Column(self.tr("Task"), lambda row: row.title, "title", icon=lambda row: "warning"
                       if row.late else "tasks", tip=lambda row: row.title),
                Column(self.tr("Contact"), lambda row: row.contact or "—", "contact",
                       opens="record", width=160),
                Column(self.tr("Assigned to"), lambda row: row.assignee, "assignee",
                       width=110),
                Column(self.tr("Due"), self._due, "due", width=244),
                Column(self.tr("From"), lambda row: row.flow or "—", "flow", width=156,
                       tip=lambda row: row.flow),
                Column("", lambda row: "", width=112, actions=(
                    Action("done", "done", self.tr("Done")),
                    Action("snooze", "delay", self.tr("Put off")),
                    Action("assign", "person", self.tr("Give to somebody else")),
                )),
            ),
            self.tr("Tasks"), "task-table",
        )  # fmt: skip
        table.show_sort("due", False)
        table.sort_asked.connect(lambda sort, descending: self._restart())
        table.opened.connect(self._open)
        table.acted.connect(self._act)
        table.menu_asked.connect(self._show_menu)
        return table

    def _due(self, task: Task) -> str:
        return self.tr("Overdue · {}").format(task.due) if task.late else task.due

    def _restart(self) -> None:
        self._most = PAGE
        self._ask()

    def _ask_more(self) -> None:
        self._most += PAGE
        self._ask()

    def _ask(self) -> None:
        question = partial(queue, ask=self._wanted(), most=self._most, now=self._desk.now())
        self._desk.ask(self, question, self._hear, "queue")

    def _wanted(self) -> Ask:
        chosen = self.whose.value() or _EVERYONE
        user = None if chosen == _EVERYONE else int(chosen)
        return Ask(user, self.search.text(), self._late.isChecked(), self.table.sort,
                   self.table.descending)  # fmt: skip

    def save_table(self, file: Path) -> None:
        """Write every task that is looked for, in the order shown, to a CSV file."""
        question = partial(queue, ask=self._wanted(), most=MOST, now=self._desk.now())

        def save(found: Queue) -> None:
            save_rows(self._desk, self, file, self.table.rows.columns, found.tasks)

        self._desk.ask(self, question, save, "table")

    def _hear(self, found: Queue) -> None:
        self._assignees = found.assignees
        chosen = self.whose.value() or _EVERYONE
        everyone = (_EVERYONE, self.tr("Everyone's tasks"))
        self.whose.offer([everyone, *((str(each.user_id), f"{each.name} ({each.tasks:,})")
                                      for each in found.assignees)])  # fmt: skip
        self.whose.put(chosen)
        self._count.setText(self._count_words(found.total))
        only = self._late.isChecked()
        if only and not found.overdue:
            self._late.setChecked(False)
            return
        words = self.tr("Only the {:,} overdue") if only else self.tr("{:,} overdue")
        reword(self._late, words.format(found.overdue))
        self._late.setVisible(only or bool(found.overdue))
        self.table.rows.show_rows(found.tasks)
        self._more.setVisible(found.more)
        self._body.setCurrentIndex(0 if found.tasks else 2 if self._is_searching() else 1)
        self._wait_for(found.next_due)

    def _is_searching(self) -> bool:
        return bool(self.search.text().strip())

    def _count_words(self, total: int) -> str:
        if self._is_searching():
            return self.tr("{:,} found").format(total)
        if total == 1:
            return self.tr("1 task to be done")
        return self.tr("{:,} tasks to be done").format(total)

    def _wait_for(self, due: int | None) -> None:
        self._overdue.stop()
        if due is not None:
            milliseconds = (due - self._desk.now()) // 1_000 + 1
            self._overdue.start(min(max(milliseconds, SHORTEST), LONGEST))

    def _grow_late(self) -> None:
        if self.isVisible():
            self._ask()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("tasks"):
            self._ask()

    def _open(self, task: Task, _: str = "") -> None:
        if task.contact_id is not None:
            self._desk.open(Place("contacts", record=task.contact_id))

    def _act(self, task: Task, name: str) -> None:
        if name == "done":
            self._finish(task)
            return
        menu = popup_menu(self, "task-menu")
        (self._fill_snooze if name == "snooze" else self._fill_assign)(menu, task)
        menu.popup(QCursor.pos())

    def _show_menu(self, task: Task, at: QPoint) -> None:
        menu = popup_menu(self, "task-menu")
        menu.addAction(self.tr("Done"), partial(self._finish, task))
        self._fill_snooze(menu.addMenu(self.tr("Put off")), task)
        self._fill_assign(menu.addMenu(self.tr("Give to")), task)
        if task.contact_id is not None:
            menu.addSeparator()
            menu.addAction(self.tr("Open contact"), partial(self._open, task))
        self.table.add_sorting(menu)
        menu.popup(at)

    def _fill_snooze(self, menu: QMenu, task: Task) -> None:
        for words, days in (
            (self.tr("Till tomorrow, {}"), TOMORROW), (self.tr("Till next week, {}"), NEXT_WEEK),
        ):  # fmt: skip
            at = words.format(clock_words(MORNING))
            menu.addAction(at, partial(self.snooze, task, days))

    def _fill_assign(self, menu: QMenu, task: Task) -> None:
        for each in self._assignees:
            if each.user_id != (task.user_id or 0):
                menu.addAction(each.name, partial(self.assign, task, each))

    def _finish(self, task: Task) -> None:
        def undo() -> None:
            self._do(lambda workspace, now: tasks.reopen(workspace, task.id))

        self._do(
            lambda workspace, now: tasks.finish(workspace, task.id, now),
            lambda _: self._desk.say(self.tr("“{}” is done.").format(task.title), undo),
        )

    def snooze(self, task: Task, days: int) -> None:
        """Put a task off to nine in the morning so many days from now."""

        def move(due_at: int) -> None:
            self._do(
                lambda workspace, now: tasks.snooze(workspace, task.id, due_at),
                lambda was: self._desk.say(
                    self.tr("“{}” is put off.").format(task.title),
                    lambda: self._do(lambda workspace, now: tasks.snooze(workspace, task.id, was)),
                ),
            )

        self._desk.ask(self, partial(put_off, now=self._desk.now(), days=days), move)

    def assign(self, task: Task, to: Assignee) -> None:
        """Give a task to somebody else."""
        words = self.tr("“{task}” is now for {name}.").format(task=task.title, name=to.name)
        self._do(
            lambda workspace, now: tasks.reassign(workspace, task.id, to.user_id or None),
            lambda _: self._desk.say(
                words,
                lambda: self._do(
                    lambda workspace, now: tasks.reassign(workspace, task.id, task.user_id)
                ),
            ),
        )

    def _do(self, command: Do, done: Any = None) -> None:
        self._desk.do(self, command, done, about=ABOUT)

"""The small cards of a person's page: lists, visits, tasks, consent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.person import Consent, Listed, Visit
from engine.tasks_page import Task
from views.theme import GRID
from views.widgets.kit import button, card, clear, column, label, row

Act = Callable[[int], None]
T = TypeVar("T")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ContactPage", text)


class Cards(QWidget):
    """A titled card whose lines are made anew when what they say changes."""

    def __init__(self, title: str, empty: str, name: str, *beside: QWidget) -> None:
        super().__init__()
        self._empty = empty
        self._shown: list[object] | None = None
        self._lines: QVBoxLayout = column(gap=GRID)
        head = row(label(title, "heading"), None, *beside)
        box: QFrame = card(column(head, self._lines, None, gap=12), name=name)
        self.setLayout(column(box))

    def fill(self, entries: Sequence[T], line: Callable[[T], QHBoxLayout | QVBoxLayout]) -> None:
        """Show a line of each, or that there are none; the same as before stay as they are."""
        if self._shown == list(entries):
            return
        self._shown = list(entries)
        clear(self._lines)
        if not entries:
            self._lines.addWidget(label(self._empty, "muted", wraps=True))
        for entry in entries:
            self._lines.addLayout(line(entry))


def list_line(entry: Listed, opened: Act, removed: Act) -> QHBoxLayout:
    """A list that opens, with a way off a static one."""
    name = button(entry.name, partial(opened, entry.id), "link", name=f"contact-list-{entry.id}")
    if not entry.static:
        return row(name, None, label(_tr("by its rule"), "muted"))
    words = _tr("Take them off the list “{}”").format(entry.name)
    off = button("", partial(removed, entry.id), "flat", icon_name="close", tip=words,
                 name=f"contact-list-off-{entry.id}")  # fmt: skip
    return row(name, None, off)


def visit_line(visit: Visit, completed: Act, cancelled: Act) -> QVBoxLayout:
    """A visit; a booked one takes place or is cancelled."""
    kinds = {"booked": "chip-goal", "completed": "chip-on", "cancelled": "chip"}
    words = {
        "booked": _tr("Booked"),
        "completed": _tr("Completed"),
        "cancelled": _tr("Cancelled"),
    }
    state = label(words.get(visit.status, visit.status), kinds.get(visit.status, "chip"))
    head = row(label(visit.when), None, state)
    whom = label(visit.provider, "muted") if visit.provider else None
    if visit.status != "booked":
        return column(head, *([whom] if whom else []), gap=4)
    came = button(_tr("Completed"), partial(completed, visit.id), icon_name="done",
                  name=f"visit-complete-{visit.id}")  # fmt: skip
    off = button(_tr("Cancel visit"), partial(cancelled, visit.id),
                 name=f"visit-cancel-{visit.id}")  # fmt: skip
    return column(head, row(*([whom] if whom else []), None, off, came), gap=4)


def task_line(task: Task, done: Act) -> QHBoxLayout:
    """A task with who is to do it and when, and a way to say it is done."""
    due = _tr("overdue since {}") if task.late else _tr("due {}")
    under = label(f"{task.assignee} · {due.format(task.due)}", "fault" if task.late else "muted",
                  wraps=True)  # fmt: skip
    does = button(_tr("Done"), partial(done, task.id), icon_name="done",
                  name=f"contact-task-done-{task.id}")  # fmt: skip
    does.setAccessibleName(_tr("Done: {}").format(task.title))
    parts = row(column(label(task.title, wraps=True), under, gap=2), does)
    parts.setStretch(0, 1)
    return parts


def consent_line(consent: Consent) -> QVBoxLayout:
    """A line of the subscription audit log, with the words that were said."""
    said = f" · “{consent.words}”" if consent.words else ""
    return column(
        label(consent.what, wraps=True), label(f"{consent.when}{said}", "muted", wraps=True), gap=2
    )

"""The rehearsal of the automation being built: what it would have done, on recorded history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from db.errors import KnownError
from engine.building import open_flow
from engine.calendar import local_date
from engine.rehearsal import Version, rehearse_all
from engine.replay.result import Day, Person, Rehearsal
from engine.wording import plural, reason_title
from engine.workspace import Workspace
from views.ports import Desk, Job
from views.theme import GRID
from views.widgets.dateedit import DateEdit
from views.widgets.daybars import DayBars, is_weekly
from views.widgets.fields import Field
from views.widgets.kit import button, clear, column, frame, label, row

RANGE_DAYS: Final = 90
"""The days a rehearsal looks back, unless others are chosen."""
_STEPS: Final = 1000
"""Of the progress bar."""


class RehearsePanel(QWidget):
    """Runs rehearsals of what `show_flow` was given last, and shows what came of them.

    `path_asked` says an `engine.replay.result.Person` whose way is to be shown on the canvas.
    """

    path_asked = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rehearse")
        self.desk = desk
        self._document: Mapping[str, Any] = {}
        self._flow_id: int | None = None
        self._job: Job | None = None
        self._results = column(gap=2 * GRID)
        asked = self._asked()
        inside = QWidget()
        inside.setLayout(column(asked, self._results, None, gap=2 * GRID, margins=(16, 8, 16, 16)))
        area = QScrollArea()
        area.setAccessibleName(self.tr("Rehearse"))
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        close = button("", self.closed.emit, "flat", icon_name="close", name="rehearse-close",
                       tip=self.tr("Close the rehearsal"))  # fmt: skip
        head = row(label(self.tr("Rehearse"), "heading"), None, close, margins=(16, 8, 8, 0))
        side = frame("side-right", column(head, area, gap=0))
        self.setLayout(column(side))

    def show_flow(self, document: Mapping[str, Any], flow_id: int | None, zone: ZoneInfo) -> None:
        """Rehearse this public document from now on; `flow_id` is the saved automation it edits.

        What was found of another one is cleared. Days are those of the practice's `zone`.
        """
        if flow_id != self._flow_id or not self._document:
            self.cancel()
            clear(self._results)
            today = local_date(self.desk.now(), zone)
            self._last.setMaximumDate(QDate(today.year, today.month, today.day))
            self._last.put(today)
            self._first.put(today - timedelta(days=RANGE_DAYS))
        self._document, self._flow_id = document, flow_id
        self._against.setVisible(flow_id is not None)
        self._run.setFocus()

    def run(self) -> None:
        """Rehearse the days chosen; what was under way ends."""
        self.cancel()
        clear(self._results)
        self._fault.hide()
        first, last, now = self._first.day(), self._last.day(), self.desk.now()
        versions = [Version(self._document, self._flow_id)]
        saved = self._flow_id if self._against.isChecked() else None

        def rehearse(
            workspace: Workspace, tell: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> list[Rehearsal]:
            with workspace.store.read() as reader:
                if saved is not None:
                    versions.append(Version(open_flow(reader, saved).document, saved))
                return rehearse_all(
                    reader, versions, first, last, now, progress=tell, cancelled=cancelled
                )

        self._show_running(True)
        self._job = self.desk.work(self, rehearse, self._tell, self._show_share, self._refuse)

    def cancel(self) -> None:
        """Stop what is under way; nothing of it is kept."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._show_running(False)

    def forget(self) -> None:
        """Stop, and show nothing of this flow any more."""
        self.cancel()
        self._document = {}

    # What is asked

    def _asked(self) -> QVBoxLayout:
        self._first, self._last = DateEdit(), DateEdit()
        days = row(
            Field(self.tr("From"), self._first, name="rehearse-from"),
            Field(self.tr("To"), self._last, name="rehearse-to"), gap=GRID,
        )  # fmt: skip
        for control in (self._first, self._last):
            control.dateChanged.connect(self._limit)
        self._against = QCheckBox(self.tr("Compare with the saved version"))
        self._against.setObjectName("rehearse-against")
        self._run = button(self.tr("Run"), self.run, "primary", name="rehearse-run")
        self._cancel = button(self.tr("Cancel"), self.cancel, name="rehearse-cancel")
        self._progress = QProgressBar()
        self._progress.setObjectName("rehearse-progress")
        self._progress.setRange(0, _STEPS)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("How far the rehearsal is"))
        self._fault = label("", "fault", wraps=True, name="rehearse-fault")
        self._fault.hide()
        said = self.tr(
            "Replays what was recorded against this automation as it is drawn now. "
            "Nothing is sent and nothing is changed."
        )
        asked = column(
            label(said, "muted", wraps=True), days, self._against,
            row(self._run, self._cancel, None), self._progress, self._fault, gap=GRID,
        )  # fmt: skip
        self._show_running(False)
        return asked

    def _limit(self) -> None:
        """Each picker limits the other."""
        self._first.setMaximumDate(self._last.date())
        self._last.setMinimumDate(self._first.date())

    def _show_running(self, running: bool) -> None:
        stops = self._cancel.hasFocus()
        self._cancel.setVisible(running)
        if running and self._run.hasFocus():
            self._cancel.setFocus()
        self._run.setEnabled(not running)
        if not running and stops:
            self._run.setFocus()
        self._progress.setVisible(running)
        self._progress.setValue(0)

    def _show_share(self, share: float) -> None:
        self._progress.setValue(round(share * _STEPS))

    def _refuse(self, fault: KnownError) -> None:
        self._job = None
        self._show_running(False)
        self._fault.setText(fault.sentence)
        self._fault.show()

    # What came of it

    def _tell(self, done: list[Rehearsal]) -> None:
        self._job = None
        self._show_running(False)
        clear(self._results)
        mine, saved = done[0], done[1] if len(done) > 1 else None
        if not mine.people:
            self._results.addWidget(self._nobody(mine))
        if mine.people or (saved is not None and saved.people):
            self._results.addLayout(self._numbers(mine, saved))
        if mine.people:
            self._results.addLayout(self._by_day(mine.days))
        self._results.addLayout(self._reasons(mine))
        if mine.examples:
            self._results.addLayout(self._people(mine))

    def _nobody(self, done: Rehearsal) -> QWidget:
        words = (
            self.tr("Nothing that was recorded on these days would have enrolled anybody. "
                    "Choose other days, or change who enters.")
            if done.events
            else self.tr("Nothing was recorded on these days that this automation could act on. "
                         "Choose earlier days.")
        )  # fmt: skip
        said = label(words, "muted", wraps=True, name="rehearse-nobody")
        return frame("note", column(said, margins=(12, 8, 12, 8)))

    def _numbers(self, mine: Rehearsal, saved: Rehearsal | None) -> QGridLayout:
        """The numbers in two columns, each with that of the saved version where it differs."""
        counts: Sequence[tuple[str, str, Callable[[Rehearsal], int]]] = (
            ("enrolled", self.tr("Enrolled"), lambda done: done.enrolled),
            ("goal", self.tr("Goal reached"), lambda done: done.goal_reached),
            ("emails", self.tr("Emails"), lambda done: done.email),
            ("texts", self.tr("Texts"), lambda done: done.sms),
            ("completed", self.tr("Completed"), lambda done: done.completed),
            ("tasks", self.tr("Tasks"), lambda done: done.tasks),
            ("lost", self.tr("Opted out while in it"), lambda done: done.lost),
            ("active", self.tr("Still in it at the end"), lambda done: done.active),
        )
        grid = QGridLayout()
        grid.setSpacing(GRID)
        for place, (name, title, count) in enumerate(counts):
            before = None if saved is None else count(saved)
            grid.addWidget(self._tile(name, title, count(mine), before), place // 2, place % 2)
        return grid

    def _tile(self, name: str, title: str, number: int, before: int | None) -> QWidget:
        figure = label(f"{number:,}", "number", name=f"rehearse-{name}")
        parts = column(label(title, "muted", wraps=True), figure, gap=2, margins=(12, 8, 12, 8))
        said = f"{title}: {number:,}"
        if before is not None:
            saved = self.tr("saved version: {number}").format(number=f"{before:,}")
            changed = "goal" if before != number else "muted"
            parts.addWidget(label(saved, changed, wraps=True, name=f"rehearse-{name}-saved"))
            said = f"{said}, {saved}"
        made = frame("card", parts)
        made.setAccessibleName(said)
        return made

    def _by_day(self, days: Sequence[Day]) -> QVBoxLayout:
        if is_weekly(days):
            enrolled, messages = self.tr("Enrolled by week"), self.tr("Messages by week")
        else:
            enrolled, messages = self.tr("Enrolled by day"), self.tr("Messages by day")
        of_enrolled = DayBars("accent", "rehearse-days-enrolled")
        of_enrolled.show_days(enrolled, [(day.day, day.enrolled) for day in days])
        of_messages = DayBars("line_strong", "rehearse-days-messages")
        of_messages.show_days(messages, [(day.day, day.email + day.sms) for day in days])
        return column(label(enrolled, "heading"), of_enrolled, label(messages, "heading"),
                      of_messages, gap=GRID)  # fmt: skip

    def _reasons(self, done: Rehearsal) -> QVBoxLayout:
        """What was skipped, who left and who was not let in, each with its reasons."""
        parts = column(gap=GRID // 2)
        for title, reasons in (
            (self.tr("Skipped"), done.skipped),
            (self.tr("Left before the end"), done.unenrolled),
            (self.tr("Not enrolled"), done.not_enrolled),
        ):
            if reasons:
                parts.addWidget(label(title, "heading"))
            for why, number in reasons.items():
                said = label(reason_title(why), wraps=True)
                line = row(said, label(f"{number:,}"), gap=GRID)
                line.setStretch(0, 1)
                parts.addLayout(line)
        if done.unanswered:
            left_out = self.tr("{answers} to its own messages left out: not sent here.").format(
                answers=plural(done.unanswered, self.tr("answer"))
            )
            parts.addWidget(label(left_out, "muted", wraps=True, name="rehearse-left-out"))
        return parts

    def _people(self, done: Rehearsal) -> QVBoxLayout:
        title = self.tr("{shown} of {all} people").format(
            shown=len(done.examples), all=f"{done.people:,}"
        )
        parts = column(label(title, "heading"), gap=GRID)
        for person in done.examples:
            parts.addWidget(self._person(person))
        return parts

    def _person(self, person: Person) -> QWidget:
        name = person.name or self.tr("Contact {number}").format(number=person.id)
        show = button(self.tr("Show path"), lambda: self.path_asked.emit(person), "link",
                      name=f"rehearse-path-{person.id}")  # fmt: skip
        show.setAccessibleName(self.tr("Show the path of {name}").format(name=name))
        last = label(person.path[-1].sentence, "muted", wraps=True)
        who = row(label(name, "heading", wraps=True), None, show)
        return frame("card", column(who, last, gap=2, margins=(12, 8, 12, 8)))

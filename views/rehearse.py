"""The rehearsal of the automation being built: what it would have done, on recorded history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.errors import KnownError
from engine.building import open_flow
from engine.calendar import local_date
from engine.counted_words import days_words
from engine.rehearsal import Version, rehearse_all
from engine.rehearsed import Number
from engine.replay.result import Day, Person, Rehearsal
from engine.wording.reasons import reason_title
from engine.wording.values import plural
from engine.workspace import Workspace
from views.ports import Desk, Job
from views.rehearsed import RehearsedList
from views.theme import GRID
from views.widgets.dateedit import DateEdit
from views.widgets.daybars import Bar, DayBars, is_weekly
from views.widgets.fields import Field
from views.widgets.kit import button, clear, column, frame, label, row
from views.widgets.link import Link

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
        self._from: QWidget | None = None
        self._results = column(gap=2 * GRID)
        asked = self._asked()
        inside = QWidget()
        inside.setLayout(column(asked, self._results, None, gap=2 * GRID, margins=(12, 8, 8, 16)))
        area = QScrollArea()
        area.setAccessibleName(self.tr("Rehearse"))
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        close = button("", self.closed.emit, "flat", icon_name="close", name="rehearse-close",
                       tip=self.tr("Close the rehearsal"))  # fmt: skip
        head = row(label(self.tr("Rehearse"), "heading"), None, close, margins=(16, 8, 8, 0))
        self._list = RehearsedList(desk)
        self._list.closed.connect(self._show_numbers)
        self._pages = QStackedWidget()
        for page in (area, self._list):
            self._pages.addWidget(page)
        side = frame("side-right", column(head, self._pages, gap=0))
        self.setLayout(column(side))

    def show_flow(self, document: Mapping[str, Any], flow_id: int | None, zone: ZoneInfo) -> None:
        """Rehearse this public document from now on; `flow_id` is the saved automation it edits.

        What was found of another one, or as it was drawn before, is cleared. Days are those of the
        practice's `zone`.
        """
        if (flow_id, document) != (self._flow_id, self._document):
            self.cancel()
            self._clear()
        if flow_id != self._flow_id or not self._document:
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
        self._clear()
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
        self._clear()
        mine, saved = done[0], done[1] if len(done) > 1 else None
        if not mine.people:
            self._results.addWidget(self._nobody(mine))
        if mine.people or (saved is not None and saved.people):
            self._results.addLayout(self._numbers(mine, saved))
        if mine.people:
            self._results.addLayout(self._by_day(mine))
        self._results.addLayout(self._reasons(mine))
        if mine.examples:
            self._results.addLayout(self._people(mine))

    def _clear(self) -> None:
        self._from = None
        clear(self._results)
        self._list.forget()
        self._pages.setCurrentIndex(0)

    def _show_numbers(self) -> None:
        self._pages.setCurrentIndex(0)
        if self._from is not None:
            self._from.setFocus()

    def _open(self, title: str, done: Rehearsal, number: Number, whole: int) -> None:
        """List what a number counts; the way back leads to where the keyboard was."""
        self._from = self.focusWidget()
        self._pages.setCurrentWidget(self._list)
        self._list.show_number(title, done, number, whole)

    def _link(
        self, title: str, done: Rehearsal, number: Number, whole: int, name: str, kind: str = "",
        words: str = "{}",
    ) -> Link:  # fmt: skip
        opens = partial(self._open, title, done, number, whole)
        made = Link(words.format(f"{whole:,}"), opens, name, kind)
        made.setAccessibleName(f"{title}: {whole:,}")
        return made

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
        counts: Sequence[tuple[str, str, Number, Callable[[Rehearsal], int]]] = (
            ("enrolled", self.tr("Enrolled"), Number(("enrolled",)), lambda done: done.enrolled),
            ("goal", self.tr("Goal reached"), Number(("goal_reached",)),
             lambda done: done.goal_reached),
            ("emails", self.tr("Emails"), Number(("email",)), lambda done: done.email),
            ("texts", self.tr("Texts"), Number(("sms",)), lambda done: done.sms),
            ("completed", self.tr("Completed"), Number(("ended",), "completed"),
             lambda done: done.completed),
            ("tasks", self.tr("Tasks"), Number(("task_created",)), lambda done: done.tasks),
            ("lost", self.tr("Opted out while in it"), Number(("lost",)), lambda done: done.lost),
            ("active", self.tr("Still in it at the end"), Number(("ended",), "active"),
             lambda done: done.active),
        )  # fmt: skip
        grid = QGridLayout()
        grid.setSpacing(GRID)
        for place, (name, title, number, count) in enumerate(counts):
            tile = self._tile(name, title, number, [
                (done, count(done)) for done in (mine, saved) if done is not None
            ])  # fmt: skip
            grid.addWidget(tile, place // 2, place % 2)
        return grid

    def _tile(
        self, name: str, title: str, number: Number, counts: Sequence[tuple[Rehearsal, int]]
    ) -> QWidget:
        """A number of the rehearsal, and behind it that of the saved version, if there is one."""
        mine, count = counts[0]
        figure = self._link(title, mine, number, count, f"rehearse-{name}", "number")
        parts = column(label(title, "muted", wraps=True), figure, gap=2, margins=(12, 8, 12, 8))
        said = f"{title}: {count:,}"
        for saved, before in counts[1:]:
            changed = "goal" if before != count else "muted"
            beside = self._link(
                self.tr("{title}, saved version").format(title=title), saved, number, before,
                f"rehearse-{name}-saved", changed, self.tr("saved version: {}"),
            )  # fmt: skip
            parts.addWidget(beside)
            said = f"{said}, {beside.text()}"
        made = frame("card", parts)
        made.setAccessibleName(said)
        return made

    def _by_day(self, done: Rehearsal) -> QVBoxLayout:
        if is_weekly(done.days):
            titles = self.tr("Enrolled by week"), self.tr("Messages by week")
        else:
            titles = self.tr("Enrolled by day"), self.tr("Messages by day")
        charts: Sequence[tuple[str, str, str, str, tuple[str, ...], Callable[[Day], int]]] = (
            (titles[0], self.tr("Enrolled"), "accent", "enrolled", ("enrolled",),
             lambda day: day.enrolled),
            (titles[1], self.tr("Messages"), "line_strong", "messages", ("email", "sms"),
             lambda day: day.email + day.sms),
        )  # fmt: skip
        parts = column(gap=GRID)
        for title, said, colour, name, words, count in charts:
            bars = DayBars(colour, f"rehearse-days-{name}")
            bars.show_days(title, [(day.day, count(day)) for day in done.days])
            bars.chosen.connect(partial(self._open_bar, said, done, words))
            parts.addWidget(label(title, "heading"))
            parts.addWidget(bars)
        return parts

    def _open_bar(self, said: str, done: Rehearsal, words: tuple[str, ...], bar: Bar) -> None:
        title = f"{said}, {days_words(bar.first, bar.last)}"
        self._open(title, done, Number(words, None, bar.first, bar.last), bar.number)

    def _reasons(self, done: Rehearsal) -> QVBoxLayout:
        """What was skipped, who left and who was not let in, each with its reasons."""
        parts = column(gap=GRID // 2)
        for title, word, reasons in (
            (self.tr("Skipped"), "skipped", done.skipped),
            (self.tr("Left before the end"), "ended", done.unenrolled),
            (self.tr("Not enrolled"), "not_enrolled", done.not_enrolled),
        ):
            if reasons:
                parts.addWidget(label(title, "heading"))
            for why, number in reasons.items():
                said = reason_title(why)
                counted = self._link(f"{title}: {said}", done, Number((word,), why), number,
                                     f"rehearse-{word}-{why}")  # fmt: skip
                line = row(label(said, wraps=True), counted, gap=GRID)
                line.setStretch(0, 1)
                parts.addLayout(line)
        if done.unanswered:
            answers = plural(done.unanswered, self.tr("answer"))
            left_out = self.tr("{answers} to its own messages left out: not sent here.")
            counted = self._link(
                self.tr("Answers left out"), done, Number(("unanswered",)), done.unanswered,
                "rehearse-left-out", "muted", left_out.format(answers=answers),
            )  # fmt: skip
            parts.addWidget(counted)
        return parts

    def _people(self, done: Rehearsal) -> QVBoxLayout:
        title = self.tr("{shown} of {all} people").format(
            shown=len(done.examples), all=f"{done.people:,}"
        )
        everybody = self._link(self.tr("People"), done, Number(("people",)), done.people,
                               "rehearse-people", "heading", title)  # fmt: skip
        parts = column(everybody, gap=GRID)
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

"""What can be recorded of a person: each a small form in place, and one command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any, Final

from PySide6.QtWidgets import QFrame, QWidget

from db.errors import KnownError
from engine.calendar import DAY, local_date, wall_instant
from engine.commands import appointments, events, signals
from engine.person import Choices
from engine.tasks_page import MORNING
from engine.wording.times import clock_words
from engine.workspace import Workspace
from views.once import do_once
from views.ports import Desk
from views.theme import GRID
from views.widgets.dateedit import DateEdit
from views.widgets.fields import Choice, Field, TextBox
from views.widgets.kit import button, clear, column, label, reword, row

ABOUT: Final = frozenset({"contacts", "flows", "lists", "messages", "tasks", "numbers"})
_QUARTERS: Final = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
Do = Callable[[Workspace, int], Any]


class ActionPanel(QFrame):
    """Hidden until something is to be recorded; Escape or Cancel records nothing."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._command: Callable[[], Do | None] = lambda: None
        self._words = ""
        self.setProperty("kind", "card")
        self.setObjectName("contact-action")
        self._title = label("", "heading", wraps=True)
        self._form = row(gap=12)
        self._fault = label("", "fault", wraps=True, name="contact-action-fault")
        self._do = button("", self._run, "primary", name="contact-action-do")
        cancel = button(self.tr("Cancel"), self.hide, name="contact-action-cancel")
        self.setLayout(
            column(self._title, self._form, self._fault, row(None, cancel, self._do), gap=12,
                   margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))
        )  # fmt: skip
        self.hide()

    def book(self, contact_id: int, choices: Choices) -> None:
        """Ask when and with whom, and book a visit."""
        today = local_date(self._desk.now() + DAY, choices.zone)
        day = DateEdit()
        day.put(today)
        at = Choice("", [(each.isoformat(), clock_words(each)) for each in _QUARTERS])
        at.put(MORNING.isoformat())
        whom = Choice(self.tr("Any"), [("", self.tr("Any")), *_named(choices.providers)])
        whom.put("")

        def command() -> Do:
            clock = time.fromisoformat(at.value() or MORNING.isoformat())
            when = wall_instant(day.day(), clock, choices.zone)
            provider = int(whom.value() or 0) or None
            return lambda workspace, now: appointments.book(
                workspace, contact_id, when, provider, now
            )

        self._open(
            self.tr("Book an appointment"), self.tr("Book"), self.tr("The appointment is booked."),
            command,
            Field(self.tr("Day"), day, name="book-day"),
            Field(self.tr("Time at the practice"), at, name="book-time"),
            Field(self.tr("With"), whom, name="book-provider"),
        )  # fmt: skip

    def submit(self, contact_id: int, choices: Choices) -> None:
        """Ask which form was handed in."""
        which = Choice(self.tr("Choose a form"), _named(choices.forms))

        def command() -> Do | None:
            form = int(which.value() or 0)
            if not form:
                self._refuse(self.tr("Choose the form."))
                return None
            return lambda workspace, now: events.record(
                workspace, contact_id, "form_submitted", now, subject=form
            )

        self._open(
            self.tr("Submit a form"), self.tr("Submit"), self.tr("The form is recorded."), command,
            Field(self.tr("Form"), which, name="submit-form"),
        )  # fmt: skip

    def reply(self, contact_id: int, choices: Choices) -> None:
        """Take down a text that came in; STOP and its like opt them out."""
        text = TextBox(self.tr("What they wrote"), rows=2)

        def command() -> Do | None:
            said = " ".join(text.toPlainText().split())
            if not said:
                self._refuse(self.tr("Write down what they wrote."))
                return None
            return lambda workspace, now: signals.hear_text(workspace, contact_id, said, now)

        field = Field(self.tr("Text"), text, name="reply-text")
        field.help(self.tr("STOP and what means it opts them out of texts, START opts them in."))
        self._open(
            self.tr("Log a text reply"), self.tr("Log it"), self.tr("The reply is recorded."),
            command, field,
        )  # fmt: skip

    def _open(
        self, title: str, does: str, done: str, command: Callable[[], Do | None], *fields: Field
    ) -> None:
        clear(self._form)
        self._title.setText(title)
        reword(self._do, does)
        self._command, self._words = command, done
        for field in fields:
            self._form.addWidget(field, 1)
        self._fault.hide()
        self.show()
        fields[0].control.setFocus()

    def _refuse(self, sentence: str) -> None:
        self._fault.setText(sentence)
        self._fault.show()

    def _run(self) -> None:
        asked, words = self._command, self._words
        command = asked()
        if command is None:
            return

        def done(_: object) -> None:
            # Something else may be asked by now, of this person or another.
            if self._command is asked:
                self.hide()
            self._desk.say(words)

        def refused(fault: KnownError) -> None:
            if self._command is asked and self.isVisible():
                self._refuse(fault.sentence)
            else:
                self._desk.say(fault.sentence)

        do_once(self._desk, self._do, command, done, refused, about=ABOUT)


def _named(ids: dict[str, int]) -> list[tuple[str, str]]:
    return [(str(ids[name]), name) for name in sorted(ids)]

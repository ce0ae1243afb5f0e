"""Everybody who is found in the table of contacts, saved as CSV in the order shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFrame, QProgressBar

from engine.people import Ids
from engine.workspace import Reader, Workspace
from views.ports import Desk, Job
from views.theme import GRID
from views.widgets.kit import button, label, row


class SavePeople(QFrame):
    """Hidden until people are being saved; then it says how far that is, and can be stopped."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._job: Job | None = None
        self.setProperty("kind", "note")
        self.setObjectName("contact-saving")
        self._words = label("", "heading", name="contact-saving-words")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(160)
        self._bar.setAccessibleName(self.tr("How much of the table is saved"))
        stop = button(self.tr("Stop"), self._stop, name="contact-saving-stop")
        self.setLayout(row(self._words, None, self._bar, stop, margins=(12, GRID, 12, GRID)))
        self.hide()

    def save(self, choose: Callable[[Reader], Ids], file: Path) -> None:
        """Write those whom a question gives to a file, in place of what is being saved."""
        if self._job is not None:
            self._job.cancel()
        self._words.setText(self.tr("Saving {}…").format(file.name))
        self._bar.setValue(0)
        self.show()

        def write(
            workspace: Workspace, progress: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> int:
            # Writing workbooks is imported with it, which takes a while.
            from engine.exports import export_found

            return export_found(workspace.store, choose, file, progress, cancelled)

        words = self.tr("{number:,} contacts are in {file}.")
        self._job = self._desk.work(
            self, write, lambda number: self._end(words.format(number=number, file=file.name)),
            lambda share: self._bar.setValue(round(100 * share)),
            lambda fault: self._end(fault.sentence),
        )  # fmt: skip

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._end(self.tr("Stopped: nothing was saved."))

    def _end(self, words: str) -> None:
        self._job = None
        self.hide()
        self._desk.say(words)

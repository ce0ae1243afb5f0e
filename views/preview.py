"""An email as somebody will get it: in the inbox and open (screens.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QWidget

from db.errors import KnownError
from engine.people import Person
from engine.preview import (
    NOBODY,
    Addressee,
    Correspondence,
    Written,
    addressee,
    correspondence,
    seen,
)
from views.finder import PersonFinder
from views.ports import Changes, Desk
from views.theme import GRID
from views.widgets.kit import button, column, frame, label, row
from views.widgets.mail import MailView

DESKTOP, MOBILE = 640, 375
"""Pixels an email is wide on either."""
_EDGES: Final = 2


class EmailPreview(QFrame):
    """Shows one email, as a made-up person or a contact gets it. Escape closes it."""

    closed = Signal()
    editor_asked = Signal()

    def __init__(self, desk: Desk, *, wide: int = DESKTOP) -> None:
        super().__init__()
        self._desk = desk
        self._with: Correspondence = NOBODY
        self._reader: Addressee | None = None
        self._written = Written()
        self._step: Mapping[str, Any] = {}
        self.setObjectName("email-preview")
        self.setProperty("kind", "page")
        self._title = label("", "heading", wraps=True, name="preview-title")
        self.edit = button(self.tr("Open editor"), self.editor_asked.emit, icon_name="edit",
                           name="preview-edit")  # fmt: skip
        self.close_ = button("", self.closed.emit, "flat", icon_name="close",
                             name="preview-close", tip=self.tr("Close the preview"))  # fmt: skip
        self._widths = self._make_widths(wide)
        self._head = self._make_head()
        self._fault = label("", "fault", wraps=True, name="preview-fault")
        self._doubts = label("", "goal", wraps=True, name="preview-doubts")
        self._lines = {
            name: label("", kind, wraps=True, name=f"preview-{name}")
            for name, kind in (("from", ""), ("subject", "heading"), ("text", "muted"))
        }
        self.mail = MailView("preview-mail", self.tr("The email"))
        self._paper = QWidget()
        whole = column(self._head, self._make_reader(), self._fault, self._doubts,
                       self._make_stage(), gap=12, margins=(16, 12, 16, 12))  # fmt: skip
        whole.setStretch(4, 1)
        self.setLayout(whole)
        self._lay(wide)
        self._stale = True
        desk.changed.connect(self._changed)

    def embed(self) -> None:
        """Stand beside an editor: without what closes it and leads there."""
        self.edit.hide()
        self.close_.hide()

    def show_email(self, title: str, written: Written, step: Mapping[str, Any]) -> None:
        """Show an email as it is written now, where `step` says otherwise."""
        self._title.setText(title)
        self._written, self._step = written, step
        self._draw()

    def say(self, words: str) -> None:
        """Say why there is nothing to be seen."""
        self._title.setText(self.tr("Preview"))
        self._show_fault(words)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask what emails are composed with, if that may have changed."""
        super().showEvent(event)
        if self._stale:
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape and not self.close_.isHidden():
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _make_widths(self, wide: int) -> QButtonGroup:
        group = QButtonGroup(self)
        for width, words, name in (
            (DESKTOP, self.tr("Desktop"), "preview-desktop"),
            (MOBILE, self.tr("Mobile"), "preview-mobile"),
        ):
            made = button(words, partial(self._lay, width), name=name)
            made.setCheckable(True)
            made.setChecked(width == wide)
            group.addButton(made, width)
        return group

    def _make_head(self) -> QWidget:
        inside = row(self._title, *self._widths.buttons(), GRID, self.edit, self.close_)
        inside.setStretch(0, 1)
        made = QWidget()
        made.setLayout(inside)
        return made

    def _make_reader(self) -> QWidget:
        self._as = label("", name="preview-as")
        self._sample = button(self.tr("Sample person"), self._read_sample, "link",
                              name="preview-sample")  # fmt: skip
        self.finder = PersonFinder(self._desk, self.tr("Show it as a contact: name, phone, email"),
                                   "preview-find")  # fmt: skip
        self.finder.chosen.connect(self._choose)
        made = QWidget()
        made.setLayout(column(row(self._as, self._sample, None), self.finder, gap=4))
        return made

    def _make_stage(self) -> QScrollArea:
        words = {"from": self.tr("From"), "subject": self.tr("Subject"),
                 "text": self.tr("Preview text")}  # fmt: skip
        lines = column(gap=2, margins=(12, 8, 12, 8))
        for name, line in self._lines.items():
            line.setAccessibleDescription(words[name])
            line.setToolTip(words[name])
            lines.addWidget(line)
        inside = column(frame("card", lines, name="preview-inbox"), self.mail, gap=GRID)
        inside.setStretch(1, 1)
        self._paper.setLayout(inside)
        middle = QWidget()
        middle.setLayout(row(None, self._paper, None))
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(self.tr("The email in its width"))
        area.setWidget(middle)
        return area

    def _lay(self, width: int) -> None:
        """Give the email this width."""
        self._paper.setFixedWidth(width + _EDGES)

    def _ask(self) -> None:
        self._stale = False
        self._desk.ask(self, correspondence, self._hear, "correspondence")

    def _hear(self, found: Correspondence) -> None:
        self._with = found
        self._draw()

    def _changed(self, changes: Changes) -> None:
        self._stale = self._stale or changes.about("settings")
        if self._stale and self.isVisible():
            self._ask()

    def _choose(self, person: Person) -> None:
        self._desk.ask(self, partial(addressee, contact_id=person.id), self._read_as, "addressee")

    def _read_as(self, reader: Addressee | None) -> None:
        if reader is None:
            self._desk.say(self.tr("This contact is no longer there: choose another one."))
        else:
            self._reader = reader
            self._draw()

    def _read_sample(self) -> None:
        self._reader = None
        self.finder.line.setFocus()
        self._draw()

    def _draw(self) -> None:
        reader = self._reader or self._with.sample
        made_up = self.tr("As {} (sample person)").format(reader.name)
        self._as.setText(self.tr("As {}").format(reader.name) if self._reader else made_up)
        self._sample.setVisible(self._reader is not None)
        try:
            shown = seen(self._with.house, self._written, self._step, reader)
        except KnownError as fault:
            self._show_fault(fault.sentence)
            return
        self._fault.hide()
        self._paper.show()
        self._doubts.setText("\n".join(shown.doubts))
        self._doubts.setVisible(bool(shown.doubts))
        self._lines["from"].setText(shown.sender)
        self._lines["subject"].setText(shown.subject or self.tr("(no subject)"))
        self._lines["text"].setText(shown.preview)
        self._lines["text"].setVisible(bool(shown.preview))
        self.mail.show_mail(shown.html)

    def _show_fault(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.show()
        self._doubts.hide()
        self._paper.hide()

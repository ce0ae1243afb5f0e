"""A text of the library being corrected, with how it looks on a phone (screens.md section 8)."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QWidget

from db.errors import KnownError
from engine.compose.letters import values
from engine.compose.tokens import compile_text
from engine.preview import NOBODY, Correspondence, correspondence
from engine.templates_page import Opened
from views.correcting import Correcting, noted_users
from views.inspector.form import tokens_button
from views.ports import Desk
from views.widgets.bubble import Bubble
from views.widgets.fields import Field, TextBox
from views.widgets.kit import column, row

_WIDE: Final = 480


class TextEditor(Correcting):
    """Name and message, with what it costs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "text-editor")
        self._with: Correspondence = NOBODY
        self._name_field = Field(self.tr("Name"), self.name, name="editor-text-name")
        self.message = TextBox(rows=6)
        message = Field(self.tr("Message"), self.message, name="editor-message",
                        beside=tokens_button(self.message))  # fmt: skip
        message.help(
            self.tr("Use {{firstname}}, {{practice}} tokens. Reply STOP to opt out is appended "
                    "automatically.")
        )  # fmt: skip
        self._bubble = Bubble()
        fields = QWidget()
        fields.setMaximumWidth(_WIDE)
        fields.setLayout(column(self._name_field, message, self._bubble, None, gap=16,
                                margins=(16, 12, 16, 12)))  # fmt: skip
        middle = row(fields, None)
        middle.setStretch(0, 1)
        whole = column(self._head, self.notice, middle, self._foot, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.name.textEdited.connect(self.touched)
        self.message.typed.connect(self._draw)

    def shown_document(self) -> dict[str, Any]:
        """The document as the fields have it."""
        text = self.message.toPlainText()
        return self.with_name({"body": text} if text else {})

    def fill(self, opened: Opened, document: dict[str, Any], *, renames: bool) -> None:
        """Put a document into the fields."""
        self._name_field.setVisible(renames)
        self.message.put(document.get("body"))
        self._note.setText(noted_users(opened))
        self.desk.ask(self, correspondence, self._hear, "correspondence")
        self._draw()

    def first(self) -> QWidget:
        """The field that takes the focus."""
        return self.message

    def _hear(self, found: Correspondence) -> None:
        self._with = found
        self._draw()

    def _draw(self) -> None:
        text, ann = self.message.toPlainText(), self._with.sample
        known = values(self._with.house, ann.first, ann.last, ann.owner)
        try:
            filled = compile_text(text, escape=False).fill(known)
        except KnownError:
            filled = text
        self._bubble.show_text(text, filled)
        self.touched()

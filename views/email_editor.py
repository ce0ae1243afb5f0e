"""An email of the library being corrected, with how it will look beside (screens.md section 4)."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QScrollArea, QWidget

from engine.compose.writing import read_writing, to_html
from engine.preview import Written
from engine.templates_page import Opened
from views.correcting import Correcting, noted_users
from views.inspector.form import tokens_button
from views.marks import Marks
from views.ports import Desk
from views.preview import MOBILE, EmailPreview
from views.widgets.fields import Field, Line, TextBox
from views.widgets.kit import column, label, row
from views.widgets.sender import SenderField
from views.writing import WritingBox

_ROWS: Final = 8
_LEAST: Final = 380


class EmailEditor(Correcting):
    """From, subject, preview text and body; what is more than plain writing stays HTML."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "email-editor")
        self._name_field = Field(self.tr("Name"), self.name, name="editor-name")
        self._from = SenderField(self.tr("From"), "editor-from")
        self._subject, self._text = Line(), Line()
        self._from_fields: dict[str, str] = {}
        self._plain: tuple[str, object] | None = None
        """The body as it was opened, and what was read of it; None of one that stays HTML."""
        self.box = WritingBox()
        self.source = TextBox(rows=_ROWS)
        self.marks = Marks(self.box)
        self._rich = label("", "muted", wraps=True, name="editor-html-note")
        self._rich.setText(
            self.tr("This email was made elsewhere: its body is kept as HTML, so that nothing of "
                    "it is lost.")
        )  # fmt: skip
        self.preview = EmailPreview(desk, wide=MOBILE)
        self.preview.embed()
        self._lay_out()
        self._listen()

    def shown_document(self) -> dict[str, Any]:
        """The document as the fields have it."""
        said = {
            "subject": self._subject.text(), "preview_text": self._text.text(),
            "from_name": self._from_fields.get("from_name", ""),
            "from_email": self._from_fields.get("from_email", ""), "body": self._body(),
        }  # fmt: skip
        return self.with_name({key: value for key, value in said.items() if value})

    def fill(self, opened: Opened, document: dict[str, Any], *, renames: bool) -> None:
        """Put a document into the fields."""
        self._name_field.setVisible(renames)
        self._from_fields = {key: str(document.get(key, "")) for key in ("from_name", "from_email")}
        self._from.put(self._from_fields, another=True)
        self._subject.put(document.get("subject"))
        self._text.put(document.get("preview_text"))
        body = str(document.get("body", ""))
        writing = read_writing(body)
        self._plain = None if writing is None else (body, writing)
        is_plain = writing is not None
        self.marks.show_marks(is_plain)
        self.box.setVisible(is_plain)
        self.source.setVisible(not is_plain)
        self._rich.setVisible(not is_plain)
        if writing is not None:
            self.box.put(writing)
        else:
            self.source.put(body)
        self._note.setText(noted_users(opened))
        self._draw()

    def say_subject(self, own: str) -> None:
        """Say which subject a step sends instead of the email's; "" where it sends that one."""
        said = self.tr("This step sends its own subject instead: “{}”").format(own)
        self._subject_field.help(said if own else "")

    def first(self) -> QWidget:
        """The field that takes the focus."""
        return self._subject

    def _body(self) -> str:
        if self._plain is None:
            return self.source.toPlainText()
        body, writing = self._plain
        now = self.box.writing()
        # What was not touched stays as it was written.
        return body if now == writing else to_html(now)

    def _lay_out(self) -> None:
        self._subject_field = Field(self.tr("Subject"), self._subject, name="editor-subject",
                                    beside=tokens_button(self._subject))  # fmt: skip
        text = Field(self.tr("Preview text"), self._text, name="editor-preview-text",
                     beside=tokens_button(self._text))  # fmt: skip
        for box, name in ((self.box, "editor-body"), (self.source, "editor-source")):
            box.setObjectName(name)
            box.setAccessibleName(self.tr("The email's words"))
            box.setMinimumHeight(200)
        fields = column(
            self._name_field, self._from, self._subject_field, text, self._rich, self.marks,
            self.box, self.source, gap=12, margins=(16, 12, 16, 12),
        )  # fmt: skip
        fields.setStretch(6, 1)
        fields.setStretch(7, 1)
        inside = QWidget()
        inside.setLayout(fields)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(self.tr("What the email says"))
        area.setWidget(inside)
        area.setMinimumWidth(_LEAST)
        both = row(area, self.preview, gap=0)
        both.setStretch(0, 1)
        whole = column(self._head, self.notice, both, self._foot, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _listen(self) -> None:
        self._from.changed.connect(self._put_sender)
        for line in (self.name, self._subject, self._text):
            line.textEdited.connect(self._draw)
        self.box.typed.connect(self._draw)
        self.source.typed.connect(self._draw)
        self.marks.inserted.connect(self._insert)

    def _put_sender(self, values: dict[str, str | None], merge: str) -> None:
        self._from_fields |= {key: value or "" for key, value in values.items()}
        self._draw()

    def _insert(self, token: str) -> None:
        box = self.source if self._plain is None else self.box
        if isinstance(box, WritingBox):
            box.insert(token)
        else:
            box.insertPlainText(token)
        box.setFocus()

    def _draw(self) -> None:
        said = self.shown_document()
        written = Written(*(str(said.get(key, "")) for key in Written._fields))
        self.preview.show_email(self.tr("How it will look"), written, {})
        self.touched()

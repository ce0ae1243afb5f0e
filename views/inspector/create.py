"""What a field offers to choose from can be made on the spot, without leaving the flow."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from db.errors import KnownError
from engine.commands.settings import add_list, add_named, put_template
from engine.documents.names import Names
from engine.vocabulary import ANY
from engine.workspace import Workspace
from views.ports import Command, Desk
from views.widgets.fields import Choice, Field, Line, Option, TextBox
from views.widgets.kit import button, column, label, row

_ABOUT: Final = {"email": "templates", "sms": "templates", "list": "lists", "form": "forms"}
_NOUNS: Final = {"email": "email", "sms": "text", "list": "list", "form": "form"}
_LONGEST_NAME: Final = 200


def _words(text: str) -> str:
    return QCoreApplication.translate("Create", text)


def body_of(text: str) -> str:
    """An email's body of plain text: a paragraph for each, tokens as they are."""
    parts = [part.strip() for part in text.replace("\r", "").split("\n\n")]
    escaped = [html.escape(part, quote=False).replace("\n", "<br>") for part in parts if part]
    return "".join(f"<p>{part}</p>" for part in escaped)


class CreatePanel(QFrame):
    """A small panel in the form that makes an email, a text, a static list or a form.

    `created` says its name once it is in the store.
    """

    created = Signal(str)

    def __init__(self, kind: str, closed: Callable[[], object]) -> None:
        super().__init__()
        self._kind = kind
        self._closed = closed
        self._desk: Desk | None = None
        self._names = Names()
        self.setProperty("kind", "note")
        self.setObjectName(f"new-{kind}")
        self._name = Line(longest=_LONGEST_NAME)
        self._subject = Line() if kind == "email" else None
        self._body = TextBox(rows=4) if kind in ("email", "sms") else None
        parts: list[QWidget] = [Field(_words("Name"), self._name, name=f"new-{kind}-name")]
        if self._subject is not None:
            parts.append(Field(_words("Subject"), self._subject, name="new-email-subject"))
        if self._body is not None:
            parts.append(Field(_words("Message"), self._body, name=f"new-{kind}-body"))
        self._fault = label("", "fault", wraps=True, name=f"new-{kind}-fault")
        self._fault.hide()
        self._create = button(
            _words("Create"), self.create_it, "primary", name=f"new-{kind}-create"
        )
        cancel = button(_words("Cancel"), self.close_it, name=f"new-{kind}-cancel")
        self.setLayout(
            column(*parts, self._fault, row(cancel, self._create), margins=(12, 12, 12, 12))
        )
        self.hide()

    def open_with(self, desk: Desk, names: Names) -> None:
        """Show the panel, empty, with the focus in its first field."""
        self._desk, self._names = desk, names
        self._name.clear()
        if self._subject is not None:
            self._subject.clear()
        if self._body is not None:
            self._body.put("")
        self._say("")
        self.show()
        self._name.setFocus()

    def close_it(self) -> None:
        """Put the panel away; nothing was made."""
        self.hide()
        self._closed()

    def create_it(self) -> None:
        """Make what the fields say, or say what is missing."""
        name = " ".join(self._name.text().split())
        wrong = self._wrong(name)
        if wrong or self._desk is None:
            self._say(wrong)
            return
        self._create.setEnabled(False)
        self._desk.do(
            self, self._command(name), lambda _: self._made(name), self._refused,
            about=frozenset({_ABOUT[self._kind]}),
        )  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a line makes it, Escape puts the panel away."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.create_it()
        else:
            super().keyPressEvent(event)

    def _wrong(self, name: str) -> str:
        if not name or (self._kind == "form" and name == ANY):
            return _words("Give it a name.")
        if name in self._names.of(self._kind):
            said = _words("There already is a {noun} called “{name}”: choose another name.")
            noun = _words(_NOUNS[self._kind])
            return said.format(noun=noun, name=name).replace("a email", "an email")
        if self._body is not None and not self._body.toPlainText().strip():
            return _words("Write the message.")
        return ""

    def _command(self, name: str) -> Command[Any]:
        """The command of the write door; what it needs is read from the fields now."""
        kind = self._kind
        text = "" if self._body is None else self._body.toPlainText()
        subject = "" if self._subject is None else self._subject.text()
        if kind == "list":
            return lambda workspace, _: add_list(workspace, {"name": name, "type": "static"})
        if kind == "form":
            return lambda workspace, _: add_named(workspace, "form", name)
        document = {"format": "practice-crm/template@1", "name": name, "channel": kind}
        if kind == "email":
            document |= {"subject": subject, "body": body_of(text)}
        else:
            document |= {"body": text}

        def keep(workspace: Workspace, _: int) -> int:
            return put_template(workspace, document)

        return keep

    def _made(self, name: str) -> None:
        self._create.setEnabled(True)
        self.hide()
        self.created.emit(name)

    def _refused(self, fault: KnownError) -> None:
        self._create.setEnabled(True)
        first = fault.sentence.splitlines()[0]
        self._say(first.partition(": ")[2] or first)

    def _say(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.setVisible(bool(words))


class Pick(Field):
    """A field that chooses a record by its name, and can make a new one.

    `choice.chosen` says what was picked, a new one too.
    """

    def __init__(self, title: str, placeholder: str, kind: str, name: str) -> None:
        self.choice = Choice(placeholder)
        self._new = button(_words("New…"), self._open, "link", name=f"{name}-new")
        self._new.setAccessibleName(f"{_words('New…')} {title}")
        self._panel = CreatePanel(kind, self._put_away)
        box = QWidget()
        box.setLayout(column(self.choice, self._panel))
        super().__init__(title, self.choice, name=name, inside=box, beside=self._new)
        self._panel.created.connect(self._select)
        self._desk: Desk | None = None
        self._names = Names()

    def fill(self, options: list[Option], value: object, desk: Desk | None, names: Names) -> None:
        """Show what there is to choose from, and what is chosen."""
        self._desk, self._names = desk, names
        self._new.setVisible(desk is not None)
        self.choice.offer(options)
        self.choice.put(value)

    def _open(self) -> None:
        if self._desk is not None:
            self._panel.open_with(self._desk, self._names)

    def _put_away(self) -> None:
        self.choice.setFocus()

    def _select(self, name: str) -> None:
        if self.choice.findData(name) < 0:
            self.choice.addItem(name, name)
        self.choice.put(name)
        self.choice.setFocus()
        self.choice.chosen.emit(name)

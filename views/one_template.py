"""One email or text of the library: how it will look, or being corrected."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.preview import Written
from engine.templates_page import Opened, open_template
from views.correcting import Correcting, readable
from views.email_editor import EmailEditor
from views.ports import Changes, Desk, Place
from views.preview import EmailPreview
from views.text_editor import TextEditor

EDIT: Final = "edit"
PREVIEW: Final = "preview"


class OneTemplate(QStackedWidget):
    """`shown` says that one is there to be seen, `closed` that it was left."""

    shown = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id: int | None = None
        self._kept: Mapping[str, Any] = {}
        self.preview = EmailPreview(desk)
        self.email, self.text = EmailEditor(desk), TextEditor(desk)
        for each in (self.preview, self.email, self.text):
            self.addWidget(each)
        self.preview.closed.connect(self._close)
        self.preview.editor_asked.connect(self._edit)
        for editor in (self.email, self.text):
            editor.closed.connect(self._close)
            editor.wanted_back.connect(partial(self._come_back, editor))
        desk.changed.connect(self._changed)

    def show_one(self, id: int, tab: str) -> None:
        """Show a template by its number; what is being written of it stays."""
        editor = self._writing()
        if editor is not None and editor.opened is not None and editor.opened.id == id:
            self.shown.emit()
            return
        self.leave()
        self._id = id
        self._ask(tab)

    def leave(self) -> None:
        """Let go of what is shown; what was being written comes back by Undo."""
        self._id = None
        editor = self._writing()
        if editor is not None:
            with QSignalBlocker(self):
                editor.let_go()

    @property
    def is_unsaved(self) -> bool:
        """Whether something was written that nobody saved."""
        editor = self._writing()
        return bool(self._kept) or (editor is not None and editor.is_unsaved)

    def kept(self) -> dict[str, Any]:
        """What was written and not saved, for the next start."""
        editor = self._writing()
        return dict(self._kept) if editor is None else editor.kept()

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on with what was kept once its template is opened."""
        self._kept = readable(kept) or {}

    def resume(self) -> None:
        """Show what was written and not saved."""
        if self._kept:
            self.show_one(int(self._kept["id"]), EDIT)
        else:
            self.shown.emit()

    def _writing(self) -> Correcting | None:
        """The editor in which something is open."""
        return next((each for each in (self.email, self.text) if each.opened is not None), None)

    def _ask(self, tab: str) -> None:
        id = self._id
        if id is not None:
            answer = partial(self._hear, id, tab)
            self._desk.ask(self, partial(open_template, id=id), answer, "template")

    def _hear(self, id: int, tab: str, found: Opened | None) -> None:
        if id != self._id:
            return
        if found is None:
            self._kept = {}
            self._desk.say(self.tr("This email or text is no longer there."))
            self._close()
        elif found.document["channel"] == "sms" or tab != PREVIEW:
            is_text = found.document["channel"] == "sms"
            editor: Correcting = self.text if is_text else self.email
            self.setCurrentWidget(editor)
            self.shown.emit()
            self._correct(editor, found)
        else:
            said = found.document
            written = Written(*(str(said.get(key, "")) for key in Written._fields))
            self.setCurrentWidget(self.preview)
            self.preview.show_email(str(said["name"]), written, {})
            self.shown.emit()

    def _correct(self, editor: Correcting, found: Opened) -> None:
        kept = self._kept
        if kept.get("id") == found.id:
            self._kept = {}
            editor.resume(found, kept, renames=True)
        else:
            editor.correct(found, renames=True)

    def _edit(self) -> None:
        if self._id is not None:
            self._desk.open(Place("templates", self._id, EDIT))

    def _close(self) -> None:
        self._id = None
        self.closed.emit()

    def _come_back(self, editor: Correcting) -> None:
        # Without a number: what was typed is put in by the editor itself.
        self._desk.open(Place("templates"))
        self.setCurrentWidget(editor)
        self.shown.emit()

    def _changed(self, changes: Changes) -> None:
        if self.currentWidget() is self.preview and changes.about("templates"):
            self._ask(PREVIEW)

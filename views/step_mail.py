"""The email of a step, over the canvas: how it will look, or being corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from canvas import operations
from engine.preview import Written
from engine.templates_page import Opened, email_called, open_template
from views.correcting import readable
from views.email_editor import EmailEditor
from views.inspector.form import EDITOR, PREVIEW
from views.ports import Changes, Place
from views.preview import EmailPreview
from views.session import Session


class StepMail(QStackedWidget):
    """Follows what is typed in the step. `opened` says what is shown, `closed` that nothing is."""

    opened = Signal(str)
    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._id = ""
        self._of_library: Opened | None = None
        self._is_open = False
        session.flow.changed.connect(self._follow)
        session.desk.changed.connect(self._changed)

    @cached_property
    def preview(self) -> EmailPreview:
        """How it will look; made when it is first wanted."""
        made = EmailPreview(self._session.desk)
        made.closed.connect(self.leave)
        made.editor_asked.connect(lambda: self.show_step(self._id, EDITOR))
        self.addWidget(made)
        return made

    @cached_property
    def editor(self) -> EmailEditor:
        """Where it is corrected; made when it is first wanted."""
        made = EmailEditor(self._session.desk)
        made.closed.connect(self.leave)
        made.wanted_back.connect(self._come_back)
        self.addWidget(made)
        return made

    @property
    def step_id(self) -> str:
        """The id of the step whose email is shown."""
        return self._id

    def show_step(self, id: str, what: str) -> None:
        """Show the email of a step, or open it in the editor."""
        if self._is_writing:
            return
        self._id, self._of_library = id, None
        self._ask(what)

    def leave(self) -> None:
        """Show nothing any more; what was being written comes back by Undo."""
        if not self._is_open:
            return
        if self._is_writing:
            self.editor.let_go()
        else:
            self._is_open = False
            self.closed.emit()

    def finish(self, then: Callable[[], None]) -> None:
        """Save what is being written, then go on; where that is refused, one stays with it."""
        if self._is_writing:
            self.editor.save(then)
        else:
            then()

    def kept(self) -> dict[str, Any]:
        """What is being written and not saved, and of which step, for the next start."""
        said = self.editor.kept() if self._is_writing else {}
        return {**said, "step": self._id} if said else {}

    def restore(self, kept: object) -> None:
        """Go on with what was kept, if its step is still there."""
        found = readable(kept)
        if found is None:
            return
        self._id = str(found.get("step"))
        if self._step() is not None:
            resume = self._session.current(partial(self._resume, found))
            self._session.desk.ask(self, partial(open_template, id=found["id"]), resume, "email")

    def _resume(self, kept: Mapping[str, Any], found: Opened | None) -> None:
        if found is not None:
            self._edit(lambda: self.editor.resume(found, kept, renames=False))

    def _edit(self, fill: Callable[[], None]) -> None:
        self._show(EDITOR)
        fill()
        self.editor.say_subject(str((self._step() or {}).get("subject") or ""))

    @property
    def _is_previewing(self) -> bool:
        return self._is_open and isinstance(self.currentWidget(), EmailPreview)

    @property
    def _is_writing(self) -> bool:
        shown = self.currentWidget()
        return self._is_open and isinstance(shown, EmailEditor) and shown.opened is not None

    def _show(self, what: str) -> None:
        self.setCurrentWidget(self.preview if what == PREVIEW else self.editor)
        self._is_open = True
        self.opened.emit(what)

    def _come_back(self) -> None:
        saved, room = self._session.saved, self.parentWidget()
        if saved is not None and room is not None and not room.isVisible():
            self._session.desk.open(Place("automation", saved.id, "build"))
        self._show(EDITOR)

    def _step(self) -> Mapping[str, Any] | None:
        try:
            return operations.step(self._session.flow.value, self._id)
        except KeyError:
            return None

    def _ask(self, what: str) -> None:
        step = self._step()
        if step is None:
            return
        name = str(step.get("template"))
        found = self._session.current(partial(self._hear, what, self._id))
        self._session.desk.ask(self, partial(email_called, name=name), found, "email")

    def _hear(self, what: str, id: str, found: Opened | None) -> None:
        if id != self._id:
            return
        self._of_library = found
        if what == EDITOR and found is not None:
            self._edit(lambda: self.editor.correct(found, renames=False))
            return
        begins = not self._is_open
        if begins:
            self._show(PREVIEW)
        self._draw()
        if begins:
            self.preview.close_.setFocus()

    def _draw(self) -> None:
        step, found = self._step(), self._of_library
        if step is None:
            self.leave()
        elif found is None:
            self.preview.say(self.tr("Choose an email for this step: then it is shown here."))
        else:
            said = found.document
            written = Written(*(str(said.get(key, "")) for key in Written._fields))
            self.preview.show_email(str(said["name"]), written, step)

    def _follow(self) -> None:
        if not self._is_previewing:
            return
        step, found = self._step(), self._of_library
        shown = None if found is None else found.document["name"]
        if step is not None and step.get("template") != shown:
            self._ask(PREVIEW)
        else:
            self._draw()

    def _changed(self, changes: Changes) -> None:
        if self._is_previewing and changes.about("templates"):
            self._ask(PREVIEW)

"""What correcting an email and a text have in common: save, cancel, and another desk's version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QWidget

from db.errors import KnownError
from engine.commands.templates import SavedElsewhere, change_template
from engine.templates_page import Opened, open_template
from engine.wording.values import plural
from engine.workspace import Workspace
from views.notice import Notice
from views.once import do_once
from views.ports import Command, Desk
from views.theme import GRID
from views.widgets.fields import Line
from views.widgets.kit import button, frame, label, row

ABOUT: Final = frozenset({"templates", "flows"})
_SAYS: Final = ("is ", "must ", "holds ", "has ", "may ", "can ")
"""How what is wrong begins where it goes on from the field's name."""
_NAMED: Final = 3
"""How many users are named before the rest are counted."""


class Correcting(QFrame):
    """A template being corrected. `closed` says that it was saved or let go.

    What is let go comes back by the toast's Undo: `wanted_back` says so, for whoever shows it.
    """

    closed = Signal()
    wanted_back = Signal()

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.desk = desk
        self.opened: Opened | None = None
        self._renames = False
        self.setObjectName(name)
        self.setProperty("kind", "page")
        self.name = Line(longest=200)
        self.notice = Notice()
        self._title = label("", "title", wraps=True, name=f"{name}-title")
        self._head = frame("bar", row(self._title, margins=(16, 12, 16, 12)))
        self._note = label("", "muted", wraps=True, name=f"{name}-users")
        self._fault = label("", "fault", wraps=True, name=f"{name}-fault")
        self.cancel = button(self.tr("Cancel"), self.let_go, name=f"{name}-cancel")
        self.keep = button(self.tr("Save"), self.save, "primary", name=f"{name}-save")
        foot = row(self._note, self._fault, self.cancel, self.keep, gap=GRID,
                   margins=(16, 8, 16, 8))  # fmt: skip
        foot.setStretch(0, 1)
        foot.setStretch(1, 1)
        self._foot = frame("status", foot)
        self._fault.hide()
        self._called = {
            "name": self.tr("The name"), "subject": self.tr("The subject"),
            "preview_text": self.tr("The preview text"), "body": self.tr("The message"),
            "from_name": self.tr("The sender's name"),
            "from_email": self.tr("The sender's address"),
        }  # fmt: skip

    def shown_document(self) -> dict[str, Any]:
        """The document as the fields have it."""
        raise NotImplementedError

    def fill(self, opened: Opened, document: dict[str, Any], *, renames: bool) -> None:
        """Put a document into the fields."""
        raise NotImplementedError

    def first(self) -> QWidget:
        """The field that takes the focus."""
        raise NotImplementedError

    def correct(
        self, opened: Opened, *, renames: bool, document: Mapping[str, Any] | None = None
    ) -> None:
        """Show a template, or what was typed of it before; it may be renamed here, or not."""
        shown = dict(opened.document if document is None else document)
        self.opened, self._renames = opened, renames
        self._title.setText(self.tr("Edit “{}”").format(opened.document["name"]))
        self.notice.hide()
        self.name.put(shown["name"])
        self.fill(opened, shown, renames=renames)
        self._say("")
        self.first().setFocus()

    def kept(self) -> dict[str, Any]:
        """What was typed and not saved, for the next start; nothing if nothing was."""
        if self.opened is None or not self.is_unsaved:
            return {}
        return {
            "id": self.opened.id, "base": dict(self.opened.document),
            "typed": self.shown_document(),
        }  # fmt: skip

    def resume(self, found: Opened, kept: Mapping[str, Any], *, renames: bool) -> None:
        """Go on with what was kept: it was begun on `base`, whatever was saved since."""
        begun = found._replace(document=dict(kept["base"]))
        self.correct(begun, renames=renames, document=kept["typed"])
        self.desk.say(self.tr("What you were writing is here again, not saved yet."))

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything that saving would change."""
        return self.opened is not None and self.shown_document() != self.opened.document

    def with_name(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """A public document of what is said, in the order and form of the store's."""
        stood = {} if self.opened is None else self.opened.document
        head = {"format": stood.get("format"), "channel": stood.get("channel"),
                "name": " ".join(self.name.text().split())}  # fmt: skip
        return {**head, **said}

    def touched(self) -> None:
        """Something was typed: what was wrong before may be mended."""
        self._say("")

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Keep it and go on with `then`; what is wrong is said beside Save, and one stays."""
        if self.opened is None:
            return
        if not self.is_unsaved:
            self._leave()
            if then is not None:
                then()
            return
        self._save(self.opened.document, then)

    def let_go(self) -> None:
        """Leave it as it was; what was typed comes back by Undo."""
        opened = self.opened
        if opened is not None and self.is_unsaved:
            typed, renames = self.shown_document(), self._renames
            words = self.tr("What you changed in “{}” was let go.")
            back = partial(self._bring_back, opened, typed, renames)
            self.desk.say(words.format(opened.document["name"]), back)
        self._leave()

    def event(self, event: QEvent) -> bool:
        """Ctrl+S is this page's own, whatever it means around it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Save):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+S saves, Escape cancels."""
        if event.matches(QKeySequence.StandardKey.Save):
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.let_go()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self.opened = None
        self.closed.emit()

    def _bring_back(self, opened: Opened, typed: dict[str, Any], renames: bool) -> None:
        self.wanted_back.emit()
        self.correct(opened, renames=renames, document=typed)

    def _save(self, base: Mapping[str, Any] | None, then: Callable[[], None] | None = None) -> None:
        opened, said = self.opened, self.shown_document()
        if opened is None:
            return
        do_once(
            self.desk, self.keep, _change(opened.id, said, base),
            lambda _: self._saved(opened, said, then), self._refused, about=ABOUT,
        )  # fmt: skip

    def _saved(self, opened: Opened, said: dict[str, Any], then: Callable[[], None] | None) -> None:
        undo = partial(self._take_back, opened, said)
        self.desk.say(self.tr("“{}” was saved.").format(said["name"]), undo)
        if self.opened is not opened:
            return
        if self.shown_document() == said:
            self._leave()
            if then is not None:
                then()
        else:
            # Typed on while it was being saved.
            self.opened = opened._replace(document=said)

    def _take_back(self, opened: Opened, said: dict[str, Any]) -> None:
        def refused(fault: KnownError) -> None:
            since = self.tr("It was saved again since, so this can't be undone any more.")
            self.desk.say(since if isinstance(fault, SavedElsewhere) else fault.sentence)

        before = _change(opened.id, opened.document, said)
        self.desk.do(self, before, None, refused, about=ABOUT)

    def _refused(self, fault: KnownError) -> None:
        if isinstance(fault, SavedElsewhere) and self.opened is not None:
            id = self.opened.id
            self.desk.ask(self, lambda reader: open_template(reader, id), self._ask_whose, "theirs")
            return
        first = fault.sentence.splitlines()[0]
        key, _, rest = first.partition(": ")
        if key in self._called:
            plain = rest.startswith(_SAYS)
            first = f"{self._called[key]}{'' if plain else ':'} {rest}."
        self._say(first)

    def _ask_whose(self, theirs: Opened | None) -> None:
        if theirs is None or self.opened is None or theirs.id != self.opened.id:
            return
        # Enter in the field one types in must answer nothing.
        self.notice.ask(
            self.tr("Another desk saved “{}” while it was being changed here").format(
                theirs.document["name"]
            ),
            [self.tr("Yours is still here. Taking theirs can be undone.")],
            [("whose-later", self.tr("Keep editing"), "", lambda: None),
             ("whose-theirs", self.tr("Take theirs"), "", partial(self._take_theirs, theirs)),
             ("whose-mine", self.tr("Save over it"), "harm", partial(self._save_over, theirs))],
            focus=False,
        )  # fmt: skip

    def _save_over(self, theirs: Opened) -> None:
        self.opened = theirs
        self._save(theirs.document)

    def _take_theirs(self, theirs: Opened) -> None:
        typed, renames = self.shown_document(), self._renames
        self.correct(theirs, renames=renames)
        words = self.tr("This is what the other desk saved.")
        self.desk.say(words, partial(self._bring_back, theirs, typed, renames))

    def _say(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        self._note.setVisible(not words)


def readable(kept: object) -> Mapping[str, Any] | None:
    """What `Correcting.kept` gave, as it was kept; None where it is damaged or nothing."""
    if not isinstance(kept, dict) or not isinstance(kept.get("id"), int):
        return None
    said = [kept.get("base"), kept.get("typed")]
    good = all(
        isinstance(each, dict) and isinstance(each.get("name"), str)
        and all(isinstance(value, str) for value in each.values())
        for each in said
    )  # fmt: skip
    return kept if good else None


def noted_users(opened: Opened) -> str:
    """What else says it once it is saved, in words."""
    named = [f"{user.kind} “{user.name}”" for user in opened.users[:_NAMED]]
    more = len(opened.users) - _NAMED
    if not named:
        return "Nothing uses it yet."
    also = f" and {plural(more, 'other')}" if more > 0 else ""
    return f"Used by {', '.join(named)}{also}: what they send from now on says what you save."


def _change(id: int, said: Mapping[str, Any], base: Mapping[str, Any] | None) -> Command[None]:
    def change(workspace: Workspace, now: int) -> None:
        change_template(workspace, id, said, base)

    return change

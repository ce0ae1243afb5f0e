"""One flow at the desk: opened or begun, checked as it is drawn, kept every second, saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from platform import node
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from canvas.document import FlowDocument
from canvas.operations import Document, steps_in_order
from db.errors import KnownError
from engine.building import Opened, figures, open_flow
from engine.commands.drafts import Overtaken, Saved, drop_draft, keep_draft, save_draft
from engine.drafts import NEW, Draft, DraftKey, Found, read_draft
from engine.matching import count_matching
from engine.problems import NAME, Problem, Problems, problems
from engine.surroundings import Surroundings, read_surroundings
from engine.workspace import Reader, Workspace
from views.ports import Changes, Desk, Question

BLANK: Final[Document] = {
    "format": "practice-crm/automation@1",
    "name": "",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [],
}
"""A new automation before anything is said."""
KEPT_EVERY: Final = 1_000
"""Milliseconds of drawing that a crash may cost at most (quality.md, "For people" 18)."""


class Read(NamedTuple):
    """What is read to open a flow; `flow` is None for a new one, and for one that is `gone`."""

    flow: Opened | None
    around: Surroundings
    draft: Found
    gone: str = ""


class Session(QObject):
    """The flow being edited, what is around it and what is wrong with it.

    `saved` is the flow as the store had it when it was opened, None for one that is new.
    """

    opened = Signal()
    """Another flow is there to be shown."""
    checked = Signal()
    """`problems` or `around` are new, as after every edit."""
    counted = Signal(object)
    """What the cards of the live flow came to, in words by step id."""
    overtaken = Signal()
    """Another desk saved the flow meanwhile; `saved` is theirs by now, the flow is still ours."""

    gone = Signal(str)
    """The flow to open was deleted, in words; nothing else is shown than before."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.flow = FlowDocument(BLANK, self)
        self.saved: Opened | None = None
        self._before: Document | None = None
        self.around = Surroundings()
        self.problems = Problems()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._check)
        self._second = QTimer(self, singleShot=True, interval=KEPT_EVERY)
        self._second.timeout.connect(self.keep)
        self.flow.changed.connect(self._soon.start)
        self.flow.history_changed.connect(self._keep_soon)
        desk.changed.connect(self._follow)

    @property
    def is_new(self) -> bool:
        """Whether the flow was never saved."""
        return self.saved is None

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything that saving would change."""
        return self.flow.value != self._as_saved()

    @property
    def used(self) -> frozenset[str]:
        """The ids of the steps of all saved versions, which no new step may have."""
        return frozenset() if self.saved is None else self.saved.used

    def begin(self) -> None:
        """A new flow: the one begun before and never saved, if there is one."""
        self._read(None)

    def start(self, document: Document) -> None:
        """A new flow from a recipe, or from nothing again."""
        self.flow.load(document)

    def open(self, flow_id: int) -> None:
        """A flow of the store, with the changes that were never saved."""
        self._read(flow_id)

    def save(
        self, done: Callable[[int], None], failed: Callable[[KnownError], None] | None = None
    ) -> None:
        """Save the flow as it is now: a new one, or a new version, live at once.

        `overtaken` is said instead where another desk was first.
        """
        self._second.stop()
        key, draft = self._key(), self._draft()

        def write(workspace: Workspace, at: int) -> Saved:
            return save_draft(workspace, key, draft, at)

        def saved(result: Saved) -> None:
            self._before = None if self.saved is None else self.saved.document
            steps = {step["id"] for _, step in steps_in_order(draft.document)}
            self.saved = Opened(
                result.flow_id, "automation", self._status(), result.version, draft.document,
                self.used | steps,
            )  # fmt: skip
            self.flow.stack.setClean()
            done(result.flow_id)

        def refused(fault: KnownError) -> None:
            if isinstance(fault, Overtaken):
                self.look_again()
            elif failed is not None:
                failed(fault)
            else:
                self.desk.say(fault.sentence)

        self.desk.do(self, write, saved, refused, about=frozenset({"flows", "numbers"}))

    def discard(self, done: Callable[[], None] = lambda: None) -> None:
        """Forget what was not saved."""
        self._second.stop()
        key = self._key()
        self.flow.load(self._as_saved())
        self._second.stop()

        def drop(workspace: Workspace, at: int) -> None:
            drop_draft(workspace, key)

        self.desk.do(self, drop, lambda nothing: done(), about=frozenset())

    def keep(self) -> None:
        """Keep the flow and its history as they are, for after a crash or a restart."""
        self._second.stop()
        key, draft = self._key(), self._draft()

        def write(workspace: Workspace, at: int) -> None:
            keep_draft(workspace, key, draft)

        self.desk.do(self, write, about=frozenset())

    def look_again(self) -> None:
        """Read how the flow stands in the store: its status, and whether another desk saved it."""
        if self.saved is None:
            return
        flow_id, version = self.saved.id, self.saved.version

        def show(now: Opened) -> None:
            if now.version != version and self.is_unsaved:
                self.saved = now
                self.overtaken.emit()
            elif now.version != version:
                self.saved = now
                self.flow.load(now.document)
            else:
                self.saved = now
            self._check()

        self.desk.ask(self, lambda reader: open_flow(reader, flow_id), show, "again")

    def undo_save(self) -> None:
        """Take the last saved edit back, and save what was before it."""
        if self._before is not None:
            self.flow.edit(self.tr("Undo Update"), self._before)
            self.save(lambda flow_id: None)

    def count(self) -> None:
        """Ask what the cards came to; `counted` tells."""
        if self.saved is not None:
            flow_id = self.saved.id
            self.desk.ask(self, lambda reader: figures(reader, flow_id), self.counted.emit,
                          "count")  # fmt: skip

    def matches(self, trigger: Document) -> Question[int | None]:
        """The question how many contacts a trigger finds today."""
        now = self.desk.now()
        return lambda reader: count_matching(reader, trigger, now)

    def settle(self) -> None:
        """Check at once what was edited a moment ago."""
        if self._soon.isActive():
            self._soon.stop()
            self._check()

    def _key(self) -> DraftKey:
        return DraftKey(
            node() or "desk", "automation", NEW if self.saved is None else self.saved.id
        )

    def _draft(self) -> Draft:
        return Draft(self.flow.value, self.flow.history(), self.flow.position, self._base(),
                     self.is_unsaved, self.desk.now())  # fmt: skip

    def _base(self) -> int | None:
        return None if self.saved is None else self.saved.version

    def _as_saved(self) -> Document:
        return BLANK if self.saved is None else self.saved.document

    def _status(self) -> str:
        return "draft" if self.saved is None else self.saved.status

    def _read(self, flow_id: int | None) -> None:
        key = DraftKey(node() or "desk", "automation", flow_id or NEW)

        def read(reader: Reader) -> Read:
            around, draft = read_surroundings(reader), read_draft(reader, key)
            try:
                flow = None if flow_id is None else open_flow(reader, flow_id)
            except KnownError as fault:
                return Read(None, around, draft, fault.sentence)
            return Read(flow, around, draft)

        self._second.stop()
        self.desk.ask(self, read, self._show, "open")

    def _show(self, found: Read) -> None:
        if found.gone:
            self.gone.emit(found.gone)
            return
        self.saved, self.around = found.flow, found.around
        draft = found.draft.draft
        if draft is None or not (draft.unsaved or draft.base_version == self._base()):
            self.flow.load(self._as_saved())
        elif found.draft.fault and not self.is_new:
            self.flow.load(self._as_saved())
            self.flow.edit(self.tr("What was not saved"), draft.document)
            self.flow.undo()
        else:
            self.flow.restore(draft.document, draft.history, draft.position)
            if not draft.unsaved:
                self.flow.stack.setClean()
        self._second.stop()
        self._check()
        self.opened.emit()
        self._tell_of_draft(found.draft)

    def _tell_of_draft(self, found: Found) -> None:
        if found.fault:
            self.desk.say(found.fault, self.discard if self.is_unsaved else None)
        elif found.draft is None or not found.draft.unsaved:
            return
        elif found.draft.base_version != self._base():
            self.overtaken.emit()
        elif self.is_unsaved:
            words = self.tr("What you changed and did not save is still here.")
            self.desk.say(words, self.discard)

    def _keep_soon(self) -> None:
        if not self._second.isActive():
            self._second.start()

    def _check(self) -> None:
        found = problems(self.flow.value, self.around.names)
        if self._is_taken():
            taken = Problem(NAME, "name", self.tr("Another automation has this name already"))
            found = replace(found, faults=(taken, *found.faults))
        self.problems = found
        self.checked.emit()

    def _is_taken(self) -> bool:
        other = self.around.names.automations.get(self.flow.value.get("name", ""))
        return other is not None and (self.saved is None or other != self.saved.id)

    def _follow(self, changes: Changes) -> None:
        if changes.about("templates", "lists", "forms", "settings", "flows"):
            self.desk.ask(self, read_surroundings, self._surround, "around")
        if changes.about("numbers"):
            self.count()

    def _surround(self, around: Surroundings) -> None:
        self.around = around
        self._check()

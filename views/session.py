"""One flow at the desk: opened or begun, checked as it is drawn, kept every second, saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from canvas.document import FlowDocument
from canvas.operations import Document, steps_in_order
from db.errors import KnownError
from engine.building import Opened, figures
from engine.commands.drafts import Overtaken, Saved, update_flow
from engine.drafts import NEW, Draft, DraftKey, Found
from engine.matching import count_matching
from engine.problems import NAME, Checker, Problem, Problems, lacking
from engine.surroundings import Surroundings, read_surroundings
from engine.workspace import Reader, Workspace
from views.keeping import Keeper, Saving, Taken
from views.ports import Changes, Desk, Question
from views.reading import Read, read_flow, read_kept

T = TypeVar("T")

BLANK: Final[Document] = {
    "format": "practice-crm/automation@1",
    "name": "",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [],
}
"""A new automation before anything is said."""
_AROUND: Final = ("templates", "lists", "forms", "settings", "flows")
_SAVING: Final = frozenset({"flows", "numbers"})


class Session(QObject):
    """The flow being edited, what is around it and what is wrong with it.

    `saved` is the flow as the store had it when it was opened, saved or looked at last, None for
    one that is new. While it is not seen, nothing is asked (`follow`).
    """

    opened = Signal()
    """Another flow is there to be shown."""
    checked = Signal()
    """`problems` or `around` are new, as after every edit."""
    counted = Signal(object)
    """What the cards of the live flow came to, as `Figures`."""
    overtaken = Signal()
    """Another desk saved the flow meanwhile; `saved` is theirs by now, the flow is still ours."""

    gone = Signal(str)
    """The flow was deleted, in words."""
    resumed = Signal(str)
    """Changes that were never saved are there again, in words."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.flow = FlowDocument(BLANK, self)
        self.saved: Opened | None = None
        self.around = Surroundings()
        self.problems = Problems()
        self._checker = Checker(self.around.names)
        self.counts = False
        """Whether what the cards came to is shown, and so asked for again when it changes."""
        self.number: int | None = None
        """The flow's, once one was opened; that of its draft, at most `NEW`, while it is new."""
        self._drawn_on: int | None = None
        """The version that was changed into what is drawn."""
        self._answers = 0
        """Raised whenever what was asked before has become of no use (`current`)."""
        self._is_opening = self._is_seen = False
        self._saving: Saving | None = None
        self._missed: frozenset[str] = frozenset()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._check)
        self._keeper = Keeper(desk, lambda: (self._key(), self._draft()), self)
        self.flow.changed.connect(self._soon.start)
        self.flow.history_changed.connect(self._keep_soon)
        desk.changed.connect(self._hear)

    @property
    def is_new(self) -> bool:
        """Whether the flow was never saved."""
        return self.saved is None

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything that saving would change."""
        return self.flow.value != self._as_saved()

    @property
    def is_contested(self) -> bool:
        """Whether another desk saved the flow since what is drawn was begun from it."""
        return self.saved is not None and self.saved.version != self._drawn_on

    @property
    def used(self) -> frozenset[str]:
        """The ids of the steps of all saved versions, which no new step may have."""
        return frozenset() if self.saved is None else self.saved.used

    def begin(self) -> None:
        """One more new flow; those begun before and never saved stay kept."""
        self._read(None)

    def open(self, flow_id: int) -> None:
        """A flow with the changes that were never saved; up to `NEW`, one that never was."""
        self._read(flow_id)

    def has_open(self, flow_id: int) -> bool:
        """Whether this flow is open, saved or not, and no other is being opened."""
        return not self._is_opening and self.number == flow_id

    def current(self, answer: Callable[[T], None]) -> Callable[[T], None]:
        """An answer that is passed over if another flow was opened, or this one saved, since."""
        asked = self._answers

        def hear(result: T) -> None:
            if asked == self._answers:
                answer(result)

        return hear

    def follow(self, seen: bool) -> None:
        """Ask for what changes from now on, and for what changed while it was not seen; or not."""
        self._is_seen = seen
        self._catch_up()

    def save(self, done: Callable[[Saved], None]) -> None:
        """Save the flow as it is now: a new one, or a new version, live at once.

        Nothing while it is being saved. `overtaken` is said where another desk was first; what is
        refused is kept as a draft.
        """
        if self._saving is not None:
            return
        if self.is_contested:
            self.overtaken.emit()
            return
        taken = self._keeper.take()
        saving = self._saving = Saving(taken)

        def saved(result: Saved) -> None:
            self._take_saved(result, taken.draft.document)
            done(result)
            self._catch_up()

        def refused(fault: KnownError) -> None:
            if not isinstance(fault, Overtaken):
                self.desk.say(fault.sentence)
            if not saving.is_followed:
                self._keeper.put(taken)
            told(fault)

        told = self.current(self._take_refusal)
        self.desk.do(self, saving.save, self.current(saved), refused, about=_SAVING)

    def stand_over(self) -> None:
        """Let what is drawn follow on what the other desk saved: saving it is meant from now on."""
        self._drawn_on = self._version()
        self._keeper.soon()

    def discard(self, done: Callable[[], None] = lambda: None) -> Taken:
        """Forget what was not saved; `bring_back` has it kept again."""
        let_go = self._keeper.look()
        self._drawn_on = self._version()
        self.flow.load(self._as_saved())
        self._keeper.drop(let_go.key, self.current(lambda nothing: done()))
        return let_go

    def bring_back(self, let_go: Taken, done: Callable[[int], None]) -> None:
        """Keep again what was let go, for whoever opens it by the number `done` is given."""
        self._keeper.bring_back(let_go, done)

    def keep(self) -> None:
        """Keep the flow and its history as they are, for after a crash or a restart."""
        self._keeper.keep()

    def flush(self) -> None:
        """Keep at once what would be kept a moment later, and once it is saved."""
        if self._saving is not None:
            self._keeper.put_behind(self._saving)
        else:
            self._keeper.flush()

    def look_again(self) -> None:
        """Read how the flow stands in the store, and what is around it.

        Another desk's version is shown, or said where this one has changes of its own.
        """
        known = self.saved
        if known is None:
            return

        def look(reader: Reader) -> Read:
            return read_flow(reader, known.id, known)

        self.desk.ask(self, look, self.current(self._look), "again")

    def take_back(self, saved: Saved, before: Document) -> None:
        """Save again what a flow said before it was `saved`; refused if it was saved since."""

        def write(workspace: Workspace, at: int) -> int:
            return update_flow(workspace, saved.flow_id, before, saved.version, at)

        def refused(fault: KnownError) -> None:
            since = self.tr("It was saved again since, so this can't be undone any more.")
            self.desk.say(since if isinstance(fault, Overtaken) else fault.sentence)

        self.desk.do(self, write, None, refused, about=_SAVING)

    def count(self) -> None:
        """Ask what the cards came to; `counted` tells."""
        if self.saved is not None:
            flow_id = self.saved.id
            told = self.current(self.counted.emit)
            self.desk.ask(self, lambda reader: figures(reader, flow_id), told, "count")

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
        return DraftKey(self.desk.name, "automation", NEW if self.number is None else self.number)

    def _draft(self) -> Draft:
        return Draft(self.flow.value, self.flow.history(), self.flow.position, self._drawn_on,
                     self.is_unsaved, self.desk.now())  # fmt: skip

    def _version(self) -> int | None:
        return None if self.saved is None else self.saved.version

    def _as_saved(self) -> Document:
        return BLANK if self.saved is None else self.saved.document

    def _status(self) -> str:
        return "draft" if self.saved is None else self.saved.status

    def _read(self, flow_id: int | None) -> None:
        self.flush()
        self._answers += 1
        self._is_opening, self._saving, self._missed = True, None, frozenset()
        name = self.desk.name

        def read(workspace: Workspace, at: int) -> Read:
            with workspace.store.read() as reader:
                return read_kept(reader, name, flow_id)

        # Behind what is being written: that may be this flow's draft.
        self.desk.do(self, read, self.current(self._show), about=frozenset())

    def _show(self, found: Read) -> None:
        self.flush()
        self._is_opening = False
        if found.gone:
            self._let_go(found.gone)
            return
        self.number, self.saved, self.around = found.number, found.flow, found.around
        draft = found.draft.draft
        self._drawn_on = self._version()
        if draft is not None and draft.unsaved:
            self._drawn_on = draft.base_version
        if draft is None or not (draft.unsaved or draft.base_version == self._version()):
            self.flow.load(self._as_saved())
        elif found.draft.fault and not self.is_new:
            self.flow.load(self._as_saved())
            self.flow.edit(self.tr("What was not saved"), draft.document)
            self.flow.undo()
        else:
            self.flow.restore(draft.document, draft.history, draft.position)
            if not draft.unsaved:
                self.flow.stack.setClean()
        self._keeper.begin(max(self.desk.now(), 0 if draft is None else draft.at))
        self._check()
        self.opened.emit()
        self._tell_of_draft(found.draft)
        self._catch_up()

    def _tell_of_draft(self, found: Found) -> None:
        if found.fault and self.is_unsaved:
            self.resumed.emit(found.fault)
        elif found.fault:
            self.desk.say(found.fault)
        elif found.draft is None or not found.draft.unsaved:
            return
        elif self.is_contested:
            self.overtaken.emit()
        elif self.is_unsaved and not self.is_new:
            self.resumed.emit(self.tr("What you changed and did not save is still here."))

    def _let_go(self, words: str) -> None:
        """Hold nothing any more of a flow that was deleted."""
        self._answers += 1
        self.number = self.saved = None
        self.flow.load(BLANK)
        self._keeper.stop()
        self._check()
        self.gone.emit(words)

    def _take_saved(self, result: Saved, document: Document) -> None:
        self._answers += 1
        self._saving = None
        self._keeper.begin(self.desk.now())
        used = self.used | {step["id"] for _, step in steps_in_order(document)}
        self.number = result.flow_id
        self.saved = Opened(
            result.flow_id, "automation", self._status(), result.version, document, used
        )
        self._drawn_on = result.version
        self.flow.stack.setClean()
        if self.is_unsaved:
            self._keeper.soon()

    def _take_refusal(self, fault: KnownError) -> None:
        self._saving = None
        self._keeper.soon()
        if isinstance(fault, Overtaken):
            self.look_again()
        self._catch_up()

    def _look(self, found: Read) -> None:
        if found.flow is None or self.saved is None:
            self._let_go(found.gone)
            return
        before, had = self.saved, self.is_unsaved
        self.saved = found.flow
        if not had:
            self._drawn_on = found.flow.version
            self.flow.load(found.flow.document)
            self._keeper.stop()
        elif found.flow.version != before.version:
            self.overtaken.emit()
        if (before, self.around) != (found.flow, found.around):
            self._surround(found.around)

    def _keep_soon(self) -> None:
        # What is being saved is kept with it; what is drawn meanwhile, once that is known.
        if self._saving is None:
            self._keeper.soon()

    def _check(self) -> None:
        if self._checker.names is not self.around.names:
            self._checker = Checker(self.around.names)
        found = self._checker.problems(self.flow.value)
        if self._is_taken():
            taken = Problem(NAME, "name", self.tr("Another automation has this name already"))
            found = replace(found, faults=(taken, *found.faults))
        around = self.around
        lacks = lacking(
            self.flow.value,
            {name: email.subject for name, email in around.emails.items()},
            has_address=around.has_address,
            to_folder=() if self.desk.in_sample else around.to_folder,
        )
        found = replace(found, warnings=(*found.warnings, *lacks))
        self.problems = found
        self.checked.emit()

    def _is_taken(self) -> bool:
        other = self.around.names.automations.get(self.flow.value.get("name", ""))
        return other is not None and (self.saved is None or other != self.saved.id)

    def _hear(self, changes: Changes) -> None:
        self._missed |= changes.kinds
        self._catch_up()

    def _catch_up(self) -> None:
        """Ask for what changed, once it is seen and its answer would still be of use."""
        if not self._is_seen or self._saving is not None or self._is_opening:
            return
        changes, self._missed = Changes(self._missed), frozenset()
        if changes.about(*_AROUND) and self.is_new:
            self.desk.ask(self, read_surroundings, self.current(self._surround), "around")
        elif changes.about(*_AROUND):
            self.look_again()
        if changes.about("numbers") and self.counts:
            self.count()

    def _surround(self, around: Surroundings) -> None:
        self.around = around
        self._check()

"""The flow being drawn, kept while it changes: a crash costs a second (quality.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer

from db.errors import KnownError
from engine.commands.drafts import (
    KeptElsewhere,
    Saved,
    drop_draft,
    keep_draft,
    put_back,
    save_draft,
)
from engine.drafts import Draft, DraftKey
from engine.workspace import Workspace
from views.ports import Desk

KEPT: Final = frozenset({"drafts"})
KEPT_EVERY: Final = 1_000
"""Milliseconds of drawing that a crash may cost at most (quality.md, "For people" 18)."""


class Taken(NamedTuple):
    """A draft to be kept, and when the one it goes on from was kept at the latest.

    None is when another window keeps one: then this is not to be kept.
    """

    key: DraftKey
    draft: Draft
    since: int | None


class Saving:
    """A flow being saved, and what is drawn of it meanwhile; `is_followed` says if that was kept.

    `save` and `keep` are called where the store is written, one after the other.
    """

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.is_followed = False
        self._key, self._since = taken.key, taken.since
        self._version: int | None = None

    def save(self, workspace: Workspace, at: int) -> Saved:
        """Save what was taken."""
        saved = save_draft(workspace, self._key, self.taken.draft, at)
        self._key = self._key._replace(flow_id=saved.flow_id)
        self._version, self._since = saved.version, at
        return saved

    def keep(self, workspace: Workspace, draft: Draft) -> None:
        """Keep what was drawn since, as a draft of what was saved or, if that failed, of before."""
        if self._version is not None:
            unsaved = draft.document != self.taken.draft.document
            draft = replace(draft, base_version=self._version, unsaved=unsaved)
        if self._since is not None:
            keep_draft(workspace, self._key, draft, self._since)
            self._since = draft.at


class Keeper(QObject):
    """Keeps what `drawn` gives, a second after `soon`, and never over another window's draft."""

    def __init__(
        self, desk: Desk, drawn: Callable[[], tuple[DraftKey, Draft]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._drawn = desk, drawn
        self._since: int | None = 0
        self._begun = 0
        self._second = QTimer(self, singleShot=True, interval=KEPT_EVERY)
        self._second.timeout.connect(self.keep)

    def begin(self, since: int) -> None:
        """Go on from what was kept until `since`; nothing is to be kept now."""
        self._second.stop()
        self._since = since
        self._begun += 1

    def soon(self) -> None:
        """Keep within a second."""
        if not self._second.isActive():
            self._second.start()

    def stop(self) -> None:
        """Keep nothing until `soon`."""
        self._second.stop()

    def drop(self, key: DraftKey, done: Callable[[None], None]) -> None:
        """Forget what was kept of a flow, and keep nothing until `soon`.

        A draft another window keeps stays.
        """
        self._second.stop()
        since = self._since

        def forget(workspace: Workspace, at: int) -> None:
            if since is not None:
                drop_draft(workspace, key, since)

        self._desk.do(self, forget, done, about=KEPT)

    def bring_back(self, let_go: Taken, done: Callable[[int], None]) -> None:
        """Keep again what was dropped; `done` is given its number."""

        def write(workspace: Workspace, at: int) -> int:
            return put_back(workspace, let_go.key, let_go.draft)

        self._desk.do(self, write, done, about=KEPT)

    def flush(self) -> None:
        """Keep at once what would be kept a moment later."""
        if self._second.isActive():
            self.keep()

    def keep(self) -> None:
        """Keep it now."""
        self.put(self.take())

    def look(self) -> Taken:
        """What would be kept now."""
        return Taken(*self._drawn(), self._since)

    def take(self) -> Taken:
        """What would be kept now; whoever takes it sees to that."""
        self._second.stop()
        taken = self.look()
        if self._since is not None:
            self._since = taken.draft.at
        return taken

    def put_behind(self, saving: Saving) -> None:
        """Keep it now, behind what is being saved."""
        saving.is_followed = True
        draft = self.take().draft

        def write(workspace: Workspace, at: int) -> None:
            saving.keep(workspace, draft)

        self._desk.do(self, write, about=KEPT)

    def put(self, taken: Taken) -> None:
        """Keep what was taken."""
        key, draft, since = taken
        if since is None:
            return
        begun = self._begun

        def write(workspace: Workspace, at: int) -> None:
            keep_draft(workspace, key, draft, since)

        def refused(fault: KnownError) -> None:
            # Said once: it stays so until the flow is opened anew.
            if isinstance(fault, KeptElsewhere) and begun == self._begun:
                self._since = None
            self._desk.say(fault.sentence)

        self._desk.do(self, write, None, refused, about=KEPT)

"""One step of a flow's history, done, undone and done again."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QUndoCommand

from canvas.changes import Change, changes
from canvas.operations import Document

_MERGES: Final = 1
"""The id by which Qt knows commands that may join; -1 is one that never does."""


class Edit(QUndoCommand):
    """A flow as it was before and as it is after; `FlowDocument` shows the one its stack is at.

    An edit joins the one before it if both have the same `merge` key, so what is typed into one
    field is undone at once.
    """

    def __init__(self, words: str, before: Document, after: Document, merge: str = "") -> None:
        super().__init__(words)
        self.before = before
        self.after = after
        self._merge = merge
        self._changes: list[Change] | None = None

    def changes(self) -> list[Change]:
        """What the edit changes, as `canvas.changes` says it."""
        if self._changes is None:
            self._changes = changes(self.before, self.after)
        return self._changes

    def id(self) -> int:
        """Whether Qt is to ask `mergeWith` at all."""
        return _MERGES if self._merge else -1

    def mergeWith(self, other: QUndoCommand, /) -> bool:
        """Take in the edit that follows; nothing is left of both if it takes this one back."""
        if not isinstance(other, Edit) or other._merge != self._merge:
            return False
        self.after = other.after
        self._changes = None
        self.setObsolete(self.after == self.before)
        return True

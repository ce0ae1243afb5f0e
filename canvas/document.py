"""The flow being edited, and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from canvas.changes import apply
from canvas.edit import Edit
from canvas.operations import Document
from engine.documents.drawable import is_drawable

MOST_EDITS: Final = 500
"""How many edits can be undone; older ones are forgotten."""

History = list[dict[str, Any]]
"""The edits, undone ones too, oldest first: `{"words": …, "changes": […]}`, all JSON."""


class FlowDocument(QObject):
    """A flow's public document with its undo stack; `edit` is the only mutator.

    Values are never changed in place (`canvas.operations`), so whoever holds one may keep it.
    """

    changed = Signal(object)
    """The new value, after every edit, undo, redo, load and restore that changed it."""
    history_changed = Signal()

    def __init__(self, value: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = self._said = value
        self._restoring = False
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(MOST_EDITS)
        self._stack.indexChanged.connect(self._follow)

    @property
    def value(self) -> Document:
        """The flow as it is now."""
        return self._value

    @property
    def stack(self) -> QUndoStack:
        """The undo stack: its words and actions. It is clean where the flow was last saved."""
        return self._stack

    def edit(self, words: str, value: Document, merge: str = "") -> None:
        """Make `value` the flow, undone by one step that is called `words`.

        Edits in a row with the same `merge` are one step, unless the flow was saved between. A
        value that is equal to the present one is no edit.
        """
        if value != self._value:
            before, self._value = self._value, value
            self._stack.push(Edit(words, before, value, merge))

    def undo(self) -> None:
        """Take the last edit back; nothing if there is none."""
        self._stack.undo()

    def redo(self) -> None:
        """Do what was undone last again; nothing if there is none."""
        self._stack.redo()

    def load(self, value: Document) -> None:
        """Turn to a flow as it is saved. Its history goes on if it equals the present value."""
        if value != self._value:
            self._value = value
            self._stack.clear()
        self._stack.setClean()
        self._follow()

    def history(self) -> History:
        """What `restore` needs beside the value and the `position`; it may be kept as JSON."""
        edits = map(self._edit, range(self._stack.count()))
        return [{"words": edit.text(), "changes": edit.changes()} for edit in edits]

    @property
    def position(self) -> int:
        """How many edits of the history are done, not undone."""
        return self._stack.index()

    def restore(self, value: Document, history: Sequence[Mapping[str, Any]], position: int) -> None:
        """Go on from a kept value where `position` edits of `history` were done.

        A history that does not fit the value is dropped.
        """
        try:
            values = _values(value, history, position)
        except (LookupError, TypeError, ValueError):
            history, position, values = (), 0, [value]
        self._restoring = True
        self._stack.clear()
        for entry, before, after in zip(history, values, values[1:], strict=False):
            self._stack.push(Edit(entry["words"], before, after))
        self._stack.setIndex(position)
        self._stack.resetClean()
        self._restoring = False
        self._value = value
        self._follow()

    def _edit(self, index: int) -> Edit:
        edit = self._stack.command(index)
        assert isinstance(edit, Edit)
        return edit

    def _follow(self) -> None:
        """Show the flow the stack is at, and say so."""
        if self._restoring:
            return
        if self._stack.count():
            index = self._stack.index()
            self._value = self._edit(index - 1).after if index else self._edit(0).before
        if self._value is not self._said:
            self._said = self._value
            self.changed.emit(self._value)
        self.history_changed.emit()


def _values(value: Document, history: Sequence[Mapping[str, Any]], position: int) -> list[Document]:
    """The flow before each edit and after the last. Raises what `apply` raises."""
    if not 0 <= position <= len(history) <= MOST_EDITS:
        raise ValueError("no such place in the history")
    if not all(isinstance(entry["words"], str) for entry in history):
        raise TypeError("no words")
    values = [value]
    for entry in reversed(history[:position]):
        values.append(_drawn(apply(values[-1], entry["changes"], "before")))
    values.reverse()
    for entry in history[position:]:
        values.append(_drawn(apply(values[-1], entry["changes"], "after")))
    return values


def _drawn(value: Document) -> Document:
    if not is_drawable(value):
        raise ValueError("no flow")
    return value

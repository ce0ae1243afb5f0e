"""What a person does to the flow in the builder: each is one edit, said in words, undone as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QClipboard

from canvas import operations
from canvas.document import FlowDocument
from canvas.operations import Slot
from engine.vocabulary import END, TRIGGER
from engine.wording.steps import step_title


class Editor(QObject):
    """Edits a flow by what is selected in it; `selection` holds the ids of cards."""

    selected = Signal(list)
    """Asks the canvas to select these cards, as after an edit that made them."""
    hinted = Signal(str)
    """Says why something asked for was not done."""

    def __init__(self, flow: FlowDocument, clipboard: QClipboard, parent: QObject) -> None:
        super().__init__(parent)
        self.flow = flow
        self.selection: list[str] = []
        self.used: Collection[str] = ()
        """The ids of all versions of the flow, which no new step may have."""
        self._clipboard = clipboard

    @property
    def steps(self) -> list[str]:
        """The selected cards that are steps, in the flow's order."""
        chosen = set(self.selection)
        return [step["id"] for _, step in operations.steps_in_order(self.flow.value)
                if step["id"] in chosen]  # fmt: skip

    def here(self) -> Slot:
        """Where a new step goes: after the selection, else at the end."""
        steps = self.steps
        if steps:
            return operations.slot_after(self.flow.value, steps[-1])
        at = TRIGGER if TRIGGER in self.selection else END
        return operations.slot_after(self.flow.value, at)

    def add(self, type: str, slot: Slot | None = None) -> None:
        """Put a new step of a type at a place, and select it."""
        step = operations.new_step(self.flow.value, type, self.used)
        value = operations.insert(self.flow.value, slot or self.here(), [step])
        self.flow.edit(self.tr("Add {step}").format(step=step_title(type)), value)
        self.selected.emit([step["id"]])

    def change_step(self, step: Mapping[str, Any], merge: str) -> None:
        """Put other fields in a step's place; typing with the same `merge` is one edit."""
        value = operations.replace_step(self.flow.value, step["id"], dict(step))
        words = self.tr("Change {step}").format(step=step_title(step["type"]))
        self.flow.edit(words, value, f"{step['id']}.{merge}" if merge else "")

    def change_trigger(self, trigger: Mapping[str, Any], merge: str) -> None:
        """Change whom the flow enrols."""
        value = operations.set_trigger(self.flow.value, dict(trigger))
        self.flow.edit(self.tr("Change the trigger"), value, f"trigger.{merge}" if merge else "")

    def change_value(self, key: str, value: object, merge: str) -> None:
        """Change one of the flow's own fields: name, goal, hours…; None takes it away."""
        changed = operations.set_value(self.flow.value, key, value)
        self.flow.edit(self.tr("Change the details"), changed, merge)

    def delete(self, ids: Collection[str]) -> None:
        """Take steps out; what is in the lanes of an if/then goes with it."""
        steps = [id for id in ids if id not in (TRIGGER, END)]
        if not steps:
            self.hinted.emit(self.tr("The trigger can't be deleted: change it instead."))
            return
        before = operations.slot_after(self.flow.value, steps[0])
        value = operations.remove(self.flow.value, steps)
        self.flow.edit(self._counted(self.tr("Delete"), steps), value)
        self.selected.emit(self._next_to(before))

    def move(self, ids: Sequence[str], slot: Slot) -> None:
        """Put steps somewhere else."""
        try:
            value = operations.move(self.flow.value, ids, slot)
        except ValueError:
            self.hinted.emit(self.tr("A branch can't be moved into itself."))
            return
        if value != self.flow.value:
            self.flow.edit(self._counted(self.tr("Move"), ids), value)
        self.selected.emit(list(ids))

    def duplicate(self) -> None:
        """Copy the selected steps right behind them."""
        value, made = operations.duplicate(self.flow.value, self.steps, self.used)
        if made:
            self.flow.edit(self._counted(self.tr("Duplicate"), made), value)
            self.selected.emit(made)

    def copy(self) -> None:
        """Put the selected steps on the clipboard, for this flow or another."""
        text = operations.copy_text(self.flow.value, self.steps)
        if text:
            data = QMimeData()
            data.setText(text)
            self._clipboard.setMimeData(data)

    def cut(self) -> None:
        """Copy the selected steps and take them out."""
        self.copy()
        if self.steps:
            self.delete(self.steps)

    def paste(self, slot: Slot | None = None) -> None:
        """Put the clipboard's steps behind the selection, with ids of their own."""
        text = self._clipboard.text()
        value, made = operations.paste(self.flow.value, slot or self.here(), text, self.used)
        if not made:
            self.hinted.emit(self.tr("There are no copied steps to paste."))
            return
        self.flow.edit(self._counted(self.tr("Paste"), made), value)
        self.selected.emit(made)

    def _counted(self, what: str, ids: Sequence[str]) -> str:
        if len(ids) != 1:
            return self.tr("{what} {count} steps").format(what=what, count=len(ids))
        try:
            step = operations.step(self.flow.value, ids[0])
        except KeyError:
            return self.tr("{what} a step").format(what=what)
        return f"{what} {step_title(step['type'])}"

    def _next_to(self, slot: Slot) -> list[str]:
        """The card to select once what stood before `slot` is gone."""
        found = list(operations.steps_in_order(self.flow.value))
        at = [step["id"] for there, step in found
              if (there.owner, there.lane) == (slot.owner, slot.lane)
              and there.index <= max(slot.index - 1, 0)]  # fmt: skip
        return at[-1:] or [slot.owner or TRIGGER]

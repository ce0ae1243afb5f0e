"""Add to list: a static list (screens.md)."""

from __future__ import annotations

from views.inspector.create import Pick
from views.inspector.form import FormContext, StepForm, options


class AddToListForm(StepForm):
    """One field: the list."""

    def __init__(self) -> None:
        super().__init__()
        self._list = Pick(self.tr("List"), self.tr("Choose a list"), "list", "list-name")
        self.add("list", self._list)
        self._list.help(
            self.tr("Static lists only: who is on a dynamic list, its own rule decides.")
        )
        self._list.choice.chosen.connect(lambda name: self.put("list", name))

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the field."""
        names = context.around.names
        offered = options(sorted(names.static_lists))
        self._list.fill(offered, self.step.get("list"), context.desk, names)

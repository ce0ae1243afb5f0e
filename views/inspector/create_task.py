"""Create task: what, for whom, by when (screens.md)."""

from __future__ import annotations

from engine.calendar import add_delay
from engine.vocabulary import UNITS
from engine.wording.times import moment_words
from views.inspector.delay import unit_options
from views.inspector.form import FormContext, StepForm, options, tokens_button
from views.widgets.fields import Amount, Choice, Field, Line
from views.widgets.kit import row

LONGEST = 4_000
"""Characters that can be typed: a title too long is refused, not cut."""


class CreateTaskForm(StepForm):
    """Title, assign to, due in."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Line(self.tr("Call {{firstname}} back"), LONGEST)
        self._title_field = self.add(
            "title",
            Field(self.tr("Title"), self._title, name="task-title",
                  beside=tokens_button(self._title)),
        )  # fmt: skip
        self._title.textEdited.connect(lambda text: self.put("title", text or None, True))
        self._assignee = Choice(self.tr("Choose who"))
        self.add("assignee", Field(self.tr("Assign to"), self._assignee, name="task-assignee"))
        self._assignee.chosen.connect(lambda who: self.put("assignee", who))
        self._amount = Amount(1, max(UNITS.values()))
        self._unit = Choice(self.tr("Unit"), unit_options(self))
        self._unit.setObjectName("task-due-unit")
        self._unit.setAccessibleName(self.tr("Unit"))
        both = row(self._amount, self._unit)
        both.setStretch(1, 1)
        self._due = Field(self.tr("Due in"), self._amount, name="task-due-amount", inside=both)
        self.add("due_in|due_in.amount|due_in.unit", self._due)
        self._amount.typed.connect(lambda amount: self._put_due("amount", amount))
        self._unit.chosen.connect(lambda unit: self._put_due("unit", unit))

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        self._title.put(self.step.get("title"))
        self._assignee.offer(
            options(
                context.around.names.users,
                ("contact_owner", self.tr("The contact's owner")),
                ("front_desk", self.tr("Front desk")),
            )
        )
        self._assignee.put(self.step.get("assignee"))
        due = self.step.get("due_in") or {}
        self._amount.put(due.get("amount"))
        self._unit.put(due.get("unit"))
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """How the title reads, and when a task made now would be due."""
        text = self._title.text()
        sample = context.sample(text)
        self._title_field.help(f"“{sample}”" if sample != text else "")
        amount, unit = self._amount.number(), self._unit.value()
        if unit is None or not 0 < amount <= UNITS[unit]:
            self._due.help("")
            return
        zone = context.around.practice.zone
        due = add_delay(context.now, amount, unit, zone)
        self._due.help(self.tr("Made now, it is due on {}").format(moment_words(due, zone)))

    def _put_due(self, key: str, value: object) -> None:
        unit = self._unit.value() or "days"
        due = {"amount": self._amount.number(), "unit": unit, key: value}
        self._unit.put(due["unit"])
        self.put("due_in", due, typed=key == "amount")

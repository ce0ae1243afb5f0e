"""Delay: how long, and when somebody entering now would leave (screens.md)."""

from __future__ import annotations

from engine.calendar import add_delay, next_opening
from engine.flow import read_hours
from engine.vocabulary import UNITS
from engine.wording.times import moment_words
from views.inspector.form import FormContext, StepForm
from views.widgets.fields import Amount, Choice, Field
from views.widgets.kit import label, row


class DelayForm(StepForm):
    """Amount and unit; the helper is the date a contact entering now would leave."""

    def __init__(self) -> None:
        super().__init__()
        self._amount = Amount(1, max(UNITS.values()))
        self._unit = Choice(self.tr("Unit"), unit_options(self))
        self._unit.setObjectName("delay-unit")
        self._unit.setAccessibleName(self.tr("Unit"))
        both = row(self._amount, self._unit)
        both.setStretch(1, 1)
        self._wait = Field(self.tr("Wait for"), self._amount, name="delay-amount", inside=both)
        self.add("amount|unit", self._wait)
        self._leaves = label("", "muted", wraps=True, name="delay-leaves")
        self._rows.addWidget(self._leaves)
        self._amount.typed.connect(lambda amount: self.put("amount", amount, True))
        self._unit.chosen.connect(lambda unit: self.put("unit", unit))

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        self._amount.put(self.step.get("amount"))
        self._unit.put(self.step.get("unit"))
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """The date, run hours included."""
        self._leaves.setText(leaves(self.step, context))


def unit_options(form: StepForm) -> list[tuple[str, str]]:
    """The units, as they are offered."""
    words = (form.tr("minutes"), form.tr("hours"), form.tr("days"), form.tr("weeks"))
    return list(zip(UNITS, words, strict=True))


def leaves(step: dict[str, object], context: FormContext) -> str:
    """When a contact entering a delay now would leave it; "" while it can't be said."""
    amount, unit = step.get("amount"), step.get("unit")
    if (
        not isinstance(amount, int)
        or not isinstance(unit, str)
        or not 0 < amount <= UNITS.get(unit, 0)
    ):
        return ""
    zone = context.around.practice.zone
    due = add_delay(context.now, amount, unit, zone)
    said = f"A contact entering now would leave on {moment_words(due, zone)}"
    try:
        opens = next_opening(read_hours(context.document.get("run_hours")) or {}, due, zone)
    except ValueError:
        return f"{said}."
    if opens is None:
        return f"{said}."
    return (
        f"{said}, and take the next step on {moment_words(opens, zone)}, when the hours of this "
        "automation begin."
    )

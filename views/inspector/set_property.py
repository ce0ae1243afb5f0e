"""Set property: one of the seven, and its value by a control of its own (screens.md)."""

from __future__ import annotations

from views.inspector.form import FormContext, StepForm
from views.inspector.values import PROPERTY_OPTIONS, PropertyValue
from views.widgets.fields import Choice, Field

_NEVER_ON = ("sms_subscription", "email_subscription")


class SetPropertyForm(StepForm):
    """Property and value."""

    def __init__(self) -> None:
        super().__init__()
        self._property = Choice(self.tr("Choose a property"), PROPERTY_OPTIONS)
        self.add("property", Field(self.tr("Property"), self._property, name="property-name"))
        self._property.chosen.connect(self._choose)
        self._value = PropertyValue("property-value", self.tr("Value"))
        self._value_field = Field(self.tr("Value"), self._value, name="property-value")
        self.add("value", self._value_field)
        self._value.picked.connect(self._pick)

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        name = str(self.step.get("property") or "")
        self._property.put(name or None)
        self._value.fill(name, self.step.get("value"), context.around)
        self.helpers(context)

    def helpers(self, context: FormContext) -> None:
        """What a subscription never does."""
        on = self.step.get("property") in _NEVER_ON and self.step.get("value") == "on"
        words = self.tr("A contact who opted out stays out: only they can undo that.")
        self._value_field.help(words if on else "")

    def _choose(self, name: str) -> None:
        if name == self.step.get("property") or self.context is None:
            return
        self.replace({"property": name, "value": None})
        self.fill(self.context)

    def _pick(self, value: str, typed: bool) -> None:
        # A line that nothing was written in yet is no wish to empty the property.
        self.put("value", None if typed and not value else value, typed)

"""If / then: one condition with its parameter, and how the branches behave (screens.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from engine.vocabulary import ANY, PROPERTY_OPS, VALUE_OPS
from engine.wording.conditions import CONDITION_TITLES
from engine.wording.steps import emails_of
from views.inspector.create import Pick
from views.inspector.form import Document, FormContext, StepForm, options
from views.inspector.values import PROPERTY_OPTIONS, PropertyValue
from views.theme import GRID
from views.widgets.fields import Choice, Field, Option
from views.widgets.kit import column, frame, label

_NEW: Final[dict[str, dict[str, str]]] = {
    "opened_email": {"step": ANY},
    "clicked_email": {"step": ANY},
    "submitted_form": {"form": ANY},
    "property": {"op": "is"},
}
"""What a condition that was just chosen begins with."""
_SHOWS: Final[dict[str, tuple[str, ...]]] = {
    "opened_email": ("step",),
    "clicked_email": ("step",),
    "submitted_form": ("form",),
    "property": ("property", "op", "value"),
    "in_list": ("list",),
}


class IfThenForm(StepForm):
    """The condition, and what belongs to it."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = Choice(self.tr("Choose a condition"), CONDITION_TITLES.items())
        self.add("condition|condition.type",
                 Field(self.tr("Condition"), self._kind, name="condition-type"))  # fmt: skip
        self._kind.chosen.connect(self._choose)
        self._parts: dict[str, QWidget] = {}
        self._step = Choice(self.tr("Choose which email"))
        self._part("step", Field(self.tr("Which email"), self._step, name="condition-step"))
        self._step.chosen.connect(lambda id: self._put("step", id))
        self._form = Pick(self.tr("Form"), self.tr("Choose a form"), "form", "condition-form")
        self._part("form", self._form)
        self._form.choice.chosen.connect(lambda name: self._put("form", name))
        self._list = Pick(self.tr("List"), self.tr("Choose a list"), "list", "condition-list")
        self._part("list", self._list)
        self._list.choice.chosen.connect(lambda name: self._put("list", name))
        self._add_property()
        self._rows.addWidget(self._branches())

    def _add_property(self) -> None:
        self._property = Choice(self.tr("Choose a property"), PROPERTY_OPTIONS)
        named = Field(self.tr("Property"), self._property, name="condition-property")
        self._part("property", named)
        self._property.chosen.connect(self._choose_property)
        words = (self.tr("is"), self.tr("is not"), self.tr("is empty"), self.tr("is filled in"))
        self._op = Choice(self.tr("Choose"), zip(PROPERTY_OPS, words, strict=True))
        self._part("op", Field(self.tr("Comparison"), self._op, name="condition-op"))
        self._op.chosen.connect(self._choose_op)
        self._value = PropertyValue("condition-value", self.tr("Value"))
        self._part("value", Field(self.tr("Value"), self._value, name="condition-value"))
        self._value.picked.connect(lambda value, typed: self._put("value", value, typed))

    def _part(self, key: str, field: Field) -> None:
        self._parts[key] = self.add(f"condition.{key}", field)

    def _branches(self) -> QWidget:
        yes = label(self.tr("YES: condition true when the contact arrives"), wraps=True)
        no = label(self.tr("NO: everyone else"), wraps=True)
        rejoin = label(self.tr("Both lanes rejoin below the branch."), "muted", wraps=True)
        return frame("note", column(yes, no, rejoin, gap=GRID // 2, margins=(12, 8, 12, 8)))

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields."""
        asked, around = self._asked(), context.around
        self._kind.put(asked.get("type"))
        shown = _SHOWS.get(str(asked.get("type")), ())
        for key, field in self._parts.items():
            field.setVisible(key in shown)
        self._step.offer(email_steps(context.document))
        self._step.put(asked.get("step"))
        forms = options(around.names.forms, (ANY, self.tr("Any form")))
        self._form.fill(forms, asked.get("form"), context.desk, around.names)
        lists = options(around.names.lists)
        self._list.fill(lists, asked.get("list"), context.desk, around.names)
        self._property.put(asked.get("property"))
        self._op.put(asked.get("op"))
        self._value.fill(str(asked.get("property") or ""), asked.get("value"), around)
        self._parts["value"].setVisible("value" in shown and asked.get("op") in VALUE_OPS)

    def _asked(self) -> dict[str, Any]:
        return dict(self.step.get("condition") or {})

    def _put(self, key: str, value: str, typed: bool = False) -> None:
        asked = {**self._asked(), key: value}
        self.put("condition", asked, typed)

    def _choose(self, kind: str) -> None:
        if kind != self._asked().get("type") and self.context is not None:
            self.put("condition", {"type": kind, **_NEW.get(kind, {})})
            self.fill(self.context)

    def _choose_property(self, name: str) -> None:
        asked = self._asked()
        if name != asked.get("property") and self.context is not None:
            asked.pop("value", None)
            self.put("condition", {**asked, "property": name})
            self.fill(self.context)

    def _choose_op(self, op: str) -> None:
        asked = {**self._asked(), "op": op}
        if op not in VALUE_OPS:
            asked.pop("value", None)
        if self.context is not None:
            self.put("condition", asked)
            self.fill(self.context)


def email_steps(document: Document) -> Iterator[Option]:
    """Any email, and each email step by what it is called; namesakes are numbered."""
    names = emails_of(document)
    count, seen = Counter(names.values()), Counter[str]()
    yield ANY, "Any email of this flow"
    for id, said in names.items():
        seen[said] += 1
        words = said.strip("“”")
        yield id, f"{words} ({seen[said]})" if count[said] > 1 else words

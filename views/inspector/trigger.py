"""The trigger: whom the automation enrols, once or again, and when it is looked at (screens.md)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.number import Counted
from engine.vocabulary import ANY, DEFAULT_QUIET_DAYS, UNITS
from engine.wording.triggers import (
    TRIGGER_GROUPS,
    enrolment_facts,
    match_note,
    trigger_help,
    trigger_title,
)
from engine.wording.values import plural
from views.inspector.create import Pick
from views.inspector.form import FormContext, StepForm, options
from views.inspector.values import PROPERTY_OPTIONS, PropertyValue
from views.places import counted_place
from views.ports import Place
from views.theme import GRID
from views.widgets.fields import Amount, Choice, Field
from views.widgets.grouped import GroupedChoice
from views.widgets.kit import button, column, frame, label, row
from views.widgets.link import Link

_NEW: Final[dict[str, dict[str, Any]]] = {
    "contact_created": {"source": ANY},
    "form_submitted": {"form": ANY},
    "email_engaged": {"kind": "opened", "email": ANY},
    "sms_replied": {"sms": ANY},
    "birthday": {"offset": 0},
    "inactive": {"days": DEFAULT_QUIET_DAYS},
}
"""What a trigger that was just chosen begins with."""
_SHOWS: Final[dict[str, tuple[str, ...]]] = {
    "contact_created": ("source",),
    "form_submitted": ("form",),
    "list_joined": ("list",),
    "list_left": ("list",),
    "property_changed": ("property", "to"),
    "email_engaged": ("kind", "email"),
    "sms_replied": ("sms",),
    "birthday": ("offset",),
    "inactive": ("days",),
}
_ANY_CHANGE: Final = "\0any"


class TriggerForm(StepForm):
    """Enrollment criteria with its secondary control, what follows from it, and who matches."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = GroupedChoice(self.tr("Choose who enters"))
        self._kind.offer_groups(
            (group, [(t, trigger_title({"type": t}), trigger_help(t)) for t in types])
            for group, types in TRIGGER_GROUPS
        )
        self._criteria = Field(self.tr("Enrollment criteria"), self._kind, name="trigger-type")
        self.add("|type", self._criteria)
        self._kind.chosen.connect(self._choose)
        self._parts: dict[str, QWidget] = {}
        self._counted: dict[str, Any] | None = None
        self._add_choices()
        self._add_records()
        self._add_property()
        self._add_days()
        self._facts = [label("", "muted", wraps=True, name=f"trigger-fact-{n}") for n in range(3)]
        self._match = Link("", self._open_matches, "trigger-matches", "link")
        self._matching = label("", "muted", wraps=True, name="trigger-matching")
        note = column(*self._facts, self._match, self._matching, gap=GRID, margins=(12, 8, 12, 8))
        self._rows.addWidget(frame("note", note))

    def _add_choices(self) -> None:
        self._choices: dict[str, Choice] = {}
        sources = [
            (ANY, self.tr("Any source")),
            ("website_form", self.tr("Website form")),
            ("walk_in", self.tr("Walk-in")),
            ("manual", self.tr("Manual entry")),
            ("import", self.tr("Import")),
        ]
        kinds = [
            ("opened", self.tr("Opened")),
            ("clicked", self.tr("Clicked")),
            ("either", self.tr("Either")),
        ]
        offsets = [
            ("-7", self.tr("7 days before")),
            ("-1", self.tr("1 day before")),
            ("0", self.tr("On the day")),
            ("1", self.tr("1 day after")),
            ("7", self.tr("7 days after")),
        ]
        for key, title, offered in (
            ("source", self.tr("Source"), sources),
            ("kind", self.tr("Engagement type"), kinds),
            ("offset", self.tr("Offset"), offsets),
        ):
            self._choices[key] = Choice("", offered)
            self._part(key, Field(title, self._choices[key], name=f"trigger-{key}"))
        for key in ("source", "kind"):
            self._choices[key].chosen.connect(lambda value, key=key: self.put(key, value))
        self._choices["offset"].chosen.connect(lambda days: self.put("offset", int(days)))

    def _add_records(self) -> None:
        self._picks: dict[str, Pick] = {}
        for key, kind, title, placeholder in (
            ("form", "form", self.tr("Form"), self.tr("Choose a form")),
            ("list", "list", self.tr("List"), self.tr("Choose a list")),
            ("email", "email", self.tr("Email"), self.tr("Choose an email")),
            ("sms", "sms", self.tr("SMS"), self.tr("Choose a text")),
        ):
            self._picks[key] = Pick(title, placeholder, kind, f"trigger-{key}")
            self._part(key, self._picks[key])
            self._picks[key].choice.chosen.connect(lambda name, key=key: self.put(key, name))

    def _add_property(self) -> None:
        self._property = Choice(self.tr("Choose a property"), PROPERTY_OPTIONS)
        self._part("property",
                   Field(self.tr("Property"), self._property, name="trigger-property"))  # fmt: skip
        self._property.chosen.connect(self._choose_property)
        self._to = PropertyValue("trigger-to", self.tr("New value"))
        self._part("to", Field(self.tr("New value"), self._to, name="trigger-to"))
        self._to.picked.connect(self._put_to)

    def _add_days(self) -> None:
        self._days = Amount(1, UNITS["days"])
        picks = [
            self._quick_pick(30, self.tr("soft nudge")),
            self._quick_pick(90, self.tr("standard win-back")),
            self._quick_pick(180, self.tr("last-ditch")),
        ]
        inside = column(self._days, *picks, gap=GRID // 2)
        self._part("days", Field(self.tr("Days without activity"), self._days,
                                 name="trigger-days", inside=inside))  # fmt: skip
        self._days.typed.connect(lambda days: self.put("days", days, True))

    def _quick_pick(self, days: int, words: str) -> QHBoxLayout:
        pick = button(str(days), partial(self._pick_days, days), "link", name=f"days-{days}")
        pick.setAccessibleName(f"{days}, {words}")
        said = label(words, "muted", wraps=True)
        said.setBuddy(pick)
        made = row(pick, said)
        made.setStretch(1, 1)
        return made

    def _part(self, key: str, field: Field) -> None:
        self._parts[key] = self.add(key, field)

    def fill(self, context: FormContext) -> None:
        """Put what the trigger says into the fields."""
        kind, names = str(self.step.get("type") or ""), context.around.names
        self._kind.put(kind or None)
        self._criteria.help(trigger_help(kind))
        for key, field in self._parts.items():
            field.setVisible(key in _SHOWS.get(kind, ()))
        for key, choice in self._choices.items():
            value = self.step.get(key)
            choice.put(None if value is None else str(value))
        first = {
            "form": [(ANY, self.tr("Any form"))],
            "list": [],
            "email": [(ANY, self.tr("Any marketing email"))],
            "sms": [(ANY, self.tr("Any marketing SMS"))],
        }
        for key, pick in self._picks.items():
            offered = options(names.of(key), *first[key])
            pick.fill(offered, self.step.get(key), context.desk, names)
        self._fill_property(context)
        self._days.put(self.step.get("days"))
        self.helpers(context)

    def _fill_property(self, context: FormContext) -> None:
        name = str(self.step.get("property") or "")
        self._property.put(name or None)
        to = self.step.get("to")
        if name != "lead_source":
            to = _ANY_CHANGE if to is None else to
        self._to.line.setPlaceholderText(self.tr("Any change"))
        self._to.fill(name, to, context.around, (_ANY_CHANGE, self.tr("Any change")))

    def helpers(self, context: FormContext) -> None:
        """One time or repeating, duplicates, when it is looked at; and how many match today."""
        for shown, fact in zip(self._facts, enrolment_facts(self.step), strict=True):
            shown.setText(fact)
        if context.desk is None or context.matches is None or self.step == self._counted:
            return
        self._counted = dict(self.step)
        self._match.hide()
        self._matching.hide()
        context.desk.ask(self, context.matches(self._counted), self._show_matches, "matches")

    def _show_matches(self, count: int | None) -> None:
        if count is None:
            return
        verb = self.tr("matches") if count == 1 else self.tr("match")
        self._match.setText(f"{plural(count, 'contact')} {verb} {self.tr('today')}")
        self._match.show()
        self._matching.setText(match_note(self.step))
        self._matching.show()

    def _open_matches(self) -> None:
        context = self.context
        if context is not None and context.desk is not None:
            counted = Counted("match", trigger=self._counted)
            back = Place("automation", context.flow_id, "build")
            context.desk.open(counted_place(counted, back))

    def _choose(self, kind: str) -> None:
        if kind == self.step.get("type") or self.context is None:
            return
        gone = dict.fromkeys(self.step)
        self.replace({**gone, "type": kind, **_NEW.get(kind, {})})
        self.fill(self.context)

    def _choose_property(self, name: str) -> None:
        if name == self.step.get("property") or self.context is None:
            return
        self.replace({"property": name, "to": None})
        self.fill(self.context)

    def _put_to(self, value: str, typed: bool) -> None:
        narrowed = value != _ANY_CHANGE and not (typed and not value)
        self.put("to", value if narrowed else None, typed)

    def _pick_days(self, days: int) -> None:
        self._days.put(days)
        self.put("days", days)

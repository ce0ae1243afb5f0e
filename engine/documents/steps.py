"""The steps of automations and sequences and the conditions of their branches (formats.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.documents.faults import (
    Check,
    Checked,
    Place,
    Record,
    Shape,
    as_list,
    as_record,
    quoted,
)
from engine.documents.names import Names, reference, static_list
from engine.documents.properties import anything, check_pair, comparison, property_checks
from engine.documents.suggestions import suggestion
from engine.documents.values import CheckText, address, is_whole, one_of, text
from engine.vocabulary import ANY, ASSIGNEES, CONDITIONS, PROPERTIES, UNITS

MOST_STEPS = 5_000
DEEPEST = 50
ID_LENGTH = 100
MOST_KNOWN: Final = 4 * MOST_STEPS
"""Steps whose faults are remembered, those of before the last edits among them."""
_HERE: Final = "step"
"""The path of a step that is looked at by itself, wherever it stands."""

Trail = tuple[int | str, ...]
"""Where a step stands: index, lane, index, …"""


def interval(units: Sequence[str], title: str) -> Check:
    """A check of `{"amount": …, "unit": …}`: at least one, at most a hundred years."""
    shape = Shape(title, {"amount": anything, "unit": one_of(units)})

    def check(value: object, place: Place) -> None:
        record = shape.check(value, place)
        if record is not None:
            check_amount(record, place)

    return check


def check_amount(record: Record, place: Place) -> None:
    """Check `amount`, a whole number of `unit`."""
    if "amount" not in record:
        return
    amount, unit = record["amount"], record.get("unit")
    most = UNITS.get(unit, max(UNITS.values())) if isinstance(unit, str) else max(UNITS.values())
    if not is_whole(amount) or amount < 1:
        place.key("amount").fault("must be a whole number ≥ 1")
    elif amount > most:
        place.key("amount").fault(f"must be at most a hundred years, {most:,} {unit}")


def step_shapes(names: Names, tokens: CheckText) -> Mapping[str, Shape]:
    """The keys of each type of step."""
    head: Mapping[str, Check] = {"id": anything, "type": anything}
    header = text(500, one_line=True, tokens=tokens)
    shapes = (
        Shape(
            "send_email",
            {**head, "template": reference(names, "email")},
            {
                "subject": header,
                "from_name": text(200, one_line=True, tokens=tokens),
                "from_email": address,
                "preview_text": text(500, tokens=tokens),
            },
        ),
        Shape(
            "send_sms",
            head,
            {"template": reference(names, "sms"), "text": text(1600, tokens=tokens)},
        ),
        Shape("delay", {**head, "amount": anything, "unit": one_of(tuple(UNITS))}),
        Shape("if_then", {**head, "condition": anything, "yes": anything, "no": anything}),
        Shape(
            "create_task",
            {
                **head,
                "title": header,
                "assignee": reference(names, "user", words=ASSIGNEES),
                "due_in": interval(tuple(UNITS), "due_in"),
            },
        ),
        Shape("set_property", {**head, "property": one_of(tuple(PROPERTIES)), "value": anything}),
        Shape("add_to_list", {**head, "list": static_list(names)}),
    )
    return {shape.name: shape for shape in shapes}


def condition_checks(names: Names) -> Mapping[str, Check]:
    """The check of each type of condition; `step` is looked at with the whole flow."""
    kind: Mapping[str, Check] = {"type": anything}
    form = reference(names, "form", words=(ANY,))
    shapes = (
        Shape("opened_email", {**kind, "step": anything}),
        Shape("clicked_email", {**kind, "step": anything}),
        Shape("replied", kind),
        Shape("booked_appointment", kind),
        Shape("submitted_form", {**kind, "form": form}),
        Shape("goal_reached", kind),
        Shape("in_list", {**kind, "list": reference(names, "list")}),
    )
    checks: dict[str, Check] = {shape.name: shape.look for shape in shapes}
    checks["property"] = comparison(property_checks(names), "property")
    return checks


@dataclass(frozen=True, slots=True)
class Looked:
    """What a step says by itself, whatever stands before, after and inside it.

    `faults` and `warnings` begin with `_HERE`; `asked` is the email its condition asks about, "" if
    none, and `asks_goal` says whether it asks about the flow's goal.
    """

    kind: str | None
    id: str | None
    faults: Sequence[str]
    warnings: Sequence[str]
    asked: str
    asks_goal: bool


class StepRules:
    """The rules of single steps where these names exist; `allowed` are the types there may be.

    A step is never changed in place, so what was found of it stands for as long as it is the same
    object: whoever checks a flow at each edit keeps the rules, and only what was edited is looked
    at again.
    """

    def __init__(self, names: Names, allowed: Sequence[str], tokens: CheckText) -> None:
        self._allowed = allowed
        self._type_is = one_of(tuple(allowed))
        self._shapes = step_shapes(names, tokens)
        self._conditions = condition_checks(names)
        self._values = property_checks(names)
        self._known: dict[int, tuple[Record, Looked]] = {}

    def look(self, record: Record) -> Looked:
        """What this step says by itself."""
        known = self._known.get(id(record))
        if known is not None:
            return known[1]
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        looked = self._look(record, Place(_HERE, Checked()))
        # It is kept with what was found, so that no other object can have its identity.
        self._known[id(record)] = record, looked
        return looked

    def _look(self, value: Record, place: Place) -> Looked:
        record = as_record(value, place)
        if record is None:
            return Looked(None, None, tuple(place.found.faults), (), "", False)
        kind, own = self._type(record, place), self._id(record, place)
        asked, asks_goal = "", False
        if kind is not None:
            self._shapes[kind].check(record, place)
            self._own_rules(kind, record, place)
        if kind == "if_then" and "condition" in record:
            asked, asks_goal = self._condition(record["condition"], place.key("condition"))
        found = place.found
        return Looked(kind, own, tuple(found.faults), tuple(found.warnings), asked, asks_goal)

    def _own_rules(self, kind: str, record: Record, place: Place) -> None:
        if kind == "send_sms" and ("template" in record) == ("text" in record):
            place.fault("must have either template or text")
        elif kind == "delay":
            check_amount(record, place)
        elif kind == "set_property":
            check_pair(record, place, self._values, "value")
        elif kind == "if_then" and record.get("yes") == record.get("no") == []:
            place.warn("both lanes are empty, so the branch changes nothing")

    def _type(self, record: Record, place: Place) -> str | None:
        if "type" not in record:
            place.key("type").fault("is missing")
            return None
        before = len(place.found.faults)
        self._type_is(record["type"], place.key("type"))
        return record["type"] if len(place.found.faults) == before else None

    def _id(self, record: Record, place: Place) -> str | None:
        if "id" not in record:
            if not isinstance(record.get("type"), str) or record["type"] not in self._allowed:
                place.key("id").fault("is missing")
            return None
        id = record["id"]
        before = len(place.found.faults)
        _step_id(id, place.key("id"))
        return id if len(place.found.faults) == before and isinstance(id, str) else None

    def _condition(self, value: object, place: Place) -> tuple[str, bool]:
        """The email a condition asks about, and whether it asks about the goal."""
        record = as_record(value, place)
        if record is None:
            return "", False
        kind = record.get("type")
        asked: object = ""
        if "type" not in record:
            place.key("type").fault("is missing")
        elif not isinstance(kind, str) or kind not in self._conditions:
            one_of(CONDITIONS)(kind, place.key("type"))
        else:
            self._conditions[kind](record, place)
        if kind in ("opened_email", "clicked_email") and "step" in record:
            asked = record["step"]
            if not isinstance(asked, str):
                place.key("step").fault(f"must be the id of an email step or {ANY}")
        return asked if isinstance(asked, str) else "", kind == "goal_reached"


@dataclass(slots=True)
class StepsCheck:
    """Checks the steps of one flow: each by `rules`, and how they stand to each other."""

    rules: StepRules
    has_goal: bool = False
    place: Place = field(default_factory=lambda: Place("", Checked()))
    ids: dict[str, Trail] = field(default_factory=dict)
    emails: dict[str, Trail] = field(default_factory=dict)
    asked: list[tuple[str, Trail]] = field(default_factory=list)
    count: int = 0

    def check(self, value: object, place: Place) -> None:
        """Check a flow's `steps`."""
        self.place = place
        if value == []:
            place.fault("must have at least one step")
        self._lane(value, (), last=True)
        if self.count > MOST_STEPS:
            place.fault(f"must have at most {MOST_STEPS:,} steps")
            return
        for asked, trail in self.asked:
            self._asks_about(self._at(trail).key("condition").key("step"), asked, trail)

    def _at(self, trail: Trail) -> Place:
        """The place of a step or a lane. It is asked for only where there is something to say."""
        place = self.place
        for part in trail:
            place = place.item(part) if isinstance(part, int) else place.key(part)
        return place

    def _lane(self, value: object, trail: Trail, *, last: bool) -> None:
        """Check a lane; `last`: nothing follows it but the end of the flow."""
        if not isinstance(value, list):
            as_list(value, self._at(trail))
            return
        for index, step in enumerate(value):
            self.count += 1
            if self.count > MOST_STEPS:
                return
            self._step(step, (*trail, index), last=last and index == len(value) - 1)

    def _step(self, value: object, trail: Trail, *, last: bool) -> None:
        if not isinstance(value, dict):
            as_record(value, self._at(trail))
            return
        looked = self.rules.look(value)
        if looked.faults:
            self._note(looked.faults, self._at(trail), self.place.found.faults)
        if looked.id is not None:
            self._stands(looked.id, trail)
        if looked.kind == "send_email" and looked.id is not None:
            self.emails.setdefault(looked.id, trail)
        elif looked.kind == "delay" and last:
            self._at(trail).warn("nothing comes after this wait")
        elif looked.kind == "if_then":
            self._branch(value, looked, trail, last=last)

    def _note(self, lines: Sequence[str], at: Place, found: list[str]) -> None:
        found += (at.path + line.removeprefix(_HERE) for line in lines)

    def _stands(self, id: str, trail: Trail) -> None:
        first = self.ids.setdefault(id, trail)
        if first is not trail:
            said = f"{quoted(id)} is the id of {self._at(first).path} too; each step has its own"
            self._at(trail).key("id").fault(said)

    def _branch(self, record: Record, looked: Looked, trail: Trail, *, last: bool) -> None:
        if looked.asks_goal and not self.has_goal:
            self._at(trail).key("condition").warn("without a goal, goal_reached is never true")
        if looked.asked:
            self.asked.append((looked.asked, trail))
        if len(trail) > 2 * DEEPEST:
            self._at(trail).fault(f"must not be nested deeper than {DEEPEST} lanes")
            return
        for lane in ("yes", "no"):
            if lane in record:
                self._lane(record[lane], (*trail, lane), last=last)
        if looked.warnings:
            self._note(looked.warnings, self._at(trail), self.place.found.warnings)

    def _asks_about(self, place: Place, step: str, trail: Trail) -> None:
        """A condition may ask about any email step of its flow, wherever it stands."""
        if step == ANY:
            if not any(_precedes(sent, trail) for sent in self.emails.values()):
                place.warn(NO_EMAIL_BEFORE)
        elif step in self.emails:
            if not _precedes(self.emails[step], trail):
                place.warn(f"{quoted(step)} is never sent before this, so this is never true")
        elif step in self.ids:
            place.fault(f"{quoted(step)} is no send_email step")
        else:
            place.fault(f"no step has the id {quoted(step)}{suggestion(step, self.emails)}")


NO_EMAIL_BEFORE: Final = "no email is sent before this, so this is never true"
_step_id: Final = text(ID_LENGTH, one_line=True)


def _precedes(one: Trail, other: Trail) -> bool:
    """Whether a contact may come by `one` before `other`: earlier, and in no other lane."""
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            return isinstance(mine, int) and isinstance(its, int) and mine < its
    return False

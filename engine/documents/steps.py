"""The steps of automations and sequences and the conditions of their branches (formats.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.documents.faults import Check, Place, Record, Shape, as_list, as_record, quoted
from engine.documents.names import Names, reference, static_list
from engine.documents.properties import anything, check_pair, comparison, property_checks
from engine.documents.suggestions import suggestion
from engine.documents.values import CheckText, address, is_whole, one_of, text
from engine.vocabulary import ANY, ASSIGNEES, CONDITIONS, PROPERTIES, UNITS

MOST_STEPS = 5_000
DEEPEST = 50
ID_LENGTH = 100

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


@dataclass(slots=True)
class StepsCheck:
    """Checks one flow's steps. `allowed` are the step types this kind of flow may have."""

    names: Names
    allowed: Sequence[str]
    tokens: CheckText
    has_goal: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    emails: dict[str, Trail] = field(default_factory=dict)
    asked: list[tuple[Place, str, Trail]] = field(default_factory=list)
    count: int = 0
    kind: Check = field(init=False)
    shapes: Mapping[str, Shape] = field(init=False)
    conditions: Mapping[str, Check] = field(init=False)
    values: Mapping[str, Check] = field(init=False)

    def __post_init__(self) -> None:
        self.kind = one_of(tuple(self.allowed))
        self.shapes = step_shapes(self.names, self.tokens)
        self.conditions = condition_checks(self.names)
        self.values = property_checks(self.names)

    def check(self, value: object, place: Place) -> None:
        """Check a flow's `steps`."""
        if value == []:
            place.fault("must have at least one step")
        self._lane(value, place, (), last=True)
        if self.count > MOST_STEPS:
            place.fault(f"must have at most {MOST_STEPS:,} steps")
            return
        for asked, step, trail in self.asked:
            self._asks_about(asked, step, trail)

    def _lane(self, value: object, place: Place, trail: Trail, *, last: bool) -> None:
        """Check a lane; `last`: nothing follows it but the end of the flow."""
        steps = as_list(value, place) or []
        for index, step in enumerate(steps):
            self.count += 1
            if self.count > MOST_STEPS:
                return
            ends = last and index == len(steps) - 1
            self._step(step, place.item(index), (*trail, index), last=ends)

    def _step(self, value: object, place: Place, trail: Trail, *, last: bool) -> None:
        record = as_record(value, place)
        if record is None:
            return
        kind = self._type(record, place)
        id = self._id(record, place)
        if kind is None:
            return
        self.shapes[kind].check(record, place)
        if kind == "if_then":
            self._branch(record, place, trail, last=last)
        elif kind == "send_email" and id is not None:
            self.emails.setdefault(id, trail)
        else:
            self._own_rules(kind, record, place, last)

    def _own_rules(self, kind: str, record: Record, place: Place, last: bool) -> None:
        if kind == "send_sms" and ("template" in record) == ("text" in record):
            place.fault("must have either template or text")
        elif kind == "delay":
            check_amount(record, place)
            if last:
                place.warn("nothing comes after this wait")
        elif kind == "set_property":
            check_pair(record, place, self.values, "value")

    def _type(self, record: Record, place: Place) -> str | None:
        if "type" not in record:
            place.key("type").fault("is missing")
            return None
        before = len(place.found.faults)
        self.kind(record["type"], place.key("type"))
        return record["type"] if len(place.found.faults) == before else None

    def _id(self, record: Record, place: Place) -> str | None:
        if "id" not in record:
            if not isinstance(record.get("type"), str) or record["type"] not in self.allowed:
                place.key("id").fault("is missing")
            return None
        id, here = record["id"], place.key("id")
        before = len(place.found.faults)
        _step_id(id, here)
        if len(place.found.faults) > before or not isinstance(id, str):
            return None
        if id in self.ids:
            here.fault(f"{quoted(id)} is the id of {self.ids[id]} too; each step has its own")
        self.ids.setdefault(id, place.path)
        return id

    def _branch(self, record: Record, place: Place, trail: Trail, *, last: bool) -> None:
        if "condition" in record:
            self._condition(record["condition"], place.key("condition"), trail)
        if len(trail) > 2 * DEEPEST:
            place.fault(f"must not be nested deeper than {DEEPEST} lanes")
            return
        for lane in ("yes", "no"):
            if lane in record:
                self._lane(record[lane], place.key(lane), (*trail, lane), last=last)
        if record.get("yes") == record.get("no") == []:
            place.warn("both lanes are empty, so the branch changes nothing")

    def _condition(self, value: object, place: Place, trail: Trail) -> None:
        record = as_record(value, place)
        if record is None:
            return
        kind = record.get("type")
        if "type" not in record:
            place.key("type").fault("is missing")
        elif not isinstance(kind, str) or kind not in self.conditions:
            one_of(CONDITIONS)(kind, place.key("type"))
        else:
            self.conditions[kind](record, place)
            if kind == "goal_reached" and not self.has_goal:
                place.warn("without a goal, goal_reached is never true")
        if kind in ("opened_email", "clicked_email") and "step" in record:
            self._note_asked(record["step"], place.key("step"), trail)

    def _note_asked(self, step: object, place: Place, trail: Trail) -> None:
        if not isinstance(step, str):
            place.fault(f"must be the id of an email step or {ANY}")
        else:
            self.asked.append((place, step, trail))

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

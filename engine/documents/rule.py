"""The Smart Filter's document: the rule of a dynamic list.

Groups `{"all": […]}` and `{"any": […]}` nest; what is in them are comparisons (formats.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.documents.faults import Check, Checked, Place, Shape, as_list, as_record, quoted
from engine.documents.names import Names, reference
from engine.documents.properties import anything, comparison, filter_checks
from engine.documents.values import one_of, whole
from engine.vocabulary import UNITS

DEEPEST = 10
MOST_PARTS = 1_000

_DAYS = whole(1, UNITS["days"])
_GROUPS = ("all", "any")

Rules = Mapping[str, object]
"""The rules of dynamic lists, by the list's name."""


def check_rule(document: object, names: Names, path: str = "") -> Checked:
    """Everything wrong with a Smart Filter rule that stands at `path`, at once.

    Rules that refer to each other in a circle are found by `circles`.
    """
    place = Place(path, Checked())
    look_at_rule(document, place, names)
    return place.found


def look_at_rule(document: object, place: Place, names: Names) -> None:
    """Note at `place` what is wrong with a rule."""
    _RuleCheck(rule_checks(names)).check(document, place, depth=1)


def rule_checks(names: Names) -> Mapping[str, Check]:
    """The check of each type of comparison."""
    kind: Mapping[str, Check] = {"type": anything}
    often: Mapping[str, Check] = {**kind, "times": whole(1, 1_000), "days": _DAYS}
    shapes = (
        Shape("in_list", {**kind, "list": reference(names, "list")}),
        Shape("last_activity_older", {**kind, "days": _DAYS}),
        Shape("age", {**kind, "op": one_of(("at_least", "at_most")), "years": whole(0, 150)}),
        Shape("birthday_in", {**kind, "days": whole(0, 366)}),
        Shape("opened", often),
        Shape("clicked", often),
        Shape("replied", {**kind, "days": _DAYS}),
    )
    checks = {shape.name: shape.look for shape in shapes}
    return {"property": comparison(filter_checks(names), "property"), **checks}


class _RuleCheck:
    """Checks one rule, with all its groups."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.checks = checks
        self.parts = 0

    def check(self, value: object, place: Place, depth: int) -> None:
        """Check a group or a comparison."""
        record = as_record(value, place)
        if record is None:
            return
        group = next((key for key in _GROUPS if key in record), None)
        if group is None:
            self._comparison(record, place)
        elif Shape("a group", {group: anything}).check(record, place):
            self._group(record[group], place.key(group), depth)

    def _group(self, value: object, place: Place, depth: int) -> None:
        if depth > DEEPEST:
            place.fault(f"must not be nested deeper than {DEEPEST} groups")
            return
        for index, part in enumerate(as_list(value, place) or ()):
            self.parts += 1
            if self.parts == MOST_PARTS + 1:
                place.fault(f"must have at most {MOST_PARTS:,} parts in all")
            if self.parts <= MOST_PARTS:
                self.check(part, place.item(index), depth + 1)

    def _comparison(self, record: Mapping[str, object], place: Place) -> None:
        kind = record.get("type")
        if "type" not in record:
            place.fault("must be a group, all or any, or a comparison with a type")
        elif isinstance(kind, str) and kind in self.checks:
            self.checks[kind](record, place)
        else:
            one_of(tuple(self.checks))(kind, place.key("type"))


def lists_named(rule: object) -> Iterator[str]:
    """The lists a rule asks about, also of a rule not yet checked."""
    waiting = [(rule, 1)]
    while waiting:
        part, depth = waiting.pop()
        if not isinstance(part, dict) or depth > DEEPEST + 1:
            continue
        if part.get("type") == "in_list" and isinstance(part.get("list"), str):
            yield part["list"]
        for group in _GROUPS:
            if isinstance(part.get(group), list):
                waiting += [(inner, depth + 1) for inner in part[group]]


def circles(rules: Rules) -> set[str]:
    """The dynamic lists whose rule comes back to the list itself, directly or by others."""
    asks = {name: set(lists_named(rule)) & rules.keys() for name, rule in rules.items()}
    return {name for name in asks if name in _reached(asks, name)}


def _reached(asks: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = list(asks[start])
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += asks[here]
    return reached


def circle_fault(name: str) -> str:
    """The sentence for a list in a circle."""
    return f"the rule of {quoted(name)} comes back to the list itself"

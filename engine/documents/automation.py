"""The automation document (formats.md, "Automation document")."""

from __future__ import annotations

from collections.abc import Mapping

from engine.calendar import WEEKDAYS
from engine.documents.faults import Check, Checked, Place, Record, Shape, as_record, quoted
from engine.documents.loading import format_is
from engine.documents.names import Names, reference
from engine.documents.properties import anything, check_pair, property_checks
from engine.documents.steps import StepRules, StepsCheck
from engine.documents.values import (
    CheckText,
    check_tokens,
    list_of,
    name,
    nullable,
    one_number_of,
    one_of,
    several_of,
    span,
    text,
    whole,
)
from engine.vocabulary import (
    ANY,
    AUTOMATION_GOALS,
    BIRTHDAY_OFFSETS,
    ENGAGEMENT_KINDS,
    PROPERTIES,
    SOURCES,
    STEP_TYPES,
    TRIGGERS,
    UNENROL_RULES,
    UNITS,
)

LONGEST_LOOKBACK = 3650

_DAY = list_of(span)
_WEEK = Shape("run_hours", {}, dict.fromkeys(WEEKDAYS, _DAY))


def check_automation(
    document: object,
    names: Names,
    path: str = "",
    check_text: CheckText = check_tokens,
    rules: StepRules | None = None,
) -> Checked:
    """Everything wrong with an automation document that stands at `path`, at once.

    A document of its own, at path "", must say its format; one inside another may. `rules` are
    `automation_rules` of these names that were kept since the last edit.
    """
    place = Place(path, Checked())
    look_at_automation(document, place, names, check_text, rules)
    name_is_free(document, place, "sequence", names)
    return place.found


def automation_rules(names: Names, tokens: CheckText = check_tokens) -> StepRules:
    """The rules of an automation's single steps."""
    return StepRules(names, STEP_TYPES, tokens)


def name_is_free(document: object, place: Place, kind: str, names: Names) -> None:
    """Automations and sequences are named together: no flow of the other `kind` has this name."""
    said = document.get("name") if isinstance(document, dict) else None
    if isinstance(said, str) and said in names.of(kind):
        place.key("name").fault(f"{quoted(said)} is the name of an existing {kind}")


def look_at_automation(
    document: object,
    place: Place,
    names: Names,
    tokens: CheckText,
    rules: StepRules | None = None,
) -> None:
    """Note at `place` what is wrong with an automation document."""
    steps = StepsCheck(rules or automation_rules(names, tokens))
    steps.has_goal = isinstance(document, dict) and document.get("goal") is not None
    triggers = trigger_shapes(names)
    values = property_checks(names)

    def trigger(value: object, at: Place) -> None:
        _look_at_trigger(value, at, triggers, values)

    shape = with_format(
        "automation",
        Shape(
            "an automation",
            {"name": name, "trigger": trigger, "steps": steps.check},
            {
                "description": text(10_000, empty=True),
                "goal": nullable(one_of(AUTOMATION_GOALS)),
                "lookback_days": whole(1, LONGEST_LOOKBACK),
                "unenroll_on": several_of(UNENROL_RULES),
                "run_hours": nullable(run_hours),
            },
        ),
        place,
    )
    record = shape.check(document, place)
    if record is not None:
        _warn_of_goal(record, place, steps.has_goal)


def with_format(kind: str, shape: Shape, place: Place) -> Shape:
    """The shape with `format`, which a document inside another may leave out."""

    def check(value: object, at: Place) -> None:
        format_is(kind, value, at)

    if place.path:
        return Shape(shape.name, shape.required, {"format": check, **shape.optional})
    return Shape(shape.name, {"format": check, **shape.required}, shape.optional)


def trigger_shapes(names: Names) -> Mapping[str, Shape]:
    """The keys of each type of trigger (engine.md section 3)."""
    kind: Mapping[str, Check] = {"type": anything}
    any_of: tuple[str, ...] = (ANY,)
    shapes = (
        Shape("contact_created", {**kind, "source": one_of((*any_of, *SOURCES))}),
        Shape("became_patient", kind),
        Shape("form_submitted", {**kind, "form": reference(names, "form", words=any_of)}),
        Shape("list_joined", {**kind, "list": reference(names, "list")}),
        Shape("list_left", {**kind, "list": reference(names, "list")}),
        Shape(
            "property_changed",
            {**kind, "property": one_of(tuple(PROPERTIES))},
            {"to": anything},
        ),
        Shape(
            "email_engaged",
            {
                **kind,
                "kind": one_of(ENGAGEMENT_KINDS),
                "email": reference(names, "email", words=any_of),
            },
        ),
        Shape("sms_replied", {**kind, "sms": reference(names, "sms", words=any_of)}),
        Shape("birthday", {**kind, "offset": one_number_of(BIRTHDAY_OFFSETS)}),
        Shape("inactive", kind, {"days": whole(1, UNITS["days"])}),
    )
    return {shape.name: shape for shape in shapes}


def _look_at_trigger(
    value: object, place: Place, shapes: Mapping[str, Shape], values: Mapping[str, Check]
) -> None:
    record = as_record(value, place)
    if record is None:
        return
    if "type" not in record:
        place.key("type").fault("is missing")
        return
    kind = record["type"]
    if not isinstance(kind, str) or kind not in shapes:
        one_of(TRIGGERS)(kind, place.key("type"))
        return
    shapes[kind].check(record, place)
    if kind == "property_changed":
        check_pair(record, place, values, "to")


def run_hours(value: object, place: Place) -> None:
    """A check of the weekly hours a flow may run in: at least one open day."""
    record = _WEEK.check(value, place)
    if record is not None and not any(record.values()):
        place.fault("must have at least one open day")


def _warn_of_goal(record: Record, place: Place, has_goal: bool) -> None:
    exits = record.get("unenroll_on")
    if not has_goal and isinstance(exits, list) and "goal_met" in exits:
        place.key("unenroll_on").warn("without a goal, goal_met never ends anything")

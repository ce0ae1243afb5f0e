"""The sequence document (formats.md, engine.md section 7)."""

from __future__ import annotations

from engine.documents.automation import name_is_free, with_format
from engine.documents.faults import Checked, Place, Shape
from engine.documents.names import Names, reference
from engine.documents.steps import StepRules, StepsCheck, interval
from engine.documents.values import (
    CheckText,
    check_tokens,
    flag,
    instant,
    name,
    nullable,
    text,
)
from engine.vocabulary import SEQUENCE_STEP_TYPES, SEQUENCE_UNITS


def check_sequence(
    document: object,
    names: Names,
    path: str = "",
    check_text: CheckText = check_tokens,
    rules: StepRules | None = None,
) -> Checked:
    """Everything wrong with a sequence document that stands at `path`, at once.

    `rules` are `sequence_rules` of these names that were kept since the last edit.
    """
    place = Place(path, Checked())
    look_at_sequence(document, place, names, check_text, rules)
    name_is_free(document, place, "automation", names)
    return place.found


def sequence_rules(names: Names, tokens: CheckText = check_tokens) -> StepRules:
    """The rules of a sequence's single steps."""
    return StepRules(names, SEQUENCE_STEP_TYPES, tokens)


def look_at_sequence(
    document: object,
    place: Place,
    names: Names,
    tokens: CheckText,
    rules: StepRules | None = None,
) -> None:
    """Note at `place` what is wrong with a sequence document."""
    steps = StepsCheck(rules or sequence_rules(names, tokens))
    shape = Shape(
        "a sequence",
        {
            "name": name,
            "list": reference(names, "list"),
            "start": instant,
            "every": nullable(interval(SEQUENCE_UNITS, "every")),
            "active": flag,
            "steps": steps.check,
        },
        {"description": text(10_000, empty=True)},
    )
    with_format("sequence", shape, place).check(document, place)

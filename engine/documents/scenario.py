"""The scenario document: a whole practice and a timeline (formats.md, "Scenario document")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.documents.automation import with_format
from engine.documents.faults import Checked, Place, Record, Shape
from engine.documents.timeline import Timeline
from engine.documents.values import CheckText, check_tokens, instant, read_instant, text
from engine.documents.workspace import (
    PARTS,
    check_circles,
    check_unique,
    names_in,
    part_checks,
    practice,
)
from engine.vocabulary import DEFAULT_CHECK_TIME, DEFAULT_QUIET_HOURS

_PRACTICE_DEFAULTS: Mapping[str, Any] = {
    "check_time": DEFAULT_CHECK_TIME,
    "sms_quiet_hours": list(DEFAULT_QUIET_HOURS),
    "frequency_cap": None,
}


def check_scenario(
    document: object, path: str = "", check_text: CheckText = check_tokens
) -> Checked:
    """Everything wrong with a scenario document, at once; it refers to nothing outside itself."""
    place = Place(path, Checked())
    names = names_in(document)
    timeline = Timeline(names, check_text)
    shape = Shape(
        "a scenario",
        {"practice": practice, "start": instant, "until": instant},
        {
            "note": text(10_000, empty=True),
            **part_checks(names, check_text),
            "timeline": timeline.check,
        },
    )
    record = with_format("scenario", shape, place).check(document, place)
    if record is not None:
        check_unique(record, place)
        check_circles(record, place)
        _check_order(record, place)
    return place.found


def _check_order(record: Record, place: Place) -> None:
    start, until = read_instant(record.get("start")), read_instant(record.get("until"))
    if start is not None and until is not None and until < start:
        place.key("until").fault("must not be before the start")


def filled(document: Record) -> dict[str, Any]:
    """A checked scenario with everything it left out at its default."""
    empty: dict[str, Any] = {part: [] for part in PARTS}
    settings = {**_PRACTICE_DEFAULTS, **document["practice"]}
    return {**empty, "timeline": [], **document, "practice": settings}

"""What of a flow's document can still be drawn and edited, where some of it is damaged or old."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from engine.calendar import WEEKDAYS
from engine.documents.drawable import LANES
from engine.documents.values import is_whole
from engine.vocabulary import (
    AUTOMATION_GOALS,
    CONDITIONS,
    PROPERTIES,
    STEP_TYPES,
    TRIGGERS,
    UNENROL_RULES,
    UNITS,
)

Fits = Callable[[object], bool]

_MOST: Final = 10**9
"""No number of a flow comes near it, and every control can show it."""
_CLOCK: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
_TEXTS: Final = (
    "name", "description", "id", "type", "template", "subject", "from_name", "from_email",
    "preview_text", "text", "title", "assignee", "kind", "step", "source", "form", "email",
    "sms", "op", "list", "start", "value", "to",
)  # fmt: skip
_LISTS: Final = ("steps", *LANES)
_RECORDS: Final = ("due_in", "every", "run_hours")
_TYPED: Final = {"trigger": TRIGGERS, "condition": CONDITIONS}
"""The objects that are nothing without a type, and the types there are."""


class Salvaged(NamedTuple):
    """What can be drawn of a document, and whether any value under a key of today had to go."""

    document: dict[str, Any]
    lost: bool


def salvage(document: object, format: str) -> Salvaged | None:
    """The part of a flow's document that can be drawn and edited, finished or not.

    Keys no flow has go too, but nothing is lost with them. It says `format` if `document` says
    any. None if nothing can be read.
    """
    if not isinstance(document, Mapping):
        return None
    reading = _Reading()
    try:
        found = reading.sound(document)
    except RecursionError:
        return None
    if not any(found.values()):
        return None
    head = {"format": format} if "format" in document else {}
    return Salvaged({**head, **found, "steps": found.get("steps", [])}, reading.lost)


class _Reading:
    """One document being read; `lost` says whether anything of it had to be left out."""

    def __init__(self) -> None:
        self.lost = False
        self._ids: set[str] = set()

    def sound(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record without what no form could show."""
        found: dict[str, Any] = {}
        for key, value in record.items():
            if key in _LISTS:
                found[key] = self._steps(value)
            elif isinstance(value, Mapping) and _fits(key, value):
                found[key] = self.sound(value)
            elif key in _VALUES and _VALUES[key](value):
                found[key] = value
            elif key in _KNOWN:
                self.lost = True
        return found

    def _steps(self, value: object) -> list[dict[str, Any]]:
        steps = value if isinstance(value, list) else []
        found = [self.sound(step) for step in steps if self._is_step(step)]
        if steps is not value or len(found) != len(steps):
            self.lost = True
        return found

    def _is_step(self, step: object) -> bool:
        """Whether it can be drawn as a step; its id is taken from then on."""
        if not isinstance(step, Mapping) or step.get("type") not in STEP_TYPES:
            return False
        id = step.get("id")
        if not isinstance(id, str) or id in self._ids:
            return False
        self._ids.add(id)
        return True


def _fits(key: str, record: Mapping[str, Any]) -> bool:
    return key in _RECORDS or record.get("type") in _TYPED.get(key, ())


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return is_whole(value) and abs(value) <= _MOST


def _one_of(words: Iterable[str]) -> Fits:
    known = frozenset(words)
    return lambda value: isinstance(value, str) and value in known


def _are_rules(value: object) -> bool:
    return isinstance(value, list) and all(map(_one_of(UNENROL_RULES), value))


def _is_day(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(span, list) and len(span) == 2 and all(map(_is_clock, span)) for span in value
    )


def _is_clock(value: object) -> bool:
    return isinstance(value, str) and _CLOCK.fullmatch(value) is not None


def _is_none(value: object) -> bool:
    return value is None


_VALUES: Final[Mapping[str, Fits]] = {
    **dict.fromkeys(_TEXTS, _is_text),
    **dict.fromkeys(("amount", "days", "offset", "lookback_days"), _is_number),
    **dict.fromkeys(WEEKDAYS, _is_day),
    **dict.fromkeys(("run_hours", "every"), _is_none),
    "active": lambda value: isinstance(value, bool),
    "unit": _one_of(UNITS),
    "property": _one_of(PROPERTIES),
    "unenroll_on": _are_rules,
    "goal": lambda value: value is None or _one_of(AUTOMATION_GOALS)(value),
}
"""What the value under a key must be like for a form to show it."""
_KNOWN: Final = frozenset({*_LISTS, *_RECORDS, *_TYPED, *_VALUES})

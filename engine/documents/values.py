"""Checks of single values: texts, numbers, choices, times (formats.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import TypeGuard

from engine.calendar import parse_instant, to_datetime, zone
from engine.documents.faults import Check, Place, as_list, quoted
from engine.documents.suggestions import suggestion
from engine.vocabulary import TOKEN_FILTERS, TOKENS

CheckText = Callable[[str], str | None]
"""What is wrong with a text that holds tokens, as the end of a sentence; None if nothing is."""

NAME_LENGTH = 200
YEARS = (1850, 2199)

# Half a character can't be written as UTF-8, and PostgreSQL stores no NUL.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+"
)
_BRACES = re.compile(r"\{\{([^{}]*)\}\}")
_TOKEN = re.compile(
    rf"\s*(?:{'|'.join(TOKENS)})\s*"
    rf"(?:\|\s*(?:{'|'.join(TOKEN_FILTERS)})\(\s*(?:\"[^\"\\]*\"|'[^'\\]*')\s*\)\s*)?"
)


def check_tokens(text: str) -> str | None:
    """The words of a fault if `text` holds a token that formats.md doesn't know, else None."""
    for inside in _BRACES.findall(text):
        if not _TOKEN.fullmatch(inside):
            known = ", ".join(f"{{{{{token}}}}}" for token in TOKENS)
            return f"{quoted('{{' + inside + '}}')} is not a token; they are {known}"
    left = _BRACES.sub("", text)
    return "a token is opened and never closed" if "{{" in left or "{%" in left else None


def text(
    most: int, *, empty: bool = False, one_line: bool = False, tokens: CheckText | None = None
) -> Check:
    """A check of a text of at most `most` characters."""

    def check(value: object, place: Place) -> None:
        if not isinstance(value, str):
            place.fault("must be a text")
        elif not value.strip() and not empty:
            place.fault("must not be empty")
        elif len(value) > most:
            place.fault(f"must have at most {most:,} characters")
        elif _UNSTORABLE.search(value):
            place.fault("holds a character that can't be stored")
        elif one_line and _CONTROL.search(value):
            place.fault("must be one line without control characters")
        elif tokens and (wrong := tokens(value)):
            place.fault(wrong)

    return check


def name(value: object, place: Place) -> None:
    """A check of the name of a record: one trimmed line of at most 200 characters."""
    before = len(place.found.faults)
    text(NAME_LENGTH, one_line=True)(value, place)
    if len(place.found.faults) == before and isinstance(value, str) and value != value.strip():
        place.fault("must have no spaces around it")


def whole(least: int, most: int) -> Check:
    """A check of a whole number."""

    def check(value: object, place: Place) -> None:
        if not is_whole(value) or value < least:
            place.fault(f"must be a whole number ≥ {least}")
        elif value > most:
            place.fault(f"must be at most {most:,}")

    return check


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def flag(value: object, place: Place) -> None:
    """A check of true or false."""
    if not isinstance(value, bool):
        place.fault("must be true or false")


def one_of(options: Sequence[str]) -> Check:
    """A check that a value is one of some words."""

    def check(value: object, place: Place) -> None:
        if not isinstance(value, str) or value not in options:
            place.fault(f"must be one of {', '.join(options)}{_meant(value, options)}")

    return check


def _meant(value: object, options: Sequence[str]) -> str:
    return suggestion(value, options) if isinstance(value, str) else ""


def one_number_of(options: Sequence[int]) -> Check:
    """A check that a value is one of some whole numbers."""

    def check(value: object, place: Place) -> None:
        if not is_whole(value) or value not in options:
            place.fault(f"must be one of {', '.join(map(str, options))}")

    return check


def several_of(options: Sequence[str]) -> Check:
    """A check of a list of different words."""
    word = one_of(options)

    def check(value: object, place: Place) -> None:
        seen: set[str] = set()
        for index, item in enumerate(as_list(value, place) or ()):
            word(item, place.item(index))
            if not isinstance(item, str):
                continue
            if item in seen:
                place.item(index).fault("is given twice")
            seen.add(item)

    return check


def nullable(check: Check) -> Check:
    """The same check, satisfied by null."""

    def or_null(value: object, place: Place) -> None:
        if value is not None:
            check(value, place)

    return or_null


def list_of(check: Check) -> Check:
    """A check of each item of a list."""

    def each(value: object, place: Place) -> None:
        for index, item in enumerate(as_list(value, place) or ()):
            check(item, place.item(index))

    return each


def clock(value: object, place: Place) -> None:
    """A check of a wall time, 00:00 to 23:59."""
    if read_clock(value) is None:
        place.fault("must be a time from 00:00 to 23:59")


def read_clock(value: object) -> time | None:
    """The wall time a value says, or None."""
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    return None


def span(value: object, place: Place) -> None:
    """A check of a from–to pair of wall times; an end before its start is on the next day."""
    ends = as_list(value, place)
    if ends is None:
        return
    if len(ends) != 2:
        place.fault('must be a pair of times like ["09:00", "17:00"]')
        return
    for index, end in enumerate(ends):
        clock(end, place.item(index))
    if read_clock(ends[0]) is not None and ends[0] == ends[1]:
        place.fault("must not end at the time it starts")


def instant(value: object, place: Place) -> None:
    """A check of an ISO instant."""
    if read_instant(value) is None:
        place.fault("must be an instant like 2026-01-05T14:00:00Z")


def read_instant(value: object) -> int | None:
    """The instant a value says, or None if it says none or one outside 1850 to 2199."""
    if not isinstance(value, str):
        return None
    try:
        moment = parse_instant(value)
        return moment if YEARS[0] <= to_datetime(moment).year <= YEARS[1] else None
    except (ValueError, OverflowError):
        return None


def day(value: object, place: Place) -> None:
    """A check of an ISO date."""
    if read_day(value) is None:
        place.fault("must be a date like 2026-01-05")


def read_day(value: object) -> date | None:
    """The date a value says, or None if it says none or one outside 1850 to 2199."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if YEARS[0] <= found.year <= YEARS[1] else None


def timezone(value: object, place: Place) -> None:
    """A check of an IANA time zone."""
    try:
        if not isinstance(value, str):
            raise ValueError
        zone(value)
    except ValueError:
        place.fault("must be a time zone like America/New_York")


def address(value: object, place: Place) -> None:
    """A check of an e-mail address: plausible, on one line."""
    before = len(place.found.faults)
    text(254, one_line=True)(value, place)
    if len(place.found.faults) == before and not _ADDRESS.fullmatch(str(value)):
        place.fault("must be an e-mail address like front.desk@example.org")

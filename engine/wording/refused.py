"""What is wrong with a row of a file, in the words of the screen, with the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_TITLES: Final = {
    "ref": "Number in the other program", "dob": "Date of birth", "name": "Whole name",
    "sms_subscription": "SMS subscription", "sms_opt_out": "SMS opt-out",
    "email_opt_out": "Email opt-out", "subscription": "Both subscriptions",
    "timezone": "Time zone",
}  # fmt: skip
_WAYS_OUT: Final = {
    "has quotes that do not pair": "delete the quote, or write it twice",
    "cells where the header has": "put each cell that has a comma in it between quotes",
    "has no name, email or phone": "write one of them",
    "is no email address": "write it like ann@example.org",
    "is no telephone number": "write it with its area code",
    "is in the future": "mend the year",
    "gives only a year": "write the whole date",
    "is more than 130 years ago": "mend the year",
}


def field_title(field: str) -> str:
    """A field of an import as the screen calls it: `Date of birth` for `dob`."""
    return _TITLES.get(field, field.replace("_", " ").capitalize())


def refused_words(row: int, faults: Iterable[tuple[str, str]]) -> str:
    """`Row 3: Date of birth is in the future: mend the year.` of its (field, reason) pairs."""
    return f"Row {row}: {'; '.join(_fault(field, reason) for field, reason in faults)}."


def _fault(field: str, reason: str) -> str:
    whose = field_title(field) if field else "it"
    said = f"{whose} {reason}"
    if ": " in reason:
        return said
    way = next((way for words, way in _WAYS_OUT.items() if words in reason), "")
    return f"{said}: {way}" if way else said

"""Dates and telephone numbers as a country writes them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from engine.intake.order import is_month_first

EXAMPLE: Final = date(1980, 5, 31)
_NANP: Final = frozenset({"US", "CA"})
_NANP_NUMBER: Final = re.compile(r"\+1([2-9]\d\d)(\d{3})(\d{4})")
_DOTTED: Final = frozenset(
    "AL AM AT AZ BA BG BY CH CZ DE DK EE FI GE HR IS KZ LI LV ME MK NO PL RO RS RU SI SK TM TR UA"
    .split()
)  # fmt: skip
_YEAR_FIRST: Final = frozenset("CN HU JP KR LT MN SE TW ZA".split())


class Ways(NamedTuple):
    """How a date of birth and a telephone number are written, by example."""

    dob: str
    phone: str


def ways(region: str) -> Ways:
    """How they are written in a country of two letters."""
    return Ways(date_words(EXAMPLE, region), phone_words(_example(region), region))


def date_words(day: date, region: str) -> str:
    """A date in numbers, as a country writes it; read back there it is the same."""
    if region in _YEAR_FIRST:
        return day.isoformat()
    if is_month_first(region):
        return f"{day:%m/%d}/{day.year:04}"
    dot = "." if region in _DOTTED else "/"
    return f"{day:%d}{dot}{day:%m}{dot}{day.year:04}"


@lru_cache(maxsize=4096)
def phone_words(phone: str, region: str) -> str:
    """A number kept as E.164: as it is dialled within its own country, abroad with +."""
    match = _NANP_NUMBER.fullmatch(phone)
    if match and region in _NANP:
        return f"({match[1]}) {match[2]}-{match[3]}"
    if not phone.startswith("+"):
        return phone
    # What knows every country takes long to import, and whoever is at home does without.
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    home = number.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)


def _example(region: str) -> str:
    if region in _NANP:
        return "+12025550123"
    import phonenumbers

    number = phonenumbers.example_number(region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""

"""Dates and telephone numbers as a country writes them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.intake.dates import BirthDates, day_order
from engine.wording.local import EXAMPLE, date_words, phone_words, ways


@pytest.mark.parametrize(
    ("region", "written"),
    [("US", "05/31/1980"), ("GB", "31/05/1980"), ("DE", "31.05.1980"), ("JP", "1980-05-31")],
)
def test_a_date_is_written_as_in_its_country(region: str, written: str) -> None:
    assert date_words(EXAMPLE, region) == written
    first = date(2001, 2, 3)
    said = date_words(first, region)
    assert BirthDates(date(2026, 1, 5), day_order([said], region))(said) == "2001-02-03"


@pytest.mark.parametrize(
    ("phone", "region", "written"),
    [
        ("+12035550140", "US", "(203) 555-0140"),
        ("+12035550140", "CA", "(203) 555-0140"),
        ("+12035550140", "GB", "+1 203-555-0140"),
        ("+442079460018", "GB", "020 7946 0018"),
        ("+442079460018", "US", "+44 20 7946 0018"),
        ("call after five", "US", "call after five"),
        ("+", "GB", "+"),
        ("", "US", ""),
    ],
)
def test_a_number_is_written_as_it_is_dialled_there(phone: str, region: str, written: str) -> None:
    assert phone_words(phone, region) == written


def test_the_examples_are_of_the_country() -> None:
    assert ways("US") == ("05/31/1980", "(202) 555-0123")
    assert ways("DE").phone.startswith("0")

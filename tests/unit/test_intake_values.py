"""What one cell means (engine/intake/values.py, dates.py)."""

from __future__ import annotations

from datetime import date, timedelta

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intake import values
from engine.intake.dates import DAY_FIRST, EITHER, MONTH_FIRST, BirthDates, day_order
from engine.intake.values import Wrong

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("ann@X.ORG", "ann@x.org"),
        ("Ann Lee <Ann@x.org>", "Ann@x.org"),
        ("Lee, Ann <ann@x.org>", "ann@x.org"),
        ("mailto:ann@x.org", "ann@x.org"),
        ("mailto:ann@x.org?subject=Hi", "ann@x.org"),
        ("ann@x.org.", "ann@x.org"),
        ("ann@x.org;", "ann@x.org"),
        (" ann @ x.org ", "ann@x.org"),
        ("bad; bob@y.org", "bob@y.org"),
        ("ann@x.org bob@y.org", "ann@x.org"),
        ("'ann@x.org", "ann@x.org"),
        ("o'brien@x.org", "o'brien@x.org"),
        ("ann[at]x[dot]org", "ann@x.org"),
        ("ann@x.org (work)", "ann@x.org"),
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        ("\u200bann@x.org\xa0", "ann@x.org"),
        ("ann＠x.org", "ann@x.org"),
        ("N/A", None),
        ("-", None),
        ("", None),
    ],
)
def test_emails_in_every_shape(raw: str, address: str | None) -> None:
    assert values.email(raw) == address


@pytest.mark.parametrize(
    "raw",
    [
        "ann lee@x.org",
        "ann@@x.org",
        "ann@x,org",
        "ann@x",
        "ann@x..org",
        "ann.@x.org",
        "ann@-x.org",
        "ann@x.org\r\nBcc: bob@y.org",
        '=HYPERLINK("mailto:ann@x.org")',
        "a" * 65 + "@x.org",
        "ann@" + "x" * 250 + ".org",
        "müller@x.de",
    ],
)
def test_no_address_is_made_up(raw: str) -> None:
    with pytest.raises(Wrong):
        values.email(raw)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("(202) 555-0123 x12", "+12025550123"),
        ("+1 202-555-0123", "+12025550123"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("442079460958", "+442079460958"),
        ("2025550123.0", "+12025550123"),
        ("'+12025550123", "+12025550123"),
        ("tel:+12025550123", "+12025550123"),
        ("202-555-0123 / 202-555-0124", "+12025550123"),
        ("555-907-9875", "+15559079875"),
        ("n/a", None),
        ("(000) 000-0000", None),
    ],
)
def test_phones_in_every_shape(raw: str, number: str | None) -> None:
    assert values.phone(raw, "US") == number


@pytest.mark.parametrize("raw", ["555-0123", "2.02555E+09", "1234567890", "Ann", "202555012345678"])
def test_no_phone_is_made_up(raw: str) -> None:
    with pytest.raises(Wrong):
        values.phone(raw, "US")


def test_a_phone_without_a_country_is_at_home() -> None:
    assert values.phone("030 123456", "DE") == "+4930123456"
    assert values.phone("020 7946 0958", "GB") == "+442079460958"


@given(
    st.from_regex(r"(\+?1)?[2-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}{}{}{}", "{} {} {} {}", "{}-{}-{}-{}", "{} ({}) {}-{}", "{}.{}.{}.{}"]),
    st.sampled_from(["US", "CA"]),
)
def test_the_quick_way_agrees_with_phonenumbers(digits: str, shape: str, region: str) -> None:
    cut = len(digits) - 10
    parts = (digits[:cut], digits[cut : cut + 3], digits[cut + 3 : cut + 6], digits[cut + 6 :])
    raw = shape.format(*parts).lstrip(" .-")
    slow = phonenumbers.parse(raw, region)
    assert phonenumbers.is_possible_number(slow)
    expected = phonenumbers.format_number(slow, phonenumbers.PhoneNumberFormat.E164)
    assert values.phone(raw, region) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "1980-01-31",
        "19800131",
        "1980/1/31",
        "01/31/1980",
        "31/01/1980",
        "31.01.80",
        "1/31/1980 12:00:00 AM",
        "1980-01-31T05:00:00Z",
        "Jan 31, 1980",
        "January 31st 1980",
        "Thu, Jan 31 1980",
        "31-Jan-80",
        "31. Januar 1980",
        "31 janv. 1980",
        "31 de enero de 1980",
        "29251",
        "29251.0",
        "'1980-01-31",
    ],
)
def test_birth_dates_in_every_shape(raw: str) -> None:
    assert BirthDates(TODAY, MONTH_FIRST)(raw.removeprefix("'")) == "1980-01-31"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2026-11-24", "future"),
        ("2030-01-01", "future"),
        ("1880-01-01", "130 years"),
        ("02/30/1980", "no date"),
        ("1980", "only a year"),
        ("soon", "no date"),
        ("Jan Feb 1980", "no date"),
        ("99999", "future"),
        ("1" * 5000, "no date"),
    ],
)
def test_impossible_birth_dates_are_refused(raw: str, reason: str) -> None:
    with pytest.raises(Wrong, match=reason):
        BirthDates(TODAY, MONTH_FIRST)(raw)


def test_two_digit_years_are_past() -> None:
    dates = BirthDates(TODAY, MONTH_FIRST)
    assert dates("11/23/26") == "2026-11-23"
    assert dates("11/24/26") == "1926-11-24"


def test_a_column_says_itself_which_part_is_the_day() -> None:
    assert day_order(["01/02/1980", "31/01/1980"], "US") == DAY_FIRST
    assert day_order(["01/02/1980", "01/31/1980"], "GB") == MONTH_FIRST
    assert day_order(["01/02/1980"], "US") == MONTH_FIRST
    assert day_order(["01/02/1980"], "DE") == DAY_FIRST
    assert day_order(["01.02.1980"], "US") == DAY_FIRST
    both = day_order(["13/01/1980", "01/13/1980"], "US")
    assert both == EITHER
    dates = BirthDates(TODAY, both)
    assert dates("13/01/1980") == dates("01/13/1980") == "1980-01-13"
    with pytest.raises(Wrong, match="two days"):
        dates("01/02/1980")


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from([DAY_FIRST, MONTH_FIRST]))
def test_a_written_date_is_read_back(born: date, order: str) -> None:
    numbers = "{d}/{m}/{y}" if order == DAY_FIRST else "{m}/{d}/{y}"
    dates = BirthDates(TODAY, order)
    assert dates(numbers.format(d=born.day, m=born.month, y=born.year)) == born.isoformat()
    assert dates(f"{born:%b} {born.day}, {born.year}") == born.isoformat()
    if born > date(1906, 2, 1):
        assert dates(str((born - date(1899, 12, 30)) // timedelta(days=1))) == born.isoformat()


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("Lee, Ann", "Ann", "Lee"),
        ("Ann Lee", "Ann", "Lee"),
        ("Dr. Ann Lee-Smith Jr.", "Ann", "Lee-Smith Jr."),
        ("Lee Jr., Ann Marie", "Ann Marie", "Lee Jr."),
        ("Ann Lee, MD", "Ann", "Lee"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Cher", "Cher", None),
        ("  Ann\xa0 \x00Lee ", "Ann", "Lee"),
        ("unknown", None, None),
        (",", None, None),
    ],
)
def test_full_names_are_split(raw: str, first: str | None, last: str | None) -> None:
    assert values.split_name(raw) == (first, last)


def test_words_for_yes_and_no() -> None:
    assert [values.opt_out(raw) for raw in ("x", "Unsubscribed", "no", "2024-01-05", "n/a")] == [
        True,
        True,
        False,
        True,
        None,
    ]
    assert values.subscription("Opted Out") is False
    assert values.subscription("subscribed") is True
    assert values.deceased("Date unknown".partition(" ")[2]) is None
    assert values.deceased("2020-01-01") is True
    with pytest.raises(Wrong):
        values.subscription("perhaps")


def test_statuses_zones_and_insurance() -> None:
    assert values.status("Prospect") == "lead"
    assert values.status("ACTIVE PATIENT") == "patient"
    assert values.status("Deceased") == "deceased"
    assert values.timezone("Eastern Time") == "America/New_York"
    assert values.timezone("Europe/Berlin") == "Europe/Berlin"
    assert values.insurance("In progress") == "pending"
    for read in (values.status, values.timezone, values.insurance):
        with pytest.raises(Wrong):
            read("../etc/passwd")


@given(st.text(max_size=60))
def test_no_cell_makes_a_reader_fail(raw: str) -> None:
    for read in (
        values.words,
        values.email,
        lambda cell: values.phone(cell, "US"),
        BirthDates(TODAY, EITHER),
        values.status,
        values.subscription,
        values.deceased,
        values.timezone,
        values.several,
    ):
        try:
            found = read(raw)
        except Wrong:
            continue
        if isinstance(found, str):
            assert found
            assert found.isprintable() or not raw.isascii()
            found.encode()
    values.split_name(raw)

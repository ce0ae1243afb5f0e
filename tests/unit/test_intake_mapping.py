"""Which column says what (engine/intake/mapping.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import KnownError
from engine.intake import mapping


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("First Name", "first_name"),
        ("first_name", "first_name"),
        ("firstName", "first_name"),
        ("PATIENT FIRST NAME", "first_name"),
        ("Surname", "last_name"),
        ("E-mail", "email"),
        ("Primary Email Address *", "email"),
        ("E-mail 1 - Value", "email"),
        ("Cell Phone #", "phone"),
        ("Phone (Home)", "phone"),
        ("D.O.B.", "dob"),
        ("Patient Date of Birth", "dob"),
        ("Geburtsdatum", "dob"),
        ("Prénom", "first_name"),
        ("Téléphone", "phone"),
        ("Correo electrónico", "email"),
        ("Full name", "name"),
        ("Patient", "name"),
        ("Patient ID", "ref"),
        ("How did you hear about us?", "lead_source"),
        ("Opted out", "do_not_contact"),
        ("Unsubscribed", "email_opt_out"),
        ("SMS consent", "sms_subscription"),
        ("Date of death", "deceased"),
        ("Email sent date", None),
        ("Emergency contact phone", None),
        ("Home address", None),
        ("Refused because", None),
        ("", None),
    ],
)
def test_headers_are_guessed(header: str, field: str | None) -> None:
    assert mapping.guess([header]) == {header: field}


def test_a_lone_name_beside_a_first_name_is_the_last_name() -> None:
    assert mapping.resolve(["Vorname", "Name"], {}) == ["first_name", "last_name"]
    assert mapping.resolve(["Nombre", "Apellidos"], {}) == ["first_name", "last_name"]
    assert mapping.resolve(["First", "Last", "Name"], {}) == ["first_name", "last_name", "name"]


def test_overrides_win_and_may_leave_a_column_out() -> None:
    headers = ["Name", "Contact", "Notes"]
    fields = mapping.resolve(headers, {"contact": "email", "Name": "ignore", "Notes": "name"})
    assert fields == [None, "email", "name"]


@pytest.mark.parametrize("wrong", [{"Nmae": "email"}, {"Name": "emial"}, {"": "email"}])
def test_an_override_of_nothing_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(KnownError) as refused:
        mapping.resolve(["Name"], wrong)
    assert refused.value.status == 2


def test_mobile_is_asked_before_other_phones() -> None:
    headers = ["Phone", "Home phone", "Mobile"]
    assert sorted(headers, key=lambda header: mapping.rank(header, "phone"))[0] == "Mobile"


@given(st.lists(st.text(max_size=20), max_size=8, unique=True))
def test_any_headers_are_guessed(headers: list[str]) -> None:
    assert list(mapping.guess(headers)) == headers

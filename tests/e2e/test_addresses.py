"""One person is known again by address or number, however it was typed and by whatever door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.command_line import crm

CREATE = ("record", "contact_created", "--contact")


def test_who_was_typed_in_is_known_to_an_import_and_stays_unsubscribed(
    store_url: str, tmp_path: Path
) -> None:
    typed = ("--first-name", "Ann", "--email", "Ann@Example.org")
    crm(*CREATE, "ann", *typed, "--store", store_url)
    crm("record", "email_unsubscribed", "--contact", "ann", "--store", store_url)
    file = tmp_path / "people.csv"
    file.write_text("First name,Email\nAnn,ann@example.org\n")
    found = crm("--json", "import", "contacts", file, "--store", store_url).json
    assert (found["created"], found["merged"]) == (0, 1)
    out = tmp_path / "out.csv"
    crm("export", "contacts", out, "--store", store_url)
    assert out.read_text().count("ann@example.org") == 1
    assert "Ann@Example.org" not in out.read_text()


def test_a_number_is_read_as_of_the_practice_s_country(store_url: str, tmp_path: Path) -> None:
    crm("settings", "set", "practice.region", "GB", "--store", store_url)
    crm(*CREATE, "ann", "--phone", "020 7183 8750", "--store", store_url)
    file = tmp_path / "people.csv"
    file.write_text("First name,Phone\n,+442071838750\n")
    found = crm("--json", "import", "contacts", file, "--store", store_url).json
    assert (found["created"], found["merged"]) == (0, 1)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--phone", "12", "no telephone number"), ("--email", "a..b@example.org", "no email")],
)
def test_what_is_no_address_or_number_is_refused(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    crm(*CREATE, "ann", option, value, "--store", tmp_path / "s.db").says_no(words)

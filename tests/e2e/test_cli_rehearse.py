"""`rehearse`: recorded history against a draft, a live automation or a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.command_line import HELLO, automation, crm, program, well, written

START = "2026-01-05T14:00:00Z"
DAYS = ("--from", "2026-01-05", "--to", "2026-01-08")


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> str:
    """Two people, and an automation that was never switched on."""
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store_url)
    file = written(tmp_path / "welcome.json", automation())
    well("import", "automation", file, "--at", START, "--store", store_url)
    for name in ("Ann", "Bob"):
        well("record", "create_contact", "--contact", name, "--first-name", name, "--email",
             f"{name}@example.org", "--at", START, "--store", store_url)  # fmt: skip
    return store_url


def test_a_draft_is_rehearsed_and_stays_a_draft(store: str) -> None:
    found = well("rehearse", "Welcome series", *DAYS, "--store", store)
    assert (found["enrolled"], found["sent"]) == (2, {"email": 2, "sms": 0})
    assert (found["skipped"], found["completed"], found["active"]) == ({"no_number": 2}, 2, 0)
    assert [day["day"][-2:] for day in found["by_day"]] == ["05", "06", "07", "08"]
    assert [person["name"] for person in found["contacts"]] == ["Ann", "Bob"]
    assert found["contacts"][0]["path"][0] == {
        "at": START, "step": None, "what": "enrolled", "why": None, "until": None,
        "sentence": "They entered “Welcome series”.",
    }  # fmt: skip
    (item,) = well("list", "automations", "--store", store)["items"]
    assert (item["status"], item["enrolled"]) == ("draft", 0)
    assert well("why", "Ann", "--store", store) == {"lines": []}


def test_a_person_reads_it_in_words(store: str) -> None:
    done = crm("rehearse", "Welcome series", *DAYS, "--store", store)
    assert (done.status, done.err) == (0, "")
    first, *rest = done.out.splitlines()
    assert first == (
        "Welcome series, 2026-01-05 to 2026-01-08: 2 recorded events replayed, nothing was changed."
    )
    for line in ("Enrolled: 2", "Emails: 2", "Skipped, no phone number: 2", "Ann", "Bob"):
        assert line in rest
    assert "They reached the end of “Welcome series”." in done.out


def test_a_file_is_rehearsed_against_the_live_version(store: str, tmp_path: Path) -> None:
    shorter = automation(steps=automation()["steps"][:1])
    file = written(tmp_path / "shorter.json", shorter)
    arguments = ("rehearse", file, *DAYS, "--against", "Welcome series", "--store", store)
    found = well(*arguments)
    assert found["skipped"] == {}
    assert found["against"]["skipped"] == {"no_number": 2}
    assert found["differences"] == {"skipped.no_number": [0, 2]}
    said = crm(*arguments).out.splitlines()
    assert said[-2:] == ["Against Welcome series:", "Skipped, no number: 0 here, 2 there"]
    same = crm("rehearse", file, *DAYS, "--against", file, "--store", store).out
    assert same.splitlines()[-1] == "Both would have done the same, in numbers."


def test_bad_input_is_one_sentence(store: str, tmp_path: Path) -> None:
    def says_no(*words: str, what: object = "Welcome series", days: tuple[str, ...] = DAYS) -> None:
        crm("rehearse", what, *days, "--store", store).says_no(*words)

    says_no("no automation called", "Welcome series", what="Welcome serie")
    says_no("is no date", days=("--from", "5 January", "--to", "2026-01-08"))
    says_no("--to must not be before --from", days=("--from", "2026-01-05", "--to", "2026-01-04"))
    says_no("Nothing was recorded on 2190", days=("--from", "2190-01-05", "--to", "2190-01-06"))
    says_no("--to", days=("--from", "2026-01-05"))
    says_no("can't be read", what=tmp_path / "none.json")
    says_no("only an automation", what=written(tmp_path / "hello.json", HELLO))
    says_no("steps[0].template", what=written(
        tmp_path / "bad.json",
        automation(steps=[{"id": "x", "type": "send_email", "template": "Nobody"}]),
    ))  # fmt: skip


def test_as_a_program_it_shows_no_bar_in_a_pipe(store: str, tmp_path: Path) -> None:
    done = program(
        "rehearse", "Welcome series", *DAYS, "--json", "--store", store, home=tmp_path,
    )  # fmt: skip
    assert (done.status, done.err) == (0, "")
    assert done.json["enrolled"] == 2

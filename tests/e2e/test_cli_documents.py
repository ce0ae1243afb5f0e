"""Documents in and out, checked, switched on and off."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import HELLO, WELCOME, automation, crm, program, well, written

NEW: dict[str, Any] = {
    "read": 1,
    "created": 1,
    "merged": 0,
    "refused": 0,
    "refused_file": None,
    "refusals": [],
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one email template."""
    store = tmp_path / "store.db"
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    return store


@pytest.fixture
def welcome(store: Path, tmp_path: Path) -> Path:
    """The same store with a draft automation."""
    file = written(tmp_path / "welcome.automation.json", automation())
    assert well("import", "automation", file, "--store", store) == NEW
    return store


def test_an_automation_comes_out_as_it_went_in(welcome: Path, tmp_path: Path) -> None:
    shown = well("show", "automation", "Welcome series", "--store", welcome)
    out = tmp_path / "out.json"
    well("export", "automation", "Welcome series", out, "--store", welcome)
    assert shown == automation() == json.loads(out.read_text())
    printed = crm("export", "automation", "Welcome series", "--store", welcome)
    assert json.loads(printed.out) == automation()


def test_a_namesake_is_replaced_only_when_told(welcome: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "again.json", automation(description="Better"))
    crm("import", "automation", file, "--store", welcome).says_no("Welcome series", "--replace")
    again = well("import", "automation", file, "--replace", "--store", welcome)
    assert (again["created"], again["merged"]) == (0, 1)
    shown = well("show", "automation", "Welcome series", "--store", welcome)
    assert shown["description"] == "Better"
    hello = tmp_path / "hello.json"
    crm("import", "template", hello, "--store", welcome).says_no("Hello", "--replace")
    assert well("import", "template", hello, "--replace", "--store", welcome)["merged"] == 1


def test_a_sequence_is_active_if_it_says_so(store: Path, tmp_path: Path) -> None:
    bundle = {"name": "Everyone", "type": "static"}
    people = tmp_path / "people.csv"
    people.write_text(f"name,email,lists\nAnn Lee,ann@example.org,{bundle['name']}\n")
    well("import", "contacts", people, "--store", store)
    document = {
        "format": "practice-crm/sequence@1", "name": "News", "list": "Everyone",
        "start": "2026-01-05T14:00:00Z", "every": {"amount": 1, "unit": "weeks"}, "active": True,
        "steps": [{"id": "hello", "type": "send_email", "template": "Hello"}],
    }  # fmt: skip
    file = written(tmp_path / "news.json", document)
    assert well("import", "sequence", file, "--store", store) == NEW
    assert well("export", "sequence", "News", "--store", store) == {**document}
    written(file, {**document, "name": "Other news", "active": False})
    well("import", "sequence", file, "--store", store)
    statuses = [each["status"] for each in well("list", "sequences", "--store", store)["items"]]
    assert statuses == ["active", "draft"]


def test_a_campaign_comes_in_active(welcome: Path, tmp_path: Path) -> None:
    document = {
        "format": "practice-crm/campaign@1", "name": "Spring", "goal": "book_appointment",
        "start": "2026-01-01", "assets": [{"type": "automation", "name": "Welcome series"}],
    }  # fmt: skip
    file = written(tmp_path / "spring.json", document)
    well("import", "campaign", file, "--store", welcome)
    assert well("show", "campaign", "Spring", "--store", welcome) == document
    assert well("report", "campaign", "Spring", "--store", welcome)["status"] == "active"
    paused = well("pause", "campaign", "Spring", "--store", welcome)
    assert paused == {"kind": "campaign", "name": "Spring", "status": "inactive"}
    well("activate", "campaign", "Spring", "--store", welcome)
    crm("import", "campaign", file, "--store", welcome).says_no("Spring")


def test_faults_come_one_a_line_and_nothing_is_changed(store: Path, tmp_path: Path) -> None:
    wrong = automation(goal="fame", steps=[{"id": "a", "type": "send_email", "template": "Helo"}])
    answer = crm("import", "automation", written(tmp_path / "x.json", wrong), "--store", store)
    assert (answer.status, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("steps[0].template: no email template is called")
    assert lines[1].startswith("goal: must be one of")
    assert well("list", "automations", "--store", store) == {"items": []}


def test_a_document_of_another_kind_is_told(store: Path) -> None:
    crm("import", "automation", WELCOME, "--store", store).says_no(
        "of the kind scenario, not automation"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.json", None, "no such file"),
        ("broken.json", '{"format": ', "line 1, column"),
        ("nothing.json", "", "is not JSON"),
        ("odd.json", '{"format": "practice-crm/poem@1"}', "format: must be one of"),
        ("list.json", "[]", "format: must be one of"),
        ("folder.json", "/", "is a directory"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("import", "automation")])
def test_a_file_that_is_no_document(
    command: tuple[str, ...], name: str, content: str | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content == "/":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    crm(*command, file, "--store", tmp_path / "s.db").says_no(words)


def test_check_speaks_of_files_and_names(welcome: Path, tmp_path: Path) -> None:
    assert well("check", "Welcome series", "--store", welcome) == {
        "kind": "automation", "faults": [], "warnings": [],
    }  # fmt: skip
    doubtful = automation("Doubtful", unenroll_on=["goal_met"])
    file = written(tmp_path / "doubtful.json", doubtful)
    answer = crm("check", file, "--store", welcome)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "warning: unenroll_on: without a goal, goal_met never ends anything",
        "This automation can run.",
    ]
    assert crm("check", WELCOME).out == "This scenario can run.\n"
    crm("check", "Welcome serie", "--store", welcome).says_no('did you mean "Welcome series"?')


def test_check_says_every_fault_to_people_and_to_programs(store: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "x.json", automation(steps=[], name=""))
    plain = crm("check", file, "--store", store)
    told = crm("check", file, "--store", store, "--json")
    assert (plain.status, told.status, plain.out) == (2, 2, "")
    assert plain.err.splitlines() == told.err.splitlines() == told.json["faults"]
    assert len(told.json["faults"]) == 2


def test_check_makes_no_store(tmp_path: Path) -> None:
    file = written(
        tmp_path / "x.json",
        automation(steps=[{"id": "d", "type": "delay", "amount": 1, "unit": "days"}]),
    )
    assert program("check", file, home=tmp_path).status == 0
    assert not list(tmp_path.rglob("*.db"))


def test_switching_on_and_off(welcome: Path) -> None:
    def status() -> object:
        return well("list", "automations", "--store", welcome)["items"][0]["status"]

    assert status() == "draft"
    on = well("activate", "automation", "Welcome series", "--store", welcome)
    assert on == {"kind": "automation", "name": "Welcome series", "status": "active"}
    assert status() == "active"
    well("activate", "automation", "Welcome series", "--store", welcome)
    well("pause", "automation", "Welcome series", "--store", welcome)
    assert status() == "paused"


@pytest.mark.parametrize("command", ["activate", "pause"])
def test_only_what_is_there_can_be_switched(command: str, welcome: Path) -> None:
    crm(command, "automation", "Welcom series", "--store", welcome).says_no(
        'No automation is called "Welcom series"; did you mean "Welcome series"?'
    )
    crm(command, "sequence", "Welcome series", "--store", welcome).says_no("No sequence is called")
    crm(command, "automatn", "x", "--store", welcome).says_no('did you mean "automation"?')
    for at in (
        "soon",
        "2026-01-05",
        "2026-01-05T14:00:00",
        "9999-99-99T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ):
        answer = crm(command, "automation", "Welcome series", "--at", at, "--store", welcome)
        answer.says_no("is no instant: write one like 2026-01-05T14:00:00Z.")


def test_a_scenario_s_journal_goes_where_it_is_told(tmp_path: Path) -> None:
    expected = WELCOME.with_name("01-welcome.journal.jsonl").read_text()
    assert crm("scenario", WELCOME, "--batch", 7).out == expected
    told = json.loads(crm("scenario", WELCOME, "--json").out)
    assert told == {"journal": [json.loads(line) for line in expected.splitlines()]}
    out = tmp_path / "journal.jsonl"
    out.write_text("old")
    lines = expected.count("\n")
    answer = well("scenario", WELCOME, "--journal", out)
    assert answer == {"lines": lines, "journal": str(out)}
    assert out.read_text() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


def test_a_scenario_in_a_schema_of_its_own(postgres_url: str) -> None:
    expected = WELCOME.with_name("01-welcome.journal.jsonl").read_text()
    assert crm("scenario", WELCOME, "--store", postgres_url).out == expected


@pytest.mark.parametrize(
    ("out", "words"), [("none/journal", "does not exist"), (".", "is a folder")]
)
def test_a_journal_that_can_t_be_written(out: str, words: str, tmp_path: Path) -> None:
    crm("scenario", WELCOME, "--journal", tmp_path / out).says_no(words)


def test_the_journal_may_be_a_device() -> None:
    assert crm("scenario", WELCOME, "--journal", os.devnull).status == 0
    assert Path(os.devnull).is_char_device()


def test_a_bundle_carries_a_whole_workspace(tmp_path: Path) -> None:
    first, second = tmp_path / "a.db", tmp_path / "b.db"
    assert crm("demo", "--headless", "--contacts", 3, "--days", 1, "--store", first).status == 0
    file = tmp_path / "practice.bundle.json"
    well("export", "bundle", file, "--store", first)
    taken = well("import", "bundle", file, "--store", second)
    assert taken["read"] == taken["created"] > 12
    assert well("check", file, "--store", second)["faults"] == []
    before, after = (
        json.loads(crm("export", "bundle", "--store", each).out) for each in (first, second)
    )
    assert before == after
    refused = crm("import", "bundle", file, "--store", second)
    assert (refused.status, refused.out) == (2, "")
    assert all("is there already" in line for line in refused.err.splitlines())
    assert well("import", "bundle", file, "--replace", "--store", second)["created"] == 0

"""What was deleted: it leaves documents and names alone, and keeps its history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import crm, well, written

START = "2026-01-05T14:00:00Z"
SPRING = {
    "format": "practice-crm/campaign@1", "name": "Spring",
    "assets": [{"type": "automation", "name": "Plain"}, {"type": "automation", "name": "Other"}],
}  # fmt: skip


def plain(name: str = "Plain") -> dict[str, Any]:
    """An automation that needs nothing else to be set up."""
    return {
        "format": "practice-crm/automation@1", "name": name,
        "trigger": {"type": "contact_created", "source": "any"},
        "steps": [{"id": "wait", "type": "delay", "amount": 2, "unit": "days"}],
    }  # fmt: skip


def bring(store: str, folder: Path, document: dict[str, Any], *options: object) -> Any:
    kind = document["format"].partition("/")[2].partition("@")[0]
    file = written(folder / "document.json", document)
    return well("import", kind, file, "--at", START, *options, "--store", store)


def delete(store: str, name: str = "Plain") -> None:
    well("delete", "automation", name, "--yes", "--at", START, "--store", store)


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> str:
    """Ann was in the automation Plain, number 1, which a campaign had, when it was deleted."""
    for document in (plain(), plain("Other"), SPRING):
        bring(store_url, tmp_path, document)
    well("activate", "automation", "Plain", "--at", START, "--store", store_url)
    well("record", "create_contact", "--contact", "Ann", "--first-name", "Ann", "--at", START,
         "--store", store_url)  # fmt: skip
    delete(store_url)
    return store_url


def test_a_campaign_s_documents_leave_out_its_deleted_flows(store: str, tmp_path: Path) -> None:
    rest = {**SPRING, "assets": [{"type": "automation", "name": "Other"}]}
    assert well("show", "campaign", "Spring", "--store", store) == rest
    assert well("check", "Spring", "--store", store)["faults"] == []
    assert well("list", "campaigns", "--store", store)["items"][0]["assets"] == 1
    bundle = written(
        tmp_path / "all.json", json.loads(crm("export", "bundle", "--store", store).out)
    )
    well("import", "bundle", bundle, "--store", tmp_path / "another.db")


def test_a_campaign_s_figures_keep_its_deleted_flows(store: str, tmp_path: Path) -> None:
    report = well("report", "campaign", "Spring", "--store", store)
    assert (report["reached"], report["assets"][0]["reached"]) == (1, 1)
    bring(store, tmp_path, well("show", "campaign", "Spring", "--store", store), "--replace")
    assert well("report", "campaign", "Spring", "--store", store) == report


def test_why_speaks_of_a_deleted_flow_by_its_names(store: str, tmp_path: Path) -> None:
    lines = well("why", "Ann", "--store", store)["lines"]
    assert {line["flow"] for line in lines} == {"Plain (deleted 1)"}
    asked = ("why", "Ann", "--store", store, "--automation")
    for name in ("Plain (deleted 1)", "Plain"):
        assert well(*asked, name)["lines"] == lines
    bring(store, tmp_path, plain())
    assert well(*asked, "Plain")["lines"] == []
    crm("why", "Ann", "--store", store, "--sequence", "Plain (deleted 1)").says_no("No sequence")


def test_a_deleted_flow_s_name_is_free_and_its_new_one_is_not(store: str, tmp_path: Path) -> None:
    bring(store, tmp_path, plain())
    file = written(tmp_path / "squat.json", plain("Plain (deleted 1)"))
    crm("import", "automation", file, "--store", store).says_no("deleted flow", "another name")


def test_a_deleted_flow_takes_nobody_s_name(store: str, tmp_path: Path) -> None:
    bring(store, tmp_path, plain())
    bring(store, tmp_path, plain("Plain (deleted 3)"))
    delete(store)
    left = [each["name"] for each in well("list", "automations", "--store", store)["items"]]
    assert left == ["Other", "Plain (deleted 3)"]
    bring(store, tmp_path, plain())


def test_what_is_in_use_stays_and_says_by_what(store_url: str, tmp_path: Path) -> None:
    letter = {"format": "practice-crm/template@1", "name": "Hello", "channel": "email",
              "subject": "Hi", "body": "<p>Hi</p>"}  # fmt: skip
    bring(store_url, tmp_path, letter)
    flow = plain() | {"steps": [{"id": "hello", "type": "send_email", "template": "Hello"}]}
    bring(store_url, tmp_path, flow)
    remove = ("delete", "email", "Hello", "--store", store_url)
    crm(*remove).says_no("add --yes")
    crm(*remove, "--yes").says_no("in use by the automation 'Plain'", status=1)
    delete(store_url)
    assert well(*remove, "--yes")["status"] == "deleted"
    crm(*remove, "--yes").says_no("There is no email called 'Hello'")
    crm("delete", "letter", "Hello", "--yes", "--store", store_url).says_no("sms, list, form, user")

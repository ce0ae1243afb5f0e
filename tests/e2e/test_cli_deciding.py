"""What a person decides: of an uncertain message, one contact's flow, a whole flow, two records."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db.session import open_store
from db.sql import execute
from tests.e2e.command_line import HELLO, automation, crm, well, written

START = "2026-01-05T14:00:00Z"
LATER = "2026-01-05T15:00:00Z"


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> str:
    """A practice whose one automation has two people in it."""
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store_url)
    file = written(tmp_path / "welcome.json", automation())
    well("import", "automation", file, "--at", START, "--store", store_url)
    well("activate", "automation", "Welcome series", "--at", START, "--store", store_url)
    for name in ("Ann", "Bob"):
        well("record", "create_contact", "--contact", name, "--first-name", name, "--email",
             f"{name}@example.org", "--at", START, "--store", store_url)  # fmt: skip
    well("settings", "set", "email.folder", tmp_path / "outbox", "--store", store_url)
    live_until(store_url, LATER)
    return store_url


def live_until(store: str, instant: str) -> Any:
    return well("run", "--clock", "simulated", "--until", instant, "--store", store)


def become(store: str, state: str) -> None:
    """Make Ann's message one of this state, as a lost answer does."""
    with closing(open_store(store)) as opened, opened.write() as connection:
        execute(connection, "UPDATE message SET state = ?, diagnostic = 'No answer.' WHERE id = 1",
                state)  # fmt: skip


def active(store: str) -> int:
    return int(well("report", "automation", "Welcome series", "--store", store)["active"])


@pytest.mark.parametrize("state", ["uncertain", "failed", "queued", "claimed"])
def test_what_went_wrong_is_listed(store: str, state: str) -> None:
    said = crm("list", "messages", "--store", store).out
    assert said == "No message is waiting or in doubt.\n"
    become(store, state)
    (item,) = well("list", "messages", "--store", store)["items"]
    assert item == {
        "id": 1, "contact": 1, "flow": "Welcome series", "step": "hello", "channel": "email",
        "state": state if state in ("uncertain", "failed") else "waiting",
        "when": START, "diagnostic": "No answer.",
    }  # fmt: skip


def test_the_doctor_names_the_way_out(store: str) -> None:
    become(store, "uncertain")
    said = crm("doctor", "--store", store).out
    assert "1 may or may not have gone out: `list messages` names them, `resolve` settles" in said


@pytest.mark.parametrize(
    ("option", "state", "sent"), [("--send-again", "queued", 1), ("--mark-sent", "sent", 0)]
)
def test_an_uncertain_message_is_settled(
    store: str, option: str, state: str, sent: int, tmp_path: Path
) -> None:
    become(store, "uncertain")
    (tmp_path / "outbox").rename(tmp_path / "before")
    assert well("resolve", 1, option, "--store", store) == {"message": 1, "state": state}
    waiting = [item["state"] for item in well("list", "messages", "--store", store)["items"]]
    assert waiting == ["waiting"] * sent
    assert live_until(store, LATER)["sent"] == sent
    crm("resolve", 1, option, "--store", store).says_no("known by now")


@pytest.mark.parametrize("number", [99, -1, 10**30])
def test_what_is_no_message_is_said(store: str, number: int) -> None:
    for option in ("--send-again", "--mark-sent"):
        crm("resolve", option, "--store", store, "--", number).says_no(f"no message {number}")


@pytest.mark.parametrize("options", [(), ("--send-again", "--mark-sent")])
def test_a_decision_is_one_of_two(options: tuple[str, ...], store: str) -> None:
    crm("resolve", 1, *options, "--store", store).says_no("--send-again or --mark-sent")


def test_one_contact_leaves(store: str) -> None:
    said = well("unenroll", "Ann", "Welcome series", "--store", store)
    assert said == {"contact": 1, "flow": "Welcome series"}
    assert active(store) == 1
    assert "somebody took them out by hand" in crm("why", "Ann", "--store", store).out
    crm("unenroll", "Ann", "Welcome serie", "--store", store).says_no("Welcome series")


def test_a_flow_is_deleted_only_when_it_is_meant(store: str) -> None:
    delete = ("delete", "automation", "Welcome series", "--store", store)
    crm(*delete).says_no("--yes")
    crm("delete", "automation", "Nope", "--store", store).says_no("No automation is called")
    assert active(store) == 2
    assert well(*delete, "--yes")["status"] == "deleted"
    assert well("list", "automations", "--store", store)["items"] == []
    crm(*delete, "--yes").says_no("No automation is called")
    crm("delete", "campaign", "x", "--yes", "--store", store).says_no("automation, sequence")


def test_two_records_become_one(store: str) -> None:
    assert well("merge", "Ann", "Bob", "--store", store) == {"contact": 1, "merged": 2}
    crm("why", "Bob", "--store", store).says_no("No contact has this")
    assert active(store) == 1
    crm("merge", "Ann", "Ann", "--store", store).says_no("Two different contacts")

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from db.errors import KnownError
from db.session import Store, open_store, temporary_store
from db.sql import query
from engine.calendar import DAY, parse_instant
from engine.commands import events, flows, settings
from engine.commands.bundles import import_document
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.imports import import_people
from engine.exports import export_contacts, export_document, export_found
from engine.intake.spreadsheet import read
from engine.people import everyone
from engine.workspace import Workspace
from resources import documents

NOW = parse_instant("2026-01-05T14:00:00Z")
TODAY = date(2026, 1, 5)
RULE = {"all": [{"type": "property", "property": "status", "op": "is", "value": "patient"}]}
BUNDLE: dict[str, Any] = {
    "format": "practice-crm/bundle@1",
    "practice": {
        "name": "Oak Street Clinic", "timezone": "America/New_York", "check_time": "08:30",
        "sms_quiet_hours": None, "frequency_cap": {"messages": 2, "days": 7},
    },
    "users": ["sarah"], "providers": ["Dr Ito"], "forms": ["Intake"],
    "lists": [
        {"name": "Quiet", "type": "dynamic",
         "rule": {"all": [{"type": "in_list", "list": "Patients"}]}},
        {"name": "Patients", "type": "dynamic", "rule": RULE},
        {"name": "News", "type": "static"},
    ],
    "templates": [
        {"format": "practice-crm/template@1", "channel": "email", "name": "Hi", "subject": "Hi",
         "body": "<p>Hello</p>"},
        {"format": "practice-crm/template@1", "channel": "sms", "name": "Hi", "body": "Hello"},
    ],
    "automations": [
        {"format": "practice-crm/automation@1", "name": "Welcome",
         "trigger": {"type": "contact_created", "source": "any"},
         "steps": [{"id": "hi", "type": "send_email", "template": "Hi"},
                   {"id": "keep", "type": "add_to_list", "list": "News"}]},
    ],
    "sequences": [
        {"format": "practice-crm/sequence@1", "name": "Letter", "list": "News",
         "start": "2026-02-01T14:00:00Z", "every": {"amount": 2, "unit": "weeks"}, "active": True,
         "steps": [{"id": "hi", "type": "send_sms", "template": "Hi"}]},
    ],
    "campaigns": [
        {"format": "practice-crm/campaign@1", "name": "Spring", "end": "2026-06-01",
         "assets": [{"type": "automation", "name": "Welcome"}]},
    ],
}  # fmt: skip


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    yield store
    store.close()


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)


def ask(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.read() as connection:
        return [tuple(row) for row in query(connection, sql)]


def exported(workspace: Workspace, kind: str, name: str = "") -> dict[str, Any]:
    with workspace.store.read() as connection:
        return export_document(connection, kind, name)


def in_any_order(bundle: dict[str, Any]) -> dict[str, Any]:
    return bundle | {"lists": sorted(bundle["lists"], key=lambda each: str(each["name"]))}


def test_a_bundle_comes_out_as_it_went_in(workspace: Workspace, store: Store) -> None:
    assert import_document(workspace, "bundle", BUNDLE, NOW) == "Oak Street Clinic"

    assert ask(store, "SELECT name, status FROM flow ORDER BY id") == [
        ("Welcome", "draft"), ("Letter", "active"),
    ]  # fmt: skip
    assert in_any_order(exported(workspace, "bundle")) == in_any_order(BUNDLE)


def test_the_sample_practice_goes_round(workspace: Workspace) -> None:
    parts = {kind: documents(f"sample/{kind}") for kind in ("automations", "sequences")}
    sample = {**documents("sample")[0], **parts, "format": "practice-crm/bundle@1"}
    import_document(workspace, "bundle", sample, NOW)
    bundle = exported(workspace, "bundle")

    with temporary_store() as other:
        import_document(Workspace(other), "bundle", bundle, NOW)
        assert exported(Workspace(other), "bundle") == bundle


def test_a_bundle_with_a_fault_changes_nothing(workspace: Workspace) -> None:
    empty = exported(workspace, "bundle")
    campaign = {"name": "Autumn", "assets": [{"type": "list", "name": "Nobody"}]}

    with pytest.raises(KnownError) as refused:
        import_document(workspace, "bundle", BUNDLE | {"campaigns": [campaign]}, NOW)

    assert refused.value.status == 2
    assert "campaigns[0].assets[0].name" in refused.value.sentence
    assert exported(workspace, "bundle") == empty


def test_what_was_never_saved_is_forgotten(store: Store) -> None:
    failing = [KnownError("The disk is gone.")]

    def reached(point: str) -> None:
        if point == "documents.saving" and failing:
            raise failing.pop()

    workspace = Workspace(store, reached=reached)
    with pytest.raises(KnownError, match="disk"):
        import_document(workspace, "bundle", BUNDLE, NOW)
    other = BUNDLE["automations"][0] | {"name": "Other", "steps": [{"id": "wait", "type": "delay",
            "amount": 1, "unit": "days"}]}  # fmt: skip
    import_document(workspace, "bundle", BUNDLE | {"automations": [other], "campaigns": []}, NOW)

    with store.read() as connection:
        seen = workspace.catalogue(connection).flows
        assert seen == Workspace(store).catalogue(connection).flows
    assert [flow.name for flow in seen.values()] == ["Other", "Letter"]


def test_namesakes_are_named_all_at_once_or_replaced(workspace: Workspace, store: Store) -> None:
    import_document(workspace, "bundle", BUNDLE, NOW)
    changed = BUNDLE | {"campaigns": [BUNDLE["campaigns"][0] | {"notes": "Soon"}]}

    with pytest.raises(KnownError) as refused:
        import_document(workspace, "bundle", changed, NOW)
    paths = [line.partition(":")[0] for line in refused.value.sentence.splitlines()]
    assert paths == ["templates[0].name", "templates[1].name", "automations[0].name",
                     "sequences[0].name", "campaigns[0].name"]  # fmt: skip

    import_document(workspace, "bundle", changed, NOW, replace=True)
    assert in_any_order(exported(workspace, "bundle")) == in_any_order(changed)
    assert ask(store, "SELECT COUNT(*) FROM flow") == [(2,)]


def test_a_setting_that_is_set_is_replaced_only_when_told(workspace: Workspace) -> None:
    practice = {"name": "Elm", "timezone": "UTC", "frequency_cap": None}
    bundle = {"format": BUNDLE["format"], "practice": practice}
    settings.put_settings(
        workspace,
        {"practice.name": "Oak", "practice.timezone": "UTC",
         "messages.cap": {"messages": 2, "days": 7}},
    )  # fmt: skip
    before = exported(workspace, "bundle")
    with pytest.raises(KnownError) as refused:
        import_document(workspace, "bundle", bundle | {"users": ["sarah"]}, NOW)
    assert refused.value.sentence.splitlines() == [
        f"practice.{key}: is set otherwise already; add --replace to put this in its place"
        for key in ("name", "frequency_cap")
    ]
    assert exported(workspace, "bundle") == before
    import_document(workspace, "bundle", bundle, NOW, replace=True)
    assert exported(workspace, "bundle")["practice"] == before["practice"] | practice


def test_a_list_that_fills_otherwise_is_never_replaced(workspace: Workspace) -> None:
    settings.add_list(workspace, {"name": "Patients", "type": "static"})

    with pytest.raises(KnownError, match=r"lists\[1\]\.name"):
        import_document(workspace, "bundle", BUNDLE, NOW, replace=True)


@pytest.mark.parametrize("kind", ["template", "automation", "sequence", "campaign"])
def test_one_document_goes_round(workspace: Workspace, kind: str) -> None:
    rest = {key: value for key, value in BUNDLE.items() if key != f"{kind}s"}
    for later in ("automations", "sequences", "campaigns") if kind == "template" else ():
        rest.pop(later)
    if kind == "automation":
        rest.pop("campaigns")
    import_document(workspace, "bundle", rest, NOW)
    document = BUNDLE[f"{kind}s"][0]

    assert import_document(workspace, kind, document, NOW) == document["name"]

    asked = "email" if kind == "template" else kind
    assert exported(workspace, asked, document["name"]) == document
    with pytest.raises(KnownError, match="--replace"):
        import_document(workspace, kind, document, NOW)
    import_document(workspace, kind, document, NOW, replace=True)
    assert exported(workspace, asked, document["name"]) == document


def test_replacing_a_live_automation_leaves_it_on(workspace: Workspace, store: Store) -> None:
    import_document(workspace, "bundle", BUNDLE, NOW)
    flows.activate(workspace, 1, NOW)
    contact = create_contacts(workspace, [NewContact("manual", {"first_name": "Ann"})], NOW)
    wait = {"id": "wait", "type": "delay", "amount": 2, "unit": "days"}
    steps = [wait, BUNDLE["automations"][0]["steps"][1]]

    document = BUNDLE["automations"][0] | {"steps": steps}
    import_document(workspace, "automation", document, NOW + 1, replace=True)

    assert ask(store, "SELECT status FROM flow WHERE id = 1") == [("active",)]
    assert ask(store, "SELECT contact_id, step, state FROM enrolment") == [
        (contact[0], "keep", "waiting")
    ]


def test_what_is_unknown_can_not_go_out(workspace: Workspace) -> None:
    for kind, name in (("automation", "Nothing"), ("picture", "Mona Lisa")):
        with pytest.raises(KnownError) as refused:
            exported(workspace, kind, name)
        assert refused.value.status == 2


RECORD = """SELECT ref, first_name, last_name, email, phone, dob, timezone, status, lead_source,
 s.name, p.name, sms_on, email_on, sms_opted_out, email_opted_out, insurance, archived, deceased,
 do_not_contact FROM contact c LEFT JOIN staff s ON s.id = owner_id
 LEFT JOIN provider p ON p.id = provider_id ORDER BY c.id"""
MEMBERS = """SELECT c.first_name, l.name FROM list_member m JOIN contact c ON c.id = contact_id
 JOIN contact_list l ON l.id = list_id ORDER BY c.id, l.name"""


def people(workspace: Workspace) -> None:
    owner = str(settings.add_named(workspace, "user", "sarah"))
    provider = str(settings.add_named(workspace, "provider", "Dr Ito"))
    lists = [settings.add_list(workspace, {"name": n, "type": "static"}) for n in ("News", "Fair")]
    full = {
        "first_name": "Ann, the second", "last_name": "O'Neil-李", "email": "ann@example.org",
        "phone": "+12025550123", "dob": "1980-02-29", "timezone": "America/New_York",
        "status": "patient", "lead_source": "=cmd|' /C calc'!A0", "contact_owner": owner,
        "provider": provider, "insurance_verification": "verified",
    }  # fmt: skip
    new = [
        NewContact("manual", full, "Patient/1", lists, withdrawn=["sms"]),
        NewContact("manual", {"first_name": "@Bob", "phone": "+442071838750"}),
        NewContact("manual", {"first_name": "-Zoe", "email": "zoe@example.org"}, deceased=True),
        NewContact("manual", {"last_name": "+Hill", "email": "hill@example.org"}, archived=True),
        NewContact("manual", {"first_name": "Kim"}, "77", do_not_contact=True, withdrawn=["email"]),
    ]
    create_contacts(workspace, new, NOW)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_people_go_round(workspace: Workspace, store: Store, tmp_path: Path, ending: str) -> None:
    people(workspace)
    path, seen = tmp_path / f"people{ending}", list[int]()

    assert export_contacts(store, path, seen.append) == 5

    assert seen == [5]
    assert [each.name for each in tmp_path.glob("*people*")] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with temporary_store() as other:
        again = Workspace(other)
        settings.add_named(again, "user", "sarah")
        result = import_people(again, read(path, {}, "US", TODAY, None), NOW + DAY)
        assert (result.created, result.merged, result.refused) == (5, 0, 0)
        assert ask(other, RECORD) == ask(store, RECORD)
        assert ask(other, MEMBERS) == ask(store, MEMBERS)


def test_what_came_out_and_in_again_changes_nothing(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    people(workspace)
    export_contacts(store, tmp_path / "people.csv")
    before = ask(store, "SELECT COUNT(*) FROM event") + ask(store, RECORD)

    found = import_people(workspace, read(tmp_path / "people.csv", {}, "US", TODAY, None), NOW + 1)

    assert (found.merged, found.refused) == (5, 0)
    assert ask(store, "SELECT COUNT(*) FROM event") + ask(store, RECORD) == before


def test_no_cell_is_a_formula(workspace: Workspace, store: Store, tmp_path: Path) -> None:
    people(workspace)
    events.record(workspace, 2, "property_changed", NOW, field="lead_source", new="\t=1+1")
    for ending in (".csv", ".xlsx"):
        export_contacts(store, tmp_path / f"people{ending}")

    with (tmp_path / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    book = python_calamine.load_workbook(str(tmp_path / "people.xlsx"))
    cells += [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_place_that_takes_no_file_is_said(workspace: Workspace, tmp_path: Path) -> None:
    for name, status in (("people.pdf", 2), ("no/people.csv", 2), ("no/people.xlsx", 2)):
        with pytest.raises(KnownError) as refused:
            export_contacts(workspace.store, tmp_path / name)
        assert refused.value.status == status
        assert name.rpartition("/")[2] in refused.value.sentence


def test_saving_those_found_that_is_stopped_leaves_the_file_before_as_it_was(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    people(workspace)
    path = tmp_path / "found.csv"
    path.write_text("before")
    seen: list[float] = []
    assert export_found(store, everyone, path, seen.append, lambda: True) == 0
    assert (path.read_text(), list(tmp_path.glob("*found*")), seen) == ("before", [path], [])
    assert export_found(store, everyone, path, seen.append, lambda: False) == 5
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 6
    assert seen == [1.0]

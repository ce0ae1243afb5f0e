from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.session import Store, open_store
from db.sql import query
from engine.calendar import DAY, HOUR, parse_instant
from engine.commands import flows
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.imports import ImportResult
from engine.commands.imports_fhir import import_clinical
from engine.intake.fhir import read_folder_or_file
from engine.runner import advance
from engine.workspace import Workspace

NOW = parse_instant("2026-01-05T14:00:00Z")
TODAY = date(2026, 1, 5)
VISIT = parse_instant("2024-03-01T10:30:00Z")
BOOKING = parse_instant("2024-02-01T09:00:00Z")
COMING = parse_instant("2026-02-01T09:00:00Z")


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


def patient(id: str, given: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": id,
        "name": [{"use": "official", "family": "Pacocha935", "given": [given]}],
        "telecom": [{"system": "phone", "value": "555-263-2052", "use": "home"}],
        "birthDate": "1957-04-20",
        "generalPractitioner": [{"reference": "Practitioner/p1"}],
        **more,
    }


def visit(id: str, of: str) -> dict[str, object]:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "subject": {"reference": f"Patient/{of}"},
        "participant": [{"individual": {"reference": "Practitioner/p1"}}],
        "period": {"start": "2024-03-01T10:00:00Z", "end": "2024-03-01T10:30:00Z"},
    }


def booking(id: str, of: str, status: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Appointment",
        "id": id,
        "status": status,
        "participant": [{"actor": {"reference": f"Patient/{of}"}}],
        **more,
    }


EXPORT: list[dict[str, object]] = [
    {"resourceType": "Practitioner", "id": "p1",
     "name": [{"prefix": ["Dr."], "given": ["Mei"], "family": "Ito"}]},
    patient("a", "Ann12"),
    patient("b", "Bob7", birthDate="1990-01-01", deceasedDateTime="2020-01-01T00:00:00Z"),
    visit("e1", "a"),
    booking("ap1", "a", "booked", created="2024-02-01T09:00:00Z", start="2024-03-01T10:00:00Z"),
    booking("ap2", "a", "booked", start="2026-02-01T09:00:00Z"),
    visit("e2", "nobody"),
]  # fmt: skip


def bring(workspace: Workspace, folder: Path, export: list[dict[str, object]]) -> ImportResult:
    path = folder / "export.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in export))
    return import_clinical(workspace, read_folder_or_file(path, TODAY, ZoneInfo("UTC")), NOW)


def test_patients_come_with_their_past_in_order_of_time(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    result = bring(workspace, tmp_path, EXPORT)

    assert (result.read, result.created, result.merged, result.refused) == (3, 2, 0, 1)
    assert [refusal.field for refusal in result.refusals] == ["subject"]
    assert ask(
        store,
        """SELECT c.ref, first_name, status, deceased, p.name, last_activity
        FROM contact c JOIN provider p ON p.id = provider_id ORDER BY c.id""",
    ) == [
        ("Patient/a", "Ann12", "patient", 0, "Dr. Mei Ito", NOW),
        ("Patient/b", "Bob7", "patient", 1, "Dr. Mei Ito", NOW),
    ]
    assert ask(store, "SELECT kind, at, key FROM event WHERE contact_id = 1 ORDER BY id") == [
        ("appointment_booked", BOOKING, "fhir:Appointment/ap1:appointment_booked"),
        ("appointment_completed", VISIT, "fhir:Encounter/e1:appointment_completed"),
        ("appointment_booked", NOW, "fhir:Appointment/ap2:appointment_booked"),
        ("contact_created", NOW, None),
    ]
    assert ask(store, "SELECT ref, at, status FROM appointment ORDER BY ref") == [
        ("Appointment/ap1", BOOKING, "booked"),
        ("Appointment/ap2", COMING, "booked"),
        ("Encounter/e1", VISIT, "completed"),
    ]


def test_the_same_export_again_changes_nothing(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    bring(workspace, tmp_path, EXPORT)
    before = ask(store, "SELECT * FROM event ORDER BY id")

    result = bring(workspace, tmp_path, EXPORT)

    assert (result.created, result.merged) == (0, 2)
    assert ask(store, "SELECT * FROM event ORDER BY id") == before
    assert ask(store, "SELECT COUNT(*) FROM appointment") == [(3,)]


def test_a_later_export_says_what_happened_since(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    bring(workspace, tmp_path, EXPORT)

    renamed = patient("a", "Anna", telecom=[])
    kept = booking("ap1", "a", "fulfilled", start="2024-03-01T10:00:00Z")
    bring(workspace, tmp_path, [renamed, kept])
    result = bring(workspace, tmp_path, [visit("e3", "a")])

    assert (result.read, result.refused) == (0, 0)
    assert ask(store, "SELECT first_name FROM contact WHERE id = 1") == [("Anna",)]
    assert ask(store, "SELECT status FROM appointment WHERE ref = 'Appointment/ap1'") == [
        ("completed",)
    ]
    assert ask(store, "SELECT kind, new FROM event WHERE contact_id = 1 ORDER BY id")[4:] == [
        ("appointment_completed", None), ("property_changed", "Anna"),
        ("appointment_completed", None),
    ]  # fmt: skip


def test_two_patients_behind_one_number_stay_two(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    twice = patient("c", "ANN12")
    son = patient("d", "Ann12", birthDate="1990-01-01")
    sister = patient("e", "Eve3")

    result = bring(workspace, tmp_path, [patient("a", "Ann12"), twice, son, sister])

    assert (result.created, result.merged) == (3, 1)
    assert ask(store, "SELECT ref FROM contact ORDER BY id") == [
        ("Patient/a",), ("Patient/d",), ("Patient/e",),
    ]  # fmt: skip


def test_a_lead_known_by_hand_became_a_patient_when_they_booked(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    became = {
        "format": "practice-crm/automation@1", "name": "Became",
        "trigger": {"type": "became_patient"},
        "steps": [{"id": "wait", "type": "delay", "amount": 2, "unit": "days"}],
    }  # fmt: skip
    flows.activate(workspace, flows.save_flow(workspace, "automation", became, NOW), NOW)
    lead = {"first_name": "Ann12", "last_name": "Pacocha935", "dob": "1957-04-20"}
    create_contacts(workspace, [NewContact("manual", lead)], NOW)

    result = bring(workspace, tmp_path, EXPORT)

    assert (result.created, result.merged) == (1, 1)
    assert ask(store, "SELECT ref, status FROM contact WHERE id = 1") == [("Patient/a", "patient")]
    assert ask(store, "SELECT at FROM event WHERE kind = 'became_patient'") == [(BOOKING,)]
    assert ask(store, "SELECT what FROM journal") == []


def test_the_past_answers_no_condition_and_wakes_no_dead(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    ask_back = {
        "format": "practice-crm/automation@1", "name": "Imported",
        "trigger": {"type": "contact_created", "source": "import"},
        "steps": [{"id": "booked", "type": "if_then",
                   "condition": {"type": "booked_appointment"}, "yes": [], "no": []}],
    }  # fmt: skip
    start = NOW - 900 * DAY
    flows.activate(workspace, flows.save_flow(workspace, "automation", ask_back, start), start)

    bring(workspace, tmp_path, EXPORT)
    advance(workspace, NOW + HOUR)

    assert ask(store, "SELECT contact_id, what, why FROM journal ORDER BY contact_id, id") == [
        (1, "enrolled", None), (1, "no", None), (1, "completed", None),
        (2, "not_enrolled", "do_not_contact"),
    ]  # fmt: skip

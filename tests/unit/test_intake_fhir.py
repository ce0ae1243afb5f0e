"""People, providers and visits from FHIR (engine/intake/fhir.py)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.errors import KnownError
from engine.calendar import parse_instant
from engine.intake.fhir import Item, read_folder_or_file, write_refused
from engine.intake.people import Happening, Person, Practitioner, Refusal

TODAY = date(2026, 11, 23)
UTC = ZoneInfo("UTC")

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [
        {"use": "maiden", "family": "Old1", "given": ["Ann2"]},
        {"use": "official", "family": "Lee842", "given": ["Ann787", "Mae760"], "prefix": ["Mrs."]},
    ],
    "telecom": [
        {"system": "phone", "value": "555-907-9875", "use": "home"},
        {"system": "phone", "value": "202-555-0123", "use": "mobile"},
        {"system": "phone", "value": "202-555-0199", "use": "old"},
        {"system": "fax", "value": "202-555-0198"},
        {"system": "email", "value": "ann@Example.org"},
    ],
    "birthDate": "1980-02-29",
    "generalPractitioner": [{"reference": "Practitioner/d1"}],
}
DOCTOR: dict[str, Any] = {
    "resourceType": "Practitioner",
    "id": "d1",
    "identifier": [{"system": "npi", "value": "99"}],
    "name": [{"family": "Ito1", "given": ["Ken"], "prefix": ["Dr."]}],
}


def read(tmp_path: Path, *resources: Any, zone: ZoneInfo = UTC) -> list[Item]:
    path = tmp_path / "export.ndjson"
    lines = (line if isinstance(line, str) else json.dumps(line) for line in resources)
    path.write_text("\n".join(lines))
    return list(read_folder_or_file(path, TODAY, zone))


def test_a_patient_becomes_a_person(tmp_path: Path) -> None:
    doctor, person = read(tmp_path, PATIENT, DOCTOR)
    assert doctor == Practitioner(2, "Practitioner/d1", "Dr. Ken Ito1", active=True)
    assert person == Person(
        1,
        "Patient/p1",
        "Ann787 Mae760",
        "Lee842",
        "ann@example.org",
        "+12025550123",
        "1980-02-29",
        status="patient",
        provider="Dr. Ken Ito1",
    )


@pytest.mark.parametrize(
    "said",
    [
        {"deceasedBoolean": True},
        {"deceasedBoolean": "true"},
        {"deceasedDateTime": "1951-02-20T08:15:54-05:00"},
        {"deceasedDateTime": "who knows", "birthDate": "2999-01-01", "name": None},
        {"_deceasedDateTime": {"extension": []}, "telecom": 3, "name": 4},
    ],
)
def test_the_dead_are_known_whatever_else_is_wrong(tmp_path: Path, said: dict[str, Any]) -> None:
    (person,) = read(tmp_path, {**PATIENT, **said})
    assert isinstance(person, Person) and person.deceased and person.ref == "Patient/p1"


def test_the_living_and_the_inactive(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        {**PATIENT, "deceasedBoolean": False},
        {**PATIENT, "active": False, "birthDate": "1980", "telecom": [{"system": "phone"}]},
    )
    assert isinstance(first, Person) and not first.deceased and not first.archived
    assert isinstance(second, Person) and second.archived
    assert (second.dob, second.phone) == (None, None)


def test_broken_lines_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '{"resourceType": "Patient", ',
        "[" * 100_000,
        "",
        "null",
        {**PATIENT, "birthDate": "2030-01-01"},
        {**PATIENT, "birthDate": {"a": 1}},
        {"resourceType": "Patient", "id": "nobody"},
        '{"n": ' + "9" * 5000 + "}",
        PATIENT,
    )
    refused = [item for item in found if isinstance(item, Refusal)]
    assert [(item.row, item.field) for item in refused] == [
        (1, ""),
        (2, ""),
        (4, ""),
        (5, "dob"),
        (6, "dob"),
        (7, ""),
        (8, ""),
    ]
    assert "deeply" in refused[1].reason
    assert isinstance(found[-1], Person) and found[-1].row == 9
    out = tmp_path / "refused.ndjson"
    write_refused(out, refused)
    assert len(out.read_text().splitlines()) == 7
    assert out.stat().st_mode & 0o777 == 0o600


APPOINTMENT: dict[str, Any] = {
    "resourceType": "Appointment",
    "id": "a1",
    "status": "booked",
    "created": "2026-01-02",
    "start": "2026-02-01T09:00:00-05:00",
    "end": "2026-02-01T09:30:00.1234567Z",
    "participant": [
        {"actor": {"reference": "Practitioner?identifier=npi|99"}},
        {"actor": {"reference": "https://x.org/fhir/Patient/p1/_history/2"}},
    ],
}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "subject": {"reference": "urn:uuid:p1"},
    "participant": [{"individual": {"reference": "Practitioner/x", "display": "Dr Who"}}],
    "period": {"start": "2026-01-05T14:00:00Z", "end": "2026-01-05T14:30:00Z"},
}


def test_visits_become_happenings(tmp_path: Path) -> None:
    happenings = read(
        tmp_path,
        APPOINTMENT,
        {**APPOINTMENT, "status": "fulfilled"},
        {**APPOINTMENT, "status": "cancelled", "meta": {"lastUpdated": "2026-01-31T00:00:00Z"}},
        ENCOUNTER,
        {**ENCOUNTER, "status": "planned"},
        {**ENCOUNTER, "subject": None},
        {**ENCOUNTER, "period": {"end": "99999-01-01"}},
        {**ENCOUNTER, "status": "entered-in-error"},
        DOCTOR,
    )[1:]
    told = [
        (item.kind, item.at, item.person_ref, item.provider)
        for item in happenings
        if isinstance(item, Happening)
    ]
    doctor, who, ann = "Dr. Ken Ito1", "Dr Who", "Patient/p1"
    assert told == [
        ("appointment_booked", parse_instant("2026-01-02T00:00:00Z"), ann, doctor),
        (
            "appointment_completed",
            parse_instant("2026-02-01T09:30:00.123456Z"),
            "Patient/p1",
            doctor,
        ),
        ("appointment_cancelled", parse_instant("2026-01-31T00:00:00Z"), ann, doctor),
        ("appointment_completed", parse_instant("2026-01-05T14:30:00Z"), ann, who),
        ("appointment_booked", parse_instant("2026-01-05T14:00:00Z"), ann, who),
    ]
    refused = [item for item in happenings if isinstance(item, Refusal)]
    assert [item.field for item in refused] == ["subject", "period"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-07-02", "2026-07-02T04:00:00Z"),
        ("2026-07-02T20:00:00", "2026-07-03T00:00:00Z"),
        ("2026-03-08T02:30", "2026-03-08T07:30:00Z"),
        ("2026-07-02T20:00:00Z", "2026-07-02T20:00:00Z"),
        ("2026-07-02T20:00:00+02:00", "2026-07-02T18:00:00Z"),
    ],
)
def test_a_time_without_a_zone_is_the_practice_s(tmp_path: Path, said: str, meant: str) -> None:
    happening = read(tmp_path, {**APPOINTMENT, "created": said}, zone=ZoneInfo("America/New_York"))
    assert [item.at for item in happening if isinstance(item, Happening)] == [parse_instant(meant)]


def test_a_file_of_a_folder_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("not JSON")
    (tmp_path / "good.ndjson").write_text(json.dumps(PATIENT))
    refused, person = read_folder_or_file(tmp_path, TODAY, UTC)
    assert isinstance(refused, Refusal) and refused.file == "broken.json"
    assert isinstance(person, Person)


def test_a_bundle_a_list_and_a_folder(tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:p7", "resource": {**PATIENT, "id": None}},
            {"resource": DOCTOR},
            {"resource": {"resourceType": "Location"}},
            None,
        ],
    }
    (tmp_path / "one.json").write_text(json.dumps(bundle, indent=1))
    (tmp_path / "two.json").write_text(json.dumps([PATIENT]))
    (tmp_path / "notes.txt").write_text("not read")
    skipped: Counter[str] = Counter()
    found = list(read_folder_or_file(tmp_path, TODAY, UTC, skipped=skipped))
    people = [item for item in found if isinstance(item, Person)]
    assert [(person.ref, person.provider) for person in people] == [
        ("Patient/p7", "Dr. Ken Ito1"),
        ("Patient/p1", "Dr. Ken Ito1"),
    ]
    assert [(item.row, item.file) for item in found if isinstance(item, Refusal)] == [
        (4, "one.json")
    ]
    assert skipped == {"Location": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b""),
        ("a.json", b"first,last\nAnn,Lee\n"),
        ("a.json", b'{"a": 1}'),
        ("a.zip", b"PK\x03\x04"),
        ("a.json", b"[" * 100_000),
    ],
)
def test_a_file_that_is_no_export_is_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path / "missing"):
        with pytest.raises(KnownError) as refused:
            read_folder_or_file(path, TODAY, UTC)
        assert refused.value.status == 2


WORDS = st.sampled_from(
    "resourceType id name telecom birthDate deceasedBoolean deceasedDateTime active status"
    " Patient Practitioner Appointment Encounter Bundle entry resource subject reference"
    " participant actor period start end phone email official family given Patient/1 finished"
    " booked 2026-01-01".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from(["Patient", "Practitioner", "Appointment", "Encounter", "Bundle"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(KINDS, st.dictionaries(WORDS, JSON, max_size=6)), max_size=4), JSON)
def test_arbitrary_json_never_fails(
    tmp_path: Path, resources: list[tuple[str, dict[str, Any]]], junk: Any
) -> None:
    lines = [{**resource, "resourceType": kind} for kind, resource in resources]
    for item in read(tmp_path, *lines, junk):
        assert isinstance(item, Person | Practitioner | Happening | Refusal)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=80), max_size=5))
def test_arbitrary_bytes_never_fail(tmp_path: Path, lines: list[bytes]) -> None:
    path = tmp_path / "export.ndjson"
    path.write_bytes(b"\n".join([b"{}", *lines]))
    assert all(isinstance(item, Refusal) for item in read_folder_or_file(path, TODAY, UTC))

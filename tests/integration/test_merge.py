from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.errors import KnownError
from db.session import Store, open_store
from db.sql import query
from engine.calendar import DAY, parse_instant
from engine.commands import campaigns, events, flows, settings, signals
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.merging import merge_contacts
from engine.runner import advance
from engine.workspace import Workspace

NOW = parse_instant("2026-01-05T14:00:00Z")
LATER = NOW + DAY


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


def automation(workspace: Workspace, name: str, trigger: dict[str, str]) -> int:
    document = {
        "format": "practice-crm/automation@1",
        "name": name,
        "trigger": trigger,
        "steps": [{"id": "wait", "type": "delay", "amount": 9, "unit": "days"},
                  {"id": "mark", "type": "set_property", "property": "lead_source", "value": "x"}],
    }  # fmt: skip
    flow_id = flows.save_flow(workspace, "automation", document, NOW)
    flows.activate(workspace, flow_id, NOW)
    return flow_id


def create(workspace: Workspace, at: int = NOW, **fields: str) -> int:
    return create_contacts(workspace, [NewContact("manual", fields)], at)[0]


def test_the_kept_record_stands_and_its_gaps_are_filled(workspace: Workspace, store: Store) -> None:
    owner = settings.add_named(workspace, "user", "Sarah")
    keep = create(workspace, first_name="Ann", email="ann@example.org", lead_source="Fair")
    other = create(
        workspace, LATER, first_name="Anna", last_name="Lee", phone="+12025550123",
        dob="1980-02-29", contact_owner=str(owner), insurance_verification="pending",
    )  # fmt: skip

    merge_contacts(workspace, keep, other, LATER + 1)

    assert ask(
        store,
        """SELECT id, first_name, last_name, email, phone, dob, birth_day, lead_source, owner_id,
        insurance, created_at, last_activity FROM contact""",
    ) == [
        (keep, "Ann", "Lee", "ann@example.org", "+12025550123", "1980-02-29", 229, "Fair", owner,
         "pending", NOW, LATER + 1)
    ]  # fmt: skip
    told = ask(store, "SELECT contact_id, kind, field FROM event ORDER BY id")
    assert told[:2] == [(keep, "contact_created", None)] * 2
    assert {field for _, _, field in told[2:]} == {
        "last_name", "phone", "dob", "contact_owner", "insurance_verification",
    }  # fmt: skip


@pytest.mark.parametrize("way", [0, 1])
def test_of_two_live_enrolments_the_older_stays(
    workspace: Workspace, store: Store, way: int
) -> None:
    created = automation(workspace, "Created", {"type": "contact_created", "source": "any"})
    pair = [create(workspace, first_name="Ann"), create(workspace, LATER, first_name="Ann")]
    keep, other = pair[way], pair[1 - way]

    merge_contacts(workspace, keep, other, LATER)

    assert ask(
        store,
        "SELECT flow_id, contact_id, state, ended_why, enrolled_at FROM enrolment ORDER BY id",
    ) == [
        (created, keep, "waiting", None, NOW),
        (created, keep, "ended", "merged", LATER),
    ]  # fmt: skip
    assert ask(store, "SELECT contact_id, what, why FROM journal ORDER BY id") == [
        (keep, "enrolled", None), (keep, "enrolled", None), (keep, "unenrolled", "merged"),
    ]  # fmt: skip
    assert ask(store, "SELECT SUM(here) FROM step_here") == [(1,)]
    for days in (1, 30):
        advance(workspace, LATER + days * DAY)
    assert ask(store, "SELECT COUNT(*) FROM enrolment WHERE state <> 'ended'") == [(0,)]


@pytest.mark.parametrize("way", [0, 1])
def test_the_strictest_consent_wins(workspace: Workspace, store: Store, way: int) -> None:
    automation(workspace, "Created", {"type": "contact_created", "source": "any"})
    pair = [create(workspace, first_name="Ann"), create(workspace, first_name="Ann")]
    signals.hear_text(workspace, pair[0], "STOP", NOW)
    events.record(workspace, pair[0], "email_unsubscribed", NOW)
    events.record(workspace, pair[0], "do_not_contact", NOW)

    merge_contacts(workspace, pair[way], pair[1 - way], LATER)

    assert ask(
        store,
        """SELECT id, sms_on, email_on, sms_opted_out, email_opted_out, do_not_contact
        FROM contact""",
    ) == [(pair[way], 0, 0, 1, 1, 1)]
    assert ask(store, "SELECT DISTINCT contact_id FROM consent") == [(pair[way],)]
    assert ask(store, "SELECT COUNT(*) FROM enrolment WHERE state <> 'ended'") == [(0,)]


def test_a_patient_merged_into_a_lead_makes_a_patient(workspace: Workspace, store: Store) -> None:
    keep, other = create(workspace, first_name="Ann"), create(workspace, status="patient")
    became = automation(workspace, "Became", {"type": "became_patient"})

    merge_contacts(workspace, keep, other, LATER)

    assert ask(store, "SELECT status FROM contact") == [("patient",)]
    assert ask(store, "SELECT flow_id, what FROM journal") == [(became, "enrolled")]


def test_lists_and_touches_are_united(workspace: Workspace, store: Store) -> None:
    both = settings.add_list(workspace, {"name": "Both", "type": "static"})
    one = settings.add_list(workspace, {"name": "One", "type": "static"})
    rule = {"all": [{"type": "property", "property": "lead_source", "op": "is", "value": "Fair"}]}
    settings.add_list(workspace, {"name": "Fair", "type": "dynamic", "rule": rule})
    automation(workspace, "Created", {"type": "contact_created", "source": "any"})
    campaign = {
        "format": "practice-crm/campaign@1", "name": "Spring", "goal": None, "start": None,
        "end": None, "assets": [{"type": "automation", "name": "Created"}],
    }  # fmt: skip
    campaigns.save_campaign(workspace, campaign, NOW)
    keep, other = create(workspace, LATER), create(workspace, NOW, lead_source="Fair")
    for contact, list_id in ((keep, both), (other, both), (other, one)):
        events.record(workspace, contact, "list_joined", LATER, subject=list_id)

    merge_contacts(workspace, keep, other, LATER)

    names = "SELECT name FROM list_member JOIN contact_list ON id = list_id ORDER BY name"
    assert ask(store, names) == [("Both",), ("Fair",), ("One",)]
    sizes = "SELECT name, size FROM contact_list ORDER BY name"
    assert ask(store, sizes) == [("Both", 1), ("Fair", 1), ("One", 1)]
    assert ask(store, "SELECT contact_id, kind, first_at FROM touch ORDER BY kind") == [
        (keep, "", NOW), (keep, "automation", NOW),
    ]  # fmt: skip


def test_one_record_is_no_two(workspace: Workspace, store: Store) -> None:
    keep = create(workspace, first_name="Ann")

    for other in (keep, keep + 1):
        with pytest.raises(KnownError):
            merge_contacts(workspace, keep, other, LATER)

    assert ask(store, "SELECT COUNT(*) FROM contact") == [(1,)]

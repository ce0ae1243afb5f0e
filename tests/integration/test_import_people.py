from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.errors import KnownError
from db.session import Store, open_store
from db.sql import query
from engine.calendar import DAY, parse_instant
from engine.commands import flows, settings
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.imports import ImportResult, import_people
from engine.intake.people import Person, Refusal
from engine.intake.spreadsheet import read
from engine.workspace import Workspace
from tests.untidy import Truth, untidy_csv

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


def events(store: Store) -> list[tuple[Any, ...]]:
    return ask(store, "SELECT kind, field, old, new, depth, at FROM event ORDER BY id")


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.read, result.created, result.merged, result.refused


def _flag(why: str) -> Any:
    return {why: True}


def automation(workspace: Workspace, name: str, trigger: dict[str, str]) -> int:
    document = {
        "format": "practice-crm/automation@1",
        "name": name,
        "trigger": trigger,
        "steps": [{"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
                  {"id": "mark", "type": "set_property", "property": "lead_source", "value": "x"}],
    }  # fmt: skip
    flow_id = flows.save_flow(workspace, "automation", document, NOW)
    flows.activate(workspace, flow_id, NOW)
    return flow_id


ANN = Person(2, None, "Ann", "Lee", "ann@example.org", "+12025550123", "1980-02-29")


def test_a_new_person_is_a_lead_with_everything_the_file_says(
    workspace: Workspace, store: Store
) -> None:
    settings.add_named(workspace, "user", "Sarah")
    person = Person(
        2, "77", "Ann", "Lee", "Ann.Lee@example.org", "+12025550123", "1980-02-29",
        "America/New_York", None, "Fair", "sarah", "Dr Ito", True, True, "pending",
        lists=("Newsletter", "newsletter", "Fair 2026"),
    )  # fmt: skip

    result = import_people(workspace, [person], NOW)

    assert counts(result) == (1, 1, 0, 0)
    assert ask(
        store,
        """SELECT c.ref, first_name, email, dob, birth_day, timezone, source, status, lead_source,
        s.name, p.name, sms_on, email_on, sms_opted_out, email_opted_out, insurance, last_activity
        FROM contact c JOIN staff s ON s.id = owner_id JOIN provider p ON p.id = provider_id""",
    ) == [
        ("77", "Ann", "ann.lee@example.org", "1980-02-29", 229, "America/New_York", "import",
         "lead", "Fair", "Sarah", "Dr Ito", 1, 1, 0, 0, "pending", NOW)
    ]  # fmt: skip
    assert [event[0] for event in events(store)] == [
        "contact_created", "list_joined", "list_joined",
    ]  # fmt: skip
    assert ask(store, "SELECT name, kind FROM contact_list ORDER BY id") == [
        ("Newsletter", "static"), ("Fair 2026", "static"),
    ]  # fmt: skip


def test_an_imported_patient_never_became_one(workspace: Workspace, store: Store) -> None:
    automation(workspace, "Became", {"type": "became_patient"})
    automation(workspace, "Imported", {"type": "contact_created", "source": "import"})
    automation(workspace, "Walked in", {"type": "contact_created", "source": "walk_in"})

    import_people(workspace, [ANN], NOW, status="patient")

    assert ask(store, "SELECT status FROM contact") == [("patient",)]
    assert [event[0] for event in events(store)] == ["contact_created"]
    lines = ask(store, "SELECT f.name, what FROM journal j JOIN flow f ON f.id = j.flow_id")
    assert lines == [("Imported", "enrolled")]


def test_an_automation_activated_after_the_import_takes_nobody(
    workspace: Workspace, store: Store
) -> None:
    automation(workspace, "Imported", {"type": "contact_created", "source": "any"})

    import_people(workspace, [ANN], NOW - 1)

    assert ask(store, "SELECT what FROM journal") == []


def test_a_second_import_of_one_file_changes_nothing(workspace: Workspace, store: Store) -> None:
    people = [ANN, Person(3, None, "Bob", email="bob@example.org", lists=("News",))]
    import_people(workspace, people, NOW)
    before = events(store)

    result = import_people(workspace, people, LATER)

    assert counts(result) == (2, 0, 2, 0)
    assert events(store) == before
    assert ask(store, "SELECT last_activity FROM contact") == [(NOW,), (NOW,)]


@pytest.mark.parametrize(
    "again",
    [
        Person(2, None, "Anne", "Lee", "ANN@example.org"),
        Person(2, None, "Anne", "Lee", "anne@example.net", "+12025550123"),
        Person(2, None, "ANN", "LEE", "other@example.net", None, "1980-02-29"),
        Person(2, None, None, None, None, "+12025550123"),
    ],
)
@pytest.mark.parametrize("batch", [1, 2000])
def test_the_same_person_is_found_in_the_file_and_in_the_store(
    workspace: Workspace, store: Store, again: Person, batch: int
) -> None:
    result = import_people(workspace, [ANN, again], NOW, batch=batch)

    assert counts(result) == (2, 1, 1, 0)
    assert ask(store, "SELECT COUNT(*) FROM contact") == [(1,)]
    assert [e[0] for e in events(store)].count("contact_created") == 1


def test_a_merge_says_what_changed_and_never_empties(workspace: Workspace, store: Store) -> None:
    flow = automation(workspace, "Source", {"type": "property_changed", "property": "lead_source"})
    import_people(workspace, [ANN], NOW)

    import_people(
        workspace,
        [Person(2, "9", "ANN", "Wong", "ann@example.org", lead_source="Fair", lists=("News",))],
        LATER,
    )

    assert events(store)[1:] == [
        ("property_changed", "last_name", "Lee", "Wong", 0, LATER),
        ("property_changed", "lead_source", "", "Fair", 0, LATER),
        ("list_joined", None, None, None, 0, LATER),
    ]
    assert ask(store, "SELECT ref, first_name, phone, dob, last_activity FROM contact") == [
        ("9", "Ann", "+12025550123", "1980-02-29", LATER)
    ]
    assert ask(store, "SELECT flow_id, what FROM journal") == [(flow, "enrolled")]


def test_a_lead_becomes_a_patient_and_no_patient_a_lead(workspace: Workspace, store: Store) -> None:
    import_people(workspace, [ANN], NOW)

    import_people(workspace, [ANN], LATER, status="patient")
    assert ask(store, "SELECT status FROM contact") == [("lead",)]

    patient = Person(2, email="ann@example.org", status="patient")
    import_people(workspace, [patient, Person(3, email="ann@example.org", status="lead")], LATER)

    assert ask(store, "SELECT status FROM contact") == [("patient",)]
    assert [event[:4] for event in events(store)[1:]] == [
        ("property_changed", "status", "lead", "patient"),
        ("became_patient", None, None, None),
    ]


def test_no_import_turns_a_subscription_on(workspace: Workspace, store: Store) -> None:
    out = Person(2, None, "Ann", email="a@example.org", sms_subscription=False,
                 email_subscription=False)  # fmt: skip
    back = Person(3, None, "Ann", email="a@example.org", sms_subscription=True,
                  email_subscription=True)  # fmt: skip

    import_people(workspace, [out, back], NOW, batch=1)

    assert ask(
        store, "SELECT sms_on, email_on, sms_opted_out, email_opted_out FROM contact"
    ) == [(0, 0, 1, 1)]  # fmt: skip
    assert ask(store, "SELECT channel, change, words, at FROM consent ORDER BY id") == [
        ("sms", "sms_opted_out", "import", NOW),
        ("email", "email_unsubscribed", "import", NOW),
    ]
    assert [event[0] for event in events(store)] == ["contact_created"]


def test_a_known_person_s_withdrawal_is_kept_once(workspace: Workspace, store: Store) -> None:
    import_people(workspace, [ANN], NOW)
    out = Person(2, email="ann@example.org", sms_subscription=False)

    import_people(workspace, [out, out], LATER)

    assert ask(store, "SELECT sms_on, email_on, sms_opted_out FROM contact") == [(0, 1, 1)]
    assert [event[:4] for event in events(store)[1:]] == [
        ("property_changed", "sms_subscription", "on", "off")
    ]
    assert ask(store, "SELECT channel, change FROM consent") == [("sms", "sms_opted_out")]


def test_a_withdrawal_is_remembered_beside_the_store(store: Store, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    workspace = Workspace(store, ledger)

    for person in (
        Person(2, email="ann@example.org", sms_subscription=False),
        Person(2, email="ann@example.org", email_subscription=False),
        Person(2, email="ann@example.org", do_not_contact=True),
    ):
        import_people(workspace, [person], NOW)

    for said in ("sms_opted_out", "email_unsubscribed", "do_not_contact"):
        assert ledger.read_text().count(said) == 1


@pytest.mark.parametrize("why", ["deceased", "archived", "do_not_contact"])
def test_who_is_barred_leaves_everything_and_stays_barred(
    workspace: Workspace, store: Store, why: str
) -> None:
    automation(workspace, "Imported", {"type": "contact_created", "source": "import"})
    automation(workspace, "Source", {"type": "property_changed", "property": "lead_source"})
    import_people(workspace, [ANN], NOW)
    barred = Person(2, email="ann@example.org", lead_source="Fair", **_flag(why))

    import_people(workspace, [barred, ANN], LATER)

    assert ask(store, f"SELECT {why} FROM contact") == [(1,)]
    lines = ask(store, "SELECT f.name, what, why FROM journal j JOIN flow f ON f.id = j.flow_id"
                       " ORDER BY j.id")  # fmt: skip
    assert lines == [
        ("Imported", "enrolled", None),
        ("Imported", "unenrolled", "do_not_contact"),
        ("Source", "not_enrolled", "do_not_contact"),
    ]
    said = [event[0] for event in events(store)].count("do_not_contact")
    assert said == (why == "do_not_contact")


def test_a_new_person_who_is_barred_is_enrolled_nowhere(workspace: Workspace, store: Store) -> None:
    automation(workspace, "Imported", {"type": "contact_created", "source": "import"})

    result = import_people(workspace, [Person(2, None, "Ann", deceased=True, owner="nobody")], NOW)

    assert counts(result) == (1, 1, 0, 0)
    assert ask(store, "SELECT what, why FROM journal") == [("not_enrolled", "do_not_contact")]


def test_a_family_shares_its_address_and_stays_two_people(
    workspace: Workspace, store: Store
) -> None:
    child = Person(3, None, "Tom", "Lee", ANN.email, ANN.phone, "2012-05-01")

    result = import_people(workspace, [ANN, child, ANN, child], NOW)

    assert counts(result) == (4, 2, 2, 0)
    assert ask(store, "SELECT first_name FROM contact ORDER BY id") == [("Ann",), ("Tom",)]


def test_the_practice_s_own_number_is_nobody_s(workspace: Workspace, store: Store) -> None:
    everybody = [
        Person(n, None, f"P{n}", "Lee", phone="+12025550100", dob=f"19{n:02d}-01-01")
        for n in range(2, 92)
    ]

    for _ in range(2):
        result = import_people(workspace, everybody, NOW, batch=40)

    assert counts(result) == (90, 0, 90, 0)
    assert ask(store, "SELECT COUNT(*) FROM contact") == [(90,)]
    assert ask(store, "SELECT COUNT(*) FROM event") == [(90,)]


def test_ids_of_two_spreadsheets_are_not_the_same(workspace: Workspace, store: Store) -> None:
    import_people(workspace, [Person(2, "1", "Ann", "Lee"), Person(3, "2", "Bob", "Ray")], NOW)

    result = import_people(
        workspace, [Person(2, "1", "Zoe", "Hill"), Person(3, "2", "BOB", "RAY")], NOW
    )

    assert counts(result) == (2, 1, 1, 0)
    assert ask(store, "SELECT ref, first_name FROM contact ORDER BY id") == [
        ("1", "Ann"), ("2", "Bob"), (None, "Zoe"),
    ]  # fmt: skip


def test_unknown_owners_and_dynamic_lists_are_refused(workspace: Workspace, store: Store) -> None:
    rule = {"all": [{"type": "property", "property": "status", "op": "is", "value": "patient"}]}
    settings.add_list(workspace, {"name": "Patients", "type": "dynamic", "rule": rule})
    people: list[Person | Refusal] = [
        Person(2, None, "Ann", owner="Nobody"),
        Refusal(3, "dob", "is in the future"),
        Person(4, None, "Bob", lists=("Patients",)),
        Person(5, None, "Zoe"),
    ]
    seen: list[int] = []

    result = import_people(workspace, people, NOW, batch=3, progress=seen.append)

    assert counts(result) == (4, 1, 0, 3)
    assert [(r.row, r.field) for r in result.refusals] == [(2, "owner"), (3, "dob"), (4, "lists")]
    assert seen == [3, 4]


def test_a_chunk_is_all_or_nothing_and_can_be_run_again(workspace: Workspace, store: Store) -> None:
    people = [Person(n, None, f"P{n}", email=f"p{n}@example.org") for n in range(2, 8)]

    def torn() -> Iterator[Person]:
        yield from people[:5]
        raise KnownError("The disk is gone.")

    with pytest.raises(KnownError):
        import_people(workspace, torn(), NOW, batch=2)
    assert ask(store, "SELECT COUNT(*) FROM contact") == [(4,)]

    assert counts(import_people(workspace, people, LATER, batch=2)) == (6, 2, 4, 0)
    assert ask(store, "SELECT COUNT(*) FROM event") == [(6,)]


def test_a_chunk_that_fails_leaves_nothing(store: Store) -> None:
    def reached(point: str) -> None:
        if point == "import.saving":
            raise KnownError("The disk is gone.")

    with pytest.raises(KnownError):
        import_people(Workspace(store, reached=reached), [ANN], NOW)

    assert ask(store, "SELECT COUNT(*) FROM contact") == [(0,)]
    assert counts(import_people(Workspace(store), [ANN], NOW)) == (1, 1, 0, 0)


def test_who_was_made_by_hand_is_found(workspace: Workspace, store: Store) -> None:
    fields = {"first_name": "ANN", "last_name": "LEE", "dob": "1980-02-29"}
    create_contacts(workspace, [NewContact("manual", fields)], NOW)

    assert counts(import_people(workspace, [ANN], LATER)) == (1, 0, 1, 0)
    assert ask(store, "SELECT first_name, email FROM contact") == [("ANN", "ann@example.org")]


@pytest.mark.parametrize("batch", [7, 2000])
def test_two_thousand_untidy_people_end_as_they_are(
    workspace: Workspace, store: Store, tmp_path: Path, batch: int
) -> None:
    content, truths = untidy_csv(7, 2_000)
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    good = [truth for truth in truths if truth.refused is None]

    for _ in range(2):
        people = read(path, {}, "US", date(2026, 1, 5), None)
        result = import_people(workspace, people, NOW, batch=batch)

    assert result.read == 2_000
    assert result.refused == len(truths) - len(good)
    reachable = [truth for truth in good if truth.email or truth.phone]
    assert sorted(map(_told, reachable)) == sorted(
        ask(
            store,
            """SELECT first_name, last_name, email, phone, COALESCE(dob, ''), email_on
            FROM contact WHERE email <> '' OR phone <> ''""",
        )
    )


def _told(truth: Truth) -> tuple[Any, ...]:
    return (
        truth.first_name or "", truth.last_name or "", (truth.email or "").lower(),
        truth.phone or "", truth.dob or "", int(truth.email_subscription is None),
    )  # fmt: skip


def test_a_household_that_shares_a_number_stays_two_people(
    workspace: Workspace, store: Store
) -> None:
    first = Person(2, None, "Ann", "Lee", "ann@example.org", "+12025550123")
    other = Person(3, None, "Bob", "Lee", "bob@example.org", "+12025550123")
    assert counts(import_people(workspace, [first, other], NOW)) == (2, 2, 0, 0)

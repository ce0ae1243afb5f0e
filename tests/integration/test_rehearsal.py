"""A rehearsal does what the engine did, on recorded history alone, and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import engine.replay.tally
from db.errors import DocumentError, KnownError
from db.models import metadata
from db.queries import rehearsal as rows
from db.session import open_store, temporary_store
from db.sql import query
from engine.calendar import DAY, format_instant, local_date, parse_instant, zone
from engine.commands import events, flows, settings, signals
from engine.dispatcher import RECORDED, deliver, standing
from engine.documents.loading import load_json
from engine.documents.scenario import filled
from engine.goals import CHANNEL_FACTS
from engine.listing import show
from engine.loading import load_contacts, load_lists
from engine.record import Contact
from engine.rehearsal import rehearse
from engine.rehearsed import Number, behind
from engine.replay.past import Fact, rewind
from engine.replay.result import Rehearsal, compare_rehearsals
from engine.runner import advance
from engine.scenario import Scenario
from engine.workspace import Workspace
from tests.e2e.random_scenarios import random_scenario
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

CASES = Path(__file__).parents[1] / "e2e" / "scenarios"
SEEDS = (0, 2, 4, 6, 7, 11, 14, 19)
BY_HAND = {"pause", "activate", "edit", "unenroll"}
"""What people do to flows is no history of contacts: a rehearsed flow is on all the time."""
TODAY = date(2026, 3, 2)
WAIT = {"id": "wait", "type": "delay", "amount": 2, "unit": "days"}
Way = Counter[tuple[object, ...]]


def cases() -> Iterator[tuple[str, Any]]:
    """Scenarios whose flows nobody touches: the worked cases and some random ones."""
    for file in sorted(CASES.glob("*.scenario.json")):
        yield file.name, load_json(file)
    for seed in SEEDS:
        yield f"random {seed}", random_scenario(seed)


def untouched(document: Any) -> Any:
    flows = [*document.get("automations", ()), *document.get("sequences", ())]
    known = {flow["name"] for flow in flows}
    timeline = [
        entry
        for entry in document["timeline"]
        if entry["do"] not in BY_HAND
        and entry.get("automation", entry.get("sequence")) in {None, *known}
    ]
    return filled({**document, "campaigns": [], "timeline": timeline})


@contextmanager
def lived(document: Any, url: str | None = None) -> Iterator[Scenario]:
    with temporary_store(url) as store:
        scenario = Scenario(store, document)
        scenario.run()
        yield scenario


def ways_lived(scenario: Scenario, flow: str) -> dict[str, Way]:
    """What the journal says, by contact, of those who ever entered a flow."""
    found: dict[str, Way] = {}
    entered = set()
    for line in scenario.journal():
        if line["flow"] == flow and "contact" in line and line["what"] != "ignored":
            rest = tuple(line.get(key) for key in ("at", "step", "what", "why", "until"))
            found.setdefault(line["contact"], Counter())[rest] += 1
            entered |= {line["contact"]} if line["what"] == "enrolled" else set()
    return {contact: found[contact] for contact in entered}


def ways_rehearsed(done: Rehearsal, scenario: Scenario) -> dict[str, Way]:
    refs = {id: ref for ref, id in scenario.contacts.items()}
    return {
        refs[person.id]: Counter(
            (format_instant(mark.at), mark.step, mark.what, mark.why,
             mark.until and format_instant(mark.until))
            for mark in person.path
        )
        for person in done.examples
    }  # fmt: skip


def days_of(document: Any) -> tuple[date, date]:
    home = zone(document["practice"]["timezone"])
    first, last = (local_date(parse_instant(document[key]), home) for key in ("start", "until"))
    return first, last


@pytest.mark.parametrize(
    "document", [case for _, case in cases()], ids=[name for name, _ in cases()]
)
def test_every_way_is_the_one_that_was_lived(document: Any) -> None:
    hold_to_the_journal(untouched(document))


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_so_it_is_on_a_server(seed: int, postgres_url: str) -> None:
    hold_to_the_journal(untouched(random_scenario(seed)), postgres_url)


def hold_to_the_journal(document: Any, url: str | None = None) -> None:
    """The engine is the judge: what a live flow did, a rehearsal of it does again."""
    with lived(document, url) as scenario, scenario.workspace.store.read() as reader:
        for state in scenario.workspace.catalogue(reader).flows.values():
            if state.kind != "automation":
                continue
            done = rehearse(
                reader, show(reader, "automation", state.name), *days_of(document),
                parse_instant(document["until"]), flow_id=state.id,
            )  # fmt: skip
            expected = ways_lived(scenario, state.name)
            assert done.people == len(expected)
            assert done.people <= engine.replay.tally.EXAMPLES, "every way has to be seen"
            assert ways_rehearsed(done, scenario) == expected
            for number, count in numbers_of(done):
                assert len(behind(reader, done, number, 0, 10_000)) == count, number


def numbers_of(done: Rehearsal) -> Iterator[tuple[Number, int]]:
    """Every number of a rehearsal."""
    for word, count in (
        ("enrolled", done.enrolled), ("people", done.people), ("email", done.email),
        ("sms", done.sms), ("task_created", done.tasks), ("goal_reached", done.goal_reached),
        ("lost", done.lost), ("unanswered", done.unanswered),
    ):  # fmt: skip
        yield Number((word,)), count
    ended = {"completed": done.completed, "active": done.active, **done.unenrolled}
    for word, reasons in (
        ("ended", ended), ("skipped", done.skipped), ("not_enrolled", done.not_enrolled),
    ):  # fmt: skip
        for why, count in reasons.items():
            yield Number((word,), why), count
    for day in done.days:
        yield Number(("enrolled",), None, day.day, day.day), day.enrolled
        yield Number(("email", "sms"), None, day.day, day.day), day.email + day.sms


def test_the_past_is_the_one_that_was_recorded() -> None:
    # What a store said at an instant, a later store's log still tells.
    compared = 0
    for name, document in cases():
        document = untouched(document)
        start, until = parse_instant(document["start"]), parse_instant(document["until"])
        middle = (start + until) // 2
        before = {**document, "until": format_instant(middle - 1)}
        with lived(before) as early, lived(document) as late:
            then, rewound = standing_then(early), rewound_to(late, middle)
            refs = {ref: id for ref, id in late.contacts.items() if ref in early.contacts}
            for ref, id in refs.items():
                assert rewound[id] == then[early.contacts[ref]], f"{name}: {ref}"
                compared += 1
    assert compared >= 50


def record_of(contact: Contact) -> dict[str, object]:
    skipped = {"id", "row", "dirty", "walks"}
    return {f.name: getattr(contact, f.name) for f in fields(Contact) if f.name not in skipped}


def standing_then(scenario: Scenario) -> dict[int, object]:
    with scenario.workspace.store.write() as connection:
        contacts = load_contacts(connection, scenario.contacts.values())
        load_lists(connection, contacts)
        return {id: record_of(contacts[id]) for id in contacts}


def rewound_to(scenario: Scenario, instant: int) -> dict[int, object]:
    ids = [*scenario.contacts.values()]
    with scenario.workspace.store.write() as connection:
        contacts = load_contacts(connection, ids)
        load_lists(connection, contacts)
        history = [Fact(*row) for row in rows.history(connection, ids, instant, ("none",))]
        dynamic = [each["name"] for each in scenario.document["lists"] if "rule" in each]
        lists = query(connection, "SELECT id, name FROM contact_list")
        active = rows.last_activities(
            connection, ids, instant, sorted(CHANNEL_FACTS),
            [row.id for row in lists if row.name in dynamic],
        )  # fmt: skip
        said = rows.consents(connection, ids, instant)
    for id, contact in contacts.items():
        since = [fact for fact in history if fact.contact_id == id]
        consents = {channel: change for who, channel, change in said if who == id}
        rewind(contact, since, active.get(id), consents)
    return {id: record_of(contacts[id]) for id in contacts}


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    """Ann and Bob sent the form on Monday, Bob stopped texts on Tuesday; Cid only exists."""
    store = open_store(store_url)
    desk = Desk(store).set_up(EMAIL, WAIT, TEXT)
    ann, bob, _ = (desk.person(name) for name in ("Ann", "Bob", "Cid"))
    for who in (ann, bob):
        desk.ask(who)
    deliver(desk.workspace, RECORDED, standing(NOON))
    signals.engage(desk.workspace, 1, "opened", NOON + DAY)
    signals.hear_text(desk.workspace, bob, "STOP", NOON + DAY)
    for day in (2, 3):
        advance(desk.workspace, NOON + day * DAY)
    yield desk
    store.close()


def rehearsed(desk: Desk, document: Any = None, last: int = 9, **options: Any) -> Rehearsal:
    with desk.workspace.store.read() as reader:
        end = date.fromordinal(TODAY.toordinal() + last)
        now = NOON + 30 * DAY
        return rehearse(reader, document or desk.document, TODAY, end, now, **options)


def of_steps(desk: Desk, *steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**desk.document, "name": "Another", "steps": [*steps], **changes}


def test_a_draft_is_told_in_numbers(desk: Desk) -> None:
    done = rehearsed(desk, of_steps(desk, EMAIL, WAIT, TEXT))
    found = done.document()
    assert [day for day in found.pop("by_day") if any(list(day.values())[1:])] == [
        {"day": "2026-03-02", "enrolled": 2, "email": 2, "sms": 0, "tasks": 0, "skipped": 0,
         "completed": 0, "goal_reached": 0},
        {"day": "2026-03-04", "enrolled": 0, "email": 0, "sms": 1, "tasks": 0, "skipped": 1,
         "completed": 2, "goal_reached": 0},
    ]  # fmt: skip
    people = found.pop("contacts")
    assert found == {
        "name": "Another", "from": "2026-03-02", "to": "2026-03-11", "enrolled": 2, "people": 2,
        "sent": {"email": 2, "sms": 1}, "skipped": {"opted_out": 1}, "goal_reached": 0,
        "tasks": 0, "completed": 2, "unenrolled": {}, "lost": 1, "active": 0, "not_enrolled": {},
        "events": 7, "answers_left_out": 0,
    }  # fmt: skip
    assert [person["name"] for person in people] == ["Ann", "Bob"]
    assert [mark["what"] for mark in people[1]["path"]] == [
        "enrolled", "sent", "waiting", "skipped", "completed",
    ]  # fmt: skip
    assert people[1]["path"][3]["sentence"] == (
        "The text “Hi {{firstname}}” was not sent: they had opted out."
    )


def test_every_day_of_the_range_is_listed_and_none_after_today(desk: Desk) -> None:
    assert len(rehearsed(desk, last=4).days) == 5
    done = rehearsed(desk, last=400)
    assert (done.last, len(done.days)) == (date(2026, 4, 1), 31)


def test_nothing_is_changed(desk: Desk) -> None:
    before = everything(desk.workspace)
    rehearsed(desk, of_steps(desk, EMAIL, WAIT, TEXT))
    assert everything(desk.workspace) == before


def everything(workspace: Workspace) -> dict[str, list[str]]:
    with workspace.store.read() as connection:
        return {
            table.name: sorted(map(repr, query(connection, f"SELECT * FROM {table.name}")))
            for table in metadata.sorted_tables
        }


def test_cancelled_it_ends_at_once_and_changes_nothing(desk: Desk) -> None:
    before = everything(desk.workspace)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 2

    with pytest.raises(KnownError, match="stopped"):
        rehearsed(desk, cancelled=cancelled)
    assert len(asked) == 2
    assert everything(desk.workspace) == before


def test_progress_goes_from_nothing_to_all(desk: Desk) -> None:
    shares: list[float] = []
    rehearsed(desk, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(0 <= share <= 1 for share in shares)


OPENED = {
    "id": "opened", "type": "if_then", "condition": {"type": "opened_email", "step": "any"},
    "yes": [TEXT], "no": [],
}  # fmt: skip


def test_answers_hold_where_the_same_step_was_sent(desk: Desk) -> None:
    edited = {**desk.document, "steps": [EMAIL, WAIT, OPENED]}
    done = rehearsed(desk, edited, flow_id=desk.flow)
    assert (done.sms, done.unanswered) == (1, 0)
    late = {**desk.document, "steps": [WAIT, EMAIL, OPENED]}
    done = rehearsed(desk, late, flow_id=desk.flow)
    assert (done.sms, done.unanswered) == (0, 1)


def test_a_draft_has_no_answers_of_its_own(desk: Desk) -> None:
    done = rehearsed(desk, of_steps(desk, EMAIL, WAIT, OPENED))
    assert (done.email, done.sms) == (2, 0)


def test_what_others_sent_counts_against_the_cap(desk: Desk) -> None:
    settings.put_settings(desk.workspace, {"messages.cap": {"messages": 1, "days": 7}})
    done = rehearsed(desk, of_steps(desk, EMAIL))
    assert (done.email, done.skipped) == (0, {"capped": 2})
    own = rehearsed(desk, {**desk.document, "steps": [EMAIL]}, flow_id=desk.flow)
    assert (own.email, own.skipped) == (2, {})


def test_what_the_flow_itself_did_is_no_history(desk: Desk) -> None:
    sets = {"id": "set", "type": "set_property", "property": "lead_source", "value": "Form"}
    flows.edit_flow(
        desk.workspace, desk.flow, {**desk.document, "steps": [sets]}, NOON + 4 * DAY
    )  # fmt: skip
    desk.ask(3, NOON + 4 * DAY)
    after = {"type": "property_changed", "property": "lead_source"}
    other = of_steps(desk, TEXT, trigger=after)
    assert rehearsed(desk, other).enrolled == 1
    assert rehearsed(desk, {**other, "name": "Answer"}, flow_id=desk.flow).enrolled == 0
    done = rehearsed(desk, {**desk.document, "steps": [sets]}, flow_id=desk.flow)
    assert [mark.what for mark in done.examples[2].path] == [
        "enrolled",
        "property_set",
        "completed",
    ]


def test_birthdays_and_dormancy_come_with_the_daily_check(desk: Desk) -> None:
    events.record(
        desk.workspace, 3, "property_changed", NOON, field="dob", new="1980-03-05"
    )  # fmt: skip
    birthday = of_steps(desk, EMAIL, trigger={"type": "birthday", "offset": 1})
    done = rehearsed(desk, birthday)
    assert [(person.name, format_instant(person.path[0].at)) for person in done.examples] == [
        ("Cid", "2026-03-06T14:00:00Z")
    ]
    dormant = of_steps(desk, EMAIL, trigger={"type": "inactive", "days": 3})
    first = {person.name: person.path[0].at for person in rehearsed(desk, dormant).examples}
    assert {name: format_instant(at)[:10] for name, at in first.items()} == {
        "Ann": "2026-03-07", "Bob": "2026-03-07", "Cid": "2026-03-06",
    }  # fmt: skip


def test_ten_people_whose_ways_differ_are_shown(desk: Desk) -> None:
    more = [desk.person(f"P{number}") for number in range(20)]
    for who in more:
        desk.ask(who, NOON + 5 * DAY)
    done = rehearsed(desk, of_steps(desk, EMAIL, WAIT, TEXT))
    assert (done.people, len(done.examples)) == (22, 10)
    assert "Bob" in {person.name for person in done.examples}


def test_two_versions_are_compared_in_numbers(desk: Desk) -> None:
    one = rehearsed(desk, of_steps(desk, EMAIL, WAIT, TEXT))
    other = rehearsed(desk, of_steps(desk, EMAIL))
    found = {each.what: (each.one, each.other) for each in compare_rehearsals(one, other)}
    assert found == {"sent.sms": (1, 0), "skipped.opted_out": (1, 0), "lost": (1, 0)}
    assert compare_rehearsals(one, one) == []


def test_what_cannot_be_rehearsed_is_refused(desk: Desk) -> None:
    with pytest.raises(KnownError, match="exchange the dates"):
        rehearsed(desk, last=-1)
    with desk.workspace.store.read() as reader, pytest.raises(KnownError, match="Nothing was"):
        rehearse(reader, desk.document, date(2027, 1, 1), date(2027, 1, 2), NOON)
    with pytest.raises(DocumentError):
        rehearsed(desk, of_steps(desk, {"id": "x", "type": "send_email", "template": "None"}))

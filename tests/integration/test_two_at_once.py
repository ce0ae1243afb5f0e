"""What one desk sets up while an engine works on another, and other things that overlap."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from db.session import Store, open_store
from engine import occurrences
from engine.calendar import DAY, HOUR, MINUTE
from engine.channels.port import Email, Outcome
from engine.commands import contacts, flows, merging, settings, signals
from engine.naming import load_names
from engine.runner import advance
from engine.workspace import Workspace
from tests.integration.desk import EMAIL, NOON, Desk

WAIT = {"id": "wait", "type": "delay", "amount": 1, "unit": "days"}
THEN = {"id": "then", "type": "delay", "amount": 1, "unit": "days"}
LAST = {"id": "last", "type": "delay", "amount": 1, "unit": "days"}
WAITING = "SELECT locktype FROM pg_locks WHERE NOT granted"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    yield store
    store.close()


class Beside:
    """Does something on a second connection just before a transaction of the first commits.

    It goes on only once the other has finished or waits for the first: for `waited`.
    """

    def __init__(self, url: str, deed: Callable[[Workspace], None]) -> None:
        self.other = open_store(url)
        self.deed = deed
        self.desk: Desk | None = None
        self.thread: threading.Thread | None = None
        self.waited: set[str] = set()

    def reached(self, point: str) -> None:
        if point != "runner.saving" or self.thread or self.desk is None:
            return
        self.thread = threading.Thread(target=self.deed, args=(Workspace(self.other),))
        self.thread.start()
        while self.thread.is_alive() and not self.waited:
            self.waited = {row.locktype for row in self.desk.rows(WAITING)}
            self.thread.join(0.01)

    def join(self) -> None:
        assert self.thread is not None
        self.thread.join()
        self.other.close()


def test_an_edit_waits_for_the_engine_that_is_at_work(postgres_url: str) -> None:
    def edit(workspace: Workspace) -> None:
        document = {**desk.document, "steps": [WAIT, LAST]}
        flows.edit_flow(workspace, desk.flow, document, NOON + DAY + MINUTE)

    beside = Beside(postgres_url, edit)
    store = open_store(postgres_url)
    desk = Desk(store, reached=beside.reached).set_up(WAIT, THEN, LAST)
    desk.ask(desk.person("Ann"))
    beside.desk = desk
    advance(desk.workspace, NOON + DAY)
    beside.join()
    assert [row.step for row in desk.rows("SELECT step FROM enrolment")] == ["last"]
    advance(desk.workspace, NOON + 3 * DAY)
    assert desk.said()[-1] == "waiting"
    store.close()


def test_nobody_is_left_standing_when_a_flow_is_resumed_meanwhile(postgres_url: str) -> None:
    beside = Beside(
        postgres_url, lambda workspace: flows.activate(workspace, desk.flow, NOON + 2 * DAY)
    )
    store = open_store(postgres_url)
    desk = Desk(store, reached=beside.reached).set_up(WAIT, EMAIL)
    desk.ask(desk.person("Ann"))
    flows.pause(desk.workspace, desk.flow, NOON + HOUR)
    beside.desk = desk
    advance(desk.workspace, NOON + 2 * DAY)
    beside.join()
    advance(desk.workspace, NOON + 2 * DAY)
    assert desk.said()[-2:] == ["sent", "completed"]
    store.close()


@pytest.mark.parametrize("name", ["Ann", "Bob"])
def test_an_exit_by_hand_stops_no_engine(postgres_url: str, name: str) -> None:
    beside = Beside(
        postgres_url,
        lambda workspace: flows.unenrol(workspace, desk.flow, people[name], NOON + DAY),
    )
    store = open_store(postgres_url)
    desk = Desk(store, reached=beside.reached).set_up(WAIT, THEN)
    people = {name: desk.person(name) for name in ("Ann", "Bob")}
    desk.ask(people["Ann"])
    desk.ask(people["Bob"], NOON + HOUR)
    beside.desk = desk
    advance(desk.workspace, NOON + DAY)
    beside.join()
    assert "advisory" not in beside.waited
    left = desk.rows("SELECT contact_id FROM enrolment WHERE state = 'ended'")
    assert [row.contact_id for row in left] == [people[name]]
    assert desk.said().count("unenrolled manual") == 1
    store.close()


def test_an_occurrence_under_way_goes_on_after_a_pause(store: Store) -> None:
    workspace = Workspace(store)
    settings.add_list(workspace, {"name": "Everyone", "type": "static"})
    with store.read() as connection:
        everyone = load_names(connection).lists["Everyone"]
    new = [contacts.NewContact("manual", {"first_name": "P"}, lists=[everyone])] * 10
    contacts.create_contacts(workspace, new, NOON)
    document = {
        "format": "practice-crm/sequence@1", "name": "Recall", "list": "Everyone",
        "active": False, "start": "2026-03-03T09:00:00Z", "every": {"amount": 1, "unit": "weeks"},
        "steps": [{"id": "d", "type": "delay", "amount": 1, "unit": "hours"}],
    }  # fmt: skip
    flow_id = flows.save_flow(workspace, "sequence", document, NOON)
    flows.activate(workspace, flow_id, NOON)
    with store.read() as connection:
        due = occurrences.next_occurrence(workspace.catalogue(connection))
    assert due is not None
    stopped = Interrupted(workspace)
    with pytest.raises(KeyboardInterrupt):
        advance(stopped.workspace, due, 4)
    flows.pause(workspace, flow_id, due + 1)
    flows.activate(workspace, flow_id, due + HOUR)
    for week in range(2):
        for now in (due + HOUR + week * 7 * DAY, due + 3 * HOUR + week * 7 * DAY):
            advance(workspace, now, 4)
        assert enrolments(store) == [week + 1] * 10


class Interrupted:
    """A workspace whose engine is stopped once it has started some of a list."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = Workspace(workspace.store, reached=self.stop)

    def stop(self, point: str) -> None:
        if point == "occurrences.saved":
            raise KeyboardInterrupt


def enrolments(store: Store) -> list[int]:
    """How often each contact was enrolled, in contact order."""
    desk = Desk(store)
    rows = desk.rows(
        """SELECT (SELECT COUNT(*) FROM enrolment e WHERE e.contact_id = contact.id) AS often
        FROM contact ORDER BY id"""
    )
    return [row.often for row in rows]


class Merging:
    """An email channel in whose midst two records become one; Bob's address is no good."""

    def __init__(self, desk: Desk, keep: int, other: int) -> None:
        self.desk, self.keep, self.other = desk, keep, other

    def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
        for message in batch:
            if message.recipient.startswith("bob"):
                merging.merge_contacts(self.desk.workspace, self.keep, self.other, NOON + 1)
                yield message.key, Outcome("bounced", "550 5.1.1", "No such address.")
            else:
                yield message.key, Outcome("sent")

    def lookup(self, key: str) -> Outcome | None:
        return None

    def close(self) -> None:
        return None


def test_a_merge_during_the_hand_over_loses_no_outcome(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    ann, bob, cat = (desk.person(name) for name in ("Ann", "Bob", "Cat"))
    for who in (ann, bob, cat):
        desk.ask(who)
    delivered = desk.deliver(NOON, Merging(desk, ann, bob))
    assert (delivered.sent, delivered.bounced, delivered.uncertain) == (2, 1, 0)
    owners = {row.contact_id for row in desk.rows("SELECT contact_id FROM event")}
    assert owners == {ann, cat}


def test_an_open_counts_once_at_the_daily_check(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    for name, rule in (
        ("Quiet", {"type": "last_activity_older", "days": 10}),
        ("Keen", {"type": "opened", "times": 2, "days": 90}),
    ):
        document = {"name": name, "type": "dynamic", "rule": {"all": [rule]}}
        settings.add_list(desk.workspace, document)
    who = desk.person("Ann")
    desk.ask(who)
    desk.deliver(NOON)
    signals.engage(desk.workspace, desk.first().id, "opened", NOON + HOUR)
    for day in range(1, 14):
        advance(desk.workspace, NOON + day * DAY)
    rows = desk.rows(
        """SELECT l.name FROM list_member m JOIN contact_list l ON l.id = m.list_id
        WHERE m.contact_id = ?""",
        who,
    )
    assert [row.name for row in rows] == ["Quiet"]

"""A daily check decides on what holds once it has its contacts, not on what it first saw."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from db.session import Store, open_store
from engine.calendar import DAY, HOUR, parse_instant
from engine.commands import contacts, events, flows, merging, signals
from engine.runner import advance
from engine.workspace import Workspace
from tests.integration.desk import NOON, Desk

CHECK = parse_instant("2026-03-10T13:00:00Z")
"""Nine in the morning in New York, a week later."""
BLOCKED = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
WAIT = {"id": "wait", "type": "delay", "amount": 9, "unit": "weeks"}
TRIGGERS = {
    "birthday": {"type": "birthday", "offset": 0},
    "inactive": {"type": "inactive", "days": 5},
}


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    store = open_store(postgres_url)
    yield store
    store.close()


class Check:
    """A practice with one date-based automation, and a second connection to it."""

    def __init__(self, store: Store, url: str, trigger: str) -> None:
        self.desk = Desk(store).set_up(WAIT)
        self.url = url
        document = {**self.desk.document, "trigger": TRIGGERS[trigger]}
        flows.edit_flow(self.desk.workspace, self.desk.flow, document, NOON)

    def person(self, name: str) -> int:
        fields = {"first_name": name, "dob": "1980-03-10"}
        new = contacts.NewContact("manual", fields, ref=name)
        return contacts.create_contacts(self.desk.workspace, [new], NOON)[0]

    def run_while(self, point: str, deed: Callable[[Workspace], Any]) -> None:
        """Run the check while `deed`, not yet committed, still holds the contacts it is about."""
        check = threading.Thread(target=advance, args=(self.desk.workspace, CHECK))

        def reached(passed: str) -> None:
            if passed == point:
                check.start()
                while check.is_alive() and not self.desk.rows(BLOCKED):
                    check.join(0.01)

        other = open_store(self.url)
        deed(Workspace(other, reached=reached))
        check.join()
        other.close()

    def enrolled(self) -> list[int]:
        rows = self.desk.rows("SELECT contact_id FROM enrolment WHERE state <> 'ended' ORDER BY 1")
        return [row.contact_id for row in rows]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_stop_in_between_bars(store: Store, postgres_url: str, trigger: str) -> None:
    check = Check(store, postgres_url, trigger)
    ann, bob = check.person("Ann"), check.person("Bob")
    check.run_while(
        "signals.saving",
        lambda workspace: signals.hear_text(workspace, ann, "STOPALL", CHECK - 1),
    )
    assert check.enrolled() == [bob]
    assert "not_enrolled do_not_contact" not in check.desk.said()


def test_who_was_active_in_between_is_not_missed(store: Store, postgres_url: str) -> None:
    check = Check(store, postgres_url, "inactive")
    ann, bob = check.person("Ann"), check.person("Bob")
    check.run_while(
        "events.saving",
        lambda workspace: events.record(workspace, ann, "page_visited", CHECK - 1),
    )
    assert check.enrolled() == [bob]


def test_a_birthday_mended_in_between_is_none(store: Store, postgres_url: str) -> None:
    check = Check(store, postgres_url, "birthday")
    ann, bob = check.person("Ann"), check.person("Bob")
    check.run_while(
        "events.saving",
        lambda workspace: events.record(
            workspace, ann, "property_changed", CHECK - 1, field="dob", new="1980-04-10"
        ),
    )
    assert check.enrolled() == [bob]


def test_who_entered_in_between_enters_once(store: Store, postgres_url: str) -> None:
    check = Check(store, postgres_url, "inactive")
    bob = check.person("Bob")
    advance(check.desk.workspace, CHECK - DAY)
    assert check.enrolled() == [bob]
    ann, cat = check.person("Ann"), check.person("Cat")
    check.run_while(
        "merge.saving",
        lambda workspace: merging.merge_contacts(workspace, ann, bob, CHECK - HOUR),
    )
    assert check.enrolled() == [ann, cat]

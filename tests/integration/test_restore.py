"""An old backup forgets no STOP and sends nothing again (quality.md, "Never")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from db import keys
from db.backup import backup
from db.ledger import ledger_file
from db.session import open_store
from db.sql import execute
from engine.calendar import DAY, HOUR
from engine.channels.port import Email, Outcome
from engine.channels.recording import RecordingChannel
from engine.commands import contacts, events, flows, messages, settings
from engine.commands.restoring import restore
from engine.runner import advance
from engine.settlement import Delivered
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

WAIT = {"id": "wait", "type": "delay", "amount": 1, "unit": "hours"}


class Practice:
    """A practice whose store goes back to an old backup; what went out is remembered outside."""

    def __init__(self, home: Path) -> None:
        self._file = home / "store.db"
        self._copy = home / "old.backup"
        self._key = keys.new_key()
        self.gone_out: list[str] = []

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with closing(open_store(str(self._file), key=self._key)) as store:
            desk = Desk(store, ledger_file(self._file))
            yield desk
            self.gone_out += [each.recipient for each in desk.email.delivered]
            self.gone_out += [each.to for each in desk.sms.delivered]

    def back_up(self) -> None:
        with closing(open_store(str(self._file), key=self._key)) as store:
            backup(store, self._copy, replace=True)

    def go_back(self) -> None:
        restore(str(self._file), self._copy, key=self._key)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def test_what_went_out_and_who_stopped_after_the_backup(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL, WAIT, {**EMAIL, "id": "again"}, TEXT)
        ann, bob = desk.person("Ann"), desk.person("Bob")
        for who in (ann, bob):
            desk.ask(who)
        assert desk.deliver(NOON).sent == 2
    practice.back_up()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + HOUR)
        desk.happens(bob, "sms_opted_out", NOON + HOUR)
        assert desk.deliver(NOON + HOUR) == Delivered(sent=3, withdrawn=1)
    practice.go_back()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + 2 * HOUR)
        assert desk.deliver(NOON + 2 * HOUR) == Delivered()
        assert "skipped opted_out" in desk.said()
    assert Counter(practice.gone_out) == {
        "ann@example.org": 2, "bob@example.org": 2, "+12025550123": 1,
    }  # fmt: skip


def dated(trigger: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "practice-crm/automation@1", "name": "Dated", "trigger": trigger,
        "steps": [{**EMAIL, "id": "wish"}],
    }  # fmt: skip


@pytest.mark.parametrize("late", [0, 1, 2])
@pytest.mark.parametrize(
    ("trigger", "first"),
    [({"type": "birthday", "offset": 0}, 3), ({"type": "inactive", "days": 3}, 3)],
    ids=["birthday", "inactive"],
)
def test_a_date_check_made_again(
    practice: Practice, trigger: dict[str, Any], first: int, late: int
) -> None:
    """The backup is of before the check, and the check runs again after it comes back."""
    with practice.desk() as desk:
        desk.set_up(EMAIL)
        flow = flows.save_flow(desk.workspace, "automation", dated(trigger), NOON)
        flows.activate(desk.workspace, flow, NOON)
        fields = {"first_name": "Ann", "email": "ann@example.org", "dob": "1980-03-05"}
        contacts.create_contacts(desk.workspace, [contacts.NewContact("manual", fields)], NOON)
    practice.back_up()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + first * DAY)
        assert desk.deliver(NOON + first * DAY).sent == 1
    practice.go_back()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + (first + late) * DAY)
        assert desk.deliver(NOON + (first + late) * DAY) == Delivered(withdrawn=1)
        assert desk.said()[-1] == "withdrawn already_sent" and desk.sums() == (0, 0)
    assert practice.gone_out == ["ann@example.org"]


def test_a_sequence_made_again_and_its_next_run(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL)
        ann = desk.person("Ann")
        list_id = settings.add_list(desk.workspace, {"name": "All", "type": "static"})
        sequence = {
            "format": "practice-crm/sequence@1", "name": "News", "list": "All",
            "start": "2026-03-03T17:00:00Z", "every": {"amount": 1, "unit": "weeks"},
            "active": True, "steps": [{**EMAIL, "id": "news"}],
        }  # fmt: skip
        flow = flows.save_flow(desk.workspace, "sequence", sequence, NOON)
        flows.activate(desk.workspace, flow, NOON)
        join(desk, ann, list_id)
    practice.back_up()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + DAY)
        assert desk.deliver(NOON + DAY).sent == 1
    practice.go_back()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + 2 * DAY)
        assert desk.deliver(NOON + 2 * DAY) == Delivered(withdrawn=1)
        advance(desk.workspace, NOON + 8 * DAY)
        assert desk.deliver(NOON + 8 * DAY) == Delivered(sent=1)


def join(desk: Desk, who: int, list_id: int) -> None:
    events.record(desk.workspace, who, "list_joined", NOON, subject=list_id)


def test_people_the_backup_never_saw_are_not_mistaken(practice: Practice) -> None:
    """Ids are given anew after a restore: what the ledger says of the old ones stays theirs."""
    with practice.desk() as desk:
        desk.set_up(EMAIL)
    practice.back_up()
    with practice.desk() as desk:
        desk.form = 1
        ann = desk.person("Ann", NOON + 1)
        desk.ask(ann, NOON + 1)
        desk.happens(ann, "email_unsubscribed", NOON + 2)
        assert desk.deliver(NOON + 1) == Delivered(withdrawn=1)
        bob = desk.person("Bob", NOON + 2)
        desk.ask(bob, NOON + 2)
        assert desk.deliver(NOON + 2).sent == 1
    practice.go_back()
    with practice.desk() as desk:
        desk.form = 1
        cat = desk.person("Cat", NOON + HOUR)
        assert cat == ann
        desk.ask(cat, NOON + HOUR)
        assert desk.deliver(NOON + HOUR).sent == 1


def test_a_step_the_backup_had_not_taken_yet_is_passed_over(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL, WAIT)
        ann = desk.person("Ann")
        events.record(desk.workspace, ann, "form_submitted", NOON, subject=desk.form)
    practice.back_up()
    with practice.desk() as desk:
        advance(desk.workspace, NOON)
        desk.deliver(NOON)
    practice.go_back()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + HOUR)
        desk.deliver(NOON + HOUR)
        assert desk.said()[-1] == "waiting"
    assert practice.gone_out == ["ann@example.org"]


def test_numbers_given_out_again_are_no_old_message_on_the_wire(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL)
    practice.back_up()
    keys_used = set()
    for name in ("Bob", "Cat"):
        with practice.desk() as desk:
            desk.ask(desk.person(name))
            desk.deliver(NOON)
            keys_used |= {each.key for each in desk.email.delivered}
        practice.go_back()
    assert len(keys_used) == 2


def test_what_was_on_its_way_at_the_backup_is_for_a_person(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL)
        desk.ask(desk.person("Ann"))
        with desk.workspace.store.write() as connection:
            execute(connection, "UPDATE message SET state = 'claimed', next_try = ?", NOON)
    practice.back_up()
    practice.go_back()
    with practice.desk() as desk:
        desk.deliver(NOON + HOUR)
        assert desk.states() == ["uncertain"]


class Silent(RecordingChannel[Email]):
    """Takes every message and never answers; nor can it be asked."""

    def __init__(self) -> None:
        super().__init__(lambda key: Outcome("uncertain", "", "No answer."))

    def lookup(self, key: str) -> Outcome | None:
        return None


class PowerCut(BaseException):
    """The machine dies."""


class Cut(Silent):
    """Takes a message, and then the machine dies."""

    def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
        for pair in super().send(batch):
            if self.delivered:
                raise PowerCut
            yield pair


@pytest.mark.parametrize("backed_up", ["queued", "at the step", "before the enrolment"])
@pytest.mark.parametrize("dies", [False, True], ids=["no answer", "power cut"])
def test_what_may_have_gone_out_after_the_backup_is_for_a_person(
    practice: Practice, backed_up: str, dies: bool
) -> None:
    with practice.desk() as desk:
        desk.set_up({**WAIT, "id": "first"}, EMAIL)
        ann = desk.person("Ann")
        if backed_up != "before the enrolment":
            desk.ask(ann)
        if backed_up == "queued":
            advance(desk.workspace, NOON + HOUR)
    practice.back_up()
    with practice.desk() as desk:
        desk.form = 1
        if backed_up == "before the enrolment":
            desk.ask(ann)
        advance(desk.workspace, NOON + HOUR)
        if dies:
            with pytest.raises(PowerCut):
                desk.deliver(NOON + HOUR, Cut())
        else:
            assert desk.deliver(NOON + HOUR, Silent()).uncertain == 1
    practice.go_back()
    with practice.desk() as desk:
        advance(desk.workspace, NOON + 2 * HOUR)
        assert desk.deliver(NOON + 2 * HOUR) == Delivered()
        assert desk.states() == ["uncertain"]
        if backed_up != "before the enrolment":
            messages.send_again(desk.workspace, desk.first().id, NOON + 3 * HOUR)
            assert desk.deliver(NOON + 3 * HOUR).sent == 1


def test_what_certainly_did_not_go_out_goes_after_a_restore(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL)
        desk.ask(desk.person("Ann"))
    practice.back_up()
    with practice.desk() as desk:
        busy = RecordingChannel[Email](lambda key: Outcome("retry", "451", "Later."))
        assert desk.deliver(NOON, busy).retried == 1
    practice.go_back()
    with practice.desk() as desk:
        assert desk.deliver(NOON + HOUR).sent == 1


def test_a_message_sent_again_before_the_backup_stays_queued(practice: Practice) -> None:
    with practice.desk() as desk:
        desk.set_up(EMAIL)
        desk.ask(desk.person("Ann"))
        desk.deliver(NOON, Silent())
        messages.send_again(desk.workspace, desk.first().id, NOON + HOUR)
    practice.back_up()
    practice.go_back()
    with practice.desk() as desk:
        assert desk.deliver(NOON + HOUR).sent == 1


@pytest.mark.parametrize(
    ("kind", "why"),
    [("do_not_contact", "do_not_contact"), ("sms_opted_out", "sms_opt_out")],
)
def test_who_left_after_the_backup_has_left_again(practice: Practice, kind: str, why: str) -> None:
    task = {
        "id": "task", "type": "create_task", "title": "Call", "assignee": "front_desk",
        "due_in": {"amount": 1, "unit": "days"},
    }  # fmt: skip
    with practice.desk() as desk:
        desk.set_up(WAIT, EMAIL, task)
        desk.document = {**desk.document, "unenroll_on": ["sms_opt_out"]}
        flows.edit_flow(desk.workspace, desk.flow, desk.document, NOON)
        ann, bob = desk.person("Ann"), desk.person("Bob")
        for who in (ann, bob):
            desk.ask(who)
    practice.back_up()
    with practice.desk() as desk:
        desk.happens(ann, kind, NOON + 1)
        before = desk.said()
    practice.go_back()
    with practice.desk() as desk:
        assert desk.said() == before and before[-1] == f"unenrolled {why}"
        facts = desk.rows("SELECT at FROM event WHERE kind = ?", kind)
        assert [row.at for row in facts] == [NOON + 1]
        advance(desk.workspace, NOON + HOUR)
        assert desk.deliver(NOON + HOUR) == Delivered(sent=1)
        assert [row.contact_id for row in desk.rows("SELECT contact_id FROM task")] == [bob]
        counts = desk.rows("SELECT SUM(unenrolled) AS left FROM flow_day")
        assert [row.left for row in counts] == [1]
    practice.go_back()
    with practice.desk() as desk:
        assert desk.said().count(before[-1]) == 1

"""What becomes of queued messages: consent, refusals, waits, crashes (engine.md section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from db import ledger as ledger_lines
from db.errors import KnownError
from db.session import Store, open_store, temporary_store
from db.sql import query
from engine.calendar import DAY, HOUR, MINUTE
from engine.channels.folder import email_folder
from engine.channels.port import Email, Outcome, Text
from engine.channels.recording import RecordingChannel
from engine.claims import LEASE
from engine.commands import events, messages
from engine.due import next_due
from engine.runner import advance
from engine.settlement import GIVE_UP, LONGEST_WAIT, Delivered
from engine.why import why
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

BUSY = Outcome("retry", "451", "Come back later.")
DEAF = Outcome("retry", "", "Nobody answers.")


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        yield opened


@pytest.fixture
def any_store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def answering(outcome: Outcome) -> RecordingChannel[Email]:
    return RecordingChannel(lambda key: outcome)


class Stop(BaseException):
    """The power goes at a commit point."""


class Unasked(RecordingChannel[Email]):
    """A channel that cannot be asked afterwards, as SMTP's."""

    def lookup(self, key: str) -> Outcome | None:
        return None


def crash(desk: Desk, point: str, at: int, channel: RecordingChannel[Email]) -> None:
    """Deliver, and stop at the first passing of a point."""

    def stop(reached: str) -> None:
        if reached == point:
            raise Stop

    desk.workspace.reached = stop
    with pytest.raises(Stop):
        desk.deliver(at, channel)
    desk.workspace.reached = lambda reached: None


# Consent


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (EMAIL, "email_unsubscribed"),
        (TEXT, "sms_opted_out"),
        (EMAIL, "do_not_contact"),
        (TEXT, "do_not_contact"),
    ],
)
def test_an_opt_out_overtakes_a_queued_message(
    any_store: Store, step: dict[str, str], kind: str
) -> None:
    desk = Desk(any_store).set_up(step, **{"messages.cap": {"messages": 1, "days": 7}})
    ann = desk.person("Ann")
    desk.ask(ann)
    assert desk.sums() == (1, 0)
    desk.happens(ann, kind, NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered(withdrawn=1)
    assert desk.states() == ["withdrawn"] and desk.sums() == (0, 0)
    assert desk.said()[-1] == "withdrawn opted_out"
    assert not desk.email.delivered and not desk.sms.delivered


def test_a_withdrawn_message_frees_its_place_in_the_cap(store: Store) -> None:
    desk = Desk(store).set_up(TEXT, EMAIL, **{"messages.cap": {"messages": 1, "days": 7}})
    ann = desk.person("Ann")
    desk.ask(ann)
    assert desk.said()[-3:] == ["sent", "skipped capped", "completed"]
    desk.happens(ann, "sms_opted_out", NOON + 1)
    desk.deliver(NOON + 1)
    desk.ask(ann, NOON + HOUR)
    assert desk.said()[-3:] == ["skipped opted_out", "sent", "completed"]
    assert desk.deliver(NOON + HOUR).sent == 1


def test_an_opt_out_of_texts_leaves_emails_alone(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL, TEXT)
    ann = desk.person("Ann")
    desk.ask(ann)
    desk.happens(ann, "sms_opted_out", NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered(sent=1, withdrawn=1)


# Waits


def test_a_temporary_refusal_waits_longer_each_time(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    at, waits = NOON, []
    while desk.deliver(at, answering(BUSY)).retried:
        assert desk.deliver(at, answering(BUSY)) == Delivered()
        due = desk.first().next_try
        assert due == next_due(desk.workspace, at) or due - at > HOUR
        waits.append(due - at)
        at = due
    assert waits[:8] == [MINUTE << n for n in range(7)] + [LONGEST_WAIT]
    assert set(waits[7:]) == {LONGEST_WAIT}
    assert GIVE_UP <= at - NOON < GIVE_UP + LONGEST_WAIT
    assert desk.states() == ["failed"] and desk.first().diagnostic == BUSY.diagnostic


def test_a_server_may_ask_for_a_longer_wait(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    desk.deliver(NOON, answering(Outcome("retry", "429", "Slowly.", retry_after=600)))
    assert desk.first().next_try == NOON + 10 * MINUTE
    assert desk.deliver(NOON + 10 * MINUTE).sent == 1


def test_offline_is_waited_out_until_it_is_too_late(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    ann = desk.person("Ann")
    desk.ask(ann)
    at = NOON
    while desk.deliver(at, answering(DEAF)).retried:
        at = desk.first().next_try
    assert at - NOON > 3 * DAY
    assert desk.states() == ["too_late"] and desk.sums() == (0, 0)
    assert desk.said()[-1] == "skipped too_late"
    assert desk.deliver(at) == Delivered()


def test_a_stop_while_waiting_withdraws(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    ann = desk.person("Ann")
    desk.ask(ann)
    desk.deliver(NOON, answering(BUSY))
    desk.happens(ann, "email_unsubscribed", NOON + 1)
    assert desk.deliver(NOON + HOUR) == Delivered(withdrawn=1)


# Refusals for good


def test_a_bounce_bars_the_address_and_is_known_with_the_message(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    ann, bob = desk.person("Ann"), desk.person("Bob")
    for who in (ann, bob):
        desk.ask(who)
    bounced = answering(Outcome("bounced", "550 5.1.1", "No such mailbox."))
    assert desk.deliver(NOON, bounced, limit=1) == Delivered(bounced=2)
    flags = desk.rows("SELECT email_bounced FROM contact ORDER BY id")
    assert [row.email_bounced for row in flags] == [1, 1]
    facts = desk.rows("SELECT contact_id, new FROM event WHERE kind = 'email_bounced' ORDER BY id")
    assert [(row.contact_id, row.new) for row in facts] == [(ann, "550 5.1.1"), (bob, "550 5.1.1")]
    desk.ask(ann, NOON + HOUR)
    assert desk.said()[-2:] == ["skipped bounced", "completed"]


@pytest.mark.parametrize("point", ["settlement.saving", "settlement.saved"])
def test_a_crash_never_parts_a_bounce_from_its_message(store: Store, point: str) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    crash(desk, point, NOON, answering(Outcome("bounced", "550", "No such mailbox.")))
    told = desk.rows("SELECT email_bounced FROM contact")[0].email_bounced
    assert (desk.states(), told) in ((["claimed"], 0), (["bounced"], 1))


def test_a_refused_text_is_a_fact(store: Store) -> None:
    desk = Desk(store).set_up(TEXT)
    desk.ask(desk.person("Ann"))
    failing: RecordingChannel[Text] = RecordingChannel(lambda key: Outcome("failed", "21211"))
    assert desk.deliver(NOON, sms=failing) == Delivered(failed=1)
    facts = desk.rows("SELECT new FROM event WHERE kind = 'sms_failed'")
    assert [row.new for row in facts] == ["21211"]


def test_a_message_that_cannot_be_composed_fails_alone(store: Store) -> None:
    own = {**EMAIL, "id": "own", "subject": "News"}
    desk = Desk(store).set_up(EMAIL, own)
    ann, bob = desk.person("Ann"), desk.person("Bob")
    for who in (ann, bob):
        desk.ask(who)
    with desk.workspace.store.write() as connection:
        connection.exec_driver_sql("UPDATE message SET template_id = 99 WHERE step = 'own'")
    assert desk.deliver(NOON) == Delivered(sent=2, failed=2)
    failed = desk.rows("SELECT diagnostic FROM message WHERE state = 'failed'")
    assert all("template no longer exists" in row.diagnostic for row in failed)


# Crashes


@pytest.mark.parametrize("point", ["claim.saved", "dispatcher.handed_over", "settlement.saving"])
def test_a_channel_that_can_be_asked_is_asked(tmp_path: Path, store: Store, point: str) -> None:
    desk = Desk(store).set_up(EMAIL)
    for name in ("Ann", "Bob"):
        desk.ask(desk.person(name))
    desk.deliver(NOON, email_folder(tmp_path), limit=1)
    desk.ask(desk.person("Cat"), NOON)
    desk.ask(desk.person("Dan"), NOON)
    channel: RecordingChannel[Email] = RecordingChannel()
    crash(desk, point, NOON, channel)
    assert desk.deliver(NOON + LEASE - 1, channel) == Delivered()
    assert next_due(desk.workspace, NOON) == NOON + LEASE
    desk.deliver(NOON + LEASE, channel)
    desk.deliver(NOON + LEASE + HOUR, channel)
    assert desk.states() == ["sent"] * 4 and desk.sums() == (4, 4)
    keys = [email.key for email in channel.delivered]
    assert len(keys) == len(set(keys)) == 2


@pytest.mark.parametrize("point", ["claim.saved", "dispatcher.handed_over", "settlement.saving"])
def test_one_that_cannot_leaves_the_message_to_a_person(store: Store, point: str) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    channel = Unasked()
    crash(desk, point, NOON, channel)
    assert desk.deliver(NOON + LEASE, channel) == Delivered(uncertain=1)
    assert desk.deliver(NOON + DAY, channel) == Delivered()
    assert desk.states() == ["uncertain"] and desk.sums() == (1, 0)
    assert len(channel.delivered) == int(point != "claim.saved")


def test_a_stop_between_crash_and_question_holds(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    ann = desk.person("Ann")
    desk.ask(ann)
    channel: RecordingChannel[Email] = RecordingChannel()
    crash(desk, "claim.saved", NOON, channel)
    desk.happens(ann, "email_unsubscribed", NOON + 1)
    assert desk.deliver(NOON + LEASE, channel) == Delivered(retried=1)
    assert desk.deliver(NOON + LEASE + HOUR, channel) == Delivered(withdrawn=1)
    assert not channel.delivered


class Slow(RecordingChannel[Email]):
    """A hand-over that outlives its lease: another engine delivers meanwhile."""

    def __init__(self, desk: Desk, other: RecordingChannel[Email], outcome: Outcome) -> None:
        super().__init__(lambda key: outcome)
        self._desk = desk
        self._other = other

    def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
        for pair in super().send(batch):
            self._desk.deliver(NOON + LEASE, self._other)
            yield pair


@pytest.mark.parametrize(
    ("mine", "other", "state"),
    [
        (Outcome("sent"), Unasked(), "sent"),
        (BUSY, Unasked(), "uncertain"),
        (Outcome("bounced"), Unasked(), "uncertain"),
        (Outcome("sent"), RecordingChannel[Email](), "sent"),
    ],
    ids=["sent is true", "late refusal", "late bounce", "sent though asked too early"],
)
def test_a_claim_that_outlived_its_lease_says_only_what_was_sent(
    any_store: Store, mine: Outcome, other: RecordingChannel[Email], state: str
) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    desk.deliver(NOON, Slow(desk, other, mine))
    assert desk.states() == [state]
    assert desk.sums() == (1, int(state == "sent"))
    facts = desk.rows("SELECT kind FROM event WHERE message_id IS NOT NULL ORDER BY id")
    sent = ["email_sent", "email_delivered"] if state == "sent" else []
    assert [row.kind for row in facts] == sent
    assert desk.deliver(NOON + DAY) == Delivered()


# A person decides


def uncertain(desk: Desk) -> Unasked:
    desk.ask(desk.person("Ann"))
    channel = Unasked()
    crash(desk, "dispatcher.handed_over", NOON, channel)
    desk.deliver(NOON + LEASE, channel)
    assert desk.states() == ["uncertain"]
    return channel


def test_send_again_sends_once_more_also_days_later(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    channel = uncertain(desk)
    messages.send_again(desk.workspace, desk.first().id, NOON + 9 * DAY)
    days = desk.rows("SELECT day, sent FROM step_day WHERE sent <> 0")
    assert [row.sent for row in days] == [1]
    assert desk.deliver(NOON + 9 * DAY, channel) == Delivered(sent=1)
    assert len(channel.delivered) == 2 and desk.sums() == (1, 1)
    with pytest.raises(KnownError, match="known by now"):
        messages.send_again(desk.workspace, desk.first().id, NOON + 9 * DAY)


def test_send_again_asks_for_consent_again(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    channel = uncertain(desk)
    desk.happens(1, "email_unsubscribed", NOON + HOUR)
    messages.send_again(desk.workspace, desk.first().id, NOON + DAY)
    assert desk.deliver(NOON + DAY, channel) == Delivered(withdrawn=1)
    assert desk.sums() == (0, 0)


def test_mark_sent_settles_and_reaches_the_ledger(any_store: Store, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    desk = Desk(any_store, ledger).set_up(EMAIL)
    channel = uncertain(desk)
    messages.mark_sent(desk.workspace, desk.first().id, NOON + HOUR)
    assert desk.states() == ["sent"] and desk.sums() == (1, 1)
    told = [
        line for line in ledger_lines.read(ledger)[0] if isinstance(line, ledger_lines.MessageLine)
    ]
    assert [(line.fate, line.at) for line in told] == [
        (ledger_lines.HANDED_OVER, NOON), (ledger_lines.SENT, NOON + HOUR)
    ]  # fmt: skip
    assert desk.deliver(NOON + DAY, channel) == Delivered()
    with pytest.raises(KnownError, match="known by now"):
        messages.mark_sent(desk.workspace, desk.first().id, NOON + HOUR)


# Machine off


def test_what_came_due_while_the_machine_was_off_goes_if_not_too_late(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    for name, at in (("Ann", NOON), ("Bob", NOON + 2 * DAY)):
        who = desk.person(name, at)
        events.record(desk.workspace, who, "form_submitted", at, subject=desk.form)
    advance(desk.workspace, NOON + 4 * DAY)
    assert desk.deliver(NOON + 4 * DAY).sent == 1
    assert "skipped too_late" in desk.said()


def test_a_stop_is_in_the_ledger_before_anybody_can_forget_it(store: Store, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    desk = Desk(store, ledger).set_up(EMAIL)
    ann = desk.person("Ann")
    events.record(desk.workspace, ann, "sms_opted_out", NOON + 1)
    (line,) = ledger_lines.read(ledger)[0]
    assert isinstance(line, ledger_lines.ConsentLine)
    assert (line.kind, line.contact_id, line.at) == ("sms_opted_out", ann, NOON + 1)
    assert len(line.digests) == 2
    assert "ann" not in ledger.read_text() and "2025550123" not in ledger.read_text()


def test_the_journal_says_what_did_not_arrive(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    refusing = RecordingChannel[Email](lambda key: Outcome("bounced", "550 5.1.1", "No such box."))
    desk.deliver(NOON, refusing)
    assert desk.said()[-1] == "bounced 550 5.1.1"
    with store.read() as connection:
        (contact,) = query(connection, "SELECT id FROM contact")[0]
        assert why(connection, contact)[-1]["sentence"] == (
            "The email “Letter” came back: it did not arrive (550 5.1.1)."
        )

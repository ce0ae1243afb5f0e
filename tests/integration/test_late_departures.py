"""What leaves late leaves under the rules of now (engine.md sections 1, 4, 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from db.session import Store, open_store, temporary_store
from db.sql import execute
from engine.calendar import DAY, HOUR, MINUTE, parse_instant
from engine.channels.folder import email_folder
from engine.channels.port import Email, Outcome, Text
from engine.channels.recording import RecordingChannel
from engine.claims import DRAWING, LEASE
from engine.commands import campaigns, events, messages
from engine.due import next_due
from engine.settlement import Delivered
from tests.integration.desk import EMAIL, NOON, TEXT, Desk

# The practice is in New York: quiet from 21:00 to 08:00.
EVENING = parse_instant("2026-03-03T01:58:00Z")
NIGHT = parse_instant("2026-03-03T07:00:00Z")
MORNING = parse_instant("2026-03-03T13:00:00Z")

BUSY = Outcome("retry", "503", "Come back later.")
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


def texts(outcome: Outcome) -> RecordingChannel[Text]:
    return RecordingChannel(lambda key: outcome)


# Quiet hours


@pytest.mark.parametrize("trouble", [BUSY, DEAF], ids=["503", "no network"])
def test_a_text_that_could_not_leave_waits_for_the_morning(
    any_store: Store, trouble: Outcome
) -> None:
    desk = Desk(any_store).set_up(TEXT)
    desk.ask(desk.person("Ann"), EVENING)
    assert desk.deliver(EVENING, sms=texts(trouble)) == Delivered(retried=1)
    assert desk.deliver(NIGHT) == Delivered() and not desk.sms.delivered
    assert desk.states() == ["queued"] and next_due(desk.workspace, NIGHT) == MORNING
    assert desk.deliver(MORNING - 1) == Delivered()
    assert desk.deliver(MORNING).sent == 1


def test_the_quiet_hours_are_those_of_the_contact(store: Store) -> None:
    desk = Desk(store).set_up(TEXT)
    ann = desk.person("Ann")
    desk.ask(ann, EVENING)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE contact SET timezone = 'Europe/Berlin'")
    # Two o'clock at night in New York is eight in the morning in Berlin.
    assert desk.deliver(NIGHT - 1) == Delivered()
    assert desk.deliver(NIGHT).sent == 1


def test_a_practice_without_quiet_hours_texts_at_night(store: Store) -> None:
    desk = Desk(store).set_up(TEXT, **{"sms.quiet_hours": None})
    desk.ask(desk.person("Ann"), EVENING)
    assert desk.deliver(NIGHT).sent == 1


def test_an_email_leaves_at_night(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"), EVENING)
    assert desk.deliver(NIGHT).sent == 1


def test_send_again_at_night_sends_in_the_morning(store: Store) -> None:
    desk = Desk(store).set_up(TEXT)
    desk.ask(desk.person("Ann"), EVENING)
    assert desk.deliver(EVENING, sms=texts(Outcome("uncertain"))).uncertain == 1
    messages.send_again(desk.workspace, desk.first().id, NIGHT)
    assert desk.deliver(NIGHT) == Delivered()
    assert desk.deliver(MORNING).sent == 1


def test_a_stop_in_the_night_is_obeyed_in_the_night(store: Store) -> None:
    desk = Desk(store).set_up(TEXT)
    ann = desk.person("Ann")
    desk.ask(ann, EVENING)
    desk.happens(ann, "sms_opted_out", EVENING + 1)
    assert desk.deliver(NIGHT) == Delivered(withdrawn=1)


def test_a_practice_that_was_off_for_days_sends_nothing_late_at_night(store: Store) -> None:
    desk = Desk(store).set_up(TEXT)
    desk.ask(desk.person("Ann"), EVENING)
    assert desk.deliver(NIGHT + 3 * DAY) == Delivered(too_late=1)


# Campaigns


def campaign(desk: Desk) -> int:
    document = {
        "format": "practice-crm/campaign@1", "name": "Spring",
        "assets": [{"type": "automation", "name": "Answer"}],
    }  # fmt: skip
    return campaigns.save_campaign(desk.workspace, document, NOON)


def test_a_campaign_holds_what_has_not_left_and_lets_it_go(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    spring = campaign(desk)
    desk.ask(desk.person("Ann"))
    campaigns.pause(desk.workspace, spring, NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered() and desk.states() == ["queued"]
    campaigns.activate(desk.workspace, spring, NOON + DAY)
    assert desk.deliver(NOON + DAY).sent == 1


def test_what_a_campaign_holds_too_long_is_too_late(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    spring = campaign(desk)
    desk.ask(desk.person("Ann"))
    campaigns.pause(desk.workspace, spring, NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered()
    due = next_due(desk.workspace, NOON + 2 * DAY)
    assert due is not None and due <= NOON + 3 * DAY + 1
    assert desk.deliver(NOON + 3 * DAY + 1) == Delivered(too_late=1)
    assert desk.said()[-1] == "skipped too_late" and desk.sums() == (0, 0)


def test_a_campaign_that_ended_meanwhile_sends_nothing_more(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    document = {
        "format": "practice-crm/campaign@1", "name": "Spring", "end": "2026-03-02",
        "assets": [{"type": "automation", "name": "Answer"}],
    }  # fmt: skip
    campaigns.save_campaign(desk.workspace, document, NOON)
    desk.ask(desk.person("Ann"))
    assert desk.deliver(NOON + DAY) == Delivered() and not desk.email.delivered
    assert desk.deliver(NOON + 4 * DAY) == Delivered(too_late=1)


# The lease


class Watch:
    """A clock that a channel may put forward."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class Sleepy(RecordingChannel[Email]):
    """The machine sleeps for a while after so many messages of this desk."""

    def __init__(self, watch: Watch, after: int, sleep: int) -> None:
        super().__init__()
        self._watch = watch
        self._after = after
        self._sleep = sleep

    def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
        for pair in super().send(batch):
            if len(self.delivered) == self._after:
                self._watch.now += self._sleep
            yield pair


def crowd(desk: Desk, *names: str) -> list[int]:
    people = [desk.person(name) for name in names]
    for who in people:
        desk.ask(who)
    return people


def test_who_sleeps_over_a_claim_asks_anew_for_the_rest(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    _, bob, _ = crowd(desk, "Ann", "Bob", "Cat")
    watch = Watch(NOON)

    class Heard(Sleepy):
        def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
            for pair in super().send(batch):
                if not desk.rows("SELECT 1 FROM consent"):
                    desk.happens(bob, "email_unsubscribed", NOON + HOUR)
                yield pair

    channel = Heard(watch, 1, DAY)
    assert desk.deliver(NOON, channel, clock=watch) == Delivered(sent=2, withdrawn=1)
    assert [each.recipient for each in channel.delivered] == [
        "ann@example.org", "cat@example.org"
    ]  # fmt: skip
    attempts = desk.rows("SELECT attempts FROM message WHERE state = 'sent' ORDER BY id")
    assert [row.attempts for row in attempts] == [1, 1]


def test_three_days_asleep_is_too_late_for_the_rest(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    crowd(desk, "Ann", "Bob", "Cat")
    watch = Watch(NOON)
    done = desk.deliver(NOON, Sleepy(watch, 1, 3 * DAY + 1), clock=watch)
    assert done == Delivered(sent=1, too_late=2)


def test_another_desk_had_the_rest_meanwhile(any_store: Store) -> None:
    """What it finds is for a person to say; the first desk, awake again, sends none of it."""
    desk = Desk(any_store).set_up(EMAIL)
    crowd(desk, "Ann", "Bob")
    watch, other = Watch(NOON), RecordingChannel[Email]()

    class Unasked(RecordingChannel[Email]):
        def lookup(self, key: str) -> Outcome | None:
            return None

    class Apart(Sleepy):
        def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
            for pair in super().send(batch):
                assert desk.deliver(NOON + LEASE, Unasked()) == Delivered(uncertain=2)
                second = desk.rows("SELECT MAX(id) AS id FROM message")[0].id
                messages.send_again(desk.workspace, second, NOON + HOUR)
                assert desk.deliver(NOON + HOUR, other).sent == 1
                yield pair

    mine = Apart(watch, 1, 3 * DAY)
    assert desk.deliver(NOON, mine, clock=watch) == Delivered(sent=1)
    arrived = [each.recipient for each in (*mine.delivered, *other.delivered)]
    assert arrived == ["ann@example.org", "bob@example.org"]
    assert desk.states() == ["sent", "sent"]


def test_a_slow_channel_goes_on_claim_after_claim(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    crowd(desk, *(f"P{number}" for number in range(5)))
    watch = Watch(NOON)

    class Slow(RecordingChannel[Email]):
        def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
            for pair in super().send(batch):
                watch.now += DRAWING // 2
                yield pair

    channel = Slow()
    assert desk.deliver(NOON, channel, clock=watch).sent == 5
    assert len({each.key for each in channel.delivered}) == len(channel.delivered) == 5


# Nobody answers


class Deaf(RecordingChannel[Email]):
    """Nobody answers; counts the times it was tried."""

    tries = 0

    def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
        self.tries += 1
        for email in batch:
            yield email.key, DEAF


def test_where_nobody_answers_one_claim_is_tried(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    crowd(desk, *(f"P{number}" for number in range(6)))
    deaf = Deaf()
    assert desk.deliver(NOON, deaf, limit=2) == Delivered(retried=2) and deaf.tries == 1
    assert desk.deliver(NOON + MINUTE).sent == 6


# Desks with outboxes of their own


class PowerCut(BaseException):
    """The machine dies."""


def test_what_another_desk_may_have_written_is_for_a_person(
    any_store: Store, tmp_path: Path
) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    crowd(desk, "Ann")

    def cut(point: str) -> None:
        if point == "dispatcher.handed_over":
            raise PowerCut

    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    desk.workspace.reached = cut
    with pytest.raises(PowerCut):
        desk.deliver(NOON, email_folder(here, shared=True))
    desk.workspace.reached = lambda point: None
    other = email_folder(there, shared=True)
    assert desk.deliver(NOON + LEASE, other) == Delivered(uncertain=1)
    assert desk.deliver(NOON + DAY, other) == Delivered()
    assert len([*here.iterdir(), *there.iterdir()]) == 1


# What comes back


@pytest.mark.parametrize(
    ("step", "kind", "state"),
    [(EMAIL, "email_bounced", "bounced"), (TEXT, "sms_failed", "failed")],
)
def test_what_comes_back_later_was_not_delivered(
    any_store: Store, step: dict[str, str], kind: str, state: str
) -> None:
    desk = Desk(any_store).set_up(step)
    ann, _ = crowd(desk, "Ann", "Bob")
    assert desk.deliver(NOON).sent == 2 and desk.sums() == (2, 2)
    number = desk.first().id
    for _ in range(2):
        events.record(desk.workspace, ann, kind, NOON + DAY, message=number, new="550")
    assert desk.states() == [state, "sent"] and desk.sums() == (2, 1)
    days = desk.rows("SELECT day, delivered FROM step_day WHERE delivered <> 0 OR sent <> 0")
    assert [row.delivered for row in days] == [1]
    assert desk.said().count(f"{state} 550") == 1


def test_an_uncertain_email_that_comes_back_is_settled(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    (ann,) = crowd(desk, "Ann")
    lost = RecordingChannel[Email](lambda key: Outcome("uncertain"))
    assert desk.deliver(NOON, lost).uncertain == 1
    events.record(desk.workspace, ann, "email_bounced", NOON + HOUR, message=desk.first().id)
    assert desk.states() == ["bounced"] and desk.sums() == (1, 0)


# Touches


def reached(desk: Desk) -> list[tuple[str, int]]:
    rows = desk.rows("SELECT kind, first_at FROM touch ORDER BY kind")
    return [(row.kind, row.first_at) for row in rows]


def of_letter(desk: Desk) -> None:
    document = {
        "format": "practice-crm/campaign@1", "name": "Spring",
        "assets": [{"type": "email", "name": "Letter"}],
    }  # fmt: skip
    campaigns.save_campaign(desk.workspace, document, NOON)


def test_who_was_sent_nothing_was_not_reached(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    of_letter(desk)
    ann, bob = crowd(desk, "Ann", "Bob")
    desk.happens(ann, "email_unsubscribed", NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered(sent=1, withdrawn=1)
    assert reached(desk) == [("", NOON), ("email", NOON)]
    assert {row.contact_id for row in desk.rows("SELECT contact_id FROM touch")} == {bob}


def test_who_was_also_enrolled_was_reached(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    campaign(desk)
    (ann,) = crowd(desk, "Ann")
    desk.happens(ann, "email_unsubscribed", NOON + 1)
    assert desk.deliver(NOON + 1) == Delivered(withdrawn=1)
    assert reached(desk) == [("", NOON), ("automation", NOON)]


def test_who_was_sent_another_was_reached(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL, {**EMAIL, "id": "again"})
    of_letter(desk)
    crowd(desk, "Ann")
    with store.write() as connection:
        execute(connection, "UPDATE message SET queued_at = ? WHERE step = 'again'", NOON + DAY)
    assert desk.deliver(NOON + 3 * DAY + 1) == Delivered(sent=1, too_late=1)
    assert [kind for kind, _ in reached(desk)] == ["", "email"]

"""What a text that comes in answers, and when a person is told of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.session import open_store
from engine.calendar import DAY, HOUR
from engine.channels.port import Outcome, Text
from engine.channels.recording import RecordingChannel
from engine.commands.events import TO_READ
from engine.commands.signals import hear_text
from tests.integration.desk import NOON, TEXT, Desk

LATER = NOON + HOUR


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    store = open_store(store_url)
    yield Desk(store)
    store.close()


def texted(desk: Desk) -> int:
    """Someone who was sent one text, and asked for another."""
    ann = desk.set_up(TEXT).person("Ann")
    desk.ask(ann)
    desk.deliver(NOON)
    desk.ask(ann, LATER)
    return ann


def replied(desk: Desk) -> list[int]:
    """The places, from 0, of the texts that were replied to."""
    states = desk.rows("SELECT replied_at FROM message ORDER BY id")
    return [place for place, row in enumerate(states) if row.replied_at is not None]


def test_a_reply_is_no_answer_to_a_text_still_waiting(desk: Desk) -> None:
    ann = texted(desk)
    hear_text(desk.workspace, ann, "yes", LATER)
    assert replied(desk) == [0]


def test_a_reply_is_no_answer_to_a_text_that_failed(desk: Desk) -> None:
    ann = texted(desk)
    failing: RecordingChannel[Text] = RecordingChannel(lambda key: Outcome("failed", "21614"))
    desk.deliver(LATER, sms=failing)
    hear_text(desk.workspace, ann, "yes", LATER)
    assert replied(desk) == [0]


def test_a_reply_is_no_answer_to_a_text_that_came_too_late(desk: Desk) -> None:
    ann = texted(desk)
    desk.deliver(LATER + 10 * DAY)
    hear_text(desk.workspace, ann, "yes", LATER + 10 * DAY)
    assert replied(desk) == [0]


def test_a_reply_answers_a_text_that_may_have_gone_out(desk: Desk) -> None:
    ann = texted(desk)
    doubtful: RecordingChannel[Text] = RecordingChannel(lambda key: Outcome("uncertain", ""))
    desk.deliver(LATER, sms=doubtful)
    hear_text(desk.workspace, ann, "yes", LATER)
    assert replied(desk) == [1]


def to_read(desk: Desk) -> list[tuple[object, ...]]:
    sql = "SELECT title, assignee, due_at, enrolment_id FROM task WHERE contact_id IS NOT NULL"
    return [tuple(row) for row in desk.rows(sql)]


def test_what_might_be_an_opt_out_is_a_reply_and_a_task(desk: Desk) -> None:
    ann = texted(desk)
    before = len(desk.rows("SELECT id FROM journal"))
    for _ in range(2):
        hear_text(desk.workspace, ann, "please quit texting my husband", LATER, key="in-1")
    assert replied(desk) == [0]
    assert to_read(desk) == [(TO_READ, "front_desk", LATER, None)]
    assert len(desk.rows("SELECT id FROM journal")) == before
    assert desk.rows("SELECT sms_on FROM contact")[0].sms_on == 1


@pytest.mark.parametrize("words", ["yes", "STOP", "please take me off your list", "help"])
def test_what_is_plain_is_no_task(desk: Desk, words: str) -> None:
    hear_text(desk.workspace, texted(desk), words, LATER)
    assert to_read(desk) == []

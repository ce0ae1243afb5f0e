"""What `why` says of a message on its way (engine.md section 9)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.session import Store, open_store, temporary_store
from engine.calendar import DAY, HOUR
from engine.claims import LEASE
from engine.commands import messages
from engine.why import why
from tests.integration.desk import EMAIL, NOON, Desk
from tests.integration.test_dispatcher import DEAF, Unasked, answering, crash


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        yield opened


@pytest.fixture
def any_store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def sentences(store: Store) -> list[str | None]:
    with store.read() as connection:
        return [line["sentence"] for line in why(connection, 1)]


def test_why_follows_a_message_on_its_way(any_store: Store) -> None:
    desk = Desk(any_store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    assert "The email “Letter” is waiting to go out." in sentences(any_store)
    desk.deliver(NOON, answering(DEAF))
    assert "The email “Letter” is waiting to go out." in sentences(any_store)
    desk.deliver(NOON + HOUR)
    assert "The email “Letter” was sent." in sentences(any_store)


def test_why_says_what_was_taken_back_truly(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    ann = desk.person("Ann")
    desk.ask(ann)
    desk.happens(ann, "do_not_contact", NOON + 1)
    desk.deliver(NOON + 1)
    said = sentences(store)
    assert "The email “Letter” was to go out, but it was taken back." in said
    assert not any("opted out" in sentence for sentence in said if sentence)


def test_why_tells_a_message_sent_again_by_its_state(store: Store) -> None:
    desk = Desk(store).set_up(EMAIL)
    desk.ask(desk.person("Ann"))
    crash(desk, "dispatcher.handed_over", NOON, Unasked())
    desk.deliver(NOON + LEASE, Unasked())
    assert "The email “Letter” may or may not have gone out." in sentences(store)
    messages.send_again(desk.workspace, 1, NOON + DAY)
    assert "The email “Letter” is waiting to go out." in sentences(store)

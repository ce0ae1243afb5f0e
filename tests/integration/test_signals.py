from __future__ import annotations

from typing import Any

import pytest

from db.errors import KnownError
from db.session import Store, open_store
from db.sql import query
from engine.calendar import DAY, MINUTE, parse_instant
from engine.commands import flows, settings
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.events import record_facts
from engine.commands.signals import Answer, Heard, answer_facts, engage, hear_text, heard_facts
from engine.dispatcher import RECORDED, deliver, standing
from engine.runner import advance
from engine.workspace import Workspace

NOW = parse_instant("2026-01-05T15:00:00Z")
LATER = NOW + MINUTE
FLOW = {
    "format": "practice-crm/automation@1",
    "name": "Hello",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "mail", "type": "send_email", "template": "Hello"},
        {"id": "text", "type": "send_sms", "text": "Hello"},
    ],
}
HELLO = {
    "format": "practice-crm/template@1", "name": "Hello", "channel": "email", "subject": "Hello",
    "body": "<p>Hello</p>",
}  # fmt: skip


class Practice:
    """Two people who were sent an email and a text each."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.workspace = Workspace(store)
        settings.put_template(self.workspace, HELLO)
        flow_id = flows.save_flow(self.workspace, "automation", FLOW, NOW)
        flows.activate(self.workspace, flow_id, NOW)
        new = [
            NewContact("manual", {"email": f"{n}@example.org", "phone": f"+1202555010{n}"})
            for n in range(2)
        ]
        self.ann, self.bob = create_contacts(self.workspace, new, NOW)
        advance(self.workspace, NOW)
        deliver(self.workspace, RECORDED, standing(NOW))
        self.mails = self.column("SELECT id FROM message WHERE channel = 'email' ORDER BY id")
        self.texts = self.column("SELECT id FROM message WHERE channel = 'sms' ORDER BY id")

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.rows(sql)]

    def rows(self, sql: str) -> list[tuple[int, ...]]:
        with self.store.read() as connection:
            return [tuple(row) for row in query(connection, sql)]

    def answer(self, answers: list[Answer], at: int = LATER) -> None:
        with self.store.write() as connection:
            facts = answer_facts(self.workspace, connection, answers, at)
            record_facts(self.workspace, connection, facts, at)

    def hear(self, heard: list[Heard]) -> None:
        with self.store.write() as connection:
            facts = heard_facts(self.workspace, connection, heard, LATER)
            record_facts(self.workspace, connection, facts, LATER)

    def kinds(self, contact_id: int) -> list[str]:
        return self.column(
            f"SELECT kind FROM event WHERE contact_id = {contact_id} AND at > {NOW} ORDER BY id"
        )

    def counted(self) -> list[tuple[int, ...]]:
        return self.rows("SELECT SUM(opened), SUM(clicked), SUM(replied) FROM step_day")


def test_a_first_click_derives_the_open_once(store_url: str) -> None:
    practice = Practice(open_store(store_url))
    first, second = practice.mails
    practice.answer([Answer(first, "clicked"), Answer(first, "clicked"), Answer(second, "opened")])
    practice.answer([Answer(second, "clicked"), Answer(second, "opened")], LATER + MINUTE)
    assert practice.kinds(practice.ann) == ["email_opened", "email_clicked", "email_clicked"]
    assert practice.kinds(practice.bob) == ["email_opened", "email_clicked", "email_opened"]
    assert practice.counted() == [(2, 2, 0)]
    opened = practice.column(f"SELECT opened_at FROM message WHERE id = {second}")
    assert opened == [LATER]
    practice.store.close()


def test_a_signal_of_one_key_counts_once(store_url: str) -> None:
    practice = Practice(open_store(store_url))
    mail = practice.mails[0]
    practice.answer([Answer(mail, "opened", key="a"), Answer(mail, "opened", key="a")])
    engage(practice.workspace, mail, "opened", LATER + DAY, key="a")
    hear_text(practice.workspace, practice.bob, "yes", LATER, key="b")
    hear_text(practice.workspace, practice.bob, "yes", LATER, key="b")
    assert practice.kinds(practice.ann) == ["email_opened"]
    assert practice.kinds(practice.bob) == ["sms_replied"]
    practice.store.close()


def test_texts_of_many_are_told_apart(store_url: str) -> None:
    practice = Practice(open_store(store_url))
    practice.hear(
        [Heard(practice.ann, "k"), Heard(practice.bob, "STOP ALL"), Heard(practice.ann, "help")]
    )
    assert practice.kinds(practice.ann) == ["sms_replied"]
    assert practice.kinds(practice.bob) == ["sms_opted_out", "property_changed", "do_not_contact"]
    replied = practice.rows("SELECT id FROM message WHERE replied_at IS NOT NULL")
    assert replied == [(practice.texts[0],)]
    assert practice.counted() == [(0, 0, 1)]
    practice.store.close()


def test_an_answer_to_no_message_is_refused(store_url: str) -> None:
    practice = Practice(open_store(store_url))
    with pytest.raises(KnownError, match="no such message"):
        engage(practice.workspace, 999, "opened", LATER)
    practice.store.close()

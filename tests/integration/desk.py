"""One small practice at one desk, for tests of what goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.queries import journal
from db.session import Store
from db.sql import Rows, query
from engine.calendar import parse_instant
from engine.channels.port import Email, EmailChannel, Text, TextChannel
from engine.channels.recording import RecordingChannel
from engine.claims import CLAIM
from engine.commands import contacts, events, flows, settings
from engine.dispatcher import Channels, Clock, deliver, standing
from engine.runner import advance
from engine.scenario import line_document
from engine.settlement import Delivered
from engine.workspace import Workspace

NOON = parse_instant("2026-03-02T17:00:00Z")
EMAIL = {"id": "mail", "type": "send_email", "template": "Letter"}
TEXT = {"id": "text", "type": "send_sms", "text": "Hi {{firstname}}"}


class Desk:
    """A workspace with a form that starts a flow, and channels that record."""

    def __init__(
        self,
        store: Store,
        ledger: Path | None = None,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self.workspace = Workspace(store, ledger, reached)
        self.email: RecordingChannel[Email] = RecordingChannel()
        self.sms: RecordingChannel[Text] = RecordingChannel()
        self.form = self.flow = 0
        self.document: dict[str, Any] = {}

    def set_up(self, *steps: dict[str, Any], **practice: Any) -> Desk:
        """Open the practice at noon with one automation that every form starts."""
        values = {"practice.name": "Oak", "practice.timezone": "America/New_York", **practice}
        settings.put_settings(self.workspace, values)
        self.form = settings.add_named(self.workspace, "form", "Callback")
        self.template("Hello {{firstname}}")
        self.document = {
            "format": "practice-crm/automation@1", "name": "Answer",
            "trigger": {"type": "form_submitted", "form": "any"}, "steps": [*steps],
        }  # fmt: skip
        self.flow = flows.save_flow(self.workspace, "automation", self.document, NOON)
        flows.activate(self.workspace, self.flow, NOON)
        return self

    def template(self, body: str) -> None:
        letter = {"name": "Letter", "channel": "email", "subject": "Hi", "body": f"<p>{body}</p>"}
        document = {"format": "practice-crm/template@1", **letter}
        settings.put_template(self.workspace, document)

    def person(self, name: str, at: int = NOON) -> int:
        fields = {"first_name": name, "email": f"{name.lower()}@example.org",
                  "phone": "+12025550123"}  # fmt: skip
        new = contacts.NewContact("manual", fields, ref=name)
        return contacts.create_contacts(self.workspace, [new], at)[0]

    def ask(self, who: int, at: int = NOON) -> None:
        """They send the form, and what follows at once is done."""
        events.record(self.workspace, who, "form_submitted", at, subject=self.form)
        advance(self.workspace, at)

    def happens(self, who: int, kind: str, at: int) -> None:
        events.record(self.workspace, who, kind, at)

    def deliver(
        self,
        at: int,
        email: EmailChannel | None = None,
        sms: TextChannel | None = None,
        limit: int = CLAIM,
        clock: Clock | None = None,
    ) -> Delivered:
        channels = Channels(email or self.email, sms or self.sms)
        return deliver(self.workspace, channels, clock or standing(at), limit=limit)

    def rows(self, sql: str, *values: object) -> Rows:
        with self.workspace.store.read() as connection:
            return query(connection, sql, *values)

    def states(self) -> list[str]:
        """The states of all messages, in order."""
        return [row.state for row in self.rows("SELECT state FROM message ORDER BY id")]

    def first(self) -> Any:
        """The first message's row."""
        return self.rows("SELECT * FROM message ORDER BY id")[0]

    def sums(self) -> tuple[int, int]:
        """Sent and delivered in the day totals."""
        row = self.rows("SELECT SUM(sent) AS sent, SUM(delivered) AS taken FROM step_day")[0]
        return int(row.sent), int(row.taken)

    def said(self) -> list[str]:
        """The journal's words, in order."""
        with self.workspace.store.read() as connection:
            rows = journal.lines(connection, 0, 10_000)
            lines = [line_document(row, row.ref) for row in rows]
        return [" ".join((line["what"], line.get("why", ""))).strip() for line in lines]

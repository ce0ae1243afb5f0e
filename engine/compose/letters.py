"""From a claimed message to what its channel takes: template and step, filled for one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.errors import KnownError
from db.outbox import Claimed
from engine.channels.port import Email, Text
from engine.compose.body import Letterhead, compile_bodies
from engine.compose.mime import EmailTemplate, Recipient, Sender
from engine.compose.sms import with_opt_out
from engine.compose.tokens import Filler, compile_text
from engine.flow import Flow, Stored


@dataclass(frozen=True, slots=True)
class House:
    """The practice as its messages show it. `store` tells its message keys from any other's."""

    store: str
    practice: str
    address: str
    from_name: str
    from_email: str


class Letters:
    """Composes messages of one practice; each template and step is prepared once.

    `versions` are the flows' versions by id, whose steps say what overrides the template.
    """

    def __init__(
        self, house: House, templates: Iterable[Any], versions: Mapping[int, Flow]
    ) -> None:
        self._versions = versions
        self._house = house
        self._templates = {row.id: row for row in templates}
        self._emails: dict[tuple[int | None, str | None, int | None], EmailTemplate] = {}
        self._texts: dict[tuple[int | None, str | None, int | None], Filler] = {}

    def key(self, message: Claimed) -> str:
        """The message's name in the outside world: the same on every attempt."""
        if message.enrolment_id is None:
            return f"{self._house.store}-m{message.id}"
        return f"{self._house.store}-e{message.enrolment_id}-{message.step}-{message.visit}"

    def email(self, message: Claimed, now: int) -> Email:
        """The email of a message, dated `now`. Raises KnownError if it can't be composed."""
        place = (message.version_id, message.step, message.template_id)
        if place not in self._emails:
            self._emails[place] = self._prepare(message)
        name = f"{message.first_name} {message.last_name}".strip()
        unsubscribe = f"mailto:{self._house.from_email}?subject=unsubscribe"
        recipient = Recipient(
            self.key(message), name, message.email, self._values(message), (unsubscribe,)
        )
        return self._emails[place].build(recipient, now)

    def text(self, message: Claimed, now: int) -> Text:
        """The text of a message, with the words that say how to stop; it bears no date."""
        place = (message.version_id, message.step, message.template_id)
        if place not in self._texts:
            words = self._step(message).get("text") or self._template(message).body
            self._texts[place] = compile_text(with_opt_out(words), escape=False)
        body = self._texts[place].fill(self._values(message))
        return Text(self.key(message), message.phone, body)

    def _step(self, message: Claimed) -> Stored:
        """What the message's step says, in the version of the flow that queued it."""
        if message.version_id is None:
            return {}
        return self._versions[message.version_id].steps[message.step or ""].fields

    def _template(self, message: Claimed) -> Any:
        template = self._templates.get(message.template_id)
        if template is None:
            raise KnownError("The message's template no longer exists: choose another.")
        return template

    def _prepare(self, message: Claimed) -> EmailTemplate:
        template, fields = self._template(message), self._step(message)
        house = self._house
        sender = Sender(
            fields.get("from_name") or template.from_name or house.from_name or house.practice,
            fields.get("from_email") or template.from_email or house.from_email,
        )
        subject = compile_text(fields.get("subject") or template.subject, escape=False)
        preview = fields.get("preview_text") or template.preview_text
        letterhead = Letterhead(house.practice, house.address)
        return EmailTemplate(sender, subject, compile_bodies(template.body, letterhead, preview))

    def _values(self, message: Claimed) -> dict[str, str]:
        return {
            "firstname": message.first_name,
            "lastname": message.last_name,
            "practice": self._house.practice,
            "owner": message.owner,
        }

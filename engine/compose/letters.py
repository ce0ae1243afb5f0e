"""From a claimed message to what its channel takes: template and step, filled for one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from db.errors import KnownError
from db.outbox import Claimed
from db.queries import setup
from engine.channels.port import Email, Text
from engine.compose.body import Bodies, Letterhead, compile_bodies
from engine.compose.mime import EmailTemplate, Recipient, Sender
from engine.compose.sms import with_opt_out
from engine.compose.tokens import Filler, compile_text
from engine.flow import Flow
from engine.practice import read_practice
from engine.vocabulary import DEFAULT_FROM_EMAIL


@dataclass(frozen=True, slots=True)
class House:
    """The practice as its messages show it. `store` tells its message keys from any other's."""

    store: str
    practice: str
    address: str
    from_name: str
    from_email: str


def house_of(settings: Mapping[str, Any]) -> House:
    """The practice of the stored settings, as its messages show it."""
    return House(
        store=settings[setup.STORE],
        practice=read_practice(settings).name,
        address=settings.get("practice.address", ""),
        from_name=settings.get("email.from_name", ""),
        from_email=settings.get("email.from_email", DEFAULT_FROM_EMAIL),
    )


class Template(Protocol):
    """An email of the library, as a row or as it is being written."""

    @property
    def subject(self) -> str:
        """Tokens allowed, like in all but the address."""

    @property
    def preview_text(self) -> str:
        """What an inbox shows behind the subject."""

    @property
    def from_name(self) -> str:
        """Empty for the practice's own."""

    @property
    def from_email(self) -> str:
        """Empty for the practice's own."""

    @property
    def body(self) -> str:
        """An HTML fragment or document."""


class Letter(NamedTuple):
    """An email ready to be filled: whose it is, what stands above it, and what it says."""

    sender: Sender
    subject: Filler
    preview: Filler
    bodies: Bodies


def letter(house: House, template: Template, fields: Mapping[str, Any]) -> Letter:
    """The email of a template, where `fields` of a step may say otherwise.

    What is sent and what is shown beforehand are made here. Raises KnownError, status 2, for what
    no email can say.
    """
    own = fields.get("from_name") or template.from_name
    sender = Sender(
        compile_text(own, escape=False) if own else house.from_name or house.practice,
        fields.get("from_email") or template.from_email or house.from_email,
    )
    subject = compile_text(fields.get("subject") or template.subject, escape=False)
    preview = fields.get("preview_text") or template.preview_text
    bodies = compile_bodies(template.body, letterhead(house), preview)
    return Letter(sender, subject, compile_text(preview, escape=False), bodies)


def letterhead(house: House) -> Letterhead:
    """What stands at the foot of every email."""
    return Letterhead(house.practice, house.address)


def unsubscribe(house: House) -> str:
    """Where the unsubscribe line of every email leads."""
    return f"mailto:{house.from_email}?subject=unsubscribe"


def values(house: House, first: str, last: str, owner: str) -> dict[str, str]:
    """What fills the tokens for one person; empty where nothing is known."""
    return {"firstname": first, "lastname": last, "practice": house.practice, "owner": owner}


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
        links = (unsubscribe(self._house),)
        recipient = Recipient(self.key(message), name, message.email, self._values(message), links)
        return self._emails[place].build(recipient, now)

    def text(self, message: Claimed, now: int) -> Text:
        """The text of a message, with the words that say how to stop; it bears no date."""
        place = (message.version_id, message.step, message.template_id)
        if place not in self._texts:
            words = self._step(message).get("text") or self._template(message).body
            self._texts[place] = compile_text(with_opt_out(words), escape=False)
        body = self._texts[place].fill(self._values(message))
        return Text(self.key(message), message.phone, body)

    def _step(self, message: Claimed) -> Mapping[str, Any]:
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
        made = letter(self._house, self._template(message), self._step(message))
        return EmailTemplate(made.sender, made.subject, made.bodies)

    def _values(self, message: Claimed) -> dict[str, str]:
        return values(self._house, message.first_name, message.last_name, message.owner)

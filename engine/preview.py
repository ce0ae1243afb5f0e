"""An email as somebody will get it, made by what sends it (screens.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from db.connection import Connection
from db.errors import KnownError
from db.queries import contact_page, setup
from engine.compose.body import compile_bodies
from engine.compose.concerns import blanks, doubts
from engine.compose.letters import House, Letter, house_of, letter, letterhead, unsubscribe, values
from engine.compose.safety import unsafe
from engine.compose.tokens import Filler
from engine.naming import load_names


class Written(NamedTuple):
    """An email of the library as it is written; empty where the practice's own stands."""

    subject: str = ""
    preview_text: str = ""
    from_name: str = ""
    from_email: str = ""
    body: str = ""


class Addressee(NamedTuple):
    """Who reads it. `id` is None of somebody made up."""

    id: int | None
    first: str
    last: str
    owner: str

    @property
    def name(self) -> str:
        """The whole name; who has none is this person."""
        return f"{self.first} {self.last}".strip() or "This person"


class Correspondence(NamedTuple):
    """What emails are composed with: the practice, and somebody made up to read them."""

    house: House
    sample: Addressee


NOBODY: Final = Correspondence(
    House("", "Our practice", "", "", "support@example.org"), Addressee(None, "Ann", "Lee", "")
)
"""Before anything was read."""


class Seen(NamedTuple):
    """An email in an inbox and open; `html` has its footer, and `doubts` are sentences."""

    sender: str
    subject: str
    preview: str
    html: str
    doubts: tuple[str, ...]


def correspondence(connection: Connection) -> Correspondence:
    """What emails are composed with now."""
    # What was never sent from has no name on the wire yet.
    house = house_of({setup.STORE: "", **setup.settings(connection)})
    owner = next(iter(load_names(connection).users), "")
    return Correspondence(house, Addressee(None, "Ann", "Lee", owner))


def addressee(connection: Connection, contact_id: int) -> Addressee | None:
    """A contact as a reader; None if there is none."""
    row = contact_page.record(connection, contact_id)
    if row is None:
        return None
    return Addressee(contact_id, row.first_name, row.last_name, row.owner or "")


def seen(house: House, written: Written, step: Mapping[str, Any], reader: Addressee) -> Seen:
    """The email as `reader` would get it, where `step` says otherwise than the library.

    Raises KnownError, status 2, for what can't be sent.
    """
    harmful = unsafe(written.body)
    if harmful is not None:
        raise KnownError(f"It holds {harmful}, which no email may carry: take it out.", 2)
    made = letter(house, written, step)
    known = values(house, reader.first, reader.last, reader.owner)
    filled = {**known, "unsubscribe": unsubscribe(house)}
    subject = made.subject.fill(known)
    own = compile_bodies(written.body, letterhead(house)).html
    said = (
        *doubts(subject, made.bodies.html.fill(filled)),
        *blanks((*_lines(made), own), known, reader.name),
    )
    name = _name(made).fill(known)
    sender = f"{name} <{made.sender.address}>"
    # The line of the inbox stands hidden in the body, which not everything that draws HTML heeds.
    return Seen(sender, subject, made.preview.fill(known), own.fill(filled), said)


def _lines(made: Letter) -> tuple[Filler, ...]:
    return _name(made), made.subject, made.preview


def _name(made: Letter) -> Filler:
    name = made.sender.name
    return Filler((name,), False) if isinstance(name, str) else name

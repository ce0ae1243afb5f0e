"""The library of emails and texts (screens.md section 8): what each says, and what uses it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, NamedTuple

from db.connection import Connection
from db.queries import library, listing, uses
from engine.documents.references import uses as references
from engine.naming import load_names
from engine.wording.values import plural

_SAID: Final = (
    "channel", "name", "subject", "preview_text", "from_name", "from_email", "body",
)  # fmt: skip


class User(NamedTuple):
    """What sends a template: an automation, a sequence or a campaign."""

    kind: str
    name: str


class TemplateRow(NamedTuple):
    """A template: `channel` is email or sms; `says` its subject or text."""

    id: int
    channel: str
    name: str
    says: str
    users: tuple[User, ...]

    @property
    def used_by(self) -> str:
        """How many use it, in words; "" if nothing does."""
        kinds = [user.kind for user in self.users]
        return ", ".join(plural(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))

    @property
    def all_users(self) -> str:
        """All that use it, by name, a line each."""
        return "\n".join(f"{user.kind.capitalize()} “{user.name}”" for user in self.users)


class Opened(NamedTuple):
    """A template to be corrected: its number, its public document, and what uses it."""

    id: int
    document: dict[str, Any]
    users: tuple[User, ...]


def templates(connection: Connection) -> list[TemplateRow]:
    """All templates, emails first."""
    names = load_names(connection)
    used = _users(connection)
    rows = []
    for row in listing.templates(connection):
        id = names.of(row.channel)[row.name]
        users = tuple(used[row.channel, id])
        rows.append(TemplateRow(id, row.channel, row.name, row.subject or row.body, users))
    return rows


def open_template(connection: Connection, id: int) -> Opened | None:
    """A template by its number; None if there is none any more."""
    document = template_document(connection, id)
    if document is None:
        return None
    return Opened(id, document, tuple(_users(connection)[document["channel"], id]))


def email_called(connection: Connection, name: str) -> Opened | None:
    """An email by its name, as a step refers to it; None if there is none."""
    id = load_names(connection).emails.get(name)
    return None if id is None else open_template(connection, id)


def template_document(connection: Connection, id: int) -> dict[str, Any] | None:
    """The public document of a template; None if there is none any more."""
    row = library.template(connection, id)
    if row is None:
        return None
    said = {key: getattr(row, key) for key in _SAID}
    document = {"format": "practice-crm/template@1", **said}
    return {key: value for key, value in document.items() if value}


def _users(connection: Connection) -> dict[tuple[str, int], list[User]]:
    used: dict[tuple[str, int], list[User]] = defaultdict(list)
    for kind, name, document in uses.flow_documents(connection):
        for what, id in sorted(references(document)):
            used[what, id].append(User(kind, name))
    for channel, id, name in uses.template_campaigns(connection):
        used[channel, id].append(User("campaign", name))
    return used

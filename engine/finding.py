"""What the command palette finds: records by what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from db.connection import Connection
from db.queries import finding
from engine import people
from engine.naming import load_names
from engine.wording.values import status_title

SHORTEST: Final = 2
"""Letters it takes to look for people."""


class Found(NamedTuple):
    """A record: its kind and id, what it is called, and what tells it from its namesakes."""

    kind: Literal["automation", "list", "template", "contact"]
    id: int
    name: str
    note: str


def find(connection: Connection, text: str, most: int) -> list[Found]:
    """Up to `most` automations, lists and templates whose name has `text`, then people meant by it.

    People are found as the table of contacts finds them (`engine.people`).
    """
    wanted = " ".join(text.split())
    found = [
        Found("automation", row.id, row.name, status_title(row.status))
        for row in finding.automations(connection, wanted, most)
    ]
    names = load_names(connection)
    found += _named("list", names.lists, wanted, "")
    found += _named("template", names.emails, wanted, "Email")
    found += _named("template", names.texts, wanted, "Text")
    del found[most:]
    room = most - len(found)
    if room and len(wanted) >= SHORTEST:
        found += [
            Found("contact", row.id, row.name, row.email or row.phone)
            for row in people.first_found(connection, wanted, room)
        ]
    return found


def _named(
    kind: Literal["list", "template"], ids: Mapping[str, int], wanted: str, note: str
) -> list[Found]:
    named = sorted(name for name in ids if wanted.casefold() in name.casefold())
    return [Found(kind, ids[name], name, note) for name in named]

"""What the command palette finds: records by what they are called."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from db.connection import Connection
from db.queries import finding
from engine import people
from engine.naming import load_names
from engine.wording import status_title

SHORTEST: Final = 2
"""Letters it takes to look for people."""


class Found(NamedTuple):
    """A record: its kind and id, what it is called, and what tells it from its namesakes."""

    kind: Literal["automation", "list", "contact"]
    id: int
    name: str
    note: str


def find(connection: Connection, text: str, most: int) -> list[Found]:
    """Up to `most` automations and lists whose name has `text` in it, then people meant by it.

    People are found as the table of contacts finds them (`engine.people`).
    """
    wanted = " ".join(text.split())
    found = [
        Found("automation", row.id, row.name, status_title(row.status))
        for row in finding.automations(connection, wanted, most)
    ]
    lists = load_names(connection).lists
    named = sorted(name for name in lists if wanted.casefold() in name.casefold())
    found += [Found("list", lists[name], name, "") for name in named[: most - len(found)]]
    room = most - len(found)
    if room and len(wanted) >= SHORTEST:
        found += [
            Found("contact", row.id, row.name, row.email or row.phone)
            for row in people.first_found(connection, wanted, room)
        ]
    return found

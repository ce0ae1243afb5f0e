"""What the command palette finds: records by the first letters of their names."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection

from db.queries import finding
from db.sql import Rows

SHORTEST: Final = 2
"""Letters it takes to look for people."""


class Found(NamedTuple):
    """A record: its kind and id, what it is called, and what tells it from its namesakes."""

    kind: Literal["automation", "contact"]
    id: int
    name: str
    note: str


def find(connection: Connection, text: str, most: int) -> list[Found]:
    """Up to `most` automations and people whose names begin with `text`, automations first.

    A person is found by last name, "First Last", "Last, First", or the start of their address.
    """
    wanted = " ".join(text.split())
    found = [
        Found("automation", row.id, row.name, row.status)
        for row in finding.automations(connection, wanted, most)
    ]
    if len(wanted) < SHORTEST or not wanted.isprintable():
        return found[:most]
    people = [
        Found("contact", row.id, f"{row.first_name} {row.last_name}".strip(), row.email)
        for row in _people(connection, wanted, most)
    ]
    return [*found, *dict.fromkeys(people)][:most]


def _people(connection: Connection, wanted: str, most: int) -> Rows:
    if "@" in wanted:
        return finding.contacts_by_address(connection, wanted.lower(), most)
    found: list[Any] = []
    for last, first in _names(wanted):
        found += finding.contacts(connection, last, first, most)
    return found


def _names(wanted: str) -> list[tuple[str, str]]:
    """(last, first) beginnings that a person may mean, as names are written."""
    last, comma, first = (part.strip() for part in wanted.partition(","))
    before, space, after = wanted.rpartition(" ")
    pairs = [(last, first)] if comma else [(wanted, "")]
    if space and not comma:
        pairs.append((after, before))
    return list(dict.fromkeys((form(last), form(first)) for last, first in pairs
                              for form in (str, _capital)))  # fmt: skip


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]

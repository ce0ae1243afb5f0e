"""Many people onto a static list, or off it (engine.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from db.connection import Connection
from db.errors import KnownError
from db.queries import contacts_page, lists_page
from engine.commands.events import Fact, record_facts
from engine.workspace import Workspace

CHUNK: Final = 500
"""People a transaction: few enough that a cancelled job ends at once."""


class Moved(NamedTuple):
    """How many people were meant, and how many of them the list did not have (or had) before."""

    people: int
    changed: int


def put_on_list(
    workspace: Workspace, list_id: int, contacts: Sequence[int], at: int, *, joins: bool = True
) -> Moved:
    """Put people on a static list, or take them off, in one transaction.

    Those who are gone are not counted. Raises KnownError if the list is gone or dynamic.
    """
    with workspace.write("lists") as connection:
        _require_static(connection, list_id)
        there = contacts_page.existing(connection, contacts)
        kind = "list_joined" if joins else "list_left"
        facts = [Fact(contact_id, kind, subject=list_id) for contact_id in there]
        before = lists_page.size(connection, list_id)
        record_facts(workspace, connection, facts, at)
        return Moved(len(there), abs(lists_page.size(connection, list_id) - before))


def put_chosen_on_list(
    workspace: Workspace,
    list_id: int,
    choose: Callable[[Connection], Sequence[int]],
    at: int,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Moved:
    """Put any number of people on a static list: those that `choose` gives, at once.

    A transaction takes a chunk of them; cancelled, those already on the list stay. `progress`
    hears shares, up to 1. Raises as `put_on_list` does.
    """
    with workspace.store.read() as connection:
        contacts = choose(connection)
    people = changed = 0
    for first in range(0, len(contacts), CHUNK):
        if cancelled():
            break
        moved = put_on_list(workspace, list_id, contacts[first : first + CHUNK], at)
        people, changed = people + moved.people, changed + moved.changed
        progress(min(1.0, (first + CHUNK) / len(contacts)))
    return Moved(people, changed)


def _require_static(connection: Connection, list_id: int) -> None:
    kind = lists_page.kind(connection, list_id)
    if kind is None:
        raise KnownError("This list is gone: choose another one.")
    if kind != "static":
        raise KnownError("A dynamic list is filled by its rule alone: choose a static one.")

"""Removing what is set up: refused while anything uses it (engine.md section 10)."""

from __future__ import annotations

from collections.abc import Iterator

from db import shelves
from db.connection import Connection
from db.errors import KnownError
from db.queries import setup, uses
from engine.documents.references import uses as references
from engine.naming import load_names
from engine.workspace import Workspace

_SAID = 5
"""How many users of a thing are named before the rest are counted."""


def remove(workspace: Workspace, kind: str, name: str) -> None:
    """Delete a user, provider, form, list or template (`email`, `sms`) by name.

    Raises KnownError, saying what uses it, while anything does, or if there is none.
    """
    with workspace.write("settings", sets_up=True) as connection:
        id = load_names(connection).of(kind).get(name)
        if id is None:
            raise KnownError(f"There is no {kind} called {name!r}.", 2)
        users = list(_users(connection, kind, id))
        if users:
            more = f" and {len(users) - _SAID} more" if len(users) > _SAID else ""
            raise KnownError(
                f"{name!r} is in use by {', '.join(users[:_SAID])}{more}: take it out there first."
            )
        shelves.remove(connection, kind, id)
        setup.touch_catalogue(connection)


def _users(connection: Connection, kind: str, id: int) -> Iterator[str]:
    for flow_kind, name, document in uses.flow_documents(connection):
        if (kind, id) in references(document):
            yield f"the {flow_kind} {name!r}"
    for list_id, name, rule in uses.list_rules(connection):
        if list_id != id and (kind, id) in references(rule):
            yield f"the list {name!r}"
    for name in uses.campaigns_with(connection, kind, id):
        yield f"the campaign {name!r}"
    yield from uses.records_with(connection, kind, id)
    waiting = uses.queued_with(connection, id) if kind in ("email", "sms") else 0
    if waiting:
        yield f"{waiting:,} messages still to go out"

"""Copies of automations and sequences (screens.md sections 1 and 7)."""

from __future__ import annotations

from itertools import chain, count

from db.connection import Connection
from db.errors import KnownError
from db.queries import flows as rows
from engine.commands.flows import add_flow
from engine.listing import show
from engine.workspace import Workspace


def duplicate_flow(workspace: Workspace, flow_id: int, at: int) -> int:
    """A draft that does what the flow does now, under a free name; its number.

    Nobody is in it. Raises KnownError if the flow is gone.
    """
    with workspace.write("flows", sets_up=True) as connection:
        state = workspace.catalogue(connection).flows.get(flow_id)
        if state is None:
            raise KnownError("This automation or sequence no longer exists.", 2)
        document = show(connection, state.kind, state.name)
        document["name"] = _free_name(connection, state.name)
        if state.kind == "sequence":
            document["active"] = False
        return add_flow(connection, state.kind, document, at)


def _free_name(connection: Connection, name: str) -> str:
    """`Copy of NAME`, or with a number behind it where that is taken."""
    plain = f"Copy of {name}"
    names = chain([plain], (f"{plain} ({number})" for number in count(2)))
    return next(
        free
        for free in names
        if rows.by_name(connection, free) is None and not rows.is_deleted(connection, free)
    )

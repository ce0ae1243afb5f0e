"""Dynamic lists: who is on a new one (engine.md section 10)."""

from __future__ import annotations

from sqlalchemy import Connection

from db.queries import checks
from engine.dates import ask_lists
from engine.loading import load_contacts, open_batch
from engine.runner import CHUNK
from engine.saving import save
from engine.workspace import Workspace


def fill_dynamic(workspace: Workspace, at: int, chunk: int = CHUNK) -> None:
    """Put everyone on the dynamic lists they belong to: after a new list came in.

    One transaction a chunk of contacts; those who are already where they belong are left alone,
    so it may be cut short and run again.
    """
    after: int | None = 0
    while after is not None:
        with workspace.write("lists") as connection:
            after = _fill_chunk(workspace, connection, at, after, chunk)


def _fill_chunk(
    workspace: Workspace, connection: Connection, at: int, after: int, chunk: int
) -> int | None:
    """The last contact looked at, or None if there are no more."""
    batch = open_batch(workspace, connection, at)
    ids = checks.everyone(connection, after, chunk)
    contacts = load_contacts(connection, ids)
    ask_lists(workspace, connection, batch, contacts, timed_only=False)
    save(connection, batch, contacts.values())
    return ids[-1] if len(ids) == chunk else None

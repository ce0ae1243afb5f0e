"""Dynamic lists: who joins and who leaves when they are asked again (engine.md section 10).

A new list is asked about everybody. How far that is stands in the store with what it moved, so
where it was cut short the next tick goes on.
"""

from __future__ import annotations

from db.connection import Connection
from db.queries import checks, setup
from engine.batch import Batch
from engine.events import handle, relist
from engine.loading import (
    load_contacts,
    load_engagement,
    load_lists,
    load_open,
    open_batch,
)
from engine.progress import Progress, summary
from engine.record import Contact
from engine.saving import save
from engine.workspace import Workspace


def fill_lists(workspace: Workspace, now: int, chunk: int) -> Progress:
    """Put everybody on the new dynamic lists they belong to, if there are any to fill.

    One transaction a chunk of contacts. Several engines may fill at a time.
    """
    progress = Progress()
    while _is_asked(workspace):
        progress += _fill_chunk(workspace, now, chunk)
    return progress


def ask_lists(
    workspace: Workspace,
    connection: Connection,
    batch: Batch,
    contacts: dict[int, Contact],
    *,
    timed_only: bool,
) -> None:
    """Ask dynamic lists again about these contacts, and handle who joins or leaves."""
    load_lists(connection, contacts)
    load_engagement(connection, batch, contacts)
    moved = [
        event
        for contact in contacts.values()
        for event in relist(batch, contact, 0, timed_only=timed_only)
    ]
    load_open(workspace, connection, batch, {e.contact.id: e.contact for e in moved})
    handle(batch, moved)


def _is_asked(workspace: Workspace) -> bool:
    with workspace.store.read() as connection:
        return workspace.catalogue(connection).fills


def _fill_chunk(workspace: Workspace, now: int, chunk: int) -> Progress:
    with workspace.write("lists") as connection:
        setup.lock_setting(connection, setup.FILLED)
        batch = open_batch(workspace, connection, now)
        after = setup.setting(connection, setup.FILLED)
        if after is None:
            return Progress()
        ids = checks.everyone(connection, after, chunk)
        contacts = load_contacts(connection, ids)
        ask_lists(workspace, connection, batch, contacts, timed_only=False)
        save(connection, batch, contacts.values())
        if len(ids) == chunk:
            setup.put_setting(connection, setup.FILLED, ids[-1])
        else:
            setup.put_setting(connection, setup.FILLED, None)
            setup.touch_catalogue(connection)
        return summary(batch)

"""Run what is due: `advance(now)` in transactions over chunks of contacts.

Each chunk runs to quiescence: its due walks are loaded with a few set questions, the rules
decide in memory, everything is written at once. Contacts never influence each other, so any
chunking gives the same journal per contact (engine.md section 1). The order of one instant:
campaigns that end, (events, recorded by commands), new lists, date checks, occurrences, then
rounds.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.connection import Connection
from db.queries import batches
from engine import dates, occurrences
from engine.batch import Batch
from engine.campaigns import complete_ended
from engine.due import look
from engine.events import handle, matters, relist
from engine.lists import fill_lists
from engine.loading import load_contacts, load_due, load_once, open_batch
from engine.progress import Progress, summary
from engine.record import Contact, Walk
from engine.rounds import take_steps
from engine.saving import save
from engine.workspace import Workspace

CHUNK = 5000
"""Contacts in one transaction, unless the caller says otherwise."""


def advance(workspace: Workspace, now: int, chunk: int = CHUNK) -> Progress:
    """Run everything that is due at `now`, an instant; gives what was done.

    Several engines may advance one PostgreSQL store at a time: each takes contacts nobody else
    holds.
    """
    due = look(workspace, now)
    progress = Progress()
    if due.campaigns:
        complete_ended(workspace, now)
    if due.lists:
        progress += fill_lists(workspace, now, chunk)
    if due.checks:
        progress += dates.run_checks(workspace, now, chunk)
    if due.occurrences:
        progress += occurrences.start_due(workspace, now, chunk)
    more = due.lists or due.checks or due.occurrences or due.walks
    while more:
        done, more = _advance_chunk(workspace, now, chunk)
        progress += done
    if due.once_only:
        occurrences.complete_once_only(workspace, now)
    return progress


def _advance_chunk(workspace: Workspace, now: int, chunk: int) -> tuple[Progress, bool]:
    """What one chunk did, and whether there may be another."""
    with workspace.write("runner") as connection:
        batch = open_batch(workspace, connection, now)
        ids, more = batches.due_contacts(connection, now, chunk)
        if not ids:
            return Progress(), False
        contacts = load_contacts(connection, ids)
        walks = load_due(workspace, connection, batch, contacts)
        run_rounds(workspace, connection, batch, contacts, walks)
        save(connection, batch, contacts.values())
        return summary(batch), more


def run_rounds(
    workspace: Workspace,
    connection: Connection,
    batch: Batch,
    contacts: dict[int, Contact],
    walks: Sequence[Walk],
) -> None:
    """Steps of every due walk, then the events they cause, until nothing is due at this instant."""
    loaded: set[int] = set()
    due = list(walks)
    timed = any(rule.timed for _, rule in batch.catalogue.rules)
    while due:
        queued, begun = len(batch.messages), len(batch.begun)
        events = take_steps(batch, due)
        senders = _senders(batch, due, queued) if timed else []
        concerned = [event.contact for event in events if matters(batch.catalogue, event)]
        concerned += [walk.contact for walk in senders]
        load_once(workspace, connection, batch, loaded, concerned)
        handle(batch, events)
        for walk in senders:
            handle(batch, relist(batch, walk.contact, walk.depth + 1, timed_only=True))
        due = [walk for walk in due if _is_due(walk, batch.now)]
        due += [walk for walk in batch.begun[begun:] if _is_due(walk, batch.now)]


def _senders(batch: Batch, due: Sequence[Walk], queued: int) -> list[Walk]:
    """The walks that queued a message in this round: an event at which lists are asked again."""
    by_id = {walk.id: walk for walk in due}
    return [by_id[message.enrolment_id] for message in batch.messages[queued:]]


def _is_due(walk: Walk, now: int) -> bool:
    return walk.due_at is not None and walk.due_at <= now

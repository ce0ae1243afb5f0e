"""Sequences: whom each occurrence starts, and when one is through (engine.md section 7)."""

from __future__ import annotations

from datetime import timedelta

from db import shelf
from db.connection import Connection
from db.queries import checks, setup
from engine.batch import Batch
from engine.calendar import DAY, to_datetime, wall_instant
from engine.catalogue import Catalogue, FlowState
from engine.loading import load_contacts, load_last_event, open_batch
from engine.practice import Practice
from engine.progress import Progress, summary
from engine.record import Contact, Line
from engine.saving import save
from engine.workspace import Workspace

_LOCK = "sequences"
"""One engine at a time starts sequences, or completes them."""


def occurrence(state: FlowState, practice: Practice, number: int) -> int | None:
    """The instant of occurrence `number`, counted from 0 at the start; days keep wall time."""
    if state.start_at is None or (number and state.every is None):
        return None
    if number == 0:
        return state.start_at
    amount, unit = state.every or (1, "days")
    days = number * amount * (7 if unit == "weeks" else 1)
    start = to_datetime(state.start_at, practice.zone)
    return wall_instant(start.date() + timedelta(days=days), start.time(), practice.zone)


def first_from(state: FlowState, practice: Practice, instant: int) -> int | None:
    """The first occurrence at or after `instant`; the rhythm stays anchored to the start."""
    if state.start_at is None:
        return None
    if state.start_at >= instant or state.every is None:
        return state.start_at if state.start_at >= instant else None
    amount, unit = state.every
    days = amount * (7 if unit == "weeks" else 1)
    number = max(0, (instant - state.start_at) // (days * DAY) - 1)
    while (at := occurrence(state, practice, number)) is not None and at < instant:
        number += 1
    return at


def next_occurrence(catalogue: Catalogue) -> int | None:
    """When the next occurrence of any active sequence is due."""
    return min((s.next_at for s in _sequences(catalogue) if s.next_at is not None), default=None)


def start_due(workspace: Workspace, now: int, chunk: int) -> Progress:
    """Start everyone on the lists of sequences whose occurrence is due."""
    progress = Progress()
    while True:
        with workspace.store.read() as connection:
            due = next_occurrence(workspace.catalogue(connection))
        if due is None or due > now:
            return progress
        progress += _start_chunk(workspace, now, chunk)


def complete_once_only(workspace: Workspace, now: int) -> None:
    """Complete every once-only sequence whose last contact is through."""
    with workspace.store.read() as connection:
        through = _through(connection, workspace.catalogue(connection))
    if not through:
        return
    with workspace.write("completion") as connection:
        setup.lock_setting(connection, _LOCK)
        batch = open_batch(workspace, connection, now)
        for state in _through(connection, batch.catalogue):
            shelf.switch_flow(connection, state.id, "completed", now)
            batch.lines.append(Line(now, None, state.id, None, state.version_id, None, "completed"))
        save(connection, batch, ())
        setup.touch_catalogue(connection)


def may_be_through(catalogue: Catalogue) -> bool:
    """Whether there is a once-only sequence that is not completed."""
    return any(_is_once_only(state) for state in catalogue.flows.values())


def _is_once_only(state: FlowState) -> bool:
    return state.kind == "sequence" and state.every is None and state.status in ("active", "paused")


def _through(connection: Connection, catalogue: Catalogue) -> list[FlowState]:
    return [
        state
        for state in catalogue.flows.values()
        if _is_once_only(state) and state.next_at is None
        and setup.setting(connection, _cursor(state)) is not None
        and not checks.walking(connection, state.id)
    ]  # fmt: skip


def _sequences(catalogue: Catalogue) -> list[FlowState]:
    return [s for _, s in sorted(catalogue.flows.items()) if s.kind == "sequence" and s.active]


def under_way(connection: Connection, state: FlowState) -> bool:
    """Whether an occurrence has started some of its list and not yet all."""
    return bool(setup.setting(connection, _cursor(state)))


def _cursor(state: FlowState) -> str:
    return f"sequence.{state.id}"


def _start_chunk(workspace: Workspace, now: int, chunk: int) -> Progress:
    """The first due sequence on one chunk of its list."""
    with workspace.write("occurrences") as connection:
        # Before looking: another engine may just have started what is due.
        setup.lock_setting(connection, _LOCK)
        batch = open_batch(workspace, connection, now)
        due = [s for s in _sequences(batch.catalogue) if s.next_at is not None and s.next_at <= now]
        if not due:
            return Progress()
        state = due[0]
        after = setup.setting(connection, _cursor(state)) or 0
        ids: list[int] = []
        if (after or _still_goes(batch, state)) and state.list_id is not None:
            ids = checks.members(connection, state.list_id, after, chunk)
            contacts = load_contacts(connection, ids)
            load_last_event(connection, batch)
            _start(connection, batch, state, contacts)
        if len(ids) == chunk:
            setup.put_setting(connection, _cursor(state), ids[-1])
        else:
            setup.put_setting(connection, _cursor(state), 0)
            setup.put_setting(connection, f"{_cursor(state)}.last", now)
            following = first_from(state, batch.catalogue.practice, now + 1)
            shelf.set_next_occurrence(connection, state.id, following)
            setup.touch_catalogue(connection)
        save(connection, batch, ())
        return summary(batch)


def _still_goes(batch: Batch, state: FlowState) -> bool:
    """Whether an occurrence is to be run now; says which were missed.

    Those missed while the program was off are skipped, but for the latest if not too late.
    """
    practice = batch.catalogue.practice
    at = state.next_at
    while at is not None:
        following = first_from(state, practice, at + 1)
        overtaken = following is not None and following <= batch.now
        if not overtaken and batch.now - at <= practice.too_late:
            return True
        batch.lines.append(Line(at, None, state.id, None, state.version_id, None, "missed"))
        at = following if overtaken else None
    return False


def _start(
    connection: Connection, batch: Batch, state: FlowState, contacts: dict[int, Contact]
) -> None:
    rows = checks.standing(connection, contacts, state.id)
    walking = {row.contact_id for row in rows if row.live}
    for contact in contacts.values():
        if contact.barred:
            batch.refuse(contact, state, "not_enrolled", "do_not_contact")
        elif contact.id in walking:
            batch.refuse(contact, state, "not_enrolled", "already_active")
        else:
            batch.enrol(contact, state, depth=0)

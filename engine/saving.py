"""Write what a batch brought about, in the transaction it was read in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from db import outbox, writes
from db.connection import Connection
from engine.batch import Batch, Outcome, Touch
from engine.record import Contact, Event, Line, Walk


def save(connection: Connection, batch: Batch, contacts: Collection[Contact]) -> None:
    """Write everything; afterwards new walks and events have their ids, and contacts no walks."""
    _save_events_and_walks(connection, batch)
    add_lines(connection, batch.lines)
    writes.append(connection, "message", writes.MESSAGE, batch.messages)
    writes.append(connection, "task", writes.TASK, batch.tasks)
    _save_records(connection, [contact for contact in contacts if contact.dirty])
    writes.change_lists(connection, batch.members)
    writes.add_consents(connection, [*batch.consents])
    outbox.add_day_counts(
        connection, batch.day, "entered sent skipped dropped took_yes took_no",
        [(flow, step, *numbers) for (flow, step), numbers in batch.step_counts.items()],
    )  # fmt: skip
    writes.add_flow_counts(connection, batch.flow_counts)
    writes.add_here(connection, batch.here)
    _save_roll(connection, batch)
    for walk in (*batch.begun, *batch.moved.values()):
        walk.contact.walks.clear()
    for contact in contacts:
        # They hold each other: apart, they are freed at once, and no thread waits for it.
        contact.walks.clear()


def add_lines(connection: Connection, lines: Sequence[Line]) -> None:
    """Append to the journal."""
    writes.append(connection, "journal", writes.JOURNAL, lines)


def _save_events_and_walks(connection: Connection, batch: Batch) -> None:
    event_ids = writes.reserve(connection, "event", len(batch.events))
    for walk in batch.begun:
        place = walk.after_place
        walk.after_event = event_ids[place - 1] if place else batch.last_event
    writes.append(
        connection, "event", writes.EVENT,
        [_event(id, event) for id, event in zip(event_ids, batch.events, strict=True)],
    )  # fmt: skip
    # Before the new ones: who left a flow in this batch may have entered it again.
    writes.move_walks(connection, ((_place(walk), walk.id) for walk in batch.moved.values()))
    writes.append(connection, "enrolment", writes.ENROLMENT, [_walk(w) for w in batch.begun])


def _event(id: int, event: Event) -> tuple[object, ...]:
    cause = event.cause.id if event.cause else None
    return (
        id, event.contact.id, event.at, event.kind, event.depth, cause, event.message,
        event.subject, event.field, event.old, event.new, event.key,
    )  # fmt: skip


def _walk(walk: Walk) -> tuple[object, ...]:
    return (
        walk.id, walk.flow_id, walk.contact.id, walk.version_id, walk.state, walk.step,
        walk.started, walk.due_at, walk.told, walk.enrolled_at, walk.after_event, walk.depth,
        walk.occasion, walk.was_dormant, walk.edited, walk.goal_until, walk.goal_at,
        walk.ended_at, walk.ended_why,
    )  # fmt: skip


def _place(walk: Walk) -> tuple[object, ...]:
    return (
        walk.state, walk.step, walk.started, walk.due_at, walk.told, walk.goal_at,
        walk.ended_at, walk.ended_why,
    )  # fmt: skip


def _save_records(connection: Connection, contacts: Iterable[Contact]) -> None:
    """Only what changed is written: every index over a column named is written again."""
    changes: dict[tuple[str, ...], list[tuple[tuple[object, ...], int]]] = defaultdict(list)
    for contact in contacts:
        now = _record(contact)
        was = _record(Contact(*contact.row)) if contact.row else (None,) * len(now)
        changed = [place for place, value in enumerate(now) if value != was[place]]
        columns = tuple(writes.RECORD[place] for place in changed)
        changes[columns].append((tuple(now[place] for place in changed), contact.id))
    for columns, rows in changes.items():
        writes.update_contacts(connection, columns, rows)


def _record(contact: Contact) -> tuple[object, ...]:
    """A record as `writes.RECORD` lists its columns."""
    return (
        contact.first_name, contact.last_name, contact.email, contact.phone, contact.dob or None,
        birth_day(contact.dob), contact.timezone, contact.status, contact.lead_source,
        int(contact.contact_owner) if contact.contact_owner else None,
        int(contact.provider) if contact.provider else None,
        int(contact.sms_subscription == "on"), int(contact.email_subscription == "on"),
        contact.sms_opted_out, contact.email_opted_out, contact.insurance_verification,
        contact.archived, contact.deceased, contact.do_not_contact, contact.email_bounced,
        contact.last_activity,
    )  # fmt: skip


def birth_day(dob: str) -> int | None:
    """Month × 100 + day of an ISO date, by which birthdays are found; None for ''."""
    return int(dob[5:7]) * 100 + int(dob[8:10]) if dob else None


def _save_roll(connection: Connection, batch: Batch) -> None:
    """Touches and outcomes in the order they came about, like ones together."""

    def kind(entry: Touch | Outcome) -> str:
        return "touch" if isinstance(entry, Touch) else entry.column

    for column, entries in groupby(batch.roll, kind):
        if column == "touch":
            writes.add_touches(connection, [tuple(e) for e in entries if isinstance(e, Touch)])
        else:
            rows = [_outcome(e) for e in entries if isinstance(e, Outcome)]
            writes.add_outcomes(connection, column, rows)


def _outcome(entry: Outcome) -> tuple[object, ...]:
    since = -1 if entry.new_since is None else entry.new_since
    return (
        entry.at, entry.campaign_id, entry.contact_id, entry.at, int(entry.dormant), since, since
    )  # fmt: skip

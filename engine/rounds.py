"""Rounds of one instant: every due walk takes one step, until nothing is due.

engine.md section 1 ("Order inside one instant") and section 4 (holds).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Final

from engine.batch import Batch
from engine.calendar import next_opening, quiet_until, zone
from engine.flow import Flow
from engine.record import Event, Walk
from engine.steps import (
    WAITS,
    Take,
    add_to_list,
    create_task,
    delay,
    if_then,
    send_email,
    send_sms,
    set_property,
)
from engine.steps.sending import is_too_late

TAKES: Final[Mapping[str, Take]] = {
    "send_email": send_email.take,
    "send_sms": send_sms.take,
    "delay": delay.take,
    "if_then": if_then.take,
    "create_task": create_task.take,
    "set_property": set_property.take,
    "add_to_list": add_to_list.take,
}
SENDS: Final = frozenset({"send_email", "send_sms"})

_ORDER = attrgetter("due_at", "id")


def take_steps(batch: Batch, due: Iterable[Walk]) -> list[Event]:
    """Every walk takes exactly one step, on the record as it stands; gives the steps' events.

    The order is (due instant, enrolment number), which only the cap can see.
    """
    for walk in sorted(due, key=_ORDER):
        take_step(batch, walk)
    return _changes(batch)


def take_step(batch: Batch, walk: Walk) -> None:
    """Leave a delay that is over, then take the step the contact is at.

    The due instant stays along the steps that follow at once, so that whoever is late stays
    late, until a delay or a hold sets another (engine.md section 1, "Machine off").
    """
    batch.mark(walk)
    flow = batch.catalogue.versions[walk.version_id]
    if not batch.catalogue.flows[walk.flow_id].active:
        walk.state, walk.due_at = "parked", None
        return
    if walk.started:
        walk.started = 0
        _go_to(batch, flow, walk, flow.steps[walk.step or ""].next)
    elif walk.ran and walk.step is not None:
        # An old backup put it back at a step the ledger says was taken.
        standing = flow.first_not_run(walk.step, walk.ran)
        if standing != walk.step:
            _go_to(batch, flow, walk, standing)
    if not walk.live:
        return
    step = flow.steps[walk.step or ""]
    if step.type != "delay" and _is_held(batch, flow, walk, step.type):
        return
    following = TAKES[step.type](batch, walk, step)
    if following != WAITS:
        _go_to(batch, flow, walk, following)


def _go_to(batch: Batch, flow: Flow, walk: Walk, target: str | None) -> None:
    """Arrive at a step, passing over silently what this walk already ran; at End, complete."""
    if walk.ran:
        target = flow.first_not_run(target, walk.ran)
    if target is None:
        batch.end(walk, "completed", None)
    else:
        batch.arrive(walk, target)


def _is_held(batch: Batch, flow: Flow, walk: Walk, type: str) -> bool:
    """Campaign, run hours, quiet hours: the first that applies is journalled and waited for."""
    if walk.flow_id in batch.catalogue.held:
        if not walk.told:
            walk.told = 1
            batch.say(walk, "held", walk.step, "campaign")
        walk.state, walk.due_at = "parked", None
        return True
    if type in SENDS and is_too_late(batch, walk):
        # It will not go in any window: held, it would wake up as if it had just come due.
        return False
    until = _closed_until(batch, flow, walk)
    why = "run_hours"
    if until is None and type == "send_sms":
        until, why = _quiet_until(batch, walk), "quiet_hours"
    if until is None:
        return False
    walk.due_at = until
    batch.say(walk, "held", walk.step, why, until)
    return True


def _closed_until(batch: Batch, flow: Flow, walk: Walk) -> int | None:
    hours = flow.hours
    if hours is None:
        return None
    local = batch.catalogue.practice.zone
    return batch.once(("run_hours", walk.version_id), lambda: next_opening(hours, batch.now, local))


def _quiet_until(batch: Batch, walk: Walk) -> int | None:
    practice = batch.catalogue.practice
    quiet, name = practice.quiet, walk.contact.timezone
    if quiet is None:
        return None
    return batch.once(
        ("quiet", name),
        lambda: quiet_until(quiet, batch.now, zone(name) if name else practice.zone),
    )


def _changes(batch: Batch) -> list[Event]:
    """Property and list changes of the round's steps, as events in enrolment order."""
    changes = sorted(batch.changes, key=lambda change: change[0].id)
    batch.changes.clear()
    events = []
    for walk, name, value in changes:
        contact, depth = walk.contact, walk.depth + 1
        if isinstance(value, str):
            event = Event(
                contact, "property_changed", batch.now, depth, field=name, new=value, cause=walk
            )
        else:
            event = Event(contact, "list_joined", batch.now, depth, subject=value, cause=walk)
        events.append(event)
    return events

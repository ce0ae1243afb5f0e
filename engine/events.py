"""What one event does to a contact (engine.md sections 1, 2, 3, 6 and 10).

The record changes; then each enrolment of the contact, by number: its goal, then its exit; then
triggers, by automation number; then the events it derives, in order, right behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from engine.batch import GOAL, Batch, Outcome, by_number
from engine.catalogue import Catalogue, FlowState, takes_once
from engine.goals import ENGAGEMENT, hits, is_activity, verified
from engine.record import Contact, Event, Walk
from engine.rules import Engagement, belongs
from engine.triggers import matches

DEEPEST = 10


def handle(batch: Batch, events: Iterable[Event]) -> None:
    """Handle events in order, each followed by what it derives.

    The contacts' walks (and lists, where rules ask) are loaded. An event that changes nothing,
    where its kind must change something, is dropped.
    """
    queue = deque(events)
    while queue:
        event = queue.popleft()
        event.was_patient = event.contact.status == "patient"
        derived: list[Event] = []
        if not event.done:
            change = _CHANGES.get(event.kind)
            if change is not None and not change(batch, event, derived):
                continue
        if event.cause is not None and not matters(batch.catalogue, event):
            batch.events.append(event)
            continue
        derived += _became_patient(event)
        _handle(batch, event)
        derived += _relist(batch, event)
        queue.extendleft(reversed(derived))


def _handle(batch: Batch, event: Event) -> None:
    contact = event.contact
    batch.events.append(event)
    if is_activity(event) and event.at > contact.last_activity:
        contact.last_activity = event.at
        contact.dirty = True
    for walk in by_number(contact.walks) if len(contact.walks) > 1 else tuple(contact.walks):
        _measure(batch, walk, event)
    if batch.catalogue.campaigns:
        _count_outcomes(batch, event)
    for state in batch.catalogue.triggers.get((event.kind, event.field or ""), ()):
        flow_trigger = state.flow.trigger
        if flow_trigger is not None and matches(flow_trigger, event):
            _offer(batch, state, event)


def matters(catalogue: Catalogue, event: Event) -> bool:
    """Whether an event of a step can do more than stand in the log.

    If not, the contact's other walks need not be loaded. Goals a step's event can hit are a
    lead becoming a patient and a verification (engine.md section 6).
    """
    return bool(
        catalogue.rules
        or (event.kind, event.field or "") in catalogue.triggers
        or event.field == "status"
        or event.kind == "became_patient"
        or verified(event)
    )


def put_property(
    contact: Contact, name: str, value: str, at: int, depth: int, *, opt_out: bool = False
) -> Event | None:
    """Change a property now; the event that says so, or None if it held that value."""
    old = contact.get(name)
    if old == value:
        return None
    event = Event(
        contact, "property_changed", at, depth, field=name, old=old, new=value, done=True,
    )  # fmt: skip
    event.opt_out = opt_out
    contact.put(name, value)
    return event


def put_on_list(batch: Batch, contact: Contact, list_id: int, *, joins: bool) -> bool:
    """Put a contact on a list or take them off; False if that changes nothing."""
    if (list_id in contact.lists) == joins:
        return False
    (contact.lists.add if joins else contact.lists.discard)(list_id)
    batch.members[list_id, contact.id] = joins
    return True


def bar(batch: Batch, contact: Contact) -> None:
    """End everything for someone who must not be contacted (engine.md sections 3 and 6)."""
    for walk in by_number(contact.walks):
        if walk.live:
            batch.end(walk, "unenrolled", "do_not_contact")


def relist(batch: Batch, contact: Contact, depth: int, *, timed_only: bool) -> list[Event]:
    """Ask the dynamic lists again; the list events, already in the record."""
    facts = batch.engagement.get(contact.id) or Engagement()
    moved = []
    for list_id, rule in batch.catalogue.rules:
        if timed_only and not rule.timed:
            continue
        joins = belongs(rule, contact, facts, batch.view)
        if put_on_list(batch, contact, list_id, joins=joins):
            kind = "list_joined" if joins else "list_left"
            moved.append(
                Event(contact, kind, batch.now, depth, subject=list_id, done=True, by_rule=True)
            )
    return moved


def _relist(batch: Batch, event: Event) -> list[Event]:
    if not batch.catalogue.rules:
        return []
    if event.kind in ENGAGEMENT:
        facts = batch.engagement.setdefault(event.contact.id, Engagement())
        facts.instants.setdefault(event.kind, []).append(event.at)
    return relist(batch, event.contact, event.depth, timed_only=False)


def _became_patient(event: Event) -> list[Event]:
    flipped = event.field == "status" and event.old == "lead" and event.new == "patient"
    if event.kind != "property_changed" or not flipped:
        return []
    return [Event(event.contact, "became_patient", event.at, event.depth, cause=event.cause)]


def _measure(batch: Batch, walk: Walk, event: Event) -> None:
    """Goal, then exit, of one enrolment."""
    flow = batch.flow_of(walk)
    hit = (
        flow.goal is not None
        and walk.goal_at is None
        and walk.goal_until is not None
        and walk.enrolled_at <= event.at <= walk.goal_until
        and hits(flow.goal, event, was_dormant=bool(walk.was_dormant))
    )
    if hit:
        walk.goal_at = event.at
        batch.mark(walk)
        batch.say(walk, "goal_reached", None)
        batch.count(walk, GOAL)
    if not walk.live:
        return
    for why, applies in (
        ("do_not_contact", event.kind == "do_not_contact"),
        ("goal_met", hit and "goal_met" in flow.unenrol_on),
        ("email_reply", event.kind == "email_replied" and "email_reply" in flow.unenrol_on),
        ("sms_opt_out", event.kind == "sms_opted_out" and "sms_opt_out" in flow.unenrol_on),
    ):
        if applies:
            batch.end(walk, "unenrolled", why)
            return


def _offer(batch: Batch, state: FlowState, event: Event) -> None:
    """Enrol, or say why not, in the order of engine.md section 3."""
    contact = event.contact
    if not state.was_on(event.at):
        return
    mine = [walk for walk in contact.walks if walk.flow_id == state.id]
    if contact.barred:
        batch.refuse(contact, state, "not_enrolled", "do_not_contact")
    elif mine and takes_once(state.flow):
        batch.refuse(contact, state, "not_enrolled", "once")
    elif any(walk.live for walk in mine):
        batch.refuse(contact, state, "not_enrolled", "already_active")
    elif event.depth > DEEPEST:
        batch.refuse(contact, state, "loop_stopped", None)
    else:
        batch.enrol(contact, state, event.depth)


def _count_outcomes(batch: Batch, event: Event) -> None:
    """Engaged and converted, for campaigns that count now (engine.md section 8)."""
    for campaign in batch.catalogue.campaigns:
        if not campaign.counts_at(batch.now):
            continue
        goal = campaign.goal or "book_appointment"
        columns = ["engaged_at"] if event.kind in ENGAGEMENT else []
        if hits(goal, event, was_dormant=True):
            columns.append("converted_at")
        for column in columns:
            converts = column == "converted_at"
            batch.roll.append(
                Outcome(
                    campaign.id, event.contact.id, column, event.at,
                    dormant=converts and goal == "patient_reactivation",
                    new_since=(campaign.starts_at or 0)
                    if converts and goal == "onboarding" else None,
                )
            )  # fmt: skip


def _book(batch: Batch, event: Event, derived: list[Event]) -> bool:
    if event.contact.status == "lead":
        changed = put_property(event.contact, "status", "patient", event.at, event.depth)
        derived += [changed] if changed else []
    return True


def _change_property(batch: Batch, event: Event, derived: list[Event]) -> bool:
    contact, name, new = event.contact, event.field or "", event.new or ""
    event.old = contact.get(name)
    if event.old == new:
        return False
    contact.put(name, new)
    return True


def _change_list(batch: Batch, event: Event, derived: list[Event]) -> bool:
    joins = event.kind == "list_joined"
    return put_on_list(batch, event.contact, event.subject or 0, joins=joins)


def _subscribe(channel: str, *, on: bool) -> Callable[[Batch, Event, list[Event]], bool]:
    subscription, value = f"{channel}_subscription", "on" if on else "off"

    def change(batch: Batch, event: Event, derived: list[Event]) -> bool:
        contact = event.contact
        setattr(contact, f"{channel}_opted_out", int(not on))
        contact.dirty = True
        batch.consents.append((contact.id, event.at, channel, event.kind, event.new or ""))
        changed = put_property(contact, subscription, value, event.at, event.depth, opt_out=not on)
        derived += [changed] if changed else []
        return True

    return change


def _bar(batch: Batch, event: Event, derived: list[Event]) -> bool:
    event.contact.do_not_contact = 1
    event.contact.dirty = True
    batch.consents.append((event.contact.id, event.at, "all", event.kind, event.new or ""))
    return True


def _bounce(batch: Batch, event: Event, derived: list[Event]) -> bool:
    event.contact.email_bounced = 1
    event.contact.dirty = True
    return True


_CHANGES: dict[str, Callable[[Batch, Event, list[Event]], bool]] = {
    "appointment_booked": _book,
    "property_changed": _change_property,
    "list_joined": _change_list,
    "list_left": _change_list,
    "sms_opted_out": _subscribe("sms", on=False),
    "sms_opted_in": _subscribe("sms", on=True),
    "email_unsubscribed": _subscribe("email", on=False),
    "email_bounced": _bounce,
    "do_not_contact": _bar,
}

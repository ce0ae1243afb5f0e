"""One event: the record, goals and exits, triggers, derived events (engine.md sections 1-3, 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.e2e.reference import rules
from tests.e2e.reference.model import Contact, Enrolment, Event, Flow, World

DELIVERY = (
    "email_sent",
    "email_delivered",
    "email_bounced",
    "sms_sent",
    "sms_delivered",
    "sms_failed",
)
OPT_OUTS = ("sms_opted_out", "email_unsubscribed", "do_not_contact")
ENGAGEMENT = (
    "email_opened",
    "email_clicked",
    "email_replied",
    "sms_replied",
    "form_submitted",
    "page_visited",
)
Owed = tuple[str, dict[str, Any]]


def happen(world: World, contact: Contact, what: str, depth: int, **facts: Any) -> None:
    """Record one event, let it have all its effects, then those of what it derives."""
    facts["already_patient"] = contact.fields["status"] == "patient"
    event = Event(what, world.now, depth, facts)
    owed = change_record(contact, event)
    contact.log.append(event)
    if is_activity(event):
        contact.last_activity = world.now
    for change, name in rules.list_changes(world, contact, timed_only=False):
        owed.append((change, {"list": name, "by_rule": True}))
    for enrolment in world.of_contact(contact):
        goal_then_exit(world, enrolment, event)
    for flow in world.flows:
        if flow.kind == "automation" and flow.active and trigger_matches(flow, event):
            try_to_enrol(world, flow, contact, event)
    for derived, more in owed:
        happen(world, contact, derived, depth, **more)


def is_activity(event: Event) -> bool:
    """engine.md section 2, "Activity"."""
    return event.depth == 0 and event.what not in DELIVERY and "by_rule" not in event.facts


def change_record(contact: Contact, event: Event) -> list[Owed]:
    """Change the record as the event says; what it derives, in order."""
    facts = event.facts
    if event.what == "appointment_booked" and contact.fields["status"] == "lead":
        return set_field(contact, "status", "patient", {})
    if event.what == "property_changed":
        contact.fields[facts["property"]] = facts["new"]
        if (facts["property"], facts["old"], facts["new"]) == ("status", "lead", "patient"):
            return [("became_patient", {})]
    if event.what in ("list_joined", "list_left") and "by_rule" not in facts:
        (contact.lists.add if event.what == "list_joined" else contact.lists.discard)(facts["list"])
    return _change_consent(contact, event)


def _change_consent(contact: Contact, event: Event) -> list[Owed]:
    opt_out = {"opt_out": True}
    if event.what == "sms_opted_out":
        contact.own_opt_outs.add("sms_subscription")
        owed = set_field(contact, "sms_subscription", "off", opt_out)
        return owed + ([("do_not_contact", {})] if event.facts["everything"] else [])
    if event.what == "sms_opted_in":
        contact.own_opt_outs.discard("sms_subscription")
        return set_field(contact, "sms_subscription", "on", {})
    if event.what == "email_unsubscribed":
        contact.own_opt_outs.add("email_subscription")
        return set_field(contact, "email_subscription", "off", opt_out)
    if event.what == "do_not_contact":
        contact.do_not_contact = True
    return []


def set_field(contact: Contact, name: str, value: str, more: dict[str, Any]) -> list[Owed]:
    """Set a property at once; the `property_changed` owed, if it changed anything."""
    old = contact.fields.get(name)
    if old == value:
        return []
    contact.fields[name] = value
    return [("property_changed", {"property": name, "old": old, "new": value, **more})]


def change_property(world: World, contact: Contact, name: str, value: Any, depth: int) -> None:
    """A property set by a person or a step: an event only if it changes something."""
    old = contact.fields.get(name)
    if old != value:
        happen(world, contact, "property_changed", depth, property=name, old=old, new=value)


def join_list(world: World, contact: Contact, name: str, depth: int) -> None:
    """Put the contact on a static list: an event only if it changes something."""
    if name not in contact.lists:
        happen(world, contact, "list_joined", depth, list=name)


def goal_then_exit(world: World, enrolment: Enrolment, event: Event) -> None:
    """Count the enrolment's first goal hit, then end it if a rule says so."""
    document = enrolment.document
    lookback = timedelta(hours=24 * document.get("lookback_days", 30))
    hit = (
        not enrolment.goal_reached
        and event.at <= enrolment.at + lookback
        and goal_hit(document.get("goal"), enrolment, event)
    )
    if hit:
        enrolment.goal_reached = True
        world.say(enrolment.contact, enrolment.flow, "goal_reached")
    if not enrolment.live:
        return
    rules_on = document.get("unenroll_on", [])
    applying = {
        "do_not_contact": event.what == "do_not_contact",
        "goal_met": hit and "goal_met" in rules_on,
        "email_reply": event.what == "email_replied" and "email_reply" in rules_on,
        "sms_opt_out": event.what == "sms_opted_out" and "sms_opt_out" in rules_on,
    }
    why = [rule for rule, applies in applying.items() if applies]
    if why:
        world.end(enrolment, "unenrolled", why=why[0])


def goal_hit(goal: str | None, enrolment: Enrolment, event: Event) -> bool:
    """Whether this event is what the goal waits for (engine.md section 6)."""
    facts = event.facts
    if goal == "book_appointment":
        return event.what == "became_patient"
    if goal == "rebook_appointment":
        return event.what == "appointment_booked" and bool(facts["already_patient"])
    if goal == "patient_reactivation":
        opt_out = event.what in OPT_OUTS or "opt_out" in facts
        return enrolment.dormant_patient and is_activity(event) and not opt_out
    if goal == "verification_complete":
        change = (facts.get("property"), facts.get("new"))
        return event.what == "property_changed" and change == (
            "insurance_verification",
            "verified",
        )
    if goal == "engagement":
        return event.what in ENGAGEMENT
    return goal == event.what and goal in ("review_submitted", "portal_activated")


def trigger_matches(flow: Flow, event: Event) -> bool:
    """Whether the event is what the automation's trigger waits for (engine.md section 3)."""
    trigger, facts = flow.document["trigger"], event.facts
    kind = trigger["type"]
    if kind == "email_engaged":
        kinds = {"opened": ["email_opened"], "clicked": ["email_clicked"]}
        wanted = kinds.get(trigger["kind"], ["email_opened", "email_clicked"])
        if event.what not in wanted:
            return False
        return trigger["email"] in ("any", facts["message"].template)
    if kind != event.what:
        return False
    if kind == "contact_created":
        return trigger["source"] in ("any", facts["source"])
    if kind == "form_submitted":
        return trigger["form"] in ("any", facts["form"])
    if kind in ("list_joined", "list_left"):
        return bool(trigger["list"] == facts["list"])
    if kind == "property_changed":
        right_value = trigger.get("to") is None or trigger["to"] == facts["new"]
        return bool(trigger["property"] == facts["property"]) and right_value
    if kind == "sms_replied":
        return trigger["sms"] in ("any", facts["template"])
    return True


def try_to_enrol(world: World, flow: Flow, contact: Contact, event: Event) -> None:
    """The checks of engine.md section 3, "Enrolment", in their order."""
    before = [one for one in world.of_contact(contact) if one.flow is flow]
    once = flow.document["trigger"]["type"] in ("contact_created", "became_patient")
    if contact.do_not_contact:
        world.say(contact, flow, "not_enrolled", why="do_not_contact")
    elif once and before:
        world.say(contact, flow, "not_enrolled", why="once")
    elif any(one.live for one in before):
        world.say(contact, flow, "not_enrolled", why="already_active")
    elif event.depth > 10:
        world.say(contact, flow, "loop_stopped")
    else:
        enrol(world, flow, contact, event.depth)


def enrol(world: World, flow: Flow, contact: Contact, depth: int, year: int | None = None) -> None:
    """Put the contact at the first step, due now."""
    quiet = world.now - contact.last_activity
    enrolment = Enrolment(
        number=len(world.enrolments) + 1,
        contact=contact,
        flow=flow,
        at=world.now,
        depth=depth,
        log_start=len(contact.log),
        dormant_patient=contact.fields["status"] == "patient" and quiet > timedelta(hours=24 * 90),
        step=flow.document["steps"][0],
        due=world.now,
        year=year,
    )
    world.enrolments.append(enrolment)
    world.say(contact, flow, "enrolled")

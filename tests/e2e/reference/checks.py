"""What time alone brings about: date checks, occurrences, campaign ends (sections 5, 7, 8)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.e2e.reference import clock, events, rules
from tests.e2e.reference.model import Campaign, Contact, Flow, World
from tests.e2e.reference.steps import campaign_holds


def daily_check(world: World, day: date) -> None:
    """The check of one local date: dynamic lists, then date triggers by automation number."""
    for contact in list(world.contacts.values()):
        for what, name in rules.list_changes(world, contact, timed_only=True):
            events.happen(world, contact, what, 0, list=name, by_rule=True)
    for flow in world.flows:
        kind = flow.document.get("trigger", {}).get("type")
        if not flow.active or kind not in ("birthday", "inactive"):
            continue
        for contact in world.contacts.values():
            if contact.do_not_contact:
                continue
            if kind == "birthday":
                check_birthday(world, flow, contact, day)
            else:
                check_inactive(world, flow, contact)


def check_birthday(world: World, flow: Flow, contact: Contact, day: date) -> None:
    """Enrol once for the anniversary whose day plus the offset is today."""
    if contact.born is None:
        return
    kept = day - timedelta(days=flow.document["trigger"]["offset"])
    if kept.year <= contact.born.year or clock.anniversary(contact.born, kept.year) != kept:
        return
    before = [one for one in world.of_contact(contact) if one.flow is flow]
    if any(one.year == kept.year for one in before):
        return
    if any(one.live for one in before):
        world.say(contact, flow, "not_enrolled", why="already_active")
    else:
        events.enrol(world, flow, contact, 0, kept.year)


def check_inactive(world: World, flow: Flow, contact: Contact) -> None:
    """Enrol once a dormancy."""
    days = flow.document["trigger"].get("days", 90)
    if contact.last_activity > world.now - timedelta(hours=24 * days):
        return
    before = [one for one in world.of_contact(contact) if one.flow is flow]
    if any(one.live or one.at >= contact.last_activity for one in before):
        return
    events.enrol(world, flow, contact, 0)


def occurrence(world: World, flow: Flow) -> None:
    """Start everyone on the sequence's list at step 1."""
    if not flow.active:
        return
    flow.ran = True
    walking = [one.contact for one in world.in_flow(flow)]
    for contact in world.contacts.values():
        if flow.document["list"] not in contact.lists:
            continue
        if contact.do_not_contact:
            world.say(contact, flow, "not_enrolled", why="do_not_contact")
        elif contact in walking:
            world.say(contact, flow, "not_enrolled", why="already_active")
        else:
            events.enrol(world, flow, contact, 0)


def close_sequences(world: World) -> None:
    """A once-only sequence whose last contact is through is completed."""
    for flow in world.flows:
        once = flow.kind == "sequence" and not flow.document.get("every")
        if once and flow.ran and not flow.completed and not world.in_flow(flow):
            flow.completed = True
            world.say(None, flow, "completed")


def set_campaign_status(world: World, campaign: Campaign, status: str) -> None:
    """Change the status, and let go whom the campaign held until now."""
    if campaign.status == "completed":
        return
    holding = [flow for flow in world.flows if campaign_holds(world, flow)]
    campaign.status = status
    for flow in holding:
        if campaign_holds(world, flow):
            continue
        for enrolment in world.in_flow(flow):
            enrolment.campaign_said = False
            if enrolment.due is None:
                enrolment.due = world.now


def end_campaigns(world: World) -> None:
    """Campaigns whose end date is over complete first of all."""
    for campaign in world.campaigns:
        if campaign.ends is not None and campaign.ends <= world.now:
            set_campaign_status(world, campaign, "completed")

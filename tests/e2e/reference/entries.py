"""The entries of a timeline: events from outside, and orders (formats.md, "Scenario document")."""

from __future__ import annotations

import unicodedata
from typing import Any

from tests.e2e.reference import checks, events, steps
from tests.e2e.reference.model import Contact, Enrolment, World

OPT_OUT_TEXTS = (
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "please take me off your list",
)
SIMPLE = {
    "book_appointment": "appointment_booked",
    "submit_review": "review_submitted",
    "activate_portal": "portal_activated",
    "visit_page": "page_visited",
    "register_event": "event_registered",
    "unsubscribe_email": "email_unsubscribed",
    "do_not_contact": "do_not_contact",
}
CHANNEL = {
    "open_email": "email_opened",
    "click_email": "email_clicked",
    "reply_email": "email_replied",
}
ORDERS = ("pause", "activate", "edit")
Entry = dict[str, Any]


def perform(world: World, entry: Entry) -> None:
    """Let one entry of the timeline happen now."""
    do = entry["do"]
    if do in ORDERS:
        give_order(world, entry)
    elif do == "create_contact":
        create_contact(world, entry)
    else:
        act(world, world.contacts[entry["contact"]], entry)


def create_contact(world: World, entry: Entry) -> None:
    """A new contact is a lead with both subscriptions on (engine.md section 2)."""
    source = entry.get("source", "manual")
    fields = {
        "status": "lead",
        "sms_subscription": "on",
        "email_subscription": "on",
        "insurance_verification": "not_started",
        "source": source,
    }
    name = entry["contact"]
    contact = Contact(name, len(world.contacts) + 1, fields | entry.get("fields", {}))
    world.contacts[name] = contact
    events.happen(world, contact, "contact_created", 0, source=source)


def act(world: World, contact: Contact, entry: Entry) -> None:
    """What a contact does, or what is done to one."""
    do = entry["do"]
    if do in SIMPLE:
        events.happen(world, contact, SIMPLE[do], 0)
    elif do in CHANNEL:
        engage(world, contact, entry)
    elif do == "submit_form":
        events.happen(world, contact, "form_submitted", 0, form=entry["form"])
    elif do == "join_list":
        events.join_list(world, contact, entry["list"], 0)
    elif do == "leave_list":
        if entry["list"] in contact.lists:
            events.happen(world, contact, "list_left", 0, list=entry["list"])
    elif do == "set_property":
        events.change_property(world, contact, entry["property"], entry["value"], 0)
    elif do == "receive_sms":
        receive_sms(world, contact, entry["text"])
    else:
        unenroll(world, contact, entry["automation"])


def engage(world: World, contact: Contact, entry: Entry) -> None:
    """An open, a click or a reply of the latest email of the step to the contact."""
    flow = world.flow(entry.get("automation") or entry["sequence"])
    sent = [
        message
        for message in world.messages
        if message.contact is contact
        and message.enrolment.flow is flow
        and (message.channel, message.step) == ("email", entry["step"])
    ]
    if not sent:
        world.say(contact, flow, "ignored", step=entry["step"])
        return
    what, message = CHANNEL[entry["do"]], sent[-1]
    opened = any(
        event.what == "email_opened" and event.facts["message"] is message for event in contact.log
    )
    if what == "email_clicked" and not opened:
        events.happen(world, contact, "email_opened", 0, message=message)
    events.happen(world, contact, what, 0, message=message)


def plain(text: str) -> str:
    """The text case-folded, punctuation removed, spaces collapsed."""
    kept = "".join(c for c in text.casefold() if not unicodedata.category(c).startswith("P"))
    return " ".join(kept.split())


def receive_sms(world: World, contact: Contact, text: str) -> None:
    """An opt-out, an opt-in, a call for help, or a reply (engine.md section 2)."""
    words = plain(text)
    if words in OPT_OUT_TEXTS:
        everything = words in ("stopall", "stop all")
        events.happen(world, contact, "sms_opted_out", 0, everything=everything)
    elif words in ("start", "unstop"):
        events.happen(world, contact, "sms_opted_in", 0)
    elif words not in ("help", "info"):
        texts = [one for one in world.messages if one.contact is contact and one.channel == "sms"]
        template = texts[-1].template if texts else None
        events.happen(world, contact, "sms_replied", 0, template=template)


def unenroll(world: World, contact: Contact, name: str) -> None:
    """Take the contact out by hand, if they are in it."""
    for enrolment in world.in_flow(world.flow(name)):
        if enrolment.contact is contact:
            world.end(enrolment, "unenrolled", why="manual")


def give_order(world: World, entry: Entry) -> None:
    """Pause, activate or edit."""
    if entry["do"] == "edit":
        edit(world, entry["automation"], entry["document"])
        return
    active = entry["do"] == "activate"
    if "campaign" in entry:
        campaign = next(one for one in world.campaigns if one.name == entry["campaign"])
        checks.set_campaign_status(world, campaign, "active" if active else "inactive")
    else:
        world.flow(entry.get("automation") or entry["sequence"]).active = active


def edit(world: World, name: str, document: dict[str, Any]) -> None:
    """A new version, live for everyone in it (engine.md section 6)."""
    flow = world.flow(name)
    walking = world.in_flow(flow)
    old, flow.document = flow.document["steps"], document
    flow.name = document["name"]
    for enrolment in walking:
        move(world, enrolment, old, document["steps"])


def move(world: World, enrolment: Enrolment, old: list[Any], new: list[Any]) -> None:
    """Stay at a step that survives, else go to the nearest following one, else complete."""
    for place, step in enumerate(steps.path_from(old, enrolment.step["id"])):
        path = steps.path_from(new, step["id"])
        if not path or path[0]["type"] != step["type"]:
            continue
        if place == 0:
            enrolment.step = path[0]
        else:
            enrolment.waiting = False
            steps.go_to(world, enrolment, path)
        return
    world.end(enrolment, "completed")

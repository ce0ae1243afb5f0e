"""Walking the flow: holds, steps, the way from step to step (engine.md section 4)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from tests.e2e.reference import clock, events, rules
from tests.e2e.reference.model import Enrolment, Flow, Message, Step, World


def path_from(steps: list[Step], step_id: str) -> list[Step]:
    """The step and those after it, down its lane, out of it and on; empty if it is not there."""
    for place, step in enumerate(steps):
        if step["id"] == step_id:
            return steps[place:]
        for lane in (step.get("yes", []), step.get("no", [])):
            inner = path_from(lane, step_id)
            if inner:
                return inner + steps[place + 1 :]
    return []


def go_to(world: World, enrolment: Enrolment, path: list[Step]) -> None:
    """Arrive at the first step of the path not run before, due now; else at the End."""
    for step in path:
        if (step["id"], step["type"]) not in enrolment.ran:
            enrolment.step, enrolment.due = step, world.now
            return
    world.end(enrolment, "completed")


def take_step(world: World, enrolment: Enrolment) -> None:
    """One step of one due enrolment; a delay that is over is left in the same breath."""
    if enrolment.waiting:
        enrolment.waiting = False
        steps = enrolment.flow.document["steps"]
        go_to(world, enrolment, path_from(steps, enrolment.step["id"])[1:])
        if not enrolment.live:
            return
    step = enrolment.step
    if step["type"] == "delay":
        enrolment.ran.add((step["id"], "delay"))
        enrolment.waiting = True
        until = clock.delay_end(world.now, step["amount"], step["unit"], world.zone)
        enrolment.due = until
        _say(world, enrolment, "waiting", until=clock.show(until))
    elif not held(world, enrolment):
        enrolment.ran.add((step["id"], step["type"]))
        lane = run_step(world, enrolment)
        steps = enrolment.flow.document["steps"]
        go_to(world, enrolment, lane + path_from(steps, step["id"])[1:])


def _say(world: World, enrolment: Enrolment, what: str, **more: str) -> None:
    step_id = enrolment.step["id"]
    world.say(enrolment.contact, enrolment.flow, what, step=step_id, **more)


def campaign_holds(world: World, flow: Flow) -> bool:
    """Whether the flow belongs to campaigns of which none is active."""
    statuses = [one.status for one in world.campaigns if flow.number in one.flows]
    return bool(statuses) and "active" not in statuses


def held(world: World, enrolment: Enrolment) -> bool:
    """Campaign, run hours, quiet hours: the first that applies holds and is said."""
    if campaign_holds(world, enrolment.flow):
        enrolment.due = None
        if not enrolment.campaign_said:
            enrolment.campaign_said = True
            _say(world, enrolment, "held", why="campaign")
        return True
    hours = enrolment.flow.document.get("run_hours")
    until = clock.next_opening(hours, world.now, world.zone) if hours else None
    why = "run_hours"
    quiet = world.practice.get("sms_quiet_hours", ["21:00", "08:00"])
    if until is None and enrolment.step["type"] == "send_sms" and quiet:
        zone = ZoneInfo(enrolment.contact.fields.get("timezone") or world.zone.key)
        until = clock.quiet_end(quiet, world.now, zone)
        why = "quiet_hours"
    if until is None:
        return False
    enrolment.due = until
    _say(world, enrolment, "held", why=why, until=clock.show(until))
    return True


def run_step(world: World, enrolment: Enrolment) -> list[Step]:
    """Do what the step does; the lane chosen by an if/then, else nothing."""
    step = enrolment.step
    kind = step["type"]
    if kind == "if_then":
        answer = "yes" if rules.condition_holds(enrolment, step["condition"]) else "no"
        _say(world, enrolment, answer)
        return list(step[answer])
    if kind in ("send_email", "send_sms"):
        send(world, enrolment, "email" if kind == "send_email" else "sms")
    elif kind == "create_task":
        _say(world, enrolment, "task_created")
    elif kind == "set_property":
        set_property(world, enrolment)
    else:
        add_to_list(world, enrolment)
    return []


def send(world: World, enrolment: Enrolment, channel: str) -> None:
    """Send, or say why not: address, subscription, cap."""
    why = why_not_send(world, enrolment, channel)
    if why:
        _say(world, enrolment, "skipped", why=why)
        return
    step, contact = enrolment.step, enrolment.contact
    template = step.get("template")
    message = Message(contact, enrolment, step["id"], channel, template, world.now)
    world.messages.append(message)
    _say(world, enrolment, "sent")
    for fact in ("sent", "delivered"):
        what, depth = f"{channel}_{fact}", enrolment.depth + 1
        world.produced.append(partial(events.happen, world, contact, what, depth, message=message))


def why_not_send(world: World, enrolment: Enrolment, channel: str) -> str | None:
    """The first reason against sending, or None."""
    fields = enrolment.contact.fields
    if not fields.get("email" if channel == "email" else "phone"):
        return "no_address" if channel == "email" else "no_number"
    if fields[f"{channel}_subscription"] == "off":
        return "unsubscribed" if channel == "email" else "opted_out"
    cap = world.practice.get("frequency_cap")
    if cap:
        since = world.now - timedelta(hours=24 * cap["days"])
        sent = [
            message
            for message in world.messages
            if message.contact is enrolment.contact and message.at > since
        ]
        if len(sent) >= cap["messages"]:
            return "capped"
    return None


def set_property(world: World, enrolment: Enrolment) -> None:
    """Decided on the record as it is; takes effect when (3) ends."""
    contact, depth = enrolment.contact, enrolment.depth + 1
    name, value = enrolment.step["property"], enrolment.step["value"]
    if name in contact.own_opt_outs and value == "on":
        _say(world, enrolment, "skipped", why="opted_out")
    elif contact.fields.get(name) == value:
        _say(world, enrolment, "unchanged")
    else:
        _say(world, enrolment, "property_set")
        world.produced.append(partial(events.change_property, world, contact, name, value, depth))


def add_to_list(world: World, enrolment: Enrolment) -> None:
    """Decided on the lists as they are; takes effect when (3) ends."""
    contact, name = enrolment.contact, enrolment.step["list"]
    if name in contact.lists:
        _say(world, enrolment, "unchanged")
        return
    _say(world, enrolment, "added")
    depth = enrolment.depth + 1
    world.produced.append(partial(events.join_list, world, contact, name, depth))

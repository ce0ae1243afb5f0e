"""The Smart Filter's documents behind dynamic lists, and the conditions of if/then steps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.e2e.reference import clock
from tests.e2e.reference.model import Contact, Enrolment, Event, World

TIMED = ("last_activity_older", "age", "birthday_in", "opened", "clicked", "replied")
REPLIES = ("email_replied", "sms_replied")


def compare_property(value: Any, op: str, wanted: Any) -> bool:
    """`is`, `is_not`, `is_empty`, `is_not_empty`."""
    if op == "is":
        return bool(value == wanted)
    if op == "is_not":
        return bool(value != wanted)
    empty = value is None or value == ""
    return empty if op == "is_empty" else not empty


def is_timed(rule: dict[str, Any]) -> bool:
    """Whether the mere passing of time can change the rule's answer."""
    inner = rule.get("all", []) + rule.get("any", [])
    return rule.get("type") in TIMED or any(is_timed(part) for part in inner)


def matches(world: World, contact: Contact, rule: dict[str, Any]) -> bool:
    """Whether the rule holds for the contact now."""
    if "all" in rule:
        return all(matches(world, contact, part) for part in rule["all"])
    if "any" in rule:
        return any(matches(world, contact, part) for part in rule["any"])
    kind = rule["type"]
    if kind == "property":
        value = contact.fields.get(rule["property"])
        return compare_property(value, rule["op"], rule.get("value"))
    if kind == "in_list":
        return rule["list"] in contact.lists
    if kind == "last_activity_older":
        return world.now - contact.last_activity >= timedelta(hours=24 * rule["days"])
    if kind in ("age", "birthday_in"):
        return _by_birth(world, contact, rule)
    since = world.now - timedelta(hours=24 * rule["days"])
    return bool(_count(contact, kind, since) >= rule.get("times", 1))


def _by_birth(world: World, contact: Contact, rule: dict[str, Any]) -> bool:
    born = contact.born
    if born is None:
        return False
    today = clock.today(world.now, world.zone)
    if rule["type"] == "age":
        age = today.year - born.year
        if today < clock.anniversary(born, today.year):
            age -= 1
        return bool(age >= rule["years"] if rule["op"] == "at_least" else age <= rule["years"])
    last = today + rule["days"] * clock.DAY
    return any(
        today <= clock.anniversary(born, year) <= last
        for year in range(today.year, last.year + 1)
        if year > born.year
    )


def _count(contact: Contact, kind: str, since: datetime) -> int:
    wanted = REPLIES if kind == "replied" else (f"email_{kind}",)
    return sum(event.what in wanted and event.at > since for event in contact.log)


def list_changes(world: World, contact: Contact, timed_only: bool) -> list[tuple[str, str]]:
    """Re-evaluate the dynamic lists in their order: membership moves, events are still owed."""
    changes = []
    for one in world.dynamic_lists:
        if timed_only and not is_timed(one["rule"]):
            continue
        name = one["name"]
        wanted = matches(world, contact, one["rule"])
        if wanted and name not in contact.lists:
            contact.lists.add(name)
            changes.append(("list_joined", name))
        elif not wanted and name in contact.lists:
            contact.lists.remove(name)
            changes.append(("list_left", name))
    return changes


def condition_holds(enrolment: Enrolment, condition: dict[str, Any]) -> bool:
    """The answer of an if/then now (engine.md section 4)."""
    kind = condition["type"]
    contact = enrolment.contact
    if kind == "property":
        value = contact.fields.get(condition["property"])
        return compare_property(value, condition["op"], condition.get("value"))
    if kind == "in_list":
        return condition["list"] in contact.lists
    if kind == "goal_reached":
        return enrolment.goal_reached and bool(enrolment.document.get("goal"))
    later = contact.log[enrolment.log_start :]
    return any(_event_answers(enrolment, condition, event) for event in later)


def _event_answers(enrolment: Enrolment, condition: dict[str, Any], event: Event) -> bool:
    kind = condition["type"]
    if kind in ("opened_email", "clicked_email"):
        if event.what != {"opened_email": "email_opened", "clicked_email": "email_clicked"}[kind]:
            return False
        message = event.facts["message"]
        return message.enrolment is enrolment and condition["step"] in ("any", message.step)
    if kind == "replied":
        return event.what in REPLIES
    if kind == "booked_appointment":
        return event.what == "appointment_booked"
    return event.what == "form_submitted" and condition["form"] in ("any", event.facts["form"])

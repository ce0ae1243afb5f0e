"""The conditions of an if/then in words (engine.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.vocabulary import ANY
from engine.wording.values import named, property_title, short, uncapital, value_title

CONDITION_TITLES: Final = {
    "opened_email": "Opened an email",
    "clicked_email": "Clicked a link in an email",
    "replied": "Replied to an email or SMS",
    "booked_appointment": "Booked an appointment",
    "submitted_form": "Submitted a form",
    "goal_reached": "Reached the goal",
    "property": "A property of the contact",
    "in_list": "Is on a list",
}
"""What the conditions are called where one is chosen."""

_OPS: Final = {
    "is": "is {}",
    "is_not": "is not {}",
    "is_empty": "is empty",
    "is_not_empty": "is filled in",
}
LONGEST_NAME: Final = 60


def condition_words(condition: Mapping[str, Any], emails: Mapping[str, str]) -> str:
    """What must be true of a contact: "Opened “Welcome”". `emails` are the flow's, by step id."""
    kind = condition.get("type")
    if kind in ("opened_email", "clicked_email"):
        verb = "Opened" if kind == "opened_email" else "Clicked a link in"
        step = condition.get("step", ANY)
        which = "any email" if step == ANY else emails.get(str(step), "an email")
        return f"{verb} {which}"
    if kind == "submitted_form":
        any_form = condition.get("form", ANY) == ANY
        return f"Submitted {'any form' if any_form else named(condition, 'form', 'a form')}"
    if kind == "property":
        return _property_words(condition)
    if kind == "in_list":
        return f"Is on {named(condition, 'list', 'a list')}"
    return CONDITION_TITLES.get(str(kind), "A condition still to be chosen")


def condition_clause(condition: Mapping[str, Any], emails: Mapping[str, str]) -> str:
    """The same inside a sentence: "they opened “Welcome”"."""
    words = condition_words(condition, emails)
    kind = condition.get("type")
    if kind == "property":
        return f"their {words}"
    if kind == "in_list":
        return f"they are on {words.removeprefix('Is on ')}"
    return f"they {uncapital(words)}" if kind in CONDITION_TITLES else uncapital(words)


def email_names(steps: Any) -> dict[str, str]:
    """What each email step is called in a sentence, by id: its subject, or its template."""
    found: dict[str, str] = {}
    for step in steps:
        said = step.get("subject") or step.get("template")
        if step.get("type") == "send_email":
            text = f"“{short(str(said), LONGEST_NAME)}”" if said else "an email"
            found[str(step.get("id"))] = text
    return found


def _property_words(condition: Mapping[str, Any]) -> str:
    name = str(condition.get("property") or "")
    if not name:
        return "A property still to be chosen"
    value = value_title(name, str(condition.get("value", "")))
    said = _OPS.get(str(condition.get("op")), "is {}").format(value)
    return f"{property_title(name)} {said}"

"""The seven steps in words, for their cards (engine.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.wording.conditions import condition_words, email_names
from engine.wording.values import assignee_title, duration, property_title, short, value_title

Document = Mapping[str, Any]
Step = Mapping[str, Any]

STEP_TITLES: Final = {
    "trigger": "Enrollment trigger",
    "send_email": "Send email",
    "send_sms": "Send SMS",
    "delay": "Delay",
    "if_then": "If / then branch",
    "create_task": "Create task",
    "set_property": "Set property",
    "add_to_list": "Add to list",
}
STEP_HELP: Final = {
    "send_email": "An email of your library, in your name",
    "send_sms": "A text message; the opt-out line is added",
    "delay": "Wait minutes, hours, days or weeks",
    "if_then": "Two lanes, by what the contact did or is",
    "create_task": "A task on somebody's queue",
    "set_property": "Change a field of the contact",
    "add_to_list": "Put the contact on a static list",
}
"""A line on what each step does, for whoever picks one."""
LONGEST_SUMMARY: Final = 120


def step_title(type: str) -> str:
    """What a type of step is called: Send email."""
    return STEP_TITLES.get(type, type.replace("_", " ").capitalize())


def emails_of(document: Document) -> dict[str, str]:
    """What the emails of a flow are called in a sentence, by the id of their steps."""
    return email_names(every_step(document.get("steps") or ()))


def step_summary(step: Step, emails: Mapping[str, str]) -> str:
    """What a step does, short enough for its card; what is missing is said.

    `emails` are those of its flow, `emails_of`.
    """
    kind = step.get("type")
    if kind == "send_email":
        said = step.get("subject") or step.get("template") or "No email chosen"
    elif kind == "send_sms":
        said = step.get("text") or step.get("template") or "No text yet"
    elif kind == "delay":
        said = duration(step.get("amount"), step.get("unit"))
    elif kind == "if_then":
        said = condition_words(step.get("condition") or {}, emails)
    elif kind == "create_task":
        said = _task(step)
    elif kind == "set_property":
        said = _property(step)
    else:
        said = step.get("list") or "No list chosen"
    return short(str(said), LONGEST_SUMMARY)


def called(document: Document, id: str) -> str:
    """What the step of this id is called among others: Delay “2 days”; "" if there is none."""
    for step in every_step(document.get("steps")):
        if step.get("id") == id:
            title = step_title(str(step.get("type")))
            return f"{title} “{step_summary(step, emails_of(document))}”"
    return ""


def every_step(steps: Any) -> Iterator[Step]:
    """Every step of a flow or lane, in reading order; whatever is none is passed over."""
    waiting = [iter(steps)] if isinstance(steps, (list, tuple)) else []
    while waiting:
        for step in waiting[-1]:
            if not isinstance(step, dict):
                continue
            yield step
            if "yes" in step or "no" in step:
                lanes = step.get("no"), step.get("yes")
                waiting += [iter(lane) for lane in lanes if isinstance(lane, (list, tuple))]
                break
        else:
            waiting.pop()


def _task(step: Step) -> str:
    title = step.get("title") or "No title yet"
    who = step.get("assignee")
    return f"{title} · {assignee_title(who)}" if isinstance(who, str) and who else str(title)


def _property(step: Step) -> str:
    name = step.get("property")
    if not isinstance(name, str) or not name:
        return "No property chosen"
    if "value" not in step:
        return f"{property_title(name)} → no value yet"
    return f"{property_title(name)} → {value_title(name, str(step['value']))}"

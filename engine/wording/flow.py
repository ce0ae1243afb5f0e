"""A whole flow in one paragraph of plain English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.vocabulary import AUTOMATION_GOALS, DEFAULT_LOOKBACK_DAYS
from engine.wording.conditions import condition_clause, email_names
from engine.wording.goals import describe_goal
from engine.wording.hours import hours_words
from engine.wording.steps import Document, Step, every_step
from engine.wording.triggers import trigger_words
from engine.wording.values import (
    assignee_title,
    capital,
    duration,
    listed,
    named,
    plural,
    property_title,
    short,
    uncapital,
    value_title,
)

MOST_STEPS: Final = 40
"""How many steps are told one by one; of a longer flow the rest is counted."""
LONGEST_TEXT: Final = 60

_EXITS: Final = {
    "goal_met": "reach the goal",
    "email_reply": "reply to an email",
    "sms_opt_out": "opt out of texts",
}


def flow_paragraph(document: Document) -> str:
    """Who enters, what happens to them, when, and how they leave: one paragraph."""
    steps = list(every_step(document.get("steps") or ()))
    sentences = [_start(document)]
    if not steps:
        sentences.append("Nothing happens to them yet: add a first step.")
    else:
        telling = _Telling(email_names(steps))
        sentences.extend(telling.lane(document.get("steps")))
        if len(steps) > MOST_STEPS:
            sentences.append(f"… and so on, {plural(len(steps) - MOST_STEPS, 'more step')}.")
        sentences.append("Then they have completed it.")
    sentences.extend(_rules(document))
    return " ".join(sentences)


class _Telling:
    """Tells steps as sentences, the first `MOST_STEPS` of them."""

    def __init__(self, emails: Mapping[str, str]) -> None:
        self._emails = emails
        self._left = MOST_STEPS

    def lane(self, steps: Any) -> Iterator[str]:
        """The sentences of a lane: runs of plain steps, and each branch with its lanes."""
        run: list[str] = []
        for step in steps if isinstance(steps, list | tuple) else ():
            if self._left == 0:
                break
            self._left -= 1
            if step.get("type") != "if_then":
                run.append(_does(step))
                continue
            yield from _sentence(run)
            run = []
            yield self._branch(step)
        yield from _sentence(run)

    def _branch(self, step: Step) -> str:
        asked = condition_clause(step.get("condition") or {}, self._emails)
        yes, no = (self._inside(step.get(lane)) for lane in ("yes", "no"))
        if not yes and no:
            return f"Unless {asked}: {no}."
        then = f"If {asked}: {yes or 'nothing happens'}"
        return f"{then}; otherwise: {no}." if no else f"{then}."

    def _inside(self, steps: Any) -> str:
        told = " ".join(self.lane(steps)).rstrip(".")
        return uncapital(told)


def _sentence(parts: list[str]) -> Iterator[str]:
    if parts:
        yield f"{capital(', then '.join(parts))}."


def _start(document: Document) -> str:
    if "trigger" in document:
        return f"People enter {uncapital(trigger_words(document.get('trigger') or {}))}."
    every = document.get("every")
    often = f"Every {_every(every)}" if isinstance(every, Mapping) else "Once"
    return f"{often}, everyone on {named(document, 'list', 'a list')} starts."


def _every(every: Mapping[str, Any]) -> str:
    said = duration(every.get("amount"), every.get("unit"))
    return said.removeprefix("1 ")


def _does(step: Step) -> str:
    kind = step.get("type")
    if kind == "send_email":
        return f"send the email {named(step, 'template', 'still to be chosen')}"
    if kind == "send_sms":
        text = step.get("text") or step.get("template")
        return f"send the text “{short(text, LONGEST_TEXT)}”" if text else "send a text"
    if kind == "delay":
        return f"wait {duration(step.get('amount'), step.get('unit'))}"
    if kind == "create_task":
        who = assignee_title(str(step.get("assignee") or "somebody"))
        return f"give {who} the task {named(step, 'title', 'still to be named')}"
    if kind == "set_property":
        name = str(step.get("property") or "")
        value = value_title(name, str(step.get("value", "")))
        return f"set {property_title(name)} to {value}" if name else "set a property"
    return f"add them to {named(step, 'list', 'a list')}"


def _rules(document: Document) -> Iterator[str]:
    """What holds throughout: hours, goal, exits."""
    hours = document.get("run_hours")
    if isinstance(hours, Mapping):
        yield f"It runs only {hours_words(hours)}."
    goal = document.get("goal")
    if goal in AUTOMATION_GOALS:
        days = document.get("lookback_days", DEFAULT_LOOKBACK_DAYS)
        yield f"The goal is “{describe_goal(goal).title}”, counted for {duration(days, 'days')}."
    exits = [_EXITS[rule] for rule in document.get("unenroll_on") or () if rule in _EXITS]
    if exits:
        yield f"They leave early if they {listed(exits, 'or')}."

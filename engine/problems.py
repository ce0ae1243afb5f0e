"""What is wrong with a flow being edited, in words and by the card it stands on.

The checks are those that refuse a document (formats.md); here each path becomes the id of a step
or one of `TRIGGER`, `NAME`, …, and each fault a sentence for whoever draws the flow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from engine.documents.automation import automation_rules, check_automation
from engine.documents.names import Names
from engine.documents.sequence import check_sequence, sequence_rules
from engine.documents.steps import NO_EMAIL_BEFORE
from engine.outlets import folder_words, transport_key
from engine.vocabulary import TRIGGER
from engine.wording.hours import DAY_TITLES
from engine.wording.steps import every_step
from engine.wording.values import PROPERTY_TITLES, uncapital

NAME: Final = "name"
GOAL: Final = "goal"
HOURS: Final = "hours"
EXITS: Final = "exits"
FLOW: Final = "flow"
"""Where a problem of the flow as a whole is shown: an empty one, or a sequence's schedule."""

SETTINGS: Final = "settings:"
"""What begins the place of a problem that is mended in the practice's settings: then its key."""
NO_SUBJECT: Final = "The email has no subject: write one here, or in the email"
NO_ADDRESS: Final = "Emails will carry no postal address: add it in Settings"

_PLACES: Final = {
    "trigger": TRIGGER, "name": NAME, "goal": GOAL, "lookback_days": GOAL, "run_hours": HOURS,
    "unenroll_on": EXITS,
}  # fmt: skip
_PART: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_GONE: Final = re.compile(r'no (.+) is called "(.*?)"(?:; did you mean "(.*)"\?)?')
_TITLES: Final = {
    "template": "The template", "subject": "The subject", "from_name": "The sender's name",
    "from_email": "The sender's address", "preview_text": "The preview text", "text": "The message",
    "amount": "The amount", "unit": "The unit", "title": "The title", "assignee": "The assignee",
    "due_in": "Due in", "value": "The value", "to": "The new value", "days": "The days",
    "name": "The name", "description": "The description", "lookback_days": "The lookback",
}  # fmt: skip
_CHOOSE: Final[Mapping[str, str]] = {
    "send_email.template": "Choose an email",
    "send_sms": "Write a message, or choose a text of the library",
    "send_sms.text": "Write a message, or choose a text of the library",
    "send_sms.template": "Choose a text of the library",
    "send_email.subject": "Write a subject, or leave it to the template",
    "delay.amount": "Say how long to wait: a whole number from 1",
    "delay.unit": "Choose minutes, hours, days or weeks",
    "if_then.condition": "Choose a condition",
    "if_then.condition.type": "Choose a condition",
    "if_then.condition.step": "Choose which email",
    "if_then.condition.form": "Choose a form",
    "if_then.condition.list": "Choose a list",
    "if_then.condition.property": "Choose a property",
    "if_then.condition.op": "Choose how to compare",
    "if_then.condition.value": "Choose a value",
    "create_task.title": "Give the task a title",
    "create_task.assignee": "Choose who the task is for",
    "create_task.due_in": "Say when it is due",
    "create_task.due_in.amount": "Say when it is due: a whole number from 1",
    "set_property.property": "Choose a property",
    "set_property.value": "Choose a value",
    "add_to_list.list": "Choose a list",
    "trigger": "Choose who enters",
    "trigger.type": "Choose who enters",
    "trigger.form": "Choose a form",
    "trigger.list": "Choose a list",
    "trigger.property": "Choose a property",
    "trigger.to": "Choose a value, or any change",
    "trigger.kind": "Choose what counts as engaged",
    "trigger.email": "Choose an email",
    "trigger.sms": "Choose a text",
    "trigger.days": "Say how many days: a whole number from 1",
    "trigger.source": "Choose where they come from",
    "trigger.offset": "Choose the day",
    "name": "Give it a name",
    "list": "Choose a list",
    "start": "Say when it starts",
    "steps": "Add a first step",
    "lookback_days": "Say for how many days: a whole number from 1",
}
"""What to do where something is missing, empty or no choice at all."""
_MISSING: Final = (
    "is missing", "must not be empty", "must be one of", "must be a whole number", "must have at "
    "least one step", "must have either", "must be the name of",
)  # fmt: skip
_WARNINGS: Final[Mapping[str, str]] = {
    "without a goal, goal_met never ends anything":
        "Without a goal, “Goal met” never takes anybody out",
    "without a goal, goal_reached is never true":
        "Without a goal, nobody ever reaches it: choose one in Details",
    "nothing comes after this wait": "Nothing comes after this wait",
    "both lanes are empty, so the branch changes nothing":
        "Both lanes are empty, so the branch changes nothing",
    NO_EMAIL_BEFORE: "This automation sends no email before this, so nobody takes the YES lane",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where (a step's id or a place), which field, and a sentence."""

    where: str
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Everything found. Faults refuse the flow, warnings refuse nothing."""

    faults: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()

    def faults_at(self, where: str) -> list[Problem]:
        """The faults of one card or place."""
        return [fault for fault in self.faults if fault.where == where]

    def field(self, where: str, *names: str) -> str:
        """The first fault of any of these fields, or ""."""
        found = (p.words for p in self.faults if p.where == where and p.field in names)
        return next(found, "")

    def badges(self) -> dict[str, str]:
        """For each place with faults, what is wrong there in one line: for cards."""
        said: dict[str, str] = {}
        for fault in self.faults:
            if fault.words not in said.get(fault.where, ""):
                before = said.get(fault.where)
                said[fault.where] = f"{before}; {uncapital(fault.words)}" if before else fault.words
        return said


class Checker:
    """Finds what is wrong with a flow again and again as it is drawn, where these names exist.

    `names` leaves out the flow's own name, if it has one already. What an edit left as it was is
    not looked at again (`engine.documents.steps.StepRules`).
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self._automation, self._sequence = automation_rules(names), sequence_rules(names)

    def problems(self, document: Mapping[str, Any]) -> Problems:
        """What is wrong with a public automation or sequence document, in its order."""
        if str(document.get("format", "")).startswith("practice-crm/sequence"):
            found = check_sequence(document, self.names, rules=self._sequence)
        else:
            found = check_automation(document, self.names, rules=self._automation)
        return Problems(
            tuple(_unique(_read(line, document) for line in found.faults)),
            tuple(_unique(_read(line, document) for line in found.warnings)),
        )


def problems(document: Mapping[str, Any], names: Names) -> Problems:
    """What is wrong with a document, checked from nothing."""
    return Checker(names).problems(document)


def lacking(
    document: Mapping[str, Any],
    subjects: Mapping[str, str],
    *,
    has_address: bool,
    to_folder: Collection[str],
) -> list[Problem]:
    """What to warn of in what stands around the flow: texts of the library, and settings.

    `subjects` are the library's by the email's name, `to_folder` as for `unsent`.
    """
    found = _unsubjected(document, subjects)
    if not has_address and _sends(document, "email"):
        found.append(Problem(SETTINGS + "practice.address", "address", NO_ADDRESS))
    return [*found, *unsent(document, to_folder)]


def _unsubjected(document: Mapping[str, Any], subjects: Mapping[str, str]) -> list[Problem]:
    """The steps whose email goes out without a subject; each may have its own."""
    return [
        Problem(step["id"], "subject", NO_SUBJECT)
        for step in every_step(document.get("steps"))
        if step.get("type") == "send_email"
        and not str(step.get("subject") or subjects.get(str(step.get("template")), "?")).strip()
    ]


def unsent(document: Mapping[str, Any], to_folder: Collection[str]) -> list[Problem]:
    """What to warn of where messages of the flow reach nobody: `to_folder` are such channels."""
    channels = [each for each in sorted(to_folder) if _sends(document, each)]
    words = f"{folder_words(channels)}: choose a provider in Settings"
    return [Problem(SETTINGS + transport_key(channels), "", words)] if channels else []


def _sends(document: Mapping[str, Any], channel: str) -> bool:
    type = f"send_{channel}"
    return any(step.get("type") == type for step in every_step(document.get("steps")))


def _unique(found: Iterator[Problem]) -> list[Problem]:
    return list(dict.fromkeys(found))


def _read(line: str, document: Mapping[str, Any]) -> Problem:
    path, _, sentence = line.partition(": ")
    parts: list[int | str] = [int(no) if no else key for key, no in _PART.findall(path)]
    where, kind, inner = _place(parts, document)
    return Problem(where, ".".join(map(str, inner)), _said(kind, tuple(inner), sentence))


@lru_cache(maxsize=4096)
def _said(kind: str, inner: tuple[int | str, ...], sentence: str) -> str:
    """A fault of a field in words. A long flow says the same of many of its steps."""
    key = ".".join(part for part in (kind, *inner) if isinstance(part, str) and part)
    return _words(key, inner, sentence)


def _place(parts: list[int | str], document: Mapping[str, Any]) -> tuple[str, str, list[int | str]]:
    """The place of a path, the type of what stands there, and the rest of the path."""
    first = str(parts[0]) if parts else ""
    if first == "steps" and len(parts) > 1:
        return _step(parts[1:], document.get("steps"))
    if first == TRIGGER:
        return TRIGGER, TRIGGER, parts[1:]
    return _PLACES.get(first, FLOW), "", parts


def _step(parts: list[int | str], steps: Any) -> tuple[str, str, list[int | str]]:
    step: Any = {}
    while parts and isinstance(parts[0], int):
        step = steps[parts[0]]
        parts = parts[1:]
        if not isinstance(step, Mapping):
            return FLOW, "", parts
        if len(parts) > 1 and parts[0] in ("yes", "no"):
            steps, parts = step.get(str(parts[0])), parts[1:]
    return str(step.get("id", FLOW)), str(step.get("type", "")), parts


def _words(key: str, inner: Sequence[int | str], sentence: str) -> str:
    if sentence in _WARNINGS:
        return _WARNINGS[sentence]
    if sentence.startswith(_MISSING) and key in _CHOOSE:
        return _CHOOSE[key]
    gone = _GONE.fullmatch(sentence)
    if gone and not gone[2] and key in _CHOOSE:
        return _CHOOSE[key]
    if gone:
        again = f", or “{gone[3]}”?" if gone[3] else ""
        choose = _CHOOSE.get(key, "Choose another")
        return f"There is no {gone[1]} called “{gone[2]}”: {uncapital(choose)}{again}"
    if key.startswith("run_hours"):
        return _hours(inner, sentence)
    return _plain(inner, sentence)


def _hours(inner: Sequence[int | str], sentence: str) -> str:
    if len(inner) == 1:
        return "Open at least one day, or choose “Any time”"
    day = DAY_TITLES.get(str(inner[1]), "A day")
    if "end at the time" in sentence:
        return f"{day}: choose an end that differs from the start"
    return f"{day}: give times from 00:00 to 23:59"


def _plain(inner: Sequence[int | str], sentence: str) -> str:
    """The check's own sentence, with the field's name before it and single quotes made round."""
    said = re.sub(r'"([^"]*)"', r"“\1”", sentence)
    names = [str(part) for part in inner if isinstance(part, str)]
    name = names[-1] if names else ""
    title = _TITLES.get(name) or PROPERTY_TITLES.get(name)
    if said.startswith(("must", "holds", "is ")) and title:
        return f"{title} {said}"
    return said[:1].upper() + said[1:]

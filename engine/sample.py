"""The sample practice: set up from its documents, and what its year came to (screens.md 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from db.connection import Connection
from engine.calendar import DAY, format_instant, local_date, parse_instant, zone
from engine.commands import settings
from engine.naming import load_names
from engine.reports import label, report_automation
from engine.scenario import set_up_practice
from engine.stats import rate
from engine.workspace import Workspace
from resources import documents

WRITTEN_FOR = date(2026, 1, 5)
"""The Monday the documents' dates count from."""

ADDRESS = "12 Maple Grove Lane, Springfield"
"""The practice's own, which the footer of every email says."""


def set_up(workspace: Workspace, at: int) -> None:
    """Set the sample practice up in an empty store and switch everything on at `at`, an instant.

    Dates move by whole weeks, so that they come as long after `at` as written, and on the same
    weekday.
    """
    whole = sample()
    late = local_date(at, zone(whole["practice"]["timezone"])) - WRITTEN_FOR
    weeks = -(-late.days // 7)
    set_up_practice(workspace, _moved(whole, weeks), at)
    settings.put_settings(workspace, {"practice.address": ADDRESS})


def sample() -> dict[str, Any]:
    """The sample practice as one bundle."""
    parts = {
        kind: documents(f"sample/{kind}") for kind in ("automations", "sequences", "campaigns")
    }
    return {**documents("sample")[0], **parts}


def _moved(whole: Mapping[str, Any], weeks: int) -> dict[str, Any]:
    sequences = [
        {**each, "start": format_instant(parse_instant(each["start"]) + weeks * 7 * DAY)}
        for each in whole["sequences"]
    ]
    campaigns = [
        {
            **each,
            **{
                key: (date.fromisoformat(each[key]) + timedelta(weeks=weeks)).isoformat()
                for key in ("start", "end")
                if each[key] is not None
            },
        }
        for each in whole["campaigns"]
    ]
    return {**whole, "sequences": sequences, "campaigns": campaigns}


class Outcome(NamedTuple):
    """What an automation came to; the rates are of those enrolled, None of nobody."""

    name: str
    trigger: str
    enrolled: int
    completed: float | None
    goal_reached: float | None
    emails: int
    texts: int
    skipped: int


def outcome(workspace: Workspace, connection: Connection) -> Iterator[Outcome]:
    """What each automation came to so far, by number."""
    labels = load_names(connection).inverse()
    for state in workspace.catalogue(connection).flows.values():
        if state.kind != "automation" or state.flow.trigger is None:
            continue
        report = report_automation(connection, state.name)
        sent = {
            kind: sum(step["sent"] for step in report["steps"] if step["type"] == kind)
            for kind in ("send_email", "send_sms")
        }
        subject = {
            key: label(labels, key, state.flow.trigger[key])
            for key in ("form", "list")
            if isinstance(state.flow.trigger.get(key), int)
        }
        yield Outcome(
            state.name, in_words({**state.flow.trigger, **subject}), report["enrolled"],
            rate(report["completed"], report["enrolled"]),
            rate(report["goal_reached"], report["enrolled"]),
            sent["send_email"], sent["send_sms"], sum(step["skipped"] for step in report["steps"]),
        )  # fmt: skip


def in_words(trigger: Mapping[str, Any]) -> str:
    """A trigger in a few words; the form or list by its name."""
    words: str = _WORDS[trigger["type"]].format(**trigger)
    return words.replace("_", " ")


_WORDS = {
    "contact_created": "New contact",
    "became_patient": "Became a patient",
    "form_submitted": "Form: {form}",
    "list_joined": "Joined {list}",
    "list_left": "Left {list}",
    "property_changed": "{property} changed",
    "email_engaged": "Email answered: {kind}",
    "sms_replied": "Replied to a text",
    "birthday": "Birthday",
    "inactive": "Quiet for {days} days",
}

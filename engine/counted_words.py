"""What a number counts, in words: the title of the list it opens, and what it is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from db.queries import flows, reports, setup
from engine.counted import flows_of
from engine.documents.references import to_public
from engine.flow import walk_cards
from engine.naming import load_names
from engine.number import Counted
from engine.overview import ALWAYS
from engine.practice import read_practice
from engine.wording.steps import step_summary, step_title
from engine.wording.times import day_words, moment_words
from engine.wording.triggers import trigger_words
from engine.workspace import Reader

_OF_FLOW: Final = {
    "enrolled": "Enrolled in {flow}",
    "engaged": "Enrolled in {flow}, and opened, clicked or replied",
    "completed": "Enrolled in {flow}, and completed it",
    "goal": "Enrolled in {flow}, and reached the goal",
    "finished": "Completed {flow}",
    "reached": "Reached the goal of {flow}",
    "sent": "{messages} sent by {flow}",
    "active": "In {flow} now",
}
_OF_STEP: Final = {
    "entered": "Came to {step} of {flow}",
    "past": "Went on below {step} of {flow}",
    "yes": "Took YES at {step} of {flow}",
    "no": "Took NO at {step} of {flow}",
    "dropped": "Left {flow} at {step}",
    "sent": "Sent by {step} of {flow}",
    "opened": "Opened what {step} of {flow} sent",
    "clicked": "Clicked in what {step} of {flow} sent",
    "replied": "Replied to what {step} of {flow} sent",
    "active": "At {step} of {flow} now",
}
_MESSAGES: Final = {"": "Messages", "email": "Emails", "sms": "Texts"}
_PARTS: Final = ("engaged", "completed", "goal")
_ANSWERS: Final = ("opened", "clicked", "replied")


class Heading(NamedTuple):
    """The title of a list, and the whole it is a part of; '' where it is the whole."""

    title: str
    note: str


def heading(reader: Reader, counted: Counted) -> Heading:
    """What is counted, with today's names."""
    if counted.of == "waiting":
        return Heading("Messages that wait to go out", "")
    if counted.of == "match":
        words = trigger_words(counted.trigger or {})
        return Heading("Contacts who match today", f"Trigger: {words}")
    if counted.of == "imported":
        zone = read_practice(setup.settings(reader)).zone
        return Heading(f"New by the import of {moment_words(counted.at or 0, zone)}", "")
    flow, step = _names(reader, counted)
    said = (_OF_STEP if counted.step else _OF_FLOW).get(counted.of, "{flow}")
    title = said.format(flow=flow, step=step, messages=_MESSAGES.get(counted.channel, ""))
    days = days_words(counted.first, counted.last)
    return Heading(f"{title}, {days}" if days else title, _whole(reader, counted))


def _names(reader: Reader, counted: Counted) -> tuple[str, str]:
    """What the flow and the step are called."""
    if counted.flow is None:
        return "any automation", ""
    row = flows.by_id(reader, counted.flow)
    if row is None:
        return "a deleted automation", "a step"
    public = to_public(
        flows.document(reader, row.version_id), load_names(reader).inverse(), format="", name=""
    )
    steps = {card["id"]: card for _, card in walk_cards(public["steps"])}
    card = steps.get(counted.step)
    return f"“{row.name}”", "a deleted step" if card is None else f"“{_step(card, public)}”"


def _step(card: Mapping[str, Any], public: Mapping[str, Any]) -> str:
    return step_summary(card, public) or step_title(card["type"])


def _whole(reader: Reader, counted: Counted) -> str:
    first, last = ALWAYS
    days = (
        first if counted.first is None else counted.first.toordinal(),
        last if counted.last is None else counted.last.toordinal(),
    )
    if counted.of in _PARTS:
        found = reports.flow_totals(reader, flows_of(reader, counted), *days)
        return f"of {sum(row.enrolled for row in found):,} enrolled"
    if counted.of in _ANSWERS and counted.flow is not None:
        steps = reports.step_totals(reader, counted.flow, *days)
        delivered = sum(row.delivered for row in steps if counted.step in ("", row.step))
        return f"of {delivered:,} delivered"
    return ""


def days_words(first: date | None, last: date | None) -> str:
    """A range of days: Jan 5, 2026; Nov 1, 2025 – Jan 3, 2026; '' for all time."""
    if last is None:
        return ""
    if first is None:
        return f"until {day_words(last)}"
    return day_words(last) if first == last else f"{day_words(first)} – {day_words(last)}"

"""A flow as the engine walks it: steps, lanes that rejoin, and what follows what.

A stored document is the public one (formats.md) with ids in place of names. Rules: engine.md
sections 4 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from engine.calendar import Hours
from engine.vocabulary import DEFAULT_LOOKBACK_DAYS

Stored = Mapping[str, Any]
"""A checked document, read from the store."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an if/then tests; `subject` is the step, form or list id it names, if any."""

    type: str
    subject: str | int | None = None
    property: str = ""
    op: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One card of a flow. `fields` are the document's, references as ids."""

    id: str
    type: str
    fields: Stored
    condition: Condition | None
    lanes: tuple[str | None, str | None]
    """First step of YES and of NO; for an empty lane the step after the if/then."""
    next: str | None
    """The step that follows, out of the lane and on; None is End of automation."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of an automation or sequence, ready to walk."""

    steps: Mapping[str, Step]
    first: str | None
    trigger: Stored | None
    goal: str | None
    lookback_days: int
    unenrol_on: frozenset[str]
    hours: Hours | None
    asks: frozenset[str]
    """Condition types used anywhere, so that only facts in question are loaded."""
    uses_lists: bool

    def first_not_run(self, step: str | None, ran: frozenset[tuple[str, str]]) -> str | None:
        """`step`, or the next after it that is not among the (step, type) pairs already run."""
        while step is not None and (step, self.steps[step].type) in ran:
            step = self.steps[step].next
        return step

    def inside(self, step: str) -> frozenset[str]:
        """The steps in the lanes of an if/then, and in theirs; none of any other step."""
        found = self.steps.get(step)
        if found is None or found.condition is None:
            return frozenset()
        held: set[str] = set()
        for lane in found.lanes:
            while lane is not None and lane != found.next:
                held |= {lane} | self.inside(lane)
                lane = self.steps[lane].next
        return frozenset(held)

    def type_of(self, step: str) -> str | None:
        """The type of a step, or None if this version has no such step."""
        found = self.steps.get(step)
        return None if found is None else found.type


def read_flow(document: Stored) -> Flow:
    """The flow of a stored document, which was checked before it was stored."""
    steps: dict[str, Step] = {}
    first = _lay(document["steps"], None, steps)
    asks = frozenset(s.condition.type for s in steps.values() if s.condition)
    return Flow(
        steps=steps,
        first=first,
        trigger=document.get("trigger"),
        goal=document.get("goal"),
        lookback_days=document.get("lookback_days", DEFAULT_LOOKBACK_DAYS),
        unenrol_on=frozenset(document.get("unenroll_on", ())),
        hours=read_hours(document.get("run_hours")),
        asks=asks,
        uses_lists="in_list" in asks or any(s.type == "add_to_list" for s in steps.values()),
    )


def _lay(cards: Sequence[Stored], after: str | None, steps: dict[str, Step]) -> str | None:
    """Enter a lane's steps into `steps`, last first; gives the id of the lane's first step."""
    following = after
    for card in reversed(cards):
        lanes: tuple[str | None, str | None] = (None, None)
        condition = None
        if card["type"] == "if_then":
            lanes = (_lay(card["yes"], following, steps), _lay(card["no"], following, steps))
            condition = read_condition(card["condition"])
        steps[card["id"]] = Step(card["id"], card["type"], card, condition, lanes, following)
        following = card["id"]
    return following


def read_condition(document: Stored) -> Condition:
    """The condition of a stored document."""
    subject = document.get("step", document.get("form", document.get("list")))
    return Condition(
        type=document["type"],
        subject=subject,
        property=document.get("property", ""),
        op=document.get("op", ""),
        value=document.get("value", ""),
    )


def read_hours(document: Mapping[str, Sequence[Sequence[str]]] | None) -> Hours | None:
    """Weekday windows of a `run_hours` document; None when any time will do."""
    if document is None:
        return None
    return {
        day: [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
        for day, spans in document.items()
    }


def surviving(old: Flow, new: Flow, step: str) -> str | None:
    """Where a contact at `step` of `old` stands after an edit to `new`; None is End.

    The step itself if it still exists (same id and type), else the nearest following one that
    does, down the old flow and out of lanes (engine.md section 6, "Editing a live automation").
    """
    here: str | None = step
    while here is not None and new.type_of(here) != old.type_of(here):
        here = old.steps[here].next
    return here


def walk_cards(cards: Sequence[Stored], path: str = "steps") -> Iterator[tuple[str, Stored]]:
    """Every step document with its path (`steps[2].yes[0]`), in reading order."""
    for index, card in enumerate(cards):
        here = f"{path}[{index}]"
        yield here, card
        for lane in ("yes", "no"):
            if card.get("type") == "if_then":
                yield from walk_cards(card[lane], f"{here}.{lane}")

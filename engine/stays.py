"""At which steps an enrolment stood, read from its journal: the counters know only how many.

Pure. The rules are those the engine walks by (engine.md sections 1 and 6): after a step was taken
the next is reached at that instant, and an edit moves who stands at a step that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from db.queries.batches import RAN
from engine.flow import Flow, surviving

_TAKEN: Final = frozenset(RAN) - {"waiting"}
_STOOD: Final = frozenset({*RAN, "held"})


class Stay(NamedTuple):
    """A step that was reached at an instant; `went` is on, dropped or here (still), since `left`.

    `left` is None while they are here. `lane` is the one an if/then sent them into, else ''.
    """

    step: str
    came: int
    went: str
    left: int | None
    lane: str


class Version(NamedTuple):
    """One version of a flow, from an instant on."""

    id: int
    at: int
    flow: Flow


def stays(lines: Iterable[Any], walk: Any, versions: Sequence[Version]) -> list[Stay]:
    """The stays of one enrolment, in order.

    `lines` are its journal (at, version_id, step, what); `walk` says version_id, ended_at and
    ended_why; `versions` are all of its flow, oldest first.
    """
    way = _Way({version.id: place for place, version in enumerate(versions)}, versions)
    for line in lines:
        way.follow(line)
    way.edit(walk.version_id)
    return way.stays(walk.ended_at, walk.ended_why)


def signs(of: str, step: str, versions: Sequence[Version]) -> tuple[list[str] | None, list[str]]:
    """What the journal of an unedited enrolment says where `of` (entered, past …) is so at a step.

    One line at least is among the first, "step what"; None where nothing need be said. Of who was
    dropped there no line is among the second: they came no further.
    """
    if of in ("yes", "no"):
        return [f"{step} {of}"], []
    some, further = _said(step, _STOOD), list[str]()
    first = False
    for _, _, flow in versions:
        first = first or flow.first == step
        for each in flow.steps.values():
            ways = zip(("yes", "no"), each.lanes, strict=True)
            lanes = [lane for lane, following in ways if following == step]
            some += [f"{each.id} {lane}" for lane in lanes]
            some += _said(each.id, _TAKEN - {"yes", "no"}) if each.next == step else []
        here = flow.steps.get(step)
        for following in () if here is None else (here.next, *here.lanes):
            further += [] if following is None else _said(following, _STOOD)
    return None if first else some, further if of == "dropped" else []


def _said(step: str, what: Iterable[str]) -> list[str]:
    return [f"{step} {each}" for each in sorted(what)]


class _Way:
    """Follows one enrolment from line to line."""

    def __init__(self, places: Mapping[int, int], versions: Sequence[Version]) -> None:
        self._places, self._versions = places, versions
        self._place = -1
        self._came: list[tuple[str, int]] = []
        self._lanes: dict[int, str] = {}
        self._here: str | None = None
        self._ran: frozenset[tuple[str, str]] = frozenset()

    def follow(self, line: Any) -> None:
        if self._place < 0:
            self._place = self._places[line.version_id]
        self.edit(line.version_id)
        flow = self._versions[self._place].flow
        if line.what == "enrolled":
            self._come(flow.first, line.at)
            return
        step = flow.steps.get(line.step or "")
        # What the journal says of a message later is no stay.
        if step is None or line.what not in _STOOD or (step.id, step.type) in self._ran:
            return
        self._come(step.id, line.at)
        if line.what in RAN:
            self._ran |= {(step.id, step.type)}
        if line.what in _TAKEN:
            lanes = {"yes": step.lanes[0], "no": step.lanes[1]}
            following = lanes.get(line.what, step.next)
            if line.what in lanes:
                self._lanes[len(self._came) - 1] = line.what
            self._come(flow.first_not_run(following, self._ran), line.at)

    def edit(self, version_id: int) -> None:
        """Move as each edit up to this version did."""
        while 0 <= self._place < self._places[version_id]:
            old, new = self._versions[self._place : self._place + 2]
            self._place += 1
            if self._here is not None:
                target = surviving(old.flow, new.flow, self._here)
                if target != self._here:
                    self._come(new.flow.first_not_run(target, self._ran), new.at)

    def stays(self, ended_at: int | None, ended_why: str | None) -> list[Stay]:
        made = []
        for place, (step, came) in enumerate(self._came):
            lane = self._lanes.get(place, "")
            if place + 1 < len(self._came):
                made.append(Stay(step, came, "on", self._came[place + 1][1], lane))
            elif ended_at is None:
                made.append(Stay(step, came, "here", None, lane))
            else:
                gone = "dropped" if self._here and ended_why != "completed" else "on"
                made.append(Stay(step, came, gone, ended_at, lane))
        return made

    def _come(self, step: str | None, at: int) -> None:
        if step is not None and step != self._here:
            self._came.append((step, at))
        self._here = step

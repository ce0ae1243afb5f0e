"""Rehearsed lives in numbers, and a few of them whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.calendar import local_date
from engine.flow import Flow
from engine.record import Contact, Line
from engine.replay.life import Life
from engine.replay.result import Those

EXAMPLES = 10
"""How many people are shown with all that would have happened to them."""
_STILL = frozenset({"held", "waiting"})


@dataclass(frozen=True, slots=True)
class Example:
    """One person and the journal lines they would have had."""

    contact: Contact
    lines: Sequence[Line]


@dataclass
class Tally:
    """Sums over lives: who it was of whom something was said, by its word and its reason; days.

    Beside the journal's words: `people` were enrolled at all, `ended` says how each enrolment did
    (`active`: it goes on), `lost` are those who opted out meanwhile, `unanswered` those whose
    answers were left out. `days` are ordinals.
    """

    flow: Flow
    zone: ZoneInfo
    events: int = 0
    said: dict[tuple[str, str | None], Those] = field(default_factory=lambda: defaultdict(Those))
    days: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _varied: dict[frozenset[object], Example] = field(default_factory=dict)
    _first: list[Example] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._day = lru_cache(maxsize=4096)(lambda at: local_date(at, self.zone).toordinal())

    def add(self, life: Life) -> None:
        """Count one life."""
        who, walks = life.contact.id, life.contact.walks
        self.events += life.events
        for line in life.lines:
            what = self._word(line)
            self.said[what, line.why].add(who, line.at)
            self.days[self._day(line.at)][what] += 1
        for walk in walks:
            at = walk.enrolled_at if walk.ended_at is None else walk.ended_at
            self.said["ended", walk.ended_why or "active"].add(who, at)
        for what, instants in (("lost", life.lost.values()), ("unanswered", life.unanswered)):
            for at in instants:
                self.said[what, None].add(who, at)
        if walks:
            self.said["people", None].add(who, walks[0].enrolled_at)
            self._keep(Example(life.contact, life.lines))

    def total(self, what: str) -> int:
        """How often this was said, for whatever reason."""
        return sum(len(those) for (word, _), those in self.said.items() if word == what)

    def reasons(self, what: str) -> dict[str, int]:
        """How often this was said, by reason, the most frequent first."""
        found = {
            why: len(those) for (word, why), those in self.said.items()
            if word == what and why is not None
        }  # fmt: skip
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    def examples(self) -> list[Example]:
        """Some people whose ways differ, then the first; by number."""
        varied = list(self._varied.values())
        known = {id(example) for example in varied}
        rest = [example for example in self._first if id(example) not in known]
        return sorted((varied + rest)[:EXAMPLES], key=lambda example: example.contact.id)

    def _word(self, line: Line) -> str:
        """What a line says; of a message sent, its channel."""
        if line.what != "sent":
            return line.what
        return "email" if self.flow.type_of(line.step or "") == "send_email" else "sms"

    def _keep(self, example: Example) -> None:
        if len(self._first) < EXAMPLES:
            self._first.append(example)
        way = frozenset((x.step, x.what, x.why) for x in example.lines if x.what not in _STILL)
        if len(self._varied) < EXAMPLES:
            self._varied.setdefault(way, example)

"""What one batch of contacts brings about: gathered in memory, written at once by the shell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple, TypeVar, cast

from engine.calendar import local_date
from engine.catalogue import Catalogue, FlowState
from engine.conditions import Facts
from engine.flow import Flow
from engine.goals import is_dormant
from engine.record import PENDING, Contact, Event, Line, Message, Task, Walk
from engine.rules import Engagement, Viewpoint

ENTERED, SENT, SKIPPED, DROPPED, TOOK_YES, TOOK_NO = range(6)
ENROLLED, COMPLETED, GOAL, UNENROLLED, BEGAN_COMPLETED, BEGAN_GOAL, BEGAN_UNENROLLED = range(7)
T = TypeVar("T")
BEGAN: Final = {COMPLETED: BEGAN_COMPLETED, GOAL: BEGAN_GOAL, UNENROLLED: BEGAN_UNENROLLED}


class Touch(NamedTuple):
    """A campaign's asset reached a contact (engine.md section 8)."""

    campaign_id: int
    contact_id: int
    kind: str
    asset_id: int
    at: int
    was_dormant: int


class Outcome(NamedTuple):
    """A touched contact engaged or converted; counts for touches before `at`.

    `dormant`: only where the first touch found a dormant patient. `new_since`: only for those
    who became a patient at or after that instant.
    """

    campaign_id: int
    contact_id: int
    column: str
    at: int
    dormant: bool
    new_since: int | None


@dataclass
class Batch:
    """The work of one transaction at one instant `now`."""

    catalogue: Catalogue
    now: int
    walk_ids: Iterator[int] = field(default_factory=lambda: count(1))
    """Ids of new walks, larger than all there are."""
    last_event: int = 0
    """The largest event id before this batch, where walks begin without an event."""
    facts: Facts = field(default_factory=Facts)
    engagement: dict[int, Engagement] = field(default_factory=dict)
    sends: dict[int, int] = field(default_factory=dict)
    """Messages by contact inside the frequency cap's days, withdrawn ones left out."""
    events: list[Event] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    begun: list[Walk] = field(default_factory=list)
    moved: dict[int, Walk] = field(default_factory=dict)
    members: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Whether, in the end, a contact is on a list: by (list, contact)."""
    consents: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    roll: list[Touch | Outcome] = field(default_factory=list)
    changes: list[tuple[Walk, str, str | int]] = field(default_factory=list)
    """What steps of this round change, applied when the round's steps are all taken."""
    step_counts: dict[tuple[int, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * 6)
    )
    flow_counts: dict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * 7)
    )
    here: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    _answers: dict[object, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.day = local_date(self.now, self.catalogue.practice.zone).toordinal()
        self.view = Viewpoint(self.now, self.catalogue.practice.zone)

    def flow_of(self, walk: Walk) -> Flow:
        """The version this walk is under."""
        return self.catalogue.versions[walk.version_id]

    def once(self, question: object, answer: Callable[[], T]) -> T:
        """The answer to a question about `now`, worked out once a batch."""
        if question not in self._answers:
            self._answers[question] = answer()
        return cast(T, self._answers[question])

    def say(
        self, walk: Walk, what: str, step: str | None, why: str | None = None,
        until: int | None = None,
    ) -> None:  # fmt: skip
        """Journal a fact about a walk."""
        self.lines.append(
            Line(self.now, walk.contact.id, walk.flow_id, walk.id, walk.version_id, step, what,
                 why, until)
        )  # fmt: skip

    def refuse(self, contact: Contact, state: FlowState, what: str, why: str | None) -> None:
        """Journal that an event or a list enrols nobody."""
        self.lines.append(
            Line(self.now, contact.id, state.id, None, state.version_id, None, what, why)
        )

    def enrol(
        self, contact: Contact, state: FlowState, depth: int, occasion: int | None = None
    ) -> Walk:
        """Begin a walk at the first step, due now."""
        flow = state.flow
        walk = Walk(
            id=next(self.walk_ids), flow_id=state.id, contact=contact, version_id=state.version_id,
            state="waiting", step=flow.first, started=0, due_at=self.now, told=0,
            enrolled_at=self.now, after_event=PENDING, depth=depth, occasion=occasion,
            was_dormant=int(is_dormant(contact, self.now)), edited=0,
            goal_until=goal_until(flow, self.now), goal_at=None,
        )  # fmt: skip
        walk.new = True
        walk.after_place = len(self.events)
        self.begun.append(walk)
        contact.walks.append(walk)
        self.say(walk, "enrolled", None)
        self.count(walk, ENROLLED)
        if flow.first is not None:
            walk.step = None
            self.arrive(walk, flow.first)
        self.touch(contact, state.kind, state.id)
        return walk

    def count(self, walk: Walk, which: int) -> None:
        """Add one to a flow's day, and to the day its enrolment began."""
        self.flow_counts[walk.flow_id, self.day][which] += 1
        if which in BEGAN:
            zone = self.catalogue.practice.zone
            began = local_date(walk.enrolled_at, zone).toordinal()
            self.flow_counts[walk.flow_id, began][BEGAN[which]] += 1

    def arrive(self, walk: Walk, step: str) -> None:
        """Stand at a step, and count it."""
        if walk.step is not None:
            self.here[walk.flow_id, walk.step] -= 1
        self.here[walk.flow_id, step] += 1
        self.step_counts[walk.flow_id, step][ENTERED] += 1
        walk.step = step

    def relocate(self, walk: Walk, step: str | None, *, parked: bool) -> None:
        """Move a walk whose step an edit removed: due now, or `parked`; at End, complete."""
        if step is None:
            self.end(walk, "completed", None)
            return
        self.arrive(walk, step)
        walk.started = 0
        walk.state, walk.due_at = ("parked", None) if parked else ("waiting", self.now)
        self.mark(walk)

    def end(self, walk: Walk, what: str, why: str | None) -> None:
        """End a walk: `completed`, or `unenrolled` with its rule."""
        if walk.step is not None:
            self.here[walk.flow_id, walk.step] -= 1
            if what != "completed":
                self.step_counts[walk.flow_id, walk.step][DROPPED] += 1
        walk.state, walk.due_at, walk.started, walk.step = "ended", None, 0, None
        walk.ended_at, walk.ended_why = self.now, why or what
        self.mark(walk)
        self.say(walk, what, None, why)
        self.count(walk, COMPLETED if what == "completed" else UNENROLLED)

    def mark(self, walk: Walk) -> None:
        """Remember that an existing walk has to be written."""
        if not walk.new:
            self.moved[walk.id] = walk

    def touch(self, contact: Contact, kind: str, asset: int) -> None:
        """Count a touch for every active campaign that holds the asset."""
        for campaign in self.catalogue.campaigns_of.get((kind, asset), ()):
            if campaign.counts_at(self.now):
                dormant = int(is_dormant(contact, self.now))
                for of_kind, of_asset in (("", 0), (kind, asset)):
                    self.roll.append(
                        Touch(campaign.id, contact.id, of_kind, of_asset, self.now, dormant)
                    )


def goal_until(flow: Flow, began: int) -> int | None:
    """The last instant at which the goal still counts for a walk that began at `began`."""
    return None if flow.goal is None else began + flow.lookback_days * 86_400_000_000


def by_number(walks: Sequence[Walk]) -> list[Walk]:
    """Walks in enrolment order."""
    return sorted(walks, key=lambda walk: walk.id)

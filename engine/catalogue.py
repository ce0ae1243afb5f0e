"""What the practice has set up, as one frozen picture a batch works from.

Loaded by the shell whenever something in it changed; pure look-ups otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.flow import Flow
from engine.practice import Practice
from engine.rules import Rule
from engine.vocabulary import DATE_TRIGGERS, ONCE_TRIGGERS


@dataclass(frozen=True, slots=True)
class FlowState:
    """An automation or sequence with its present version and its switch's history."""

    id: int
    kind: str
    name: str
    status: str
    version_id: int
    flow: Flow
    activated_at: int | None
    switches: Sequence[tuple[int, bool]] = ()
    list_id: int | None = None
    start_at: int | None = None
    every: tuple[int, str] | None = None
    next_at: int | None = None

    @property
    def active(self) -> bool:
        """Whether it is switched on."""
        return self.status == "active"

    def was_on(self, instant: int) -> bool:
        """Whether an event of `instant` may enrol (engine.md section 3).

        Not before the first activation (an equal instant may), and not while paused.
        """
        if self.activated_at is None or instant < self.activated_at:
            return False
        state = True
        for at, active in self.switches:
            if at > instant:
                break
            state = active
        return state or instant >= self.switches[-1][0]


@dataclass(frozen=True, slots=True)
class CampaignState:
    """A campaign; its dates as instants of the practice zone, the end exclusive."""

    id: int
    name: str
    goal: str | None
    status: str
    starts_at: int | None
    ends_at: int | None
    assets: frozenset[tuple[str, int]]

    def counts_at(self, instant: int) -> bool:
        """Whether touches and conversions of `instant` count (engine.md section 8)."""
        if self.status != "active":
            return False
        after_start = self.starts_at is None or instant >= self.starts_at
        return after_start and (self.ends_at is None or instant < self.ends_at)


@dataclass(frozen=True)
class Catalogue:
    """Everything set up, and the indexes the rules look things up by."""

    practice: Practice
    flows: Mapping[int, FlowState]
    versions: Mapping[int, Flow]
    campaigns: Sequence[CampaignState] = ()
    rules: Sequence[tuple[int, Rule]] = ()
    begun: bool = True
    """Whether the engine has had its first instant."""
    users: Mapping[str, str] = field(default_factory=dict)
    """Names of the practice's people, by their id as text."""
    fills: bool = False
    """Whether there are new dynamic lists that not everybody was put on yet."""

    @cached_property
    def triggers(self) -> Mapping[tuple[str, str], Sequence[FlowState]]:
        """Active automations by number, under the (event kind, property) that may enrol."""
        index: dict[tuple[str, str], list[FlowState]] = defaultdict(list)
        for state in sorted(self.flows.values(), key=lambda s: s.id):
            trigger = state.flow.trigger
            if not state.active or trigger is None:
                continue
            for kind in EVENTS_OF_TRIGGER.get(trigger["type"], ()):
                index[kind, trigger.get("property", "")].append(state)
        return index

    @cached_property
    def chains_ask_lists(self) -> bool:
        """Whether an automation that a step's event may begin, at its instant, uses lists."""
        return any(
            state.flow.uses_lists
            for (kind, _), states in self.triggers.items()
            if kind in EVENTS_OF_STEPS
            for state in states
        )

    @cached_property
    def held(self) -> frozenset[int]:
        """Flows that belong to campaigns of which none is active (engine.md section 4)."""
        own: dict[int, bool] = {}
        for campaign in self.campaigns:
            for kind, asset in campaign.assets:
                if kind in ("automation", "sequence"):
                    own[asset] = own.get(asset, False) or campaign.status == "active"
        return frozenset(asset for asset, active in own.items() if not active)

    @cached_property
    def campaigns_of(self) -> Mapping[tuple[str, int], Sequence[CampaignState]]:
        """Active campaigns by asset (kind, id)."""
        index: dict[tuple[str, int], list[CampaignState]] = defaultdict(list)
        for campaign in self.campaigns:
            if campaign.status == "active":
                for asset in campaign.assets:
                    index[asset].append(campaign)
        return index

    @cached_property
    def once_flows(self) -> Sequence[int]:
        """Automations that take each person once ever."""
        return [s.id for s in self.flows.values() if takes_once(s.flow)]

    @cached_property
    def dated(self) -> Sequence[FlowState]:
        """Active date-based automations by number."""
        return [
            state
            for _, state in sorted(self.flows.items())
            if state.active and state.flow.trigger and state.flow.trigger["type"] in DATE_TRIGGERS
        ]

    @cached_property
    def next_campaign_end(self) -> int | None:
        """The earliest instant at which an open campaign completes."""
        return min(self._ends(), default=None)

    def _ends(self) -> Iterable[int]:
        return (c.ends_at for c in self.campaigns if c.ends_at and c.status != "completed")


EVENTS_OF_TRIGGER: Mapping[str, Sequence[str]] = {
    "contact_created": ("contact_created",),
    "became_patient": ("became_patient",),
    "form_submitted": ("form_submitted",),
    "list_joined": ("list_joined",),
    "list_left": ("list_left",),
    "property_changed": ("property_changed",),
    "email_engaged": ("email_opened", "email_clicked"),
    "sms_replied": ("sms_replied",),
}


EVENTS_OF_STEPS = frozenset({"property_changed", "became_patient", "list_joined"})
"""What steps cause; dynamic rules, which cause more, ask for lists themselves."""


def takes_once(flow: Flow) -> bool:
    """Whether the flow's trigger is of the kind that enrols a person once ever."""
    return flow.trigger is not None and flow.trigger["type"] in ONCE_TRIGGERS

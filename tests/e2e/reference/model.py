"""What a practice is while a scenario runs: plain records in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.e2e.reference import clock

Document = dict[str, Any]
Step = dict[str, Any]

EDITABLE = (
    "status",
    "lead_source",
    "contact_owner",
    "provider",
    "sms_subscription",
    "email_subscription",
    "insurance_verification",
)


@dataclass(frozen=True)
class Event:
    """One row of the log; `facts` are the fields of engine.md section 2."""

    what: str
    at: datetime
    depth: int
    facts: dict[str, Any]


@dataclass
class Contact:
    """One person: the record, the lists they are on and their part of the log."""

    name: str
    number: int
    fields: dict[str, Any]
    lists: set[str] = field(default_factory=set)
    log: list[Event] = field(default_factory=list)
    last_activity: datetime = datetime.min.replace(tzinfo=UTC)
    do_not_contact: bool = False
    own_opt_outs: set[str] = field(default_factory=set)

    @property
    def born(self) -> date | None:
        """The date of birth, if known."""
        dob = self.fields.get("dob")
        return date.fromisoformat(dob) if dob else None


@dataclass
class Flow:
    """An automation or a sequence, with the version that is live."""

    kind: str
    number: int
    name: str
    document: Document
    active: bool = True
    ran: bool = False
    completed: bool = False


@dataclass
class Enrolment:
    """One contact's walk through one flow; `due` is None while a campaign holds it."""

    number: int
    contact: Contact
    flow: Flow
    at: datetime
    depth: int
    log_start: int
    dormant_patient: bool
    step: Step
    due: datetime | None
    year: int | None = None
    waiting: bool = False
    campaign_said: bool = False
    goal_reached: bool = False
    ended_under: Document | None = None
    ran: set[tuple[str, str]] = field(default_factory=set)

    @property
    def live(self) -> bool:
        """Whether the contact is still in the flow."""
        return self.ended_under is None

    @property
    def document(self) -> Document:
        """The version that counts: the one it ended under, else the flow's."""
        return self.flow.document if self.ended_under is None else self.ended_under


@dataclass(frozen=True)
class Message:
    """One message sent, with the step that wrote it."""

    contact: Contact
    enrolment: Enrolment
    step: str
    channel: str
    template: str | None
    at: datetime


@dataclass
class Campaign:
    """A campaign: the numbers of the flows it holds, and when it ends."""

    name: str
    flows: set[int]
    ends: datetime | None
    status: str = "active"


@dataclass
class World:
    """Everything there is; `produced` is what steps did, to take effect when (3) ends."""

    practice: Document
    zone: ZoneInfo
    now: datetime
    dynamic_lists: list[Document]
    flows: list[Flow] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    contacts: dict[str, Contact] = field(default_factory=dict)
    enrolments: list[Enrolment] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    produced: list[Callable[[], None]] = field(default_factory=list)
    journal: list[tuple[Flow, dict[str, str]]] = field(default_factory=list)

    def flow(self, name: str) -> Flow:
        """The automation or sequence of this name."""
        return next(flow for flow in self.flows if flow.name == name)

    def of_contact(self, contact: Contact) -> list[Enrolment]:
        """Every enrolment of the contact, ended ones too, by number."""
        return [one for one in self.enrolments if one.contact is contact]

    def in_flow(self, flow: Flow) -> list[Enrolment]:
        """The live enrolments of the flow, by number."""
        return [one for one in self.enrolments if one.flow is flow and one.live]

    def say(self, contact: Contact | None, flow: Flow, what: str, **more: str) -> None:
        """Write one line of the journal."""
        line = {"at": clock.show(self.now)}
        if contact is not None:
            line["contact"] = contact.name
        line["flow"] = ""
        if "step" in more:
            line["step"] = more["step"]
        line["what"] = what
        line |= {key: more[key] for key in ("why", "until") if key in more}
        self.journal.append((flow, line))

    def end(self, enrolment: Enrolment, what: str, **more: str) -> None:
        """End an enrolment, under the version it ran last."""
        enrolment.ended_under = enrolment.flow.document
        enrolment.due = None
        self.say(enrolment.contact, enrolment.flow, what, **more)

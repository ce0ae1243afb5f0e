"""A contact's record, walks and events in memory, while one batch of contacts is worked on.

Plain mutable objects: the shell builds them from rows, the rules read and change them, the
shell writes what changed. Rules: engine.md sections 2 to 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

PENDING: Final = 1 << 62
"""Stands for an id that is larger than all there are, until it is known."""


@dataclass(slots=True, eq=False)
class Contact:
    """One person.

    Editable properties hold the texts of formats.md; owner and provider their id as text; an
    empty property is ''. `dirty` says that something may have changed since `row` was read.
    """

    id: int
    created_at: int
    last_activity: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    dob: str = ""
    timezone: str = ""
    source: str = "manual"
    status: str = "lead"
    lead_source: str = ""
    contact_owner: str = ""
    provider: str = ""
    sms_subscription: str = "on"
    email_subscription: str = "on"
    sms_opted_out: int = 0
    email_opted_out: int = 0
    insurance_verification: str = "not_started"
    archived: int = 0
    deceased: int = 0
    do_not_contact: int = 0
    email_bounced: int = 0
    dirty: bool = False
    row: Sequence[Any] | None = None
    lists: set[int] = field(default_factory=set)
    walks: list[Walk] = field(default_factory=list)

    @property
    def barred(self) -> bool:
        """Whether nothing may be sent to this person or start for them."""
        return bool(self.archived or self.deceased or self.do_not_contact)

    def get(self, name: str) -> str:
        """The text of a property; '' when empty."""
        return str(getattr(self, name))

    def put(self, name: str, value: str) -> None:
        """Change a property; a new email address has not bounced yet."""
        setattr(self, name, value)
        if name == "email":
            self.email_bounced = 0
        self.dirty = True

    def opted_out_of(self, subscription: str) -> bool:
        """Whether the contact themself ended this subscription and did not START again."""
        if subscription == "sms_subscription":
            return bool(self.sms_opted_out)
        return subscription == "email_subscription" and bool(self.email_opted_out)


@dataclass(slots=True, eq=False)
class Event:
    """One fact about a contact, not yet in the log (engine.md section 2).

    `cause` is the walk whose step caused it. `done` says that the record already holds the
    change, as for what is derived. `by_rule` marks a dynamic list's doing, `opt_out` what an
    opt-out derives. `was_patient` is the contact's state before it.
    """

    contact: Contact
    kind: str
    at: int
    depth: int = 0
    subject: int | None = None
    message: int | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    key: str | None = None
    cause: Walk | None = None
    done: bool = False
    by_rule: bool = False
    opt_out: bool = False
    was_patient: bool = False


@dataclass(slots=True, eq=False)
class Walk:
    """One enrolment: columns of `db.models.enrolment`. Its id, its number, orders a contact's.

    A `new` walk was begun in this batch. `after_place` is then the place in the batch of the
    event that began it or came last before it, from which `after_event` is worked out.
    `ran` holds the (step, type) pairs already taken, filled only where `edited`.
    """

    id: int
    flow_id: int
    contact: Contact
    version_id: int
    state: str
    step: str | None
    started: int
    due_at: int | None
    told: int
    enrolled_at: int
    after_event: int
    depth: int
    occasion: int | None
    was_dormant: int
    edited: int
    goal_until: int | None
    goal_at: int | None
    ended_at: int | None = None
    ended_why: str | None = None
    new: bool = False
    after_place: int = 0
    ran: frozenset[tuple[str, str]] = frozenset()

    @property
    def live(self) -> bool:
        """Whether the contact is in the flow now."""
        return self.state != "ended"


class Line(NamedTuple):
    """One journal line (formats.md), in the order of `db.writes.JOURNAL`."""

    at: int
    contact_id: int | None
    flow_id: int
    enrolment_id: int | None
    version_id: int | None
    step: str | None
    what: str
    why: str | None = None
    until: int | None = None


class Message(NamedTuple):
    """A message a step queues, in the order of `db.writes.MESSAGE`.

    Its key is (enrolment, step, visit).
    """

    contact_id: int
    enrolment_id: int
    flow_id: int
    version_id: int
    step: str
    visit: int
    channel: str
    template_id: int | None
    state: str
    queued_at: int
    next_try: int
    attempts: int = 0
    generation: int = 0


class Task(NamedTuple):
    """Work for a person, in the order of `db.writes.TASK`; made by a step unless it names none."""

    contact_id: int
    enrolment_id: int | None
    step: str | None
    title: str
    assignee: str
    user_id: int | None
    created_at: int
    due_at: int

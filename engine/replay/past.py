"""A contact as they stood at an earlier instant, as far as the log tells (ARCHITECTURE.md).

Starting from today's record, what the log says happened since is taken back, the latest first.
What no event tells stays as it is today, as archiving and a recorded death.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from engine.record import Contact


class Fact(NamedTuple):
    """A row of the log, as `db.queries.rehearsal.history` gives it.

    `cause` is the flow whose step caused it; `message_flow` and `message_step` are where the
    message it answers came from.
    """

    contact_id: int
    id: int
    at: int
    kind: str
    depth: int
    subject: int | None
    field: str | None
    old: str | None
    new: str | None
    cause: int | None
    message_flow: int | None
    message_step: str | None


def rewind(
    contact: Contact,
    since: Sequence[Fact],
    last_activity: int | None,
    consents: Mapping[str, str],
) -> None:
    """Take back what happened `since`, in the order of the log, from today's record and lists.

    `last_activity` is the latest before that; without one it is the contact's creation.
    `consents` are the last changes by channel in the subscription audit log before that.
    """
    for fact in reversed(since):
        undo = _UNDO.get(fact.kind)
        if undo is not None:
            undo(contact, fact)
    contact.last_activity = contact.created_at if last_activity is None else last_activity
    contact.sms_opted_out = int(consents.get("sms") == "sms_opted_out")
    contact.email_opted_out = int(consents.get("email") == "email_unsubscribed")
    contact.do_not_contact = int("all" in consents)


def _property(contact: Contact, fact: Fact) -> None:
    setattr(contact, fact.field or "", fact.old or "")


def _joined(contact: Contact, fact: Fact) -> None:
    contact.lists.discard(fact.subject or 0)


def _left(contact: Contact, fact: Fact) -> None:
    contact.lists.add(fact.subject or 0)


def _bounced(contact: Contact, fact: Fact) -> None:
    contact.email_bounced = 0


_UNDO: Final[Mapping[str, Callable[[Contact, Fact], None]]] = {
    "property_changed": _property,
    "list_joined": _joined,
    "list_left": _left,
    "email_bounced": _bounced,
}

"""What happens to a contact, recorded and handled at once (engine.md sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from db.connection import Connection
from db.errors import KnownError
from db.ledger import ConsentLine
from db.queries import events as log
from db.queries import setup
from db.suppression import digests
from engine.batch import Batch
from engine.bounces import CAME_BACK, take_back_delivery
from engine.compose.sms import might_opt_out
from engine.events import handle
from engine.loading import load_contacts, load_lists, load_open, open_batch
from engine.progress import Progress, summary
from engine.record import Contact, Event, Task
from engine.saving import save
from engine.workspace import Workspace

TO_READ: Final = "Read their text: it may ask us to stop. If it does, opt them out"
"""What a person is to do about a reply that might be an opt-out."""

Happens = Callable[[Batch, Mapping[int, Contact]], Iterable[Event]]
"""Makes the events of a transaction, given the batch and the contacts by id."""


class Fact(NamedTuple):
    """One event from outside, of depth 0; the fields are those of `record`."""

    contact_id: int
    kind: str
    subject: int | None = None
    field: str | None = None
    new: str | None = None
    message: int | None = None
    key: str | None = None


def record(
    workspace: Workspace,
    contact_id: int,
    kind: str,
    at: int,
    *,
    subject: int | None = None,
    field: str | None = None,
    new: str | None = None,
    message: int | None = None,
    key: str | None = None,
) -> Progress:
    """Record one event from outside and handle all it sets off.

    `key` names the event in the outside world: one already recorded under it is not recorded
    again. Raises KnownError if there is no such contact.
    """
    with workspace.write("events") as connection:
        if key is not None and log.known_keys(connection, [key]):
            return Progress()
        fact = Fact(contact_id, kind, subject, field, new, message, key)
        return record_facts(workspace, connection, [fact], at)


def record_facts(
    workspace: Workspace, connection: Connection, facts: Sequence[Fact], at: int
) -> Progress:
    """Record many events of one instant, in order, in the open transaction.

    A reply that might be an opt-out is flagged for a person: a task for the front desk, due at
    once (engine.md section 2). A message that came back is no longer delivered. Keys must be new.
    Raises KnownError if a contact does not exist.
    """
    for kind in CAME_BACK:
        told = [fact for fact in facts if fact.kind == kind]
        codes = {fact.message: fact.new or "" for fact in told if fact.message is not None}
        if codes:
            take_back_delivery(workspace, connection, kind, codes, at)

    def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
        batch.tasks += [
            Task(fact.contact_id, None, None, TO_READ, "front_desk", None, at, at)
            for fact in facts
            if fact.kind == "sms_replied" and might_opt_out(fact.new or "")
        ]
        return [
            Event(
                contacts[fact.contact_id], fact.kind, at, 0, fact.subject, fact.message,
                fact.field, None, fact.new, fact.key,
            )
            for fact in facts
        ]  # fmt: skip

    lists = any(fact.kind in ("list_joined", "list_left") for fact in facts)
    contact_ids = [fact.contact_id for fact in facts]
    return happen(workspace, connection, contact_ids, at, happens, lists=lists)


def happen(
    workspace: Workspace,
    connection: Connection,
    contact_ids: Sequence[int],
    at: int,
    happens: Happens,
    *,
    lists: bool = True,
) -> Progress:
    """Handle the events that `happens` makes for these contacts, in the open transaction.

    `lists` says that their lists matter: that one of the events is about a list.
    """
    batch = open_batch(workspace, connection, at)
    contacts = load_contacts(connection, contact_ids)
    if len(contacts) < len(set(contact_ids)):
        raise KnownError("There is no such contact: they may have been removed.", 2)
    if lists or batch.catalogue.rules:
        load_lists(connection, contacts)
    load_open(workspace, connection, batch, contacts)
    handle(batch, happens(batch, contacts))
    save(connection, batch, contacts.values())
    keep_consents(workspace, connection, batch, contacts)
    workspace.reached("events.recording")
    return summary(batch)


def keep_consents(
    workspace: Workspace, connection: Connection, batch: Batch, contacts: Mapping[int, Contact]
) -> None:
    """Tell the ledger of the batch's consents, before the commit (engine.md section 9)."""
    if not batch.consents:
        return
    secret = setup.setting(connection, setup.SECRET)
    workspace.keep(
        ConsentLine(change, id, at, digests(secret, contacts[id].email, contacts[id].phone))
        for id, at, _, change, _ in batch.consents
    )

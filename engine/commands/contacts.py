"""Contacts come in (engine.md sections 2 and 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NamedTuple

from db import shelves
from db.connection import Connection
from db.queries import setup
from db.suppression import any_suppressed, digests, suppressed
from engine.batch import Batch
from engine.commands.events import keep_consents
from engine.events import bar, handle
from engine.intake.addresses import tidied
from engine.loading import open_batch
from engine.progress import Progress, summary
from engine.record import Contact, Event
from engine.saving import birth_day, save
from engine.vocabulary import DEFAULT_REGION
from engine.workspace import Workspace

OPT_OUTS: Final = {"sms": "sms_opted_out", "email": "email_unsubscribed"}
"""The channels one may withdraw from, and the words of the subscription audit log for it."""
_ADDRESS: Final = {"sms": "phone", "email": "email"}


class Past(NamedTuple):
    """What happened to someone before the practice first saw them here; `key` is its own."""

    kind: str
    at: int
    key: str


@dataclass(frozen=True, slots=True)
class NewContact:
    """Someone the practice sees for the first time; `fields` as `engine.record.Contact`'s.

    Owner and provider are ids as text. `ref` names them outside. `lists` are ids of static
    lists they are put on, `withdrawn` the channels of `OPT_OUTS` they want nothing on, `past`
    what came before, in order of time.
    """

    source: str
    fields: Mapping[str, str]
    ref: str | None = None
    lists: Sequence[int] = ()
    archived: bool = False
    deceased: bool = False
    do_not_contact: bool = False
    withdrawn: Sequence[str] = ()
    past: Sequence[Past] = ()


def create_contacts(workspace: Workspace, new: Sequence[NewContact], at: int) -> list[int]:
    """Create contacts in one transaction, with all that their creation sets off; their ids."""
    with workspace.write("contacts") as connection:
        contacts, _ = add_contacts(workspace, connection, new, at)
        return [contact.id for contact in contacts]


def add_contacts(
    workspace: Workspace, connection: Connection, new: Sequence[NewContact], at: int
) -> tuple[list[Contact], Progress]:
    """Create contacts in the open transaction; their addresses as the store keeps them.

    Who withdrew before a restore that forgot them starts with that withdrawn (quality.md).
    """
    batch = open_batch(workspace, connection, at)
    region = home_region(connection)
    new = [replace(each, fields=tidied(each.fields, region)) for each in new]
    new = _as_once_said(connection, new)
    ids = shelves.reserve_contacts(connection, len(new))
    contacts = [_contact(id, each, at) for id, each in zip(ids, new, strict=True)]
    shelves.add_contacts(
        connection,
        [_row(contact, each) for contact, each in zip(contacts, new, strict=True)],
    )
    for contact, each in zip(contacts, new, strict=True):
        _introduce(batch, contact, each, at)
    save(connection, batch, contacts)
    keep_consents(workspace, connection, batch, {contact.id: contact for contact in contacts})
    return contacts, summary(batch)


def home_region(connection: Connection) -> str:
    """The country of phone numbers that name none."""
    return str(setup.setting(connection, "practice.region") or DEFAULT_REGION)


def _as_once_said(connection: Connection, new: Sequence[NewContact]) -> Sequence[NewContact]:
    if not any_suppressed(connection):
        return new
    secret = setup.setting(connection, setup.SECRET)
    known_by = [
        {channel: digests(secret, each.fields.get(name, "")) for channel, name in _ADDRESS.items()}
        for each in new
    ]
    said = suppressed(connection, {*chain(*(own for by in known_by for own in by.values()))})
    return [_restricted(each, by, said) for each, by in zip(new, known_by, strict=True)]


def _restricted(
    new: NewContact, known_by: Mapping[str, Sequence[str]], said: Mapping[str, Collection[str]]
) -> NewContact:
    """`said` by digest, `known_by` the new contact's digests by channel.

    A family shares a number: who has an address of the channel is asked for by that alone.
    """
    every = [*chain(*known_by.values())]

    def has_said(kind: str, addresses: Sequence[str]) -> bool:
        return any(kind in said.get(digest, ()) for digest in addresses)

    return replace(
        new,
        withdrawn=[
            channel
            for channel, kind in OPT_OUTS.items()
            if channel in new.withdrawn or has_said(kind, known_by[channel] or every)
        ],
        do_not_contact=new.do_not_contact or has_said("do_not_contact", every),
    )


def _introduce(batch: Batch, contact: Contact, new: NewContact, at: int) -> None:
    channels = [(channel, OPT_OUTS[channel]) for channel in new.withdrawn]
    channels += [("all", "do_not_contact")] if new.do_not_contact else []
    batch.consents += [(contact.id, at, channel, kind, new.source) for channel, kind in channels]
    events = [Event(contact, past.kind, past.at, key=past.key) for past in new.past]
    events.append(Event(contact, "contact_created", at, new=new.source))
    events += [Event(contact, "list_joined", at, subject=list_id) for list_id in new.lists]
    handle(batch, events)
    contact.dirty = contact.last_activity != at or contact.dirty
    if contact.barred:
        bar(batch, contact)


def _contact(id: int, new: NewContact, at: int) -> Contact:
    contact = Contact(id, at, at, source=new.source)
    for name, value in new.fields.items():
        setattr(contact, name, value)
    contact.archived, contact.deceased = int(new.archived), int(new.deceased)
    contact.do_not_contact = int(new.do_not_contact)
    for channel in new.withdrawn:
        setattr(contact, f"{channel}_opted_out", 1)
        setattr(contact, f"{channel}_subscription", "off")
    return contact


def _row(contact: Contact, new: NewContact) -> tuple[object, ...]:
    return (
        contact.id, new.ref, contact.first_name, contact.last_name, contact.email, contact.phone,
        contact.dob or None, birth_day(contact.dob), contact.timezone, contact.source,
        contact.status, contact.lead_source,
        int(contact.contact_owner) if contact.contact_owner else None,
        int(contact.provider) if contact.provider else None,
        int(contact.sms_subscription == "on"), int(contact.email_subscription == "on"),
        contact.sms_opted_out, contact.email_opted_out, contact.insurance_verification,
        contact.archived, contact.deceased, contact.do_not_contact, contact.created_at,
        contact.last_activity,
    )  # fmt: skip

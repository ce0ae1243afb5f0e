"""One person, two records: what a file says of a known person, and two records made one.

Rules: engine.md section 10. The strictest consent wins; nothing here turns a subscription on.
"""

from __future__ import annotations

from collections.abc import Mapping

from db import people
from db.errors import KnownError
from engine.batch import Batch
from engine.campaigns import complete_ended
from engine.commands.contacts import OPT_OUTS, NewContact
from engine.commands.events import happen
from engine.events import bar, handle, put_property, relist
from engine.intake.values import fold
from engine.loading import load_contacts, load_open, open_batch
from engine.record import Contact, Event
from engine.saving import save
from engine.vocabulary import CONTACT_FIELDS, PROPERTIES
from engine.workspace import Workspace

_FOLDED = frozenset({"first_name", "last_name", "email"})
_BACK = ("status", "lead")
_SUBSCRIPTIONS = {channel: f"{channel}_subscription" for channel in OPT_OUTS}


def take_in(batch: Batch, contact: Contact, said: NewContact) -> None:
    """What a source says of a known contact, at the batch's instant.

    Consent comes first, so that nothing starts for who is now barred, then the past, then the
    fields and lists. An empty field says nothing, and nobody goes back to being a lead.
    """
    now = batch.now
    _restrict(batch, contact, said)
    events = [Event(contact, past.kind, past.at, key=past.key) for past in said.past]
    events += [
        Event(contact, "property_changed", now, field=name, new=value)
        for name, value in said.fields.items()
        if value and (name, value) != _BACK and not _same(name, contact.get(name), value)
    ]
    events += [Event(contact, "list_joined", now, subject=list_id) for list_id in said.lists]
    handle(batch, events)


def _same(name: str, old: str, new: str) -> bool:
    """Whether both are one value: people shout their names in one file and not in the next."""
    return old == new or (name in _FOLDED and fold(old) == fold(new))


def _restrict(batch: Batch, contact: Contact, said: NewContact) -> None:
    if said.do_not_contact and not contact.do_not_contact:
        handle(batch, [Event(contact, "do_not_contact", batch.now, new=said.source)])
    for why in ("archived", "deceased"):
        if getattr(said, why) and not getattr(contact, why):
            setattr(contact, why, 1)
            contact.dirty = True
            bar(batch, contact)
    for channel in said.withdrawn:
        if not contact.opted_out_of(_SUBSCRIPTIONS[channel]):
            _withdraw(batch, contact, channel, said.source)


def _withdraw(batch: Batch, contact: Contact, channel: str, words: str) -> None:
    """The contact's own word, told by somebody else: no event of the channel itself."""
    setattr(contact, f"{channel}_opted_out", 1)
    contact.dirty = True
    batch.consents.append((contact.id, batch.now, channel, OPT_OUTS[channel], words))
    changed = put_property(contact, _SUBSCRIPTIONS[channel], "off", batch.now, 0, opt_out=True)
    handle(batch, [changed] if changed else [])


def merge_contacts(workspace: Workspace, keep_id: int, other_id: int, at: int) -> None:
    """Make the record `other_id` part of `keep_id`, in one transaction; it is gone then.

    What the kept record says stands; its empty fields are filled. All that happened to either
    is one history. Of two live enrolments in one flow the older stays, the other is
    `unenrolled: merged`. Death, do-not-contact and each withdrawal hold for the one person;
    archiving is a filing matter and stays the kept record's. Raises KnownError if one is gone.
    """
    complete_ended(workspace, at)
    with workspace.write("merge") as connection:
        batch = open_batch(workspace, connection, at)
        both = load_contacts(connection, [keep_id, other_id])
        if len(both) < 2:
            raise KnownError("Two different contacts are needed: one may have been removed.", 2)
        load_open(workspace, connection, batch, both)
        keep, other = both[keep_id], both[other_id]
        _end_newer(batch, keep, other)
        save(connection, batch, ())
        people.unite(connection, keep_id, other_id)

        def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
            return _fill(batch, contacts[keep_id], other)

        happen(workspace, connection, [keep_id], at, happens)


def _end_newer(batch: Batch, keep: Contact, other: Contact) -> None:
    mine = {walk.flow_id: walk for walk in keep.walks if walk.live}
    for walk in other.walks:
        if walk.live and walk.flow_id in mine:
            older = min(mine[walk.flow_id], walk, key=lambda each: (each.enrolled_at, each.id))
            newer = walk if older is mine[walk.flow_id] else mine[walk.flow_id]
            batch.end(newer, "unenrolled", "merged")


def _fill(batch: Batch, keep: Contact, other: Contact) -> list[Event]:
    """Fill the kept record from the other, whose own events are in the log already."""
    for flag in ("deceased", "do_not_contact"):
        setattr(keep, flag, max(getattr(keep, flag), getattr(other, flag)))
    if keep.barred:
        bar(batch, keep)
    for channel, subscription in _SUBSCRIPTIONS.items():
        flag = f"{channel}_opted_out"
        setattr(keep, flag, max(getattr(keep, flag), getattr(other, flag)))
        if other.get(subscription) == "off":
            changed = put_property(keep, subscription, "off", batch.now, 0, opt_out=True)
            handle(batch, [changed] if changed else [])
    keep.dirty = True
    for name in (*CONTACT_FIELDS, *PROPERTIES):
        value = _better(name, keep, other)
        if value is not None:
            handle(batch, [Event(keep, "property_changed", batch.now, field=name, new=value)])
            if name == "email":
                keep.email_bounced = other.email_bounced
    handle(batch, relist(batch, keep, 0, timed_only=False))
    return []


def _better(name: str, keep: Contact, other: Contact) -> str | None:
    """The other's value, where the kept record says less."""
    mine, theirs = keep.get(name), other.get(name)
    if name == "status":
        return theirs if mine == "lead" and theirs == "patient" else None
    if name == "insurance_verification":
        return theirs if mine == "not_started" != theirs else None
    return theirs if theirs and not mine else None

"""What comes back from messages: opens, clicks, replies, STOPs (engine.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from db import signals
from db.errors import KnownError
from db.queries import events as log
from engine.batch import Batch
from engine.calendar import local_date
from engine.campaigns import complete_ended
from engine.commands.events import happen
from engine.compose.sms import classify
from engine.progress import Progress
from engine.record import Contact, Event
from engine.workspace import Workspace

HELP = "help"
_OPTS = {
    "opt_out": ("sms_opted_out",),
    "opt_out_all": ("sms_opted_out", "do_not_contact"),
    "opt_in": ("sms_opted_in",),
}


def engage(
    workspace: Workspace,
    message_id: int,
    what: str,
    at: int,
    *,
    link: str | None = None,
    key: str | None = None,
) -> Progress:
    """A person opened, clicked or replied to (`what`) an email.

    The first click of a message with no recorded open derives the open just before it. Raises
    KnownError if there is no such message.
    """
    complete_ended(workspace, at)
    with workspace.store.write() as connection:
        message = log.message(connection, message_id)
        if message is None:
            raise KnownError("There is no such message.", 2)
        if key is not None and log.has_key(connection, key):
            return Progress()
        kinds = [what]
        if what == "clicked" and message.opened_at is None:
            kinds.insert(0, "opened")
        for kind in kinds:
            _mark(workspace, connection, message_id, kind, at)

        def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
            contact = contacts[message.contact_id]
            return [
                Event(
                    contact, f"{message.channel}_{kind}", at, 0, message.template_id, message_id,
                    new=link if kind == what else None, key=key if kind == what else None,
                )
                for kind in kinds
            ]  # fmt: skip

        return happen(workspace, connection, [message.contact_id], at, happens)


def hear_text(
    workspace: Workspace, contact_id: int, text: str, at: int, *, key: str | None = None
) -> str:
    """A contact's text came in; gives what it was taken for: `classify`'s word.

    STOP is an opt-out and never a reply, STOPALL also bars; START opts in; `help` records no
    event and is the caller's to answer; all else is a reply to their latest text.
    """
    word = classify(text)
    if word == HELP:
        return word
    if word == "reply":
        _reply(workspace, contact_id, text, at, key)
        return word
    kinds = _OPTS[word]

    def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
        contact = contacts[contact_id]
        keys = [key, None]
        return [
            Event(contact, kind, at, 0, new=text, key=keys[place])
            for place, kind in enumerate(kinds)
        ]

    complete_ended(workspace, at)
    with workspace.store.write() as connection:
        if key is None or not log.has_key(connection, key):
            happen(workspace, connection, [contact_id], at, happens)
    return word


def _reply(workspace: Workspace, contact_id: int, text: str, at: int, key: str | None) -> None:
    complete_ended(workspace, at)
    with workspace.store.write() as connection:
        if key is not None and log.has_key(connection, key):
            return
        latest = log.latest_sms(connection, contact_id)
        template = None
        if latest is not None:
            message = log.message(connection, latest)
            template = message.template_id if message else None
            _mark(workspace, connection, latest, "replied", at)

        def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
            contact = contacts[contact_id]
            return [Event(contact, "sms_replied", at, 0, template, latest, new=text, key=key)]

        happen(workspace, connection, [contact_id], at, happens)


def _mark(
    workspace: Workspace, connection: Connection, message_id: int, what: str, at: int
) -> None:
    message = log.message(connection, message_id)
    first = signals.mark(connection, message_id, what, at)
    if first and message is not None and message.flow_id is not None:
        zone = workspace.catalogue(connection).practice.zone
        day = local_date(at, zone).toordinal()
        signals.count(connection, message.flow_id, message.step, day, what)

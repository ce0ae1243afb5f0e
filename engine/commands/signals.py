"""What comes back from messages: opens, clicks, replies, STOPs (engine.md section 2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from db import signals
from db.connection import Connection
from db.errors import KnownError
from db.queries import events as log
from engine.calendar import local_date
from engine.commands.events import Fact, record_facts
from engine.compose.sms import classify
from engine.progress import Progress
from engine.workspace import Workspace

HELP = "help"
_OPTS = {
    "opt_out": ("sms_opted_out",),
    "opt_out_all": ("sms_opted_out", "do_not_contact"),
    "opt_in": ("sms_opted_in",),
}


class Answer(NamedTuple):
    """A person opened, clicked or replied to (`what`) a message; the link they clicked."""

    message_id: int
    what: str
    link: str | None = None
    key: str | None = None


class Heard(NamedTuple):
    """A contact's text came in."""

    contact_id: int
    text: str
    key: str | None = None


Signal = TypeVar("Signal", Answer, Heard)


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

    The first click of a message with no recorded open derives the open just before it. A `key`
    already recorded is not recorded again. Raises KnownError if there is no such message.
    """
    with workspace.write("signals") as connection:
        answer = Answer(message_id, what, link, key)
        facts = answer_facts(workspace, connection, [answer], at)
        return record_facts(workspace, connection, facts, at) if facts else Progress()


def hear_text(
    workspace: Workspace, contact_id: int, text: str, at: int, *, key: str | None = None
) -> Progress:
    """A contact's text came in; it is taken for what `classify` says.

    STOP is an opt-out and never a reply, STOPALL also bars; START opts in; `help` records no
    event and is the caller's to answer; all else is a reply to their latest text.
    A `key` already recorded is not recorded again.
    """
    with workspace.write("signals") as connection:
        facts = heard_facts(workspace, connection, [Heard(contact_id, text, key)], at)
        return record_facts(workspace, connection, facts, at) if facts else Progress()


def answer_facts(
    workspace: Workspace, connection: Connection, answers: Iterable[Answer], at: int
) -> list[Fact]:
    """Mark what was answered, at once for all; the events to record in the same transaction.

    Rules as for `engage`.
    """
    new = _new(connection, answers)
    messages = log.messages(connection, {answer.message_id for answer in new})
    marks: dict[str, set[int]] = defaultdict(set)
    facts = []
    for answer in new:
        message = messages.get(answer.message_id)
        if message is None:
            raise KnownError("There is no such message.", 2)
        opened = message.opened_at is not None or message.id in marks["opened"]
        fact = Fact(
            message.contact_id, f"{message.channel}_{answer.what}", message.template_id,
            new=answer.link, message=message.id, key=answer.key,
        )  # fmt: skip
        if answer.what == "clicked" and not opened:
            facts.append(fact._replace(kind=f"{message.channel}_opened", new=None, key=None))
            marks["opened"].add(message.id)
        facts.append(fact)
        marks[answer.what].add(message.id)
    for what, ids in marks.items():
        _mark(workspace, connection, ids, what, at)
    return facts


def heard_facts(
    workspace: Workspace, connection: Connection, heard: Iterable[Heard], at: int
) -> list[Fact]:
    """Mark the texts replied to, at once for all; the events to record in the same transaction.

    Rules as for `hear_text`.
    """
    new = [(each, classify(each.text)) for each in _new(connection, heard)]
    repliers = {each.contact_id for each, word in new if word == "reply"}
    latest = log.latest_texts(connection, repliers) if repliers else {}
    facts = []
    for each, word in new:
        for place, kind in enumerate(_OPTS.get(word, ())):
            key = each.key if place == 0 else None
            facts.append(Fact(each.contact_id, kind, new=each.text, key=key))
        if word == "reply":
            text = latest.get(each.contact_id)
            facts.append(
                Fact(
                    each.contact_id, "sms_replied", text.template_id if text else None,
                    new=each.text, message=text.id if text else None, key=each.key,
                )
            )  # fmt: skip
    _mark(workspace, connection, {text.id for text in latest.values()}, "replied", at)
    return facts


def _new(connection: Connection, signals: Iterable[Signal]) -> Sequence[Signal]:
    """Those not recorded before; of two under one key the first."""
    listed = list(signals)
    keys = {signal.key for signal in listed if signal.key is not None}
    known = log.known_keys(connection, keys) if keys else set()
    new = []
    for signal in listed:
        if signal.key is None or signal.key not in known:
            new.append(signal)
        if signal.key is not None:
            known.add(signal.key)
    return new


def _mark(workspace: Workspace, connection: Connection, ids: set[int], what: str, at: int) -> None:
    if ids:
        zone = workspace.catalogue(connection).practice.zone
        first = signals.engaged_first(connection, ids)
        began = Counter((flow, local_date(since, zone).toordinal()) for flow, since in first)
        signals.add_engaged(connection, began)
        signals.mark(connection, ids, what, at, local_date(at, zone).toordinal())

"""What a restored store learns from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, insert, select, update

from db.ledger import RETURNED, SENT, ConsentLine, Line, MessageLine
from db.models import consent, contact, enrolment, journal, message, suppression


def replay(connection: Connection, lines: Sequence[Line]) -> list[ConsentLine]:
    """Make a restored store know what the ledger says came after it.

    Answers with the consents of people it knows that it has not heard: events, which the engine
    handles as any others. A consent of someone the store does not know is kept by their
    addresses, for when they are created again; a message to them changes nothing. Every line
    stays in the ledger. An id that the store gave anew after a restore belongs to someone created
    after the line.
    """
    for told in _last_fates(lines):
        _replay_message(connection, told)
    unheard = {}
    for line in lines:
        if isinstance(line, ConsentLine) and _is_news(connection, line):
            unheard[line.kind, line.contact_id, line.at] = line
    return [*unheard.values()]


def _knows(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    return connection.scalar(select(1).where(*conditions).limit(1)) is not None


def _is_news(connection: Connection, line: ConsentLine) -> bool:
    """Whether the store knows this person and not this word of theirs."""
    row = consent.c
    if _knows(
        connection, row.contact_id == line.contact_id, row.at == line.at, row.change == line.kind
    ):
        return False
    if _knows_contact(connection, line):
        return True
    _suppress(connection, line)
    return False


def _knows_contact(connection: Connection, line: Line) -> bool:
    return _knows(connection, contact.c.id == line.contact_id, contact.c.created_at <= line.at)


def _suppress(connection: Connection, line: ConsentLine) -> None:
    rows = [{"digest": digest, "kind": line.kind, "at": line.at} for digest in line.digests]
    new = [
        row
        for row in rows
        if not _knows(connection, *(suppression.c[name] == value for name, value in row.items()))
    ]
    if new:
        connection.execute(insert(suppression), new)


def _last_fates(lines: Iterable[Line]) -> list[MessageLine]:
    """How each message ended up, in the order in which they first appear; sent is for good."""
    last: dict[object, MessageLine] = {}
    for line in lines:
        if isinstance(line, MessageLine):
            known = last.get(line.message)
            if known is None or known.fate != SENT:
                last[line.message] = line
    return [line for line in last.values() if line.fate != RETURNED]


def _replay_message(connection: Connection, line: MessageLine) -> None:
    # The version it goes by in this store: the one it was sent under may be unknown here.
    version = connection.scalar(
        select(enrolment.c.version_id).where(
            enrolment.c.id == line.enrolment_id,
            enrolment.c.contact_id == line.contact_id,
            enrolment.c.flow_id == line.flow_id,
            enrolment.c.enrolled_at <= line.queued_at,
        )
    )
    same = _same_message(line, walks=version is not None)
    if _knows(connection, *same):
        _settle(connection, line, same)
    elif _knows_contact(connection, line):
        _remember(connection, line, version)


def _settle(
    connection: Connection, line: MessageLine, same: tuple[ColumnElement[bool], ...]
) -> None:
    """What the store still has to hear of a message: that it went out, or may have."""
    if line.fate == SENT:
        open_states = message.c.state.in_(("queued", "claimed", "uncertain"))
        values = {"state": "sent", "next_try": None, "sent_at": line.at}
    else:
        # One queued anew since then is another matter: a person said so.
        same = (*same, message.c.queued_at <= line.at)
        open_states = message.c.state.in_(("queued", "claimed"))
        values = {"state": "uncertain", "next_try": None}
    connection.execute(update(message).where(*same, open_states).values(values))


def _same_message(line: MessageLine, *, walks: bool) -> tuple[ColumnElement[bool], ...]:
    if walks:
        return (
            message.c.enrolment_id == line.enrolment_id,
            message.c.step == line.step,
            message.c.visit == line.visit,
        )
    return (
        message.c.contact_id == line.contact_id,
        message.c.queued_at == line.queued_at,
        message.c.channel == line.channel,
    )


def _remember(connection: Connection, line: MessageLine, version: int | None) -> None:
    """The row of a message the backup never saw; its walk then passes over that step."""
    walk = line.enrolment_id if version is not None else None
    sent = line.fate == SENT
    row = {
        "contact_id": line.contact_id,
        "enrolment_id": walk,
        "flow_id": line.flow_id,
        "version_id": version,
        "step": line.step,
    }
    connection.execute(
        insert(message).values(
            **row, visit=line.visit, channel=line.channel, template_id=line.template_id,
            state="sent" if sent else "uncertain", attempts=1, generation=1,
            queued_at=line.queued_at, sent_at=line.at if sent else None,
        )
    )  # fmt: skip
    if walk is not None:
        connection.execute(insert(journal).values(**row, at=line.queued_at, what="sent"))
        connection.execute(update(enrolment).where(enrolment.c.id == walk).values(edited=1))

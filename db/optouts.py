"""The ledger: opt-outs and what was handed over, kept a second time in a file that only grows.

A backup forgets what came after it. The ledger does not, so that no restore forgets a STOP or
sends a message again (engine.md section 9). It holds ids, instants and digests that only the
store's own secret can make, never a name or address.

Append before the commit of what is told: a commit whose line is missing could be forgotten. A line
stays when its commit then fails: an opt-out, a hand-over or a sent message makes a later restore
stricter, an opt-in makes it looser, by a START that was sent in but never taken.
"""

from __future__ import annotations

import hmac
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, insert, select, update

from db.errors import KnownError
from db.faults import plainly
from db.models import consent, contact, enrolment, journal, message, suppression
from db.sql import ids, query


@dataclass(frozen=True)
class ConsentLine:
    """A consent event of a contact: `kind` is one of `CONSENTS`, `at` its instant.

    `digests` tell their addresses (`digests`), should a restore forget who they are.
    """

    kind: str
    contact_id: int
    at: int
    digests: tuple[str, ...] = ()


HANDED_OVER, SENT, RETURNED = "handed_over", "sent", "returned"


@dataclass(frozen=True)
class MessageLine:
    """What its row in `message` says of a message that met its `fate` at `at`.

    `HANDED_OVER`: taken to be handed to its channel, and maybe gone out unless a later line says
    more. `SENT`: the channel took it. `RETURNED`: the channel certainly did not.
    """

    contact_id: int
    enrolment_id: int | None
    flow_id: int | None
    step: str | None
    visit: int
    channel: str
    queued_at: int
    at: int
    fate: str = SENT
    template_id: int | None = None

    @property
    def message(self) -> tuple[object, ...]:
        """What tells the message from others, also once it was queued anew."""
        return (
            self.contact_id, self.enrolment_id, self.flow_id, self.step, self.visit, self.channel,
            self.queued_at,
        )  # fmt: skip


Line = ConsentLine | MessageLine

CONSENTS: Mapping[str, str] = {
    "sms_opted_out": "sms",
    "sms_opted_in": "sms",
    "email_unsubscribed": "email",
    "do_not_contact": "all",
}
"""Each consent event's channel."""


_DIGEST_BYTES = 16


def digests(secret: str | None, *addresses: str) -> tuple[str, ...]:
    """What knows these email addresses and E.164 numbers again without saying them.

    `secret` is the store's own, in hex; without it there are none. Nor has an empty address one.
    """
    if secret is None:
        return ()
    key = bytes.fromhex(secret)
    return tuple(
        hmac.digest(key, address.casefold().encode(), "sha256")[:_DIGEST_BYTES].hex()
        for address in addresses
        if address
    )


def any_suppressed(connection: Connection) -> bool:
    """Whether a restore met a consent of anyone the store did not know."""
    return bool(query(connection, "SELECT 1 FROM suppression LIMIT 1"))


def suppressed(connection: Connection, wanted: Iterable[str]) -> Mapping[str, Collection[str]]:
    """What people the store forgot said last on each channel, by the digests among `wanted`."""
    rows = query(
        connection,
        "SELECT digest, kind FROM suppression WHERE digest {ids} ORDER BY at, id",
        ids(connection, wanted),
    )
    last: dict[str, dict[str, str]] = defaultdict(dict)
    for digest, kind in rows:
        last[digest][CONSENTS[kind]] = kind
    return {digest: {*said.values()} for digest, said in last.items()}


def ledger_file(store: Path) -> Path:
    """Where the ledger of an SQLite store lies."""
    return store.with_name(store.name + ".ledger")


def append(file: Path, lines: Iterable[Line]) -> None:
    """Add `lines` in order; they are on the disk when it returns.

    Raises KnownError if they can't be written; nothing may then be committed or sent.
    """
    block = b"".join(_encoded(line) for line in lines)
    if not block:
        return
    with plainly(), open(file, "ab+", buffering=0, opener=_private) as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            # What a crash tore must not swallow the next line.
            block = block if out.read() == b"\n" else b"\n" + block
        if out.write(block) != len(block):
            raise KnownError(f"The disk is full: {file} can't grow. Free some space.")
        os.fsync(out.fileno())


def read(file: Path) -> tuple[list[Line], int]:
    """Every whole line in order, and how many were not: torn by a crash, or damaged."""
    if not file.exists():
        return [], 0
    lines, damaged = [], 0
    for raw in file.read_bytes().splitlines():
        line = _decoded(raw)
        if line is None:
            damaged += 1
        else:
            lines.append(line)
    return lines, damaged


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


_CONSENT_FIELDS = len(fields(ConsentLine))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _encoded(line: Line) -> bytes:
    text = json.dumps(astuple(line), separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _decoded(raw: bytes) -> Line | None:
    check, _, text = raw.partition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        return None
    values = json.loads(text)
    if len(values) > _CONSENT_FIELDS:
        # A line of before there were fates ends with its instant: it was sent.
        return MessageLine(*values)
    kind, contact_id, at, *told = values
    # A line of before there were digests ends with its instant.
    return ConsentLine(kind, contact_id, at, tuple(*told))


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

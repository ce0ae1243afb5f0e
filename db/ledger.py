"""The ledger's file: opt-outs and what was handed over, kept beside the store, only ever added to.

A backup forgets what came after it. The ledger does not, so that no restore forgets a STOP or
sends a message again (engine.md section 9). It holds ids, instants and digests that only the
store's own secret can make, never a name or address.

Append before the commit of what is told: a commit whose line is missing could be forgotten. A line
stays when its commit then fails: an opt-out, a hand-over or a sent message makes a later restore
stricter, an opt-in makes it looser, by a START that was sent in but never taken.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from db.errors import KnownError
from db.faults import plainly


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

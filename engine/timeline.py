"""Who answered a flow and who reached its goal, the latest first (screens.md section 2).

A message counts once for each way of answering it.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from db.connection import Connection
from db.queries import performance as rows

KINDS: Final = ("opened", "clicked", "replied", "goal")
"""What can be asked for; of one instant, the later of these stands higher."""
LONGEST: Final = 80


class Entry(NamedTuple):
    """One answer: at an instant, by whom, what in words; `step` only of a message."""

    at: int
    kind: str
    id: int
    contact_id: int
    who: str
    step: str | None
    words: str


class Timeline(NamedTuple):
    """The latest answers, and whether there are earlier ones."""

    entries: tuple[Entry, ...]
    more: bool


def timeline(connection: Connection, flow_id: int, kind: str = "", limit: int = 20) -> Timeline:
    """The latest answers of one of `KINDS`, or of all."""
    found: list[Entry] = []
    for each in KINDS:
        if kind in ("", each):
            found += _answers(connection, flow_id, each, limit + 1)
    found.sort(key=lambda entry: (entry.at, KINDS.index(entry.kind), entry.id), reverse=True)
    return Timeline(tuple(found[:limit]), len(found) > limit)


def _answers(connection: Connection, flow_id: int, kind: str, limit: int) -> list[Entry]:
    if kind == "goal":
        found = rows.goals(connection, flow_id, limit)
    else:
        found = rows.answered(connection, flow_id, kind, limit)
    said = rows.said(connection, kind, found)
    return [
        Entry(
            row.at, kind, row.id, row.contact_id, _name(row), row.step,
            _words(kind, row, said.get(row.id, "")),
        )
        for row in found
    ]  # fmt: skip


def _name(row: Any) -> str:
    name = f"{row.first_name or ''} {row.last_name or ''}".strip()
    return name or f"Contact {row.contact_id}"


def _words(kind: str, row: Any, said: str) -> str:
    about = f"“{row.template}”" if row.template else "the text" if row.channel == "sms" else "it"
    if kind == "goal":
        return "reached the goal"
    if kind == "opened":
        return f"opened {about}"
    if kind == "clicked":
        return f"clicked {_link(said)} in {about}"
    return f"replied “{_short(said)}”" if said else f"replied to {about}"


def _link(link: str) -> str:
    """A link without what only machines read."""
    parts = urlsplit(link)
    return _short(f"{parts.netloc}{parts.path}".rstrip("/")) or "a link"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

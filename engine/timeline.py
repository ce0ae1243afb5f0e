"""Who answered a flow and who reached its goal, the latest first (screens.md section 2).

A message counts once for each way of answering it. Pages go by key, so the last costs what the
first does.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from db.connection import Connection
from db.queries import performance as rows

KINDS: Final = ("opened", "clicked", "replied", "goal")
"""What can be asked for; of one instant, the later of these stands higher."""
LONGEST: Final = 80
_LAST: Final = 1 << 62


class Key(NamedTuple):
    """Where a page ended: an instant, a place in `KINDS`, and a number there."""

    at: int
    rank: int
    id: int


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
    """A page, and where the next begins; None at the end."""

    entries: tuple[Entry, ...]
    more: Key | None


def timeline(
    connection: Connection,
    flow_id: int,
    kind: str = "",
    before: Key | None = None,
    limit: int = 20,
) -> Timeline:
    """The answers of one of `KINDS`, or of all, that are earlier than `before`."""
    found: list[tuple[Key, Entry]] = []
    for rank, each in enumerate(KINDS):
        if kind in ("", each):
            found += _answers(connection, flow_id, rank, _bound(rank, before), limit + 1)
    found.sort(reverse=True, key=lambda keyed: keyed[0])
    page = found[:limit]
    more = page[-1][0] if len(found) > limit else None
    return Timeline(tuple(entry for _, entry in page), more)


def _bound(rank: int, before: Key | None) -> tuple[int, int]:
    """What (instant, id) those of a rank must be below to come after `before`."""
    if before is None:
        return _LAST, 0
    if rank == before.rank:
        return before.at, before.id
    return before.at, _LAST if rank < before.rank else 0


def _answers(
    connection: Connection, flow_id: int, rank: int, before: tuple[int, int], limit: int
) -> list[tuple[Key, Entry]]:
    kind = KINDS[rank]
    if kind == "goal":
        found = rows.goals(connection, flow_id, before, limit)
    else:
        found = rows.answered(connection, flow_id, kind, before, limit)
    said = rows.said(connection, kind, found)
    return [
        (
            Key(row.at, rank, row.id),
            Entry(
                row.at, kind, row.id, row.contact_id, _name(row), row.step,
                _words(kind, row, said.get(row.id, "")),
            ),
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

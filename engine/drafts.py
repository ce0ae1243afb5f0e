"""Flows as they are being drawn: kept with their undo history, found again after a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from db.errors import KnownError
from db.queries import drafts as rows
from db.queries import flows
from engine.workspace import Reader

if TYPE_CHECKING:
    from engine.documents.salvage import Salvaged

NEW: Final = 0
"""The highest number of a flow that was not saved yet; others have lower ones."""

DAMAGED: Final = (
    "What was changed here and not saved can't be read any more: "
    "this is the flow as it was saved last."
)
PARTLY: Final = (
    "Part of what was changed here and not saved can't be read any more: this is the flow as it "
    "was saved last, and Redo brings back the rest of your changes."
)
DAMAGED_NEW: Final = (
    "What was begun here and not saved can't be read any more: please begin it again."
)
PARTLY_NEW: Final = (
    "Part of what was begun here and not saved can't be read any more: this is the rest of it."
)


class DraftKey(NamedTuple):
    """Whose draft of what: a desk's name, "automation" or "sequence", and the flow's number.

    That of a flow not saved yet is at most `NEW`.
    """

    desk: str
    kind: str
    flow_id: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A flow as a desk has it open.

    `document` is the public one, finished or not; `history` and `position` are those of its undo
    stack, all JSON. `base_version` is the version it was drawn on, None for a new flow's;
    `unsaved` says whether it says anything else by now. `at` is when it was kept.
    """

    document: Mapping[str, Any]
    history: list[dict[str, Any]]
    position: int
    base_version: int | None
    unsaved: bool
    at: int


class Found(NamedTuple):
    """The draft that was kept, if any, as far as it can be read; `fault` says if it can't all be.

    One that can be read in part has lost its history.
    """

    draft: Draft | None
    fault: str = ""


def read_draft(reader: Reader, key: DraftKey) -> Found:
    """The draft a desk kept of a flow, also one of before a restart.

    A damaged history is left out; a damaged document is a fault, never an exception. Keys of
    another version of this program are left out in silence.
    """
    row = rows.draft(reader, *key)
    if row is None:
        return Found(None)
    document = _read(row.document)
    readable = _drawable(document, key.kind)
    if readable is None:
        return Found(None, DAMAGED_NEW if key.flow_id <= NEW else DAMAGED)
    fault, history, position = "", _read(row.history), row.position
    if readable.lost:
        fault, history = PARTLY_NEW if key.flow_id <= NEW else PARTLY, []
    if not isinstance(history, list) or position not in range(len(history) + 1):
        history, position = [], 0
    draft = Draft(readable.document, history, position, row.base_version, bool(row.unsaved), row.at)
    return Found(draft, fault)


class Unfinished(NamedTuple):
    """What a desk keeps of a flow and nobody saved; `document` is None if it can't be read."""

    number: int
    document: Mapping[str, Any] | None


def unfinished(reader: Reader, desk: str, kind: str) -> list[Unfinished]:
    """Every draft a desk keeps that says anything that was never saved, by number."""
    found = []
    for row in rows.unfinished(reader, desk, kind):
        readable = _drawable(_read(row.document), kind)
        document = None if readable is None else readable.document
        found.append(Unfinished(int(row.flow_id), document))
    return found


def _drawable(document: object, kind: str) -> Salvaged | None:
    # Where no draft is kept the first picture does not wait for what reads one.
    from engine.documents.salvage import salvage

    return salvage(document, f"practice-crm/{kind}@1")


def fresh_number(reader: Reader, desk: str, kind: str) -> int:
    """A number for one more flow that is not saved yet: no draft of the desk has it."""
    return rows.lowest(reader, desk, kind) - 1


def current_version(reader: Reader, flow_id: int) -> int | None:
    """The version of a flow as it is saved now; None if the flow was deleted.

    Another than a draft's `base_version`: another desk saved the flow meanwhile.
    """
    flow = flows.by_id(reader, flow_id)
    return None if flow is None else int(flow.version_id)


def written(value: object) -> str:
    """A part of a draft as it is kept. Raises KnownError for one no document may be like."""
    try:
        # Escaped, as one may hold characters that can't be stored.
        return json.dumps(value, separators=(",", ":"))
    except RecursionError:
        raise KnownError(
            "The flow has too many branches inside branches to be kept: take some out.", 2
        ) from None


def _read(text: str) -> object:
    """The value of a JSON text, or None."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value

"""Flows as they are being drawn: kept with their undo history, found again after a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from db.errors import KnownError
from db.queries import drafts as rows
from db.queries import flows
from engine.documents.drawable import is_drawable
from engine.workspace import Reader

NEW: Final = 0
"""The number of a flow that was not saved yet."""

DAMAGED: Final = (
    "What was changed here and not saved can't be read any more: "
    "this is the flow as it was saved last."
)


class DraftKey(NamedTuple):
    """Whose draft of what: a desk's name, "automation" or "sequence", and its number or `NEW`."""

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
    """The draft that was kept, if any; or, of one that can't be read, a sentence that says so."""

    draft: Draft | None
    fault: str = ""


def read_draft(reader: Reader, key: DraftKey) -> Found:
    """The draft a desk kept of a flow, also one of before a restart.

    A damaged history is left out; a damaged document is a fault, never an exception.
    """
    row = rows.draft(reader, *key)
    if row is None:
        return Found(None)
    document = _read(row.document)
    if not isinstance(document, dict) or not is_drawable(document):
        return Found(None, DAMAGED)
    history, position = _read(row.history), row.position
    if not isinstance(history, list) or position not in range(len(history) + 1):
        history, position = [], 0
    return Found(
        Draft(document, history, position, row.base_version, bool(row.unsaved), int(row.at))
    )


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

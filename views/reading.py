"""What is read of a store to open a flow, saved or not."""

from __future__ import annotations

from typing import NamedTuple

from db.errors import KnownError
from engine.building import Opened, open_flow
from engine.drafts import NEW, DraftKey, Found, fresh_number, read_draft
from engine.surroundings import Surroundings, read_surroundings
from engine.workspace import Reader


class Read(NamedTuple):
    """What is read to open a flow; `flow` is None for a new one, and for one that is `gone`.

    `number` is the flow's; one that was never saved has a number for its draft, at most `NEW`.
    """

    number: int
    flow: Opened | None
    around: Surroundings
    draft: Found = Found(None)
    gone: str = ""


def read_flow(reader: Reader, number: int, known: Opened | None = None) -> Read:
    """A flow as it stands in the store, without its draft; `known` is what was read of it."""
    around = read_surroundings(reader)
    try:
        flow = None if number <= NEW else open_flow(reader, number, known)
    except KnownError as fault:
        return Read(number, None, around, gone=fault.sentence)
    return Read(number, flow, around)


def read_kept(reader: Reader, desk: str, number: int | None) -> Read:
    """A flow with its draft; None is one more that is begun."""
    if number is None:
        number = fresh_number(reader, desk, "automation")
    draft = read_draft(reader, DraftKey(desk, "automation", number))
    return read_flow(reader, number)._replace(draft=draft)

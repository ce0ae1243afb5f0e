"""Where what a number counts is shown."""

from __future__ import annotations

from typing import Final

from engine.number import Counted, to_text
from views.ports import Place

PAGE: Final = "counted"


def counted_place(counted: Counted, back: Place) -> Place:
    """Where the list of what is counted stands; its way back leads to a place."""
    record = "" if back.record is None else str(back.record)
    options = (("page", back.page), ("record", record), ("tab", back.tab))
    return Place(PAGE, tab=to_text(counted), options=options)

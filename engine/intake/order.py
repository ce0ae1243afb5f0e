"""Which part of 01/02/1980 is the month where the date itself does not tell."""

from __future__ import annotations

from typing import Final

_MONTH_FIRST: Final = frozenset({"US", "PH"})


def is_month_first(region: str) -> bool:
    """Whether a country of two letters writes the month before the day."""
    return region in _MONTH_FIRST

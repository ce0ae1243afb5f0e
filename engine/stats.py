"""Rates and how sure one may be of them (engine.md sections 8 and 10, screens.md section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, sqrt
from typing import Final

Z95: Final = 1.959963984540054
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""

Count = tuple[int, int]
"""How many of how many."""


def rate(part: int, whole: int) -> float | None:
    """`part` ÷ `whole`, or None of nothing."""
    return part / whole if whole else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % score interval of `part` in `whole`, or None of nothing: 12 in 100 is 7.0–19.8 %."""
    if not whole:
        return None
    share, squared = part / whole, Z95 * Z95
    middle = share + squared / (2 * whole)
    reach = Z95 * sqrt(share * (1 - share) / whole + squared / (4 * whole * whole))
    scale = 1 + squared / whole
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def is_higher(one: Count, other: Count) -> bool:
    """Whether the first rate is higher beyond chance, at 95 %: else it is too close to call.

    Newcombe's interval of the difference, made of both Wilson intervals, lies above zero. Holds
    for small counts too; nothing can be said of a rate of nothing.
    """
    mine, theirs = wilson(*one), wilson(*other)
    if mine is None or theirs is None:
        return False
    difference = one[0] / one[1] - other[0] / other[1]
    return difference > hypot(one[0] / one[1] - mine[0], theirs[1] - other[0] / other[1])


def best_rate(counts: Mapping[str, Count]) -> str | None:
    """Whose rate is higher than every other's beyond chance; those of nothing are left out."""
    known = {name: count for name, count in counts.items() if count[1]}
    for name, count in known.items():
        others = [other for rival, other in known.items() if rival != name]
        if others and all(is_higher(count, other) for other in others):
            return name
    return None


def best_count(counts: Mapping[str, int]) -> str | None:
    """Who has most; None if several have."""
    most = max(counts.values(), default=0)
    leaders = [name for name, count in counts.items() if count == most]
    return leaders[0] if len(leaders) == 1 else None

"""Rates, their intervals and who is ahead (quality.md, "For people" 20)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stats import best_count, best_rate, is_higher, rate, wilson

COUNTS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_rate_of_nothing_is_unknown() -> None:
    assert rate(0, 0) is None
    assert wilson(0, 0) is None
    assert rate(3, 12) == 0.25


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (12, 100, 0.070, 0.198),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (1, 1, 0.207, 1.0),
        (81, 263, 0.255, 0.366),
    ],
)
def test_wilson_interval(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson(part, whole)
    assert interval is not None
    assert [round(end, 3) for end in interval] == [low, high]


@given(COUNTS)
def test_interval_holds_the_rate(count: tuple[int, int]) -> None:
    interval, share = wilson(*count), rate(*count)
    assert interval is not None and share is not None
    assert 0 <= interval[0] <= share + 1e-12
    assert share - 1e-12 <= interval[1] <= 1


@given(COUNTS, COUNTS)
def test_at_most_one_of_two_is_higher(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert not (is_higher(one, other) and is_higher(other, one))
    assert not is_higher(one, one)
    if is_higher(one, other):
        assert one[0] * other[1] > other[0] * one[1]


def test_too_close_to_call() -> None:
    assert best_rate({"Spring": (12, 100), "Autumn": (15, 100)}) is None
    assert best_rate({"Spring": (12, 100), "Autumn": (30, 100)}) == "Autumn"
    assert best_rate({"Spring": (1, 1), "Autumn": (0, 1)}) is None
    assert best_rate({"Spring": (12, 100), "Autumn": (30, 100), "May": (3, 9)}) is None


def test_nothing_to_compare_with_is_no_win() -> None:
    assert best_rate({}) is None
    assert best_rate({"Spring": (50, 100), "Autumn": (0, 0)}) is None
    assert best_rate({"Spring": (50, 100), "Autumn": (5, 100), "May": (0, 0)}) == "Spring"


def test_counts_compare_plainly() -> None:
    assert best_count({"Spring": 13, "Autumn": 12}) == "Spring"
    assert best_count({"Spring": 12, "Autumn": 12, "May": 3}) is None
    assert best_count({}) is None

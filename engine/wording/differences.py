"""What sets two versions of a flow apart, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.wording.steps import called, every_step

_PARTS: Final = {
    "name": "the name", "description": "the description", "goal": "the goal",
    "lookback_days": "the lookback", "trigger": "who enters", "run_hours": "when it runs",
    "unenroll_on": "who leaves early",
}  # fmt: skip
MOST_NAMED: Final = 4
"""Steps named in one line; the rest are counted."""


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[str]:
    """A line for each kind of difference between two public documents; [] if they are equal."""
    its, own = _steps(theirs), _steps(mine)
    found = (
        ("Only in theirs: {}.", [called(theirs, id) for id in its if id not in own]),
        ("Only in yours: {}.", [called(mine, id) for id in own if id not in its]),
        ("Not the same: {}.", [
            *(words for key, words in _PARTS.items() if theirs.get(key) != mine.get(key)),
            *(called(mine, id) for id in own if id in its and its[id] != own[id]),
            *(["the order of the steps"] if _moved(list(its), list(own)) else []),
        ]),
    )  # fmt: skip
    return [words.format(_listed(names)) for words, names in found if names]


def _steps(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Each step by its id, in reading order, without what stands in its lanes."""
    return {
        str(step.get("id")): {key: step[key] for key in step if key not in ("yes", "no")}
        for step in every_step(document.get("steps"))
    }


def _moved(its: list[str], own: list[str]) -> bool:
    return [id for id in its if id in own] != [id for id in own if id in its]


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")

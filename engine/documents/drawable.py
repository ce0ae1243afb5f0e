"""Whether a document can be drawn and edited, finished or not: the shape alone (formats.md)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.vocabulary import STEP_TYPES

LANES = ("yes", "no")


def is_drawable(document: object) -> bool:
    """Whether `document` is a flow with drawable steps; its other values may be anything."""
    return (
        isinstance(document, Mapping)
        and isinstance(document.get("trigger", {}), Mapping)
        and are_drawable(document.get("steps", []))
    )


def are_drawable(steps: object) -> bool:
    """Whether `steps` are steps of known types with different ids, and so are their lanes'."""
    seen: set[str] = set()
    waiting = [steps]
    while waiting:
        lane = waiting.pop()
        if not isinstance(lane, list):
            return False
        for step in lane:
            if not _is_step(step) or step["id"] in seen:
                return False
            seen.add(step["id"])
            if step["type"] == "if_then":
                waiting += [step.get(lane, []) for lane in LANES]
    return True


def _is_step(step: object) -> bool:
    return (
        isinstance(step, dict)
        and isinstance(step.get("id"), str)
        and step.get("type") in STEP_TYPES
        and isinstance(step.get("condition", {}), dict)
    )

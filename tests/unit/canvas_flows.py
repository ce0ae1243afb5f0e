"""Flows to draw and edit, for the tests of the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any

from engine.vocabulary import ANY, STEP_TYPES

Flow = dict[str, Any]

PLAIN_TYPES = tuple(type for type in STEP_TYPES if type != "if_then")


def plain(id: str, type: str = "delay") -> Flow:
    """A step without lanes."""
    return {"id": id, "type": type}


def branch(id: str, yes: Sequence[Flow] = (), no: Sequence[Flow] = (), asks: str = ANY) -> Flow:
    """An if/then that asks whether an email was opened."""
    condition = {"type": "opened_email", "step": asks}
    return {"id": id, "type": "if_then", "condition": condition, "yes": list(yes), "no": list(no)}


def flow(*steps: Flow) -> Flow:
    """An automation of these steps."""
    return {
        "format": "practice-crm/automation@1",
        "name": "Welcome",
        "trigger": {"type": "contact_created", "source": ANY},
        "steps": list(steps),
    }


def random_flow(random: Random, most: int = 40) -> Flow:
    """An automation of at most `most` steps; its conditions ask about steps of its own."""
    numbers = count(1)

    def lane(budget: int) -> list[Flow]:
        steps: list[Flow] = []
        while budget > 0 and random.random() < 0.9:
            id = f"s{next(numbers)}"
            if random.random() < 0.4:
                yes, no = (random.randrange(budget + 1) // 2 for _ in range(2))
                asks = f"s{random.randrange(1, most)}" if random.random() < 0.5 else ANY
                steps.append(branch(id, lane(yes), lane(no), asks))
                budget -= yes + no
            else:
                steps.append(plain(id, random.choice(PLAIN_TYPES)))
            budget -= 1
        return steps

    return flow(*lane(random.randrange(most + 1)))


def deep_flow(depth: int, lane: str = "yes") -> Flow:
    """An automation of nothing but branches, each in a lane of the one before."""
    inner: list[Flow] = []
    for number in range(depth):
        sides = (inner, ()) if lane == "yes" else ((), inner)
        inner = [branch(f"b{number}", *sides)]
    return flow(*inner)

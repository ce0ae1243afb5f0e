"""What is wrong with a flow, found again after each edit, is what a check from nothing finds."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from canvas import operations
from canvas.operations import Document, Slot, steps_in_order
from engine.documents.names import Names
from engine.problems import Checker, problems
from engine.vocabulary import ANY, STEP_TYPES
from tests.unit.canvas_flows import Flow, random_flow

NAMES = Names(
    users={"Sarah": 1},
    lists={"Recall": 1, "Inactive": 2},
    emails={"Welcome": 1},
    texts={"Hello": 1},
    static_lists=frozenset({"Recall"}),
)
FIELDS: dict[str, Any] = {
    "template": ["", "Welcome", "Hello", "Gone"],
    "text": ["", "Hi {{firstname}}", "Hi {{nobody}}"],
    "amount": [0, 3, True],
    "unit": ["days", "years"],
    "condition": [
        {"type": "opened_email", "step": ANY},
        {"type": "opened_email", "step": "s3"},
        {"type": "clicked_email", "step": 7},
        {"type": "goal_reached"},
        {"type": "in_list", "list": "Inactive"},
        {"type": "no such"},
        {},
    ],
    "title": ["", "Call {{firstname}}"],
    "assignee": ["Sarah", "Nobody"],
    "property": ["status", "colour"],
    "value": ["lead", "blue"],
    "list": ["Recall", "Inactive", 4],
    "type": STEP_TYPES,
}


def edited(random: Random, flow: Document) -> Document:
    """The flow after one edit of any kind, whether it makes sense or not."""
    steps = [step for _, step in steps_in_order(flow)]
    kind = random.choice(["field", "field", "field", "goal", "add", "remove", "move", "double"])
    if kind == "goal":
        goal = random.choice(["book_appointment", None])
        return operations.set_value(flow, "goal", goal)
    if kind == "add" or not steps:
        slot = random.choice([slot for slot, _ in steps_in_order(flow)] or [Slot(None, "", 0)])
        return operations.insert(flow, slot, [operations.new_step(flow, random.choice(STEP_TYPES))])
    step = random.choice(steps)
    if kind == "remove":
        return operations.remove(flow, [step["id"]])
    if kind == "double":
        return operations.duplicate(flow, [step["id"]])[0]
    if kind == "move":
        return operations.move(flow, [step["id"]], Slot(None, "", 0))
    return operations.replace_step(flow, step["id"], with_field(random, step))


def with_field(random: Random, step: Mapping[str, Any]) -> Flow:
    """The step with another value in a field, or without it."""
    key = random.choice(list(FIELDS))
    changed = {**step, key: random.choice(FIELDS[key])}
    if key != "type" and random.random() < 0.2:
        del changed[key]
    return changed


@pytest.mark.parametrize("seed", range(60))
def test_after_any_edit_the_same_is_found_as_from_nothing(seed: int) -> None:
    random = Random(seed)
    flow: Document = random_flow(random)
    checker = Checker(NAMES)
    before: list[Document] = []
    for _ in range(40):
        before.append(flow)
        flow = random.choice(before) if random.random() < 0.1 else edited(random, flow)
        assert checker.problems(flow) == problems(flow, NAMES)
        twice = {**flow, "steps": [*flow["steps"], *flow["steps"][:1]]}
        assert checker.problems(twice) == problems(twice, NAMES)


def test_a_step_that_stays_is_not_looked_at_again() -> None:
    class Counted(dict[str, int]):
        asked = 0

        def __contains__(self, key: object) -> bool:
            self.asked += 1
            return super().__contains__(key)

    emails = Counted(Welcome=1)
    checker = Checker(Names(emails=emails))
    mail = {"type": "send_email", "template": "Welcome"}
    flow: Document = {
        "format": "practice-crm/automation@1",
        "name": "Long",
        "trigger": {"type": "became_patient"},
        "steps": [{"id": f"s{number}", **mail} for number in range(50)],
    }
    assert not checker.problems(flow).faults
    emails.asked = 0
    changed = operations.replace_step(flow, "s7", {"id": "s7", **mail, "template": "Gone"})
    assert [fault.where for fault in checker.problems(changed).faults] == ["s7"]
    assert emails.asked == 1


def test_what_an_edit_leaves_alone_stays_the_same_object() -> None:
    flow = random_flow(Random(3))
    steps = [step for _, step in steps_in_order(flow) if step["type"] != "if_then"]
    for step in steps:
        changed = operations.replace_step(flow, step["id"], {**step, "note": "another"})
        kept = {id(one) for _, one in steps_in_order(changed)}
        gone = {one["id"] for _, one in steps_in_order(flow) if id(one) not in kept}
        around: set[str] = {step["id"]}
        slot = operations.find(flow, step["id"])
        while slot.owner is not None:
            around.add(slot.owner)
            slot = operations.find(flow, slot.owner)
        assert gone == around

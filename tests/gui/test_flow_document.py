"""The flow being edited: every edit can be undone and redone, also after a restart."""

from __future__ import annotations

import gc
import json
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pytestqt.qtbot import QtBot

from canvas.document import MOST_EDITS, FlowDocument
from canvas.operations import (
    Document,
    Slot,
    copy_text,
    duplicate,
    insert,
    lanes_of,
    move,
    new_step,
    paste,
    remove,
    replace_step,
    set_value,
    step,
    steps_in_order,
)
from engine.documents.drawable import is_drawable
from engine.vocabulary import STEP_TYPES
from tests.unit.canvas_flows import flow, plain, random_flow

pytestmark = pytest.mark.usefixtures("qapp")


def ids(document: Document) -> list[str]:
    return [step["id"] for _, step in steps_in_order(document)]


def slots(document: Document) -> list[Slot]:
    found = [Slot(None, "", index) for index in range(len(document["steps"]) + 1)]
    for _, one in steps_in_order(document):
        for lane, inner in lanes_of(one):
            found += [Slot(one["id"], lane, index) for index in range(len(inner) + 1)]
    return found


def anything(document: Document, random: Random) -> Document:
    """The document after a random edit."""
    known, slot = ids(document), random.choice(slots(document))
    some = random.sample(known, min(len(known), random.randrange(1, 4)))
    if not known or len(known) < 30 and random.random() < 0.4:
        return insert(document, slot, [new_step(document, random.choice(STEP_TYPES))])
    match random.choice(["remove", "move", "duplicate", "paste", "replace", "value"]):
        case "remove":
            return remove(document, some)
        case "move":
            try:
                return move(document, some, slot)
            except ValueError:
                return document
        case "duplicate":
            return duplicate(document, some)[0]
        case "paste":
            return paste(document, slot, copy_text(document, some))[0]
        case "replace":
            title = random.choice(["Call", "Write", ""])
            return replace_step(document, some[0], {**step(document, some[0]), "title": title})
        case _:
            return set_value(document, "goal", random.choice([None, "engagement"]))


def kept(document: FlowDocument) -> tuple[Any, Any, int]:
    """What a draft keeps, as the store gives it back."""
    text = json.dumps([document.value, document.history(), document.position])
    value, history, position = json.loads(text)
    return value, history, position


def restored(document: FlowDocument) -> FlowDocument:
    again = FlowDocument(flow())
    again.restore(*kept(document))
    return again


def undone(document: FlowDocument) -> list[Document]:
    """Every value on the way back to the first."""
    values = [document.value]
    while document.stack.canUndo():
        document.undo()
        values.append(document.value)
    return values


def redone(document: FlowDocument) -> list[Document]:
    values = [document.value]
    while document.stack.canRedo():
        document.redo()
        values.append(document.value)
    return values


@pytest.mark.parametrize("seed", range(5))
def test_three_hundred_edits_undone_and_redone_are_equal_at_both_ends(seed: int) -> None:
    random = Random(seed)
    document = FlowDocument(random_flow(random))
    values = [document.value]
    while len(values) <= 300:
        document.edit("Edit", anything(document.value, random))
        if document.value != values[-1]:
            values.append(document.value)
    snapshot = json.dumps(values)
    gc.collect()
    assert undone(document) == values[::-1]
    assert redone(document) == values
    assert json.dumps(values) == snapshot
    again = restored(document)
    assert undone(again) == values[::-1]
    assert redone(again) == values


def test_an_edit_says_what_it_did(qtbot: QtBot) -> None:
    document = FlowDocument(flow())
    changed = flow(plain("a"))
    with qtbot.waitSignal(document.history_changed), qtbot.waitSignal(document.changed) as said:
        document.edit("Add a delay", changed)
    assert said.args == [changed]
    assert document.value is changed
    assert (document.stack.undoText(), document.position) == ("Add a delay", 1)
    with qtbot.waitSignals([document.changed, document.history_changed]):
        document.undo()
    assert document.value == flow()
    assert (document.stack.redoText(), document.position) == ("Add a delay", 0)
    with qtbot.waitSignal(document.changed):
        document.redo()
    assert document.value is changed


def test_whoever_hears_of_a_change_finds_the_stack_up_to_date() -> None:
    document, heard = FlowDocument(flow()), list[tuple[int, bool, Document]]()
    document.changed.connect(
        lambda value: heard.append((document.position, document.stack.canUndo(), value))
    )
    document.edit("Add", flow(plain("a")))
    document.edit("Type", flow(plain("b")), "id")
    document.edit("Type", flow(plain("c")), "id")
    document.stack.setIndex(0)
    assert [(position, can, ids(value)) for position, can, value in heard] == [
        (1, True, ["a"]),
        (2, True, ["b"]),
        (2, True, ["c"]),
        (0, False, []),
    ]


def test_what_changes_nothing_is_no_edit(qtbot: QtBot) -> None:
    document = FlowDocument(flow())
    with qtbot.assertNotEmitted(document.changed):
        document.edit("Nothing", flow())
        document.undo()
        document.redo()
    assert document.stack.count() == 0


def test_what_is_typed_into_one_field_is_one_edit() -> None:
    document = FlowDocument(flow(plain("a")))
    for title in ("C", "Ca", "Call"):
        document.edit("Title", set_value(document.value, "name", title), "name")
    document.edit("Description", set_value(document.value, "description", "B"), "description")
    document.edit("Goal", set_value(document.value, "goal", "engagement"))
    document.edit("Goal", set_value(document.value, "goal", None))
    assert [edit["words"] for edit in document.history()] == [
        "Title", "Description", "Goal", "Goal",
    ]  # fmt: skip
    document.stack.setIndex(1)
    assert document.value["name"] == "Call"
    assert undone(document)[-1] == flow(plain("a"))


def test_what_is_typed_and_taken_back_is_no_edit() -> None:
    document = FlowDocument(flow())
    document.edit("Add", flow(plain("a")))
    for name in ("Welcom", "Welcome"):
        document.edit("Name", set_value(document.value, "name", name), "name")
    assert document.stack.count() == 1
    assert document.value == flow(plain("a"))
    document.undo()
    for name in ("Welcom", "Welcome"):
        document.edit("Name", set_value(document.value, "name", name), "name")
    assert document.stack.count() == 0
    assert document.value == flow()


def test_typing_on_after_an_update_is_another_edit() -> None:
    document = FlowDocument(flow())
    document.edit("Name", set_value(document.value, "name", "A"), "name")
    document.load(json.loads(json.dumps(document.value)))
    assert document.stack.isClean()
    document.edit("Name", set_value(document.value, "name", "Ab"), "name")
    assert [value["name"] for value in undone(document)] == ["Ab", "A", "Welcome"]
    document.redo()
    assert document.stack.isClean()


def test_another_flow_has_a_history_of_its_own(qtbot: QtBot) -> None:
    document = FlowDocument(flow())
    document.edit("Add", flow(plain("a")))
    with qtbot.waitSignal(document.changed):
        document.load(flow(plain("b")))
    assert (document.stack.count(), document.position, document.stack.isClean()) == (0, 0, True)
    assert ids(document.value) == ["b"]


def test_the_history_is_bounded() -> None:
    document = FlowDocument(flow())
    for number in range(MOST_EDITS + 50):
        document.edit("Name", set_value(document.value, "name", str(number)))
    assert document.value["name"] == str(MOST_EDITS + 49)
    assert document.position == len(document.history()) == MOST_EDITS
    values = undone(restored(document))
    assert values == undone(document)
    assert values[-1]["name"] == "49"


def test_a_small_edit_of_a_large_flow_keeps_little() -> None:
    document = FlowDocument(flow(*(plain(f"s{number}") for number in range(2_000))))
    document.edit("Amount", replace_step(document.value, "s9", {**plain("s9"), "amount": 3}))
    document.edit("Remove", remove(document.value, ["s700"]))
    assert document.history() == [
        {"words": "Amount", "changes": [{"path": ["steps", 9, "amount"], "after": 3}]},
        {
            "words": "Remove",
            "changes": [{"path": ["steps", 700], "before": [plain("s700")], "after": []}],
        },
    ]


def test_a_restored_flow_goes_on_where_it_was() -> None:
    document = FlowDocument(flow())
    for id in "abc":
        document.edit(f"Add {id}", insert(document.value, Slot(None, "", 0), [plain(id)]))
    document.undo()
    again = restored(document)
    assert again.value == document.value
    assert (again.stack.undoText(), again.stack.redoText()) == ("Add b", "Add c")
    assert not again.stack.isClean()
    again.redo()
    assert ids(again.value) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("history", "position"),
    [
        ([], 1),
        ([], -1),
        ([{}], 0),
        ([{"words": 1, "changes": []}], 0),
        ([{"words": "x", "changes": 1}], 1),
        ([{"words": "x", "changes": [{}]}], 1),
        ([{"words": "x", "changes": [{"path": []}]}], 1),
        ([{"words": "x", "changes": [{"path": ["steps", 7], "before": [], "after": []}]}], 0),
        ([{"words": "x", "changes": [{"path": ["steps", "a"], "after": 1}]}], 0),
        ([{"words": "x", "changes": [{"path": ["steps", 0], "before": [], "after": [1]}]}], 0),
        ([{"words": "x", "changes": [{"path": ["steps"], "before": 1, "after": 1}]}], 1),
        ([{"words": "x", "changes": [{"path": ["no", "where"], "after": 1}]}], 0),
        ([{"words": "x", "changes": [{"path": [["a"], "b"], "after": 1}]}], 0),
        ([{"words": "x", "changes": []}] * (MOST_EDITS + 1), 0),
        ([1], 1),
    ],
)
def test_a_history_that_does_not_fit_is_dropped(history: list[Any], position: int) -> None:
    document = FlowDocument(flow())
    document.edit("Add", flow(plain("a")))
    document.restore(flow(plain("b")), history, position)
    assert ids(document.value) == ["b"]
    assert document.stack.count() == 0


class Desk(RuleBasedStateMachine):
    """Edits, undo, redo, save, load and restart against a plain list of values."""

    @initialize(seed=st.integers(0, 1_000))
    def open(self, seed: int) -> None:
        self.document = FlowDocument(random_flow(Random(seed), most=10))
        self.values = [self.document.value]
        self.at = 0
        self.saved = self.document.value

    @rule(seed=st.integers(0, 1_000_000))
    def edit(self, seed: int) -> None:
        value = anything(self.document.value, Random(seed))
        self.document.edit("Edit", value)
        self._note(value)

    def _note(self, value: Document) -> None:
        if value != self.values[self.at]:
            self.values[self.at + 1 :] = [value]
            self.at += 1

    @rule(name=st.text(max_size=3))
    def type(self, name: str) -> None:
        for end in range(1, len(name) + 1):
            value = set_value(self.document.value, "name", name[:end])
            self.document.edit("Name", value, f"name {self.at}")
        self._note(self.document.value)

    @rule()
    def undo(self) -> None:
        self.document.undo()
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        self.document.redo()
        self.at = min(len(self.values) - 1, self.at + 1)

    @rule()
    def save(self) -> None:
        self.saved = json.loads(json.dumps(self.document.value))
        self.document.load(self.saved)

    @rule()
    def load(self) -> None:
        if self.saved != self.document.value:
            self.values, self.at = [self.saved], 0
        self.document.load(self.saved)

    @rule()
    def restart(self) -> None:
        self.document = restored(self.document)

    @invariant()
    def the_document_is_where_the_list_is(self) -> None:
        assert self.document.value == self.values[self.at]
        assert (self.document.position, self.document.stack.count()) == (
            self.at, len(self.values) - 1,
        )  # fmt: skip
        assert is_drawable(self.document.value)


Desk.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestDesk = Desk.TestCase

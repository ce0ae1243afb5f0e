"""Pure edits of a flow: each leaves its input alone, and what it undoes is as it was."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from canvas.operations import (
    CLIPBOARD_FORMAT,
    Document,
    Slot,
    copy_text,
    duplicate,
    find,
    fresh_id,
    insert,
    lanes_of,
    move,
    new_step,
    paste,
    remove,
    replace_step,
    set_trigger,
    set_value,
    slot_after,
    step,
    steps_in_order,
)
from engine.documents.automation import check_automation
from engine.documents.names import Names
from engine.vocabulary import ANY, END, STEP_TYPES, TRIGGER
from tests.unit.canvas_flows import Flow, branch, deep_flow, flow, plain, random_flow

WELCOME = flow(
    plain("thanks", "send_email"),
    plain("wait"),
    branch("opened", [plain("nudge", "send_sms")], [plain("call", "create_task")], "thanks"),
    plain("mark", "set_property"),
)


def ids(document: Document) -> list[str]:
    return [step["id"] for _, step in steps_in_order(document)]


def asked(document: Document) -> list[str]:
    return [
        step["condition"]["step"]
        for _, step in steps_in_order(document)
        if step["type"] == "if_then"
    ]


def slots(document: Document) -> list[Slot]:
    found = [Slot(None, "", index) for index in range(len(document["steps"]) + 1)]
    for _, one in steps_in_order(document):
        for lane, inner in lanes_of(one):
            found += [Slot(one["id"], lane, index) for index in range(len(inner) + 1)]
    return found


def shape(steps: Any) -> Any:
    """What is left of steps without their ids."""
    return [
        (one["type"], *(shape(inner) for _, inner in lanes_of(one)))
        for one in steps
    ]  # fmt: skip


@st.composite
def flows(draw: st.DrawFn, least: int = 0) -> Flow:
    document = random_flow(Random(draw(st.integers(0, 10_000))), most=20)
    assume(len(ids(document)) >= least)
    return document


@st.composite
def flows_and_slots(draw: st.DrawFn) -> tuple[Flow, Slot]:
    document = draw(flows())
    return document, draw(st.sampled_from(slots(document)))


@st.composite
def flows_and_ids(draw: st.DrawFn) -> tuple[Flow, list[str]]:
    document = draw(flows(least=1))
    return document, draw(st.lists(st.sampled_from(ids(document)), min_size=1, unique=True))


def test_steps_come_in_reading_order() -> None:
    assert [(slot, step["id"]) for slot, step in steps_in_order(WELCOME)] == [
        (Slot(None, "", 0), "thanks"),
        (Slot(None, "", 1), "wait"),
        (Slot(None, "", 2), "opened"),
        (Slot("opened", "yes", 0), "nudge"),
        (Slot("opened", "no", 0), "call"),
        (Slot(None, "", 3), "mark"),
    ]


def test_what_is_not_there_is_not_found() -> None:
    for look in (find, step, slot_after):
        with pytest.raises(KeyError):
            look(WELCOME, "gone")
    with pytest.raises(KeyError):
        insert(WELCOME, Slot("gone", "yes", 0), [plain("new")])
    with pytest.raises(KeyError):
        replace_step(WELCOME, "gone", plain("new"))


def test_the_slots_beside_the_fixed_cards() -> None:
    assert slot_after(WELCOME, TRIGGER) == Slot(None, "", 0)
    assert slot_after(WELCOME, END) == Slot(None, "", 4)
    assert slot_after(WELCOME, "nudge") == Slot("opened", "yes", 1)


@given(flows_and_slots(), st.sampled_from(STEP_TYPES))
def test_an_inserted_step_stands_in_its_slot_and_removing_it_leaves_no_trace(
    given: tuple[Flow, Slot], type: str
) -> None:
    document, slot = given
    before = deepcopy(document)
    new = new_step(document, type)
    changed = insert(document, slot, [new])
    assert document == before
    assert find(changed, new["id"]) == slot
    assert remove(changed, [new["id"]]) == before


@given(flows_and_ids())
def test_removing_takes_the_lanes_along_and_nothing_else(given: tuple[Flow, list[str]]) -> None:
    document, chosen = given
    before = deepcopy(document)
    gone = {
        inner
        for id in chosen
        for inner in [id, *ids({"steps": [step(document, id)]})]
    }  # fmt: skip
    changed = remove(document, [*chosen, TRIGGER, "gone"])
    assert document == before
    assert ids(changed) == [id for id in ids(document) if id not in gone]


def test_a_condition_about_a_removed_email_keeps_asking_and_the_check_says_so() -> None:
    changed = remove(WELCOME, ["thanks"])
    assert asked(changed) == ["thanks"]
    faults = check_automation(changed, Names()).faults
    assert any(fault.startswith("steps[1].condition.step: no step has the id") for fault in faults)


@given(flows_and_ids(), st.data())
def test_a_move_keeps_every_step_and_can_be_moved_back(
    given: tuple[Flow, list[str]], data: st.DataObject
) -> None:
    document, chosen = given
    inside = {inner for id in chosen for inner in ids({"steps": [step(document, id)]})}
    slot = data.draw(st.sampled_from([s for s in slots(document) if s.owner not in inside]))
    changed = move(document, chosen, slot)
    assert sorted(ids(changed)) == sorted(ids(document))
    top = [id for id in ids(document) if id in chosen and find(document, id).owner not in inside]
    first = find(changed, top[0])
    assert (first.owner, first.lane) == (slot.owner, slot.lane)
    assert [find(changed, id) for id in top] == [
        replace(first, index=first.index + offset) for offset in range(len(top))
    ]
    for id in top:
        assert step(changed, id) == step(document, id)


@given(flows_and_ids())
def test_a_step_moved_away_and_back_leaves_no_trace(given: tuple[Flow, list[str]]) -> None:
    document, (id, *_) = given
    here = find(document, id)
    end = slot_after(document, END)
    away = move(document, [id], end)
    # Moved within its own list it now stands behind where it was.
    later = (here.owner, here.lane) == (end.owner, end.lane) and find(away, id).index < here.index
    assert move(away, [id], replace(here, index=here.index + later)) == document


@given(flows_and_ids())
def test_a_step_beside_itself_stays_where_it_is(given: tuple[Flow, list[str]]) -> None:
    document, (id, *_) = given
    assert move(document, [id], find(document, id)) == document
    assert move(document, [id], slot_after(document, id)) == document


def test_a_branch_cannot_be_moved_into_itself() -> None:
    document = flow(branch("a", [branch("b")]))
    for lane in (Slot("a", "yes", 0), Slot("b", "no", 0)):
        with pytest.raises(ValueError, match="into itself"):
            move(document, ["a"], lane)
    with pytest.raises(KeyError):
        move(document, ["a"], Slot("gone", "yes", 0))


@given(flows_and_ids())
def test_a_duplicate_stands_behind_its_original_and_asks_about_its_own(
    given: tuple[Flow, list[str]],
) -> None:
    document, chosen = given
    before = deepcopy(document)
    changed, copies = duplicate(document, chosen)
    assert document == before
    assert remove(changed, copies) == before
    assert len(set(ids(changed))) == len(ids(changed))
    top = [id for id in ids(document) if id in chosen and step(changed, id) == step(document, id)]
    last = max(find(changed, id).index for id in top if _beside(changed, id, copies[0]))
    assert find(changed, copies[0]).index == last + 1


def _beside(document: Document, one: str, other: str) -> bool:
    return replace(find(document, one), index=0) == replace(find(document, other), index=0)


def test_a_copied_condition_asks_about_the_copied_email() -> None:
    changed, copies = duplicate(WELCOME, ["thanks", "opened"])
    assert [step(changed, id)["type"] for id in copies] == ["send_email", "if_then"]
    assert asked(changed) == ["thanks", copies[0]]
    changed, copies = duplicate(WELCOME, ["opened"])
    assert asked(changed) == ["thanks", "thanks"]
    assert duplicate(WELCOME, [TRIGGER]) == (WELCOME, [])


@given(flows_and_ids(), flows_and_slots())
def test_what_is_pasted_has_new_ids_and_asks_about_nothing_outside(
    given: tuple[Flow, list[str]], into: tuple[Flow, Slot]
) -> None:
    source, chosen = given
    target, slot = into
    before = deepcopy(target)
    changed, pasted = paste(target, slot, copy_text(source, chosen))
    assert target == before
    assert remove(changed, pasted) == before
    assert find(changed, pasted[0]) == slot
    found = {"steps": [step(changed, id) for id in pasted]}
    fresh = ids(found)
    assert not set(fresh) & ({*ids(source), *ids(target)})
    assert set(asked(found)) <= {ANY, *fresh}
    copied = json.loads(copy_text(source, chosen))["steps"]
    assert shape(found["steps"]) == shape(copied)


def test_fields_no_step_has_are_not_pasted() -> None:
    wait = {"id": "wait", "type": "delay", "amount": 1, "unit": "days"}
    steps = [{**wait, "colour": "red"}]
    text = json.dumps({"format": CLIPBOARD_FORMAT, "steps": steps})
    changed, pasted = paste(flow(), Slot(None, "", 0), text)
    assert step(changed, pasted[0]) == {**wait, "id": pasted[0]}


def test_a_pasted_condition_asks_about_the_pasted_email_or_any() -> None:
    changed, pasted = paste(flow(), Slot(None, "", 0), copy_text(WELCOME, ["thanks", "opened"]))
    assert asked(changed) == [pasted[0]]
    changed, _ = paste(flow(), Slot(None, "", 0), copy_text(WELCOME, ["opened"]))
    assert asked(changed) == [ANY]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "[]",
        '{"steps": [{"id": "a", "type": "delay"}]}',
        '{"format": "practice-crm/steps@1", "steps": 1}',
        '{"format": "practice-crm/steps@1", "steps": [1]}',
        '{"format": "practice-crm/steps@1", "steps": [{"id": "a", "type": "virus"}]}',
        '{"format": "practice-crm/steps@1", "steps": [{"id": "a", "type": []}]}',
        '{"format": "practice-crm/steps@1", "steps": [{"id": 1, "type": "delay"}]}',
        '{"format": "practice-crm/steps@1", "steps": [{"id": "a", "type": "if_then", "yes": 1}]}',
        '{"format": "practice-crm/steps@1",'
        ' "steps": [{"id": "a", "type": "delay"}, {"id": "a", "type": "delay"}]}',
        '{"format": "practice-crm/steps@1", "steps": [{"id": "a", "type": "if_then",'
        ' "condition": []}]}',
        "[" * 100_000,
    ],
)
def test_a_clipboard_without_steps_pastes_nothing(text: str) -> None:
    assert paste(WELCOME, Slot(None, "", 0), text) == (WELCOME, [])


def test_nothing_copied_is_an_empty_clipboard() -> None:
    assert copy_text(WELCOME, [TRIGGER, END]) == ""


def test_a_replaced_step_keeps_its_place() -> None:
    changed = replace_step(WELCOME, "call", {**step(WELCOME, "call"), "title": "Call back"})
    assert find(changed, "call") == find(WELCOME, "call")
    assert step(changed, "call")["title"] == "Call back"
    assert replace_step(changed, "call", step(WELCOME, "call")) == WELCOME
    swapped = {**step(WELCOME, "opened"), "yes": [], "no": [plain("nudge", "send_sms")]}
    changed = replace_step(WELCOME, "opened", swapped)
    assert ids(changed) == ["thanks", "wait", "opened", "nudge", "mark"]
    assert find(changed, "nudge") == Slot("opened", "no", 0)


def test_steps_that_stay_are_shared() -> None:
    changed = remove(WELCOME, ["call"])
    assert step(changed, "nudge") is step(WELCOME, "nudge")
    assert step(changed, "opened") is not step(WELCOME, "opened")
    assert remove(WELCOME, ["wait"])["steps"][1] is step(WELCOME, "opened")


def test_values_beside_the_steps() -> None:
    trigger = {"type": "became_patient"}
    assert set_trigger(WELCOME, trigger) == {**WELCOME, "trigger": trigger}
    assert set_value(WELCOME, "goal", "engagement")["goal"] == "engagement"
    assert set_value(set_value(WELCOME, "goal", "engagement"), "goal", None) == WELCOME
    assert set_value(WELCOME, "goal", None) == WELCOME


def test_an_id_that_a_version_had_never_comes_back() -> None:
    first = new_step(WELCOME, "delay")
    grown = insert(WELCOME, slot_after(WELCOME, END), [first])
    assert first["id"] == "delay-1"
    assert fresh_id(grown, "delay") == "delay-2"
    assert fresh_id(remove(grown, [first["id"]]), "delay") == "delay-1"
    used = [step["id"] for _, step in steps_in_order(grown)]
    assert fresh_id(WELCOME, "delay", used) == "delay-2"
    assert duplicate(grown, ["delay-1"], ["delay-2"])[1] == ["delay-3"]
    copied = copy_text(grown, ["delay-1"])
    assert paste(WELCOME, Slot(None, "", 0), copied, ["delay-1"])[1] == ["delay-2"]


@pytest.mark.parametrize("type", STEP_TYPES)
def test_a_new_step_has_only_keys_of_its_type(type: str) -> None:
    new = new_step(WELCOME, type)
    assert new["type"] == type
    faults = check_automation(flow(new), Names()).faults
    assert not [fault for fault in faults if "unknown" in fault or "is missing" in fault]
    assert new is not new_step(WELCOME, type)
    new_step(WELCOME, "if_then")["yes"].append(plain("x"))
    assert new_step(WELCOME, "if_then")["yes"] == []


def test_branches_hundreds_deep() -> None:
    document = deep_flow(400)
    changed, copies = duplicate(document, ["b399"])
    assert len(ids(changed)) == 800
    assert remove(changed, copies) == document
    bottom = Slot("b0", "yes", 0)
    assert find(insert(document, bottom, [plain("x")]), "x") == bottom

"""Pure edits of a flow's public document (formats.md, "Automation document").

No edit touches its input: what it gives back shares every step that stayed as it was. A document
being edited may be unfinished, but its steps have different ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from operator import is_
from typing import Any, Final

from engine.documents.drawable import LANES, are_drawable
from engine.documents.salvage import salvage
from engine.vocabulary import ANY, END, TRIGGER

Document = Mapping[str, Any]
Step = dict[str, Any]

CLIPBOARD_FORMAT: Final = "practice-crm/steps@1"

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "send_email": {"template": ""},
    "send_sms": {"text": ""},
    "delay": {"amount": 1, "unit": "days"},
    "if_then": {"condition": {"type": "opened_email", "step": ANY}, "yes": [], "no": []},
    "create_task": {
        "title": "",
        "assignee": "front_desk",
        "due_in": {"amount": 1, "unit": "days"},
    },
    "set_property": {"property": "lead_source", "value": ""},
    "add_to_list": {"list": ""},
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where a step can stand.

    Owner None and lane "" is the main list; else the owner is an if/then's id and the lane is
    "yes" or "no". A step put at `index` stands before the one that is there now.
    """

    owner: str | None
    lane: str
    index: int


_Lane = tuple[str | None, str]
_Lanes = dict[_Lane, list[Step]]
_Standing = tuple[str | None, str, int, Step]
"""An if/then's id, its lane, the place in it, and the step there."""


def steps_in_order(document: Document) -> Iterator[tuple[Slot, Step]]:
    """Every step with its place, top to bottom: an if/then, its yes lane, its no lane, the rest."""
    for owner, lane, index, step in _walk(document):
        yield Slot(owner, lane, index), step


def lanes_of(step: Step) -> list[tuple[str, Sequence[Step]]]:
    """The lanes of a step, yes first, empty ones too; none if it is no if/then."""
    if step["type"] != "if_then":
        return []
    return [(lane, step.get(lane, ())) for lane in LANES]


def find(document: Document, id: str) -> Slot:
    """Where a step stands. Raises KeyError if the flow has none with this id."""
    return Slot(*_stands(document, id)[:3])


def step(document: Document, id: str) -> Step:
    """The step with this id. Raises KeyError if there is none."""
    return _stands(document, id)[3]


def slot_after(document: Document, id: str) -> Slot:
    """The place right after a step; after `TRIGGER` the first one, before `END` the last.

    Raises KeyError if there is no such step.
    """
    if id == TRIGGER:
        return Slot(None, "", 0)
    if id == END:
        return Slot(None, "", len(document.get("steps", ())))
    slot = find(document, id)
    return replace(slot, index=slot.index + 1)


def slots_below(document: Document) -> Iterator[tuple[str, Slot]]:
    """Every step's id with the place right after it, in the document's order."""
    for slot, step in steps_in_order(document):
        yield step["id"], replace(slot, index=slot.index + 1)


def insert(document: Document, slot: Slot, steps: Iterable[Step]) -> Document:
    """The document with `steps` at `slot`; KeyError if the slot's if/then is not there."""
    lanes = _unfold(document)
    lanes[slot.owner, slot.lane][slot.index : slot.index] = steps
    return _fold(document, lanes)


def remove(document: Document, ids: Collection[str]) -> Document:
    """The document without these steps and the lanes of those that are if/thens.

    Ids that are no step's, like `TRIGGER`, are passed over. A condition that asks about a removed
    email keeps asking: the check says so, where "any" would silently mean something else.
    """
    lanes = _unfold(document)
    for lane, steps in lanes.items():
        lanes[lane] = [step for step in steps if step["id"] not in ids]
    return _fold(document, lanes)


def move(document: Document, ids: Collection[str], slot: Slot) -> Document:
    """The document with these steps, in their order, at `slot` of the document as it is now.

    Raises ValueError for a slot inside one of them, KeyError if there is no such slot.
    """
    moved = _topmost(document, ids)
    inside = {step["id"] for one in moved for _, step in steps_in_order({"steps": [one]})}
    if slot.owner in inside:
        raise ValueError("a step can't be moved into itself")
    lane = _unfold(document)[slot.owner, slot.lane]
    before = sum(step["id"] in inside for step in lane[: slot.index])
    rest = remove(document, inside)
    return insert(rest, replace(slot, index=slot.index - before), moved)


def duplicate(
    document: Document, ids: Collection[str], used: Iterable[str] = ()
) -> tuple[Document, list[str]]:
    """The document with a copy of these steps after the last of them, and the copies' ids.

    None of them is among `used`. A copied condition asks about the copy of an email that is
    copied too, else about the same.
    """
    copied = _topmost(document, ids)
    if not copied:
        return document, []
    copies = _with_fresh_ids(document, copied, lambda asked: asked, used)
    changed = insert(document, slot_after(document, copied[-1]["id"]), copies)
    return changed, [step["id"] for step in copies]


def replace_step(document: Document, id: str, step: Step) -> Document:
    """The document with another step in a step's place; KeyError if there is none with this id."""
    owner, lane, index, _ = _stands(document, id)
    while owner is not None:
        above, outer, at, around = _stands(document, owner)
        step = {**around, lane: _replaced(around[lane], index, step)}
        owner, lane, index = above, outer, at
    return {**document, "steps": _replaced(document["steps"], index, step)}


def set_trigger(document: Document, trigger: Mapping[str, Any]) -> Document:
    """The document with another trigger."""
    return {**document, "trigger": trigger}


def set_value(document: Document, key: str, value: object) -> Document:
    """The document with another value under `key`; None takes the key away."""
    if value is None:
        return {name: kept for name, kept in document.items() if name != key}
    return {**document, key: value}


def copy_text(document: Document, ids: Collection[str]) -> str:
    """These steps and their lanes as the clipboard holds them; "" if none is a step."""
    steps = _topmost(document, ids)
    if not steps:
        return ""
    return json.dumps({"format": CLIPBOARD_FORMAT, "steps": steps}, ensure_ascii=False)


def paste(
    document: Document, slot: Slot, text: str, used: Iterable[str] = ()
) -> tuple[Document, list[str]]:
    """The document with a clipboard's steps at `slot`, and their new ids, none among `used`.

    A condition that asks about an email outside what is pasted asks about any. A text that holds
    no steps changes nothing: no ids.
    """
    steps = _clipboard_steps(text)
    if not steps:
        return document, []
    pasted = _with_fresh_ids(document, steps, lambda asked: ANY, used)
    return insert(document, slot, pasted), [step["id"] for step in pasted]


def fresh_id(document: Document, type: str, used: Iterable[str] = ()) -> str:
    """An id for a new step: its type and the first free number, so the same way gives the same.

    `used` are the ids of all versions of the flow: one that came back would pass over everyone
    who ran its first bearer (engine.md section 6).
    """
    return _fresh_id({*used, *(step["id"] for _, step in steps_in_order(document))}, type)


def new_step(document: Document, type: str, used: Iterable[str] = ()) -> Step:
    """A new step of a type of formats.md, with all that can be guessed; the check says the rest.

    Its id is none of `used`.
    """
    return {"id": fresh_id(document, type, used), "type": type, **deepcopy(_DEFAULTS[type])}


def _walk(document: Document) -> Iterator[_Standing]:
    """Every step, in order, and where it stands."""
    waiting: list[tuple[_Lane, Iterator[tuple[int, Step]]]] = [
        ((None, ""), enumerate(document.get("steps", ())))
    ]
    while waiting:
        (owner, lane), rest = waiting[-1]
        for index, step in rest:
            yield owner, lane, index, step
            inner = lanes_of(step)
            if inner:
                waiting += [((step["id"], name), enumerate(one)) for name, one in reversed(inner)]
                break
        else:
            waiting.pop()


def _stands(document: Document, id: str) -> _Standing:
    for found in _walk(document):
        if found[3]["id"] == id:
            return found
    raise KeyError(id)


def _replaced(steps: Sequence[Step], index: int, step: Step) -> list[Step]:
    return [*steps[:index], step, *steps[index + 1 :]]


def _unfold(document: Document) -> _Lanes:
    """Every lane of the document by its owner, owners before what is in them."""
    lanes: _Lanes = {(None, ""): list(document.get("steps", ()))}
    for _, step in steps_in_order(document):
        for lane, steps in lanes_of(step):
            lanes[step["id"], lane] = list(steps)
    return lanes


def _fold(document: Document, lanes: _Lanes) -> Document:
    """The document made of these lanes, and of their own where an if/then has none here.

    A step whose lanes are as they were is kept as it is.
    """
    reached: list[_Lane] = [(None, "")]
    for lane in reached:
        for step in lanes[lane]:
            for inner, steps in lanes_of(step):
                lanes.setdefault((step["id"], inner), list(steps))
                reached.append((step["id"], inner))
    for lane in reversed(reached):
        lanes[lane] = [_refilled(step, lanes) for step in lanes[lane]]
    return {**document, "steps": lanes[None, ""]}


def _refilled(step: Step, lanes: _Lanes) -> Step:
    changed = {
        lane: lanes[step["id"], lane]
        for lane, steps in lanes_of(step)
        if not _same(steps, lanes[step["id"], lane])
    }
    return {**step, **changed} if changed else step


def _same(one: Sequence[Step], other: Sequence[Step]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _topmost(document: Document, ids: Collection[str]) -> list[Step]:
    """The steps with these ids, in order, but for those that stand in a lane of another."""
    chosen: list[Step] = []
    covered: set[str] = set()
    for slot, step in steps_in_order(document):
        if slot.owner in covered:
            covered.add(step["id"])
        elif step["id"] in ids:
            covered.add(step["id"])
            chosen.append(step)
    return chosen


def _with_fresh_ids(
    document: Document,
    steps: Sequence[Step],
    outside: Callable[[str], str],
    used: Iterable[str],
) -> list[Step]:
    """Copies of steps with new ids; `outside` says what a question about another step becomes."""
    taken = {*used, *(step["id"] for _, step in steps_in_order(document))}
    new: dict[str | None, str] = {}
    for _, step in steps_in_order({"steps": steps}):
        new[step["id"]] = _fresh_id(taken, step["type"])
    lanes: _Lanes = {}
    for (owner, lane), inner in _unfold({"steps": steps}).items():
        lanes[new.get(owner), lane] = [_renamed(step, new, outside) for step in inner]
    renamed: list[Step] = _fold({}, lanes)["steps"]
    return renamed


def _renamed(step: Step, new: Mapping[str | None, str], outside: Callable[[str], str]) -> Step:
    copy = {**step, "id": new[step["id"]]}
    condition = step.get("condition", {})
    asked = condition.get("step")
    if isinstance(asked, str) and asked != ANY:
        copy["condition"] = {**condition, "step": new[asked] if asked in new else outside(asked)}
    return copy


def _fresh_id(taken: set[str], type: str) -> str:
    """An id that is not among `taken`, and now is."""
    id = next(id for number in count(1) if (id := f"{type}-{number}") not in taken)
    taken.add(id)
    return id


def _clipboard_steps(text: str) -> list[Step]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(document, dict) or document.get("format") != CLIPBOARD_FORMAT:
        return []
    steps = document.get("steps")
    if not are_drawable(steps):
        return []
    # Another version of this program may have copied them.
    found = salvage({"steps": steps}, "")
    return [] if found is None else list(found.document["steps"])

"""What an Update would do to the people in a live flow, said before it is done.

The engine's own rule (`engine.flow.surviving`, engine.md section 6) on the counters the screens
read: nobody is counted one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from db.errors import KnownError
from db.queries import flows, reports, setup
from engine.flow import Stored, read_flow, surviving, walk_cards
from engine.naming import load_names
from engine.practice import read_practice
from engine.why import Wording, cards, title
from engine.workspace import Reader

Becomes = Literal["stays", "moves", "completes"]
_UNASKED: Final = {"type": "replied"}


@dataclass(frozen=True, slots=True)
class Group:
    """The `count` people who stand at a step, what becomes of them, and where they go on."""

    step: str
    title: str
    count: int
    becomes: Becomes
    target: str | None
    sentence: str


def impact(reader: Reader, flow_id: int, new: Mapping[str, Any]) -> list[Group]:
    """What becomes of everyone in a flow if it is updated to the public document `new` now.

    In the order of the flow as it is; steps at which nobody stands are left out. `new` may have
    faults in what its steps say, not in their ids, types and lanes. Who has already run the
    step they would move to goes on to the next. Raises KnownError if the flow was deleted.
    """
    row = flows.by_id(reader, flow_id)
    if row is None:
        raise KnownError("This automation was deleted; go back to the list.", 2)
    stored = flows.document(reader, row.version_id)
    old, target_flow = read_flow(stored), read_flow({"steps": _bare(new["steps"])})
    here = {at.step: at.here for at in reports.here(reader, [flow_id])}
    zone = read_practice(setup.settings(reader)).zone
    wording = Wording(cards(stored), load_names(reader).inverse(), zone)
    return [
        _group(card["id"], here[card["id"]], surviving(old, target_flow, card["id"]), wording)
        for _, card in walk_cards(stored["steps"])
        if here.get(card["id"])
    ]


def _bare(steps: Sequence[Stored]) -> list[Stored]:
    """Steps with nothing but what says where they stand, so that unfinished ones can be read."""
    return [
        {
            "id": step["id"], "type": step["type"], "condition": _UNASKED,
            "yes": _bare(step.get("yes", ())), "no": _bare(step.get("no", ())),
        }
        for step in steps
    ]  # fmt: skip


def _group(step: str, count: int, target: str | None, wording: Wording) -> Group:
    who = f"{count:,} {'person' if count == 1 else 'people'} at {title(step, wording)}"
    one = count == 1
    becomes: Becomes
    if target == step:
        said, becomes = f"{who} {'stays' if one else 'stay'} there.", "stays"
    elif target is None:
        said, becomes = f"{who} {'completes' if one else 'complete'}.", "completes"
    else:
        verb = "moves" if one else "move"
        said, becomes = f"{who} {verb} to {title(target, wording)}.", "moves"
    return Group(step, title(step, wording), count, becomes, target, said)

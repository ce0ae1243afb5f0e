"""The arrow keys' ways through a flow, and what a dropped step is near to."""

from __future__ import annotations

from random import Random

import pytest

from canvas.aim import slot_near, with_all_inside
from canvas.layout import lay_out
from canvas.operations import Document, Slot
from canvas.walk import Stop, Walk
from engine.vocabulary import END, TRIGGER
from tests.unit.canvas_flows import branch, flow, plain, random_flow

WELCOME = flow(
    plain("thanks", "send_email"),
    plain("wait"),
    branch("opened", [plain("nudge", "send_sms"), plain("later")], [plain("call")]),
    branch("empty", [], []),
    plain("mark", "set_property"),
)


def walk(document: Document) -> Walk:
    return Walk(document, lay_out(document))


def test_down_follows_the_flow_through_the_yes_lanes() -> None:
    ways, stop, passed = walk(WELCOME), TRIGGER, list[Stop]()
    here: Stop = stop
    while here != END:
        here = ways.below(here)
        passed.append(here)

    yes = Slot("empty", "yes", 0)
    assert passed == ["thanks", "wait", "opened", "nudge", "later", "empty", yes, "mark", END]
    assert ways.below(END) == END


def test_sides_change_lanes() -> None:
    ways = walk(WELCOME)

    assert ways.beside("opened", "yes") == "nudge"
    assert ways.beside("opened", "no") == "call"
    assert ways.beside("later", "no") == "call"
    assert ways.beside("call", "yes") == "nudge"
    assert ways.beside("call", "no") == "call"
    assert ways.beside(Slot("empty", "yes", 0), "no") == Slot("empty", "no", 0)
    assert ways.beside("thanks", "no") == "thanks"
    assert ways.beside(TRIGGER, "no") == TRIGGER


def test_no_lane_leads_out_below_and_back_above() -> None:
    ways = walk(WELCOME)

    assert ways.below("call") == "empty"
    assert ways.above("call") == "opened"
    assert ways.above("empty") == "later"
    assert ways.above("mark") == Slot("empty", "yes", 0)
    assert ways.above("thanks") == TRIGGER
    assert ways.above(TRIGGER) == TRIGGER
    assert ways.above(END) == "mark"


def test_a_flow_without_steps_has_two_ends() -> None:
    ways = walk(flow())

    assert ways.below(TRIGGER) == END
    assert ways.above(END) == TRIGGER
    assert ways.step_by_step() == [TRIGGER, Slot(None, "", 0), END]


@pytest.mark.parametrize("seed", range(40))
def test_every_card_and_plus_is_reached(seed: int) -> None:
    document = random_flow(Random(seed))
    layout = lay_out(document)
    ways = Walk(document, layout)

    stops = ways.step_by_step()
    assert len(stops) == len(set(stops))
    assert set(stops) == {card.id for card in layout.cards} | {
        plus.slot for plus in layout.pluses
    } | {END}

    reached: set[Stop] = {TRIGGER}
    waiting: list[Stop] = [TRIGGER]
    while waiting:
        stop = waiting.pop()
        for other in (ways.below(stop), ways.beside(stop, "yes"), ways.beside(stop, "no")):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    assert {card.id for card in layout.cards} | {END} <= reached

    for stop in reached - {TRIGGER}:
        assert ways.above(stop) != stop


def test_the_way_someone_took_runs_along_its_edges() -> None:
    layout = lay_out(WELCOME)
    ways = Walk(WELCOME, layout)

    taken = ways.edges_taken([TRIGGER, "thanks", "wait", "opened", "call", "empty", "mark", END])

    leads_to = sorted(edge.target_id for edge in taken)
    lanes_of_empty = ["mark", "mark", "mark"]
    assert leads_to == sorted(
        ["thanks", "wait", "opened", "call", "empty", "empty", *lanes_of_empty, END]
    )
    assert not ways.edges_taken([])


@pytest.mark.parametrize("seed", range(20))
def test_a_point_on_a_plus_means_its_slot(seed: int) -> None:
    layout = lay_out(random_flow(Random(seed)))

    for plus in layout.pluses:
        assert slot_near(layout, plus.x + 3, plus.y - 3, 20) == plus.slot


def test_a_point_near_an_edge_means_the_slot_on_it_and_one_elsewhere_none() -> None:
    layout = lay_out(WELCOME)
    label = next(one for one in layout.labels if one.id == "opened" and one.text == "NO")

    assert slot_near(layout, label.x, label.y - 4, 8) == Slot("opened", "no", 0)
    assert slot_near(layout, -500, -500, 32) is None


def test_nothing_is_meant_inside_what_is_moved() -> None:
    layout = lay_out(WELCOME)
    inside = with_all_inside(WELCOME, {"opened"})
    plus = next(one for one in layout.pluses if one.slot == Slot("opened", "yes", 1))

    assert inside == {"opened", "nudge", "later", "call"}
    assert slot_near(layout, plus.x, plus.y, 10, inside) is None

"""The layout of a flow: tidy, without overlaps, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from canvas.layout import SIZES, Card, Edge, Layout, lay_out
from canvas.operations import Document, Slot, lanes_of, steps_in_order
from engine.vocabulary import END, TRIGGER
from tests.unit.canvas_flows import Flow, branch, deep_flow, flow, plain, random_flow

Box = tuple[int, int, int, int]

WELCOME = flow(
    plain("thanks", "send_email"),
    plain("wait"),
    branch("opened", [plain("nudge", "send_sms")], [plain("call", "create_task")]),
    plain("mark", "set_property"),
)


def boxes(layout: Layout) -> list[Box]:
    """Everything that takes room: cards, the end, pluses, labels; left, top, right, bottom."""
    cards = [
        (card.x, card.y, card.x + card.width, card.y + card.height)
        for card in (*layout.cards, layout.end)
    ]
    half = SIZES.plus // 2
    pluses = [(p.x - half, p.y - half, p.x + half, p.y + half) for p in layout.pluses]
    labels = [(one.x - 22, one.y - 10, one.x + 22, one.y + 10) for one in layout.labels]
    return cards + pluses + labels


def overlaps(found: list[Box]) -> list[tuple[Box, Box]]:
    """Pairs of boxes that share room, found by a sweep down the picture."""
    clashes, open_boxes = [], list[Box]()
    for box in sorted(found, key=lambda box: box[1]):
        open_boxes = [other for other in open_boxes if other[3] > box[1]]
        clashes += [(other, box) for other in open_boxes if other[0] < box[2] and box[0] < other[2]]
        open_boxes.append(box)
    return clashes


def slots(document: Document) -> Iterator[Slot]:
    yield from (Slot(None, "", index) for index in range(len(document["steps"]) + 1))
    for _, step in steps_in_order(document):
        for lane, steps in lanes_of(step):
            yield from (Slot(step["id"], lane, index) for index in range(len(steps) + 1))


def cards(layout: Layout) -> dict[str, Card]:
    return {card.id: card for card in (*layout.cards, layout.end)}


def middle(card: Card) -> int:
    return card.x + card.width // 2


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Flow, Layout]]:
    """Two hundred random flows and how they are laid out."""
    flows = [random_flow(Random(seed)) for seed in range(200)]
    assert max(len(list(steps_in_order(flow))) for flow in flows) > 30
    return [(flow, lay_out(flow)) for flow in flows]


def test_the_picture_of_the_specification() -> None:
    layout = lay_out(WELCOME)
    assert {card.id: (card.x, card.y) for card in layout.cards} == {
        TRIGGER: (150, 0),
        "thanks": (150, 88),
        "wait": (150, 176),
        "opened": (150, 264),
        "nudge": (0, 384),
        "call": (300, 384),
        "mark": (150, 510),
    }
    assert (layout.end.y, layout.width, layout.height, layout.axis) == (602, 532, 628, 266)
    assert [(label.text, label.id, label.y) for label in layout.labels] == [
        ("YES", "opened", 350),
        ("NO", "opened", 350),
    ]


def test_nothing_overlaps(drawn: list[tuple[Flow, Layout]]) -> None:
    for _, layout in drawn:
        assert overlaps(boxes(layout)) == []


def test_everything_is_inside_the_picture(drawn: list[tuple[Flow, Layout]]) -> None:
    for _, layout in drawn:
        found = boxes(layout)
        assert 0 <= min(box[0] for box in found) < SIZES.empty // 2
        assert min(box[1] for box in found) == 0
        assert 0 <= layout.width - max(box[2] for box in found) < SIZES.empty // 2
        assert max(box[3] for box in found) == layout.height


def test_yes_is_left_of_no_and_both_stand_off_the_trunk(drawn: list[tuple[Flow, Layout]]) -> None:
    for document, layout in drawn:
        places = cards(layout)
        sides = {(plus.slot.owner, plus.slot.lane): plus.x for plus in layout.pluses}
        labels = {(label.id, label.text): label.x for label in layout.labels}
        for _, step in steps_in_order(document):
            if step["type"] == "if_then":
                id, trunk = step["id"], middle(places[step["id"]])
                assert sides[id, "yes"] < trunk < sides[id, "no"]
                assert trunk - sides[id, "yes"] == sides[id, "no"] - trunk
                assert sides[id, "yes"] < labels[id, "YES"] < trunk
                assert trunk < labels[id, "NO"] < sides[id, "no"]


def test_the_same_flow_is_drawn_the_same_every_time(drawn: list[tuple[Flow, Layout]]) -> None:
    for document, layout in drawn:
        assert lay_out(document) == layout


def test_every_step_has_one_card_and_every_slot_one_plus(drawn: list[tuple[Flow, Layout]]) -> None:
    for document, layout in drawn:
        steps = {step["id"]: step["type"] for _, step in steps_in_order(document)}
        assert {card.id: card.type for card in layout.cards} == {TRIGGER: TRIGGER, **steps}
        assert len(layout.cards) == len(steps) + 1
        drawn_slots = [plus.slot for plus in layout.pluses]
        assert len(drawn_slots) == len(set(drawn_slots))
        assert set(drawn_slots) == set(slots(document))


def test_a_plus_stands_above_the_step_its_slot_moves_down(
    drawn: list[tuple[Flow, Layout]],
) -> None:
    for document, layout in drawn:
        places = cards(layout)
        pluses = {plus.slot: plus for plus in layout.pluses}
        for slot, step in steps_in_order(document):
            card, plus = places[step["id"]], pluses[slot]
            assert plus.x == middle(card)
            assert 0 < card.y - plus.y <= SIZES.gap


def _is_right_angled(edge: Edge) -> bool:
    pairs = list(zip(edge.points, edge.points[1:], strict=False))
    return all((a[0] == b[0]) != (a[1] == b[1]) for a, b in pairs)


def test_lines_lead_to_every_card_and_cross_none(drawn: list[tuple[Flow, Layout]]) -> None:
    for _, layout in drawn:
        places = cards(layout)
        pluses = {(plus.x, plus.y) for plus in layout.pluses}
        assert {edge.target_id for edge in layout.edges} == set(places) - {TRIGGER}
        for edge in layout.edges:
            assert _is_right_angled(edge), edge
            target = places[edge.target_id]
            assert edge.points[-1] in pluses | {(middle(target), target.y)}
        lines = [line for edge in layout.edges for line in _lines(edge)]
        for card in places.values():
            inner = (card.x + 1, card.y + 1, card.x + card.width - 1, card.y + card.height - 1)
            assert not any(_meet(line, inner) for line in lines)


def _lines(edge: Edge) -> list[Box]:
    return [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for a, b in zip(edge.points, edge.points[1:], strict=False)
    ]


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def test_an_empty_flow_leads_from_the_trigger_to_the_end() -> None:
    layout = lay_out({})
    assert [card.id for card in layout.cards] == [TRIGGER]
    assert [plus.slot for plus in layout.pluses] == [Slot(None, "", 0)]
    assert [edge.target_id for edge in layout.edges] == [END]
    assert overlaps(boxes(layout)) == []


def test_an_empty_lane_keeps_its_plus_and_its_room() -> None:
    layout = lay_out(flow(branch("b")))
    yes, no = (
        next(plus for plus in layout.pluses if (plus.slot.owner, plus.slot.lane) == ("b", lane))
        for lane in ("yes", "no")
    )
    assert no.x - yes.x == SIZES.empty + SIZES.lane_gap
    assert [edge.target_id for edge in layout.edges] == ["b", END, END, END]


@pytest.mark.parametrize("lane", ["yes", "no"])
def test_branches_hundreds_deep(lane: str) -> None:
    layout = lay_out(deep_flow(800, lane))
    assert len(layout.cards) == 801
    assert overlaps(boxes(layout)) == []
    assert layout.width < 800 * (SIZES.card_width + SIZES.lane_gap)


def test_five_thousand_cards() -> None:
    def spread(depth: int, name: str) -> list[Flow]:
        if depth == 0:
            return [plain(f"{name}.{number}") for number in range(8)]
        return [branch(name, spread(depth - 1, name + "y"), spread(depth - 1, name + "n"))]

    document = flow(*spread(9, "b"), *(plain(f"p{number}") for number in range(500)))
    layout = lay_out(document)
    assert len(layout.cards) > 5000
    assert overlaps(boxes(layout)) == []

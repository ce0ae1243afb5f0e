"""The drawn flow: a mirror of its document that keeps what stays."""

from __future__ import annotations

import sys
from random import Random

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem

from canvas import operations
from canvas.items import CardItem
from canvas.marks import CountItem, EndItem, LaneLabelItem, PlusItem
from canvas.operations import Slot
from canvas.palette import colours_of
from canvas.scene import FlowScene
from canvas.shape import same_shape
from engine.vocabulary import END, TRIGGER
from tests.gui.canvas_kit import WELCOME, captions, drawn_scene, told
from tests.unit.canvas_flows import flow, plain, random_flow
from views.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.usefixtures("qapp")


def items_of(scene: QGraphicsScene, kind: type[QGraphicsItem]) -> list[QGraphicsItem]:
    return [item for item in scene.items() if isinstance(item, kind)]


def picture(scene: FlowScene) -> QImage:
    size = scene.sceneRect().size().toSize()
    image = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter)
    painter.end()
    return image


def test_every_card_plus_and_label_is_drawn() -> None:
    scene = drawn_scene()

    assert len(items_of(scene, CardItem)) == 8
    assert len(items_of(scene, PlusItem)) == len(scene.layout.pluses)
    assert len(items_of(scene, LaneLabelItem)) == 4
    assert len(items_of(scene, EndItem)) == 1


@pytest.mark.parametrize("seed", range(15))
def test_the_items_mirror_any_two_flows_one_after_the_other(seed: int) -> None:
    random = Random(seed)
    scene = drawn_scene(random_flow(random))
    document = random_flow(random)
    scene.show(document, captions(document))

    cards = {item.id: item.pos() for item in items_of(scene, CardItem)
             if isinstance(item, CardItem)}  # fmt: skip
    assert {id: (at.x(), at.y()) for id, at in cards.items()} == {
        card.id: (card.x, card.y) for card in scene.layout.cards
    }
    pluses = [item for item in items_of(scene, PlusItem) if isinstance(item, PlusItem)]
    assert {item.slot: (item.x(), item.y()) for item in pluses} == {
        plus.slot: (plus.x, plus.y) for plus in scene.layout.pluses
    }


def test_the_cards_of_steps_that_stay_are_kept_and_so_is_the_selection() -> None:
    scene = drawn_scene()
    before = {id: scene.card(id) for id in ("mark", "call", TRIGGER)}
    scene.select({"mark", "call"})
    heard = told(scene.selection_ids_changed)

    grown = operations.insert(WELCOME, Slot(None, "", 0), [plain("new")])
    scene.show(grown, captions(grown))

    assert {id: scene.card(id) for id in before} == before
    assert scene.selected_ids() == ["call", "mark"]
    assert heard == []

    less = operations.remove(grown, {"call"})
    scene.show(less, captions(less))
    assert heard == [["mark"]]


def test_what_is_typed_shows_at_once() -> None:
    scene = drawn_scene()
    words = captions(WELCOME)
    words["thanks"] = words["thanks"]._replace(summary="Welcome, Ann")

    scene.show(WELCOME, words, {"thanks": "Choose an email"}, {"wait": "96 waiting now"})

    assert scene.card("thanks").face.summary == "Welcome, Ann"
    assert scene.card("thanks").toolTip() == "Choose an email"
    spoken = scene.card("thanks").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Title of thanks. Welcome, Ann. Problem: Choose an email"
    assert scene.card("wait").face.number == "96 waiting now"

    scene.show(WELCOME, words)
    assert scene.card("thanks").toolTip() == "Welcome, Ann"
    assert scene.card("wait").face.number == ""


@pytest.mark.parametrize("seed", range(15))
def test_only_words_keep_the_shape(seed: int) -> None:
    random = Random(seed)
    document = random_flow(random)
    steps = [step for _, step in operations.steps_in_order(document)]
    worded: operations.Document = document
    for step in steps:
        worded = operations.replace_step(worded, step["id"], {**step, "note": "other words"})
    grown = operations.insert(document, Slot(None, "", 0), [plain("new")])

    assert same_shape(document, worded)
    assert not same_shape(document, grown)
    for step in steps:
        assert not same_shape(document, operations.remove(document, {step["id"]}))


def test_lanes_and_the_end_show_their_numbers() -> None:
    scene = drawn_scene()

    scene.show(WELCOME, captions(WELCOME), {}, {END: "1,138"}, {("opened", "yes"): "701"})

    written = {item.words for item in scene.items() if isinstance(item, LaneLabelItem | EndItem)}
    assert written == {"YES · 701", "YES", "NO", "End of automation · 1,138"}


def written_beside(scene: FlowScene) -> dict[Slot, str]:
    """The numbers on edges, by the slot of the plus each stands to the right of."""
    found = {}
    for item in scene.items():
        if isinstance(item, CountItem):
            box = item.sceneBoundingRect()
            (slot,) = (
                plus.slot
                for plus in scene.layout.pluses
                if plus.x < box.left() < plus.x + 20 and abs(box.center().y() - plus.y) < 1
            )
            found[slot] = item.text()
    return found


def test_edges_show_how_many_went_on_below_their_card() -> None:
    scene = drawn_scene()
    ways = {("wait", ""): "1,175", ("opened", ""): "1,138", ("nudge", ""): "664", ("gone", ""): "3"}

    scene.show(WELCOME, captions(WELCOME), {}, {}, ways)
    assert written_beside(scene) == {
        Slot(None, "", 2): "1,175", Slot(None, "", 3): "1,138", Slot("opened", "yes", 1): "664",
    }  # fmt: skip

    grown = operations.insert(WELCOME, Slot(None, "", 2), [plain("new")])
    scene.show(grown, captions(grown), {}, {}, ways)
    assert written_beside(scene) == {
        Slot(None, "", 2): "1,175", Slot(None, "", 4): "1,138", Slot("opened", "yes", 1): "664",
    }  # fmt: skip

    scene.show(grown, captions(grown))
    assert items_of(scene, CountItem) == []


def test_the_trigger_can_be_selected_but_not_removed() -> None:
    scene = drawn_scene()
    scene.select({TRIGGER, "wait"})

    assert scene.selected_ids() == [TRIGGER, "wait"]
    assert scene.selected_steps() == ["wait"]


def test_a_selection_is_told_once() -> None:
    scene = drawn_scene()
    heard = told(scene.selection_ids_changed)

    scene.select({"thanks", "mark", "call"})
    scene.select({"thanks", "mark", "call"})
    scene.stand_at("wait")
    scene.stand_at(Slot("replied", "no", 0))

    assert heard == [["thanks", "call", "mark"], ["wait"], []]
    assert scene.current == Slot("replied", "no", 0)


def test_a_stop_that_is_gone_is_forgotten() -> None:
    scene = drawn_scene()
    scene.stand_at(Slot("replied", "no", 0))
    less = operations.remove(WELCOME, {"replied"})

    scene.show(less, captions(less))
    assert scene.current is None
    scene.stand_at("replied")
    assert scene.current is None


def test_the_way_someone_took_stands_out() -> None:
    scene = drawn_scene()
    scene.highlight([TRIGGER, "thanks", "wait", "opened", "call"])

    assert scene.card("call").opacity() == 1
    assert scene.card("nudge").opacity() < 1
    scene.highlight([])
    assert scene.card("nudge").opacity() == 1


def test_where_a_dragged_step_would_land_is_marked() -> None:
    scene = drawn_scene()
    one, other = Slot(None, "", 0), Slot("opened", "no", 1)
    scene.aim(one)
    scene.aim(other)

    assert not scene.plus(one).is_aimed
    assert scene.plus(other).is_aimed
    scene.aim(None)
    assert not scene.plus(other).is_aimed


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_theme_reaches_everything(theme: Theme) -> None:
    scene = drawn_scene()
    scene.set_theme(colours_of({name: getattr(theme, name) for name in theme.__slots__}))
    image = picture(scene)

    card = scene.card("thanks").sceneBoundingRect().translated(-scene.sceneRect().topLeft())
    inside = card.topLeft().toPoint()
    assert image.pixelColor(2, 2) == QColor(theme.ground)
    assert image.pixelColor(inside.x() + 6, inside.y() + 50) == QColor(theme.surface)


def test_from_afar_the_flow_is_drawn_in_boxes_that_can_still_be_hit() -> None:
    scene = drawn_scene()
    near = picture(scene)
    scene.set_far(True)
    far = picture(scene)
    at = scene.card("call").sceneBoundingRect().center()

    assert near != far
    found = scene.card_at(at)
    assert found is not None and found.id == "call"
    assert scene.plus_at(scene.plus(Slot(None, "", 0)).pos()) is None
    added = operations.insert(WELCOME, Slot(None, "", 0), [plain("new")])
    scene.show(added, captions(added))
    scene.set_far(False)
    assert not scene.card("new").flags() & QGraphicsItem.GraphicsItemFlag.ItemHasNoContents


def test_ten_thousand_paints_lose_no_reference_to_none() -> None:
    scene = drawn_scene(flow(plain("only", "send_email")))
    scene.show(scene.document, captions(scene.document), {"only": "Choose an email"})
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    option = QStyleOptionGraphicsItem()
    items = [item for item in scene.items() if isinstance(item, CardItem | PlusItem | EndItem)]

    for item in items:
        item.paint(painter, option)
    before = sys.getrefcount(None)
    for _ in range(10_000 // len(items) + 1):
        for item in items:
            item.paint(painter, option)
    after = sys.getrefcount(None)
    painter.end()

    assert abs(after - before) <= 50


def test_a_thousand_frames_lose_no_reference_to_none() -> None:
    scene = drawn_scene()
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    counts = []
    for _ in range(2):
        for _ in range(1_000):
            scene.render(painter, QRectF(image.rect()), QRectF(0, 0, 300, 300))
        counts.append(sys.getrefcount(None))
    painter.end()

    assert abs(counts[1] - counts[0]) <= 50

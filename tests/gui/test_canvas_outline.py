"""The outline says what the canvas shows, and the minimap shows where one looks."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas import operations
from canvas.look import Caption
from canvas.minimap import Minimap
from canvas.operations import Document, Slot, lanes_of
from canvas.outline import OutlineModel, OutlineView
from canvas.scene import FlowScene
from engine.vocabulary import END, TRIGGER
from tests.gui.canvas_kit import WELCOME, captions, drawn_scene, shown_view, told
from tests.gui.test_flow_document import anything as edited
from tests.unit.canvas_flows import plain, random_flow

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def said(model: OutlineModel, parent: QModelIndex | None = None, depth: int = 0) -> Iterator[str]:
    """Every row as it is read out, indented."""
    under = QModelIndex() if parent is None else parent
    for row in range(model.rowCount(under)):
        index = model.index(row, 0, under)
        yield "  " * depth + str(index.data(SPOKEN))
        yield from said(model, index, depth + 1)


def drawn(scene: FlowScene, document: Document) -> Iterator[str]:
    """Every card of the canvas as it is read out, indented by the lane it stands in."""

    def lane(steps: list[operations.Step], depth: int) -> Iterator[str]:
        for step in steps:
            yield "  " * depth + scene.card(step["id"]).face.spoken()
            for name, inner in lanes_of(step):
                words = name.upper() if inner else f"{name.upper()}: no steps yet"
                yield "  " * (depth + 1) + words
                yield from lane(list(inner), depth + 2)

    yield scene.card(TRIGGER).face.spoken()
    yield from lane(document["steps"], 0)
    yield "End of automation"


@pytest.fixture
def outline(qtbot: QtBot) -> OutlineView:
    scene = drawn_scene()
    view = OutlineView(scene)
    scene.setParent(view)
    qtbot.addWidget(view)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.mark.parametrize("seed", range(30))
def test_outline_and_canvas_agree(qapp: object, seed: int) -> None:
    random = Random(seed)
    scene = drawn_scene(random_flow(random))
    model = OutlineModel(scene)
    for _ in range(3):
        document = random_flow(random)
        steps = [step["id"] for _, step in operations.steps_in_order(document)]
        faults = {id: "Choose an email" for id in steps if random.random() < 0.3}
        numbers = {id: "12 waiting now" for id in steps if random.random() < 0.3}
        scene.show(document, captions(document), faults, numbers)
        model.refresh()
        assert list(said(model)) == list(drawn(scene, document))


@pytest.mark.parametrize("seed", range(3))
def test_outline_and_canvas_agree_after_every_edit(outline: OutlineView, seed: int) -> None:
    random, scene = Random(seed), outline.flow
    document: Document = WELCOME
    for _ in range(60):
        document = edited(document, random)
        scene.show(document, captions(document))
        assert list(said(outline.outline)) == list(drawn(scene, document))


def test_words_that_change_keep_the_rows(outline: OutlineView) -> None:
    scene, model = outline.flow, outline.outline
    kept = model.index_of("call")
    resets = told(model.modelReset)
    scene.show(WELCOME, captions(WELCOME), {"call": "Give the task a title"})

    assert resets == []
    assert kept.data(SPOKEN).endswith("Problem: Give the task a title")
    assert outline.isExpanded(model.index_of("opened"))


def test_what_is_selected_in_one_is_selected_in_the_other(outline: OutlineView) -> None:
    scene, model = outline.flow, outline.outline
    heard = told(scene.selection_ids_changed)
    scene.select({"thanks", "call"})
    stood = told(scene.stood_at)
    rows = {model.stop_at(index) for index in outline.selectionModel().selectedRows()}
    assert rows == {"thanks", "call"}

    outline.setCurrentIndex(model.index_of("mark"))
    outline.setCurrentIndex(model.index_of(Slot("replied", "no", 0)))
    outline.setCurrentIndex(model.index_of(END))
    assert stood == ["mark", Slot("replied", "no", 0), END]
    assert heard == [["thanks", "call"], ["mark"], []]


def test_the_selection_survives_an_edit(outline: OutlineView) -> None:
    scene, model = outline.flow, outline.outline
    scene.select({"call"})
    grown = operations.insert(WELCOME, Slot(None, "", 0), [plain("new")])
    scene.show(grown, captions(grown))

    rows = [model.stop_at(index) for index in outline.selectionModel().selectedRows()]
    assert rows == ["call"]
    assert outline.isExpanded(model.index_of("opened"))


def test_enter_opens_the_form(outline: OutlineView) -> None:
    heard = told(outline.flow.opened)
    outline.setCurrentIndex(outline.outline.index_of("wait"))
    QTest.keyClick(outline, Qt.Key.Key_Return)
    assert heard == ["wait"]


def test_a_hidden_outline_catches_up_when_shown(outline: OutlineView) -> None:
    scene = outline.flow
    outline.hide()
    grown = operations.insert(WELCOME, Slot(None, "", 0), [plain("new")])
    scene.show(grown, captions(grown))
    scene.select({"new"})
    outline.show()

    rows = [outline.outline.stop_at(index) for index in outline.selectionModel().selectedRows()]
    assert rows == ["new"]


def test_the_minimap_frames_what_is_seen_and_leads_elsewhere(qtbot: QtBot) -> None:
    view = shown_view(qtbot)
    minimap = Minimap(view)
    qtbot.addWidget(minimap)
    minimap.resize(144, 104)
    with qtbot.waitExposed(minimap):
        minimap.show()
    view.fit()
    whole = minimap.frame()
    view.zoom_to(2.0)
    view.centre_on("wait")
    part = minimap.frame()

    assert whole.contains(part)
    assert part.height() < whole.height()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(72, 96))
    assert minimap.frame().top() > part.top()
    assert view.seen().contains(view.flow.bounds_of(END))


def test_the_minimap_is_drawn_anew_where_it_looks_different(qtbot: QtBot) -> None:
    view = shown_view(qtbot)
    minimap = Minimap(view)
    qtbot.addWidget(minimap)
    minimap.resize(144, 104)
    words = captions(WELCOME)
    view.flow.show(WELCOME, words)
    minimap.grab()
    before = minimap._picture.cacheKey()
    view.flow.show(WELCOME, {**words, "wait": Caption("Delay", "3 days")})
    minimap.grab()
    assert minimap._picture.cacheKey() == before
    view.flow.show(WELCOME, words, {"wait": "Say how long to wait"})
    minimap.grab()
    assert minimap._picture.cacheKey() != before

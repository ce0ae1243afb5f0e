"""The numbers over a live flow: what its cards, lanes and edges came to, as the engine lived it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from canvas.marks import CountItem, EndItem, LaneLabelItem
from db.session import open_store
from engine.calendar import DAY
from engine.runner import advance
from engine.vocabulary import TRIGGER
from tests.gui.fakes import DirectDesk
from tests.integration.desk import EMAIL, NOON, Desk
from views.builder import BuilderPage
from views.ports import Place

PAUSE = {"id": "pause", "type": "delay", "amount": 1, "unit": "days"}
TASK = {
    "id": "call", "type": "create_task", "title": "Call {{firstname}}", "assignee": "front_desk",
    "due_in": {"amount": 1, "unit": "days"},
}  # fmt: skip
OPENED = {
    "id": "opened", "type": "if_then", "condition": {"type": "opened_email", "step": "mail"},
    "yes": [], "no": [TASK],
}  # fmt: skip


@pytest.fixture
def lived(desk: DirectDesk, tmp_path: Path) -> Iterator[Desk]:
    """Three entered: two took the NO lane and completed, one stands at the pause."""
    store = open_store(str(tmp_path / "store.db"))
    lived = Desk(store).set_up(EMAIL, PAUSE, OPENED)
    for name in ("Ann", "Bob"):
        lived.ask(lived.person(name))
    advance(lived.workspace, NOON + 2 * DAY)
    lived.ask(lived.person("Cat", NOON + 2 * DAY), NOON + 2 * DAY)
    yield lived
    store.close()


@pytest.fixture
def page(qtbot: QtBot, lived: Desk) -> BuilderPage:
    page = BuilderPage(DirectDesk(lived.workspace, NOON + 2 * DAY))
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.go(Place("automations", record=lived.flow, tab="build"))
    return page


def written(page: BuilderPage) -> list[str]:
    """What lanes, edges and the end say, from the top down."""
    items = page.build.drawing.scene.items()
    marks = [item for item in items if isinstance(item, LaneLabelItem | CountItem | EndItem)]
    marks.sort(key=lambda item: (item.sceneBoundingRect().center().y(), item.x()))
    return [item.text() if isinstance(item, CountItem) else item.words for item in marks]


def test_numbers_say_what_every_card_lane_and_edge_came_to(page: BuilderPage) -> None:
    assert written(page) == ["YES", "NO", "End of automation"]
    numbers = page.findChild(QPushButton, "canvas-numbers")
    assert isinstance(numbers, QPushButton)

    QTest.mouseClick(numbers, Qt.MouseButton.LeftButton)
    assert written(page) == [
        "3", "2", "YES · 0", "NO · 2", "2", "2", "End of automation · 2 completed",
    ]  # fmt: skip
    faces = page.build.drawing.scene.faces
    assert {id: face.number for id, face in faces.items()} == {
        TRIGGER: "3 enrolled", "mail": "3 sent", "pause": "1 waiting now",
        "opened": "2 entered", "call": "2 entered",
    }  # fmt: skip

    QTest.mouseClick(numbers, Qt.MouseButton.LeftButton)
    assert written(page) == ["YES", "NO", "End of automation"]

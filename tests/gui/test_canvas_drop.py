"""Steps dragged from the palette onto the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas.operations import Slot
from canvas.view import STEP_MIME, FlowView
from canvas.walk import Stop
from tests.gui.canvas_kit import shown_view, told

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def view(qtbot: QtBot) -> FlowView:
    return shown_view(qtbot)


def at(view: FlowView, stop: Stop) -> QPoint:
    """The middle of a card, a plus or the end in the viewport."""
    return view.mapFromScene(view.flow.bounds_of(stop).center())


def mime(kind: str) -> QMimeData:
    data = QMimeData()
    data.setData(STEP_MIME, kind.encode())
    return data


def drop(view: FlowView, where: QPoint, data: QMimeData) -> bool:
    """Drag something from elsewhere to a point and let it go; whether it is taken."""
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(where, copy, data, LEFT, NONE)
    enter.ignore()
    QApplication.sendEvent(view.viewport(), enter)
    if enter.isAccepted():
        move = QDragMoveEvent(where, copy, data, LEFT, NONE)
        QApplication.sendEvent(view.viewport(), move)
        event = QDropEvent(QPointF(where), copy, data, LEFT, NONE)
        QApplication.sendEvent(view.viewport(), event)
    else:
        QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
    return enter.isAccepted()


@pytest.mark.parametrize("aside", [QPoint(), QPoint(15, -6)])
def test_a_step_dropped_on_a_plus_is_asked_for_there(view: FlowView, aside: QPoint) -> None:
    heard = told(view.flow.dropped)
    slot = Slot("opened", "no", 1)
    data = mime("delay")

    assert drop(view, at(view, slot) + aside, data)
    assert heard == [("delay", slot)]


def test_a_step_dropped_on_an_edge_is_asked_for_there(view: FlowView) -> None:
    heard = told(view.flow.dropped)
    label = next(one for one in view.flow.layout.labels if one.text == "YES")
    on_edge = view.mapFromScene(QPointF(label.x + 40, label.y + 5))
    data = mime("send_sms")
    drop(view, on_edge, data)

    assert heard == [("send_sms", Slot("opened", "yes", 0))]


def test_a_step_dropped_elsewhere_changes_nothing_and_hints(view: FlowView) -> None:
    heard, hints = told(view.flow.dropped), told(view.flow.hinted)
    data = mime("delay")
    drop(view, QPoint(20, 20), data)

    assert heard == []
    assert hints == ["Nothing was added. Drop a step on a + or on a line."]


def test_what_is_no_step_is_not_taken(view: FlowView) -> None:
    data = QMimeData()
    data.setText("delay")
    assert not drop(view, at(view, Slot(None, "", 0)), data)

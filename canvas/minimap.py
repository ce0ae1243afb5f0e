"""The whole flow, small, with a frame around what is seen; click or drag to look elsewhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from canvas.look import translated
from canvas.view import FlowView

SIZE: Final = QSize(144, 104)
PADDING: Final = 6
LEAST_FRAME: Final = 4
"""Pixels: a frame around very little is still seen."""
_MOUSE: Final = Qt.MouseButton


class Minimap(QWidget):
    """An overview of a view's flow. The keyboard has Home, End and the arrows instead."""

    def __init__(self, view: FlowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._picture = QPixmap()
        self._drawn_of: tuple[object, ...] = ()
        self.setObjectName("flow-minimap")
        self.setAccessibleName(translated("The whole flow, small"))
        self.setToolTip(translated("Click to look there"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.flow.shown.connect(self.refresh)
        view.viewport_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Small."""
        return SIZE

    def refresh(self) -> None:
        """Draw the flow anew where it looks different: it, or the theme, changed."""
        flow = self._view.flow
        faulty = [id for id, face in flow.faces.items() if face.fault]
        drawn = (flow.layout, flow.look, faulty, flow.path)
        if drawn != self._drawn_of:
            self._drawn_of = drawn
            self._picture = QPixmap()
            self.update()

    def frame(self) -> QRectF:
        """Where the part that is seen is on the minimap, in its pixels."""
        box = self._to_map().mapRect(self._view.seen())
        lack = QPointF(max(0, LEAST_FRAME - box.width()), max(0, LEAST_FRAME - box.height())) / 2
        box.adjust(-lack.x(), -lack.y(), lack.x(), lack.y())
        return box.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        """Draw the flow, once, and the frame."""
        if self.size().isEmpty():
            return
        colours = self._view.flow.look.colours
        if self._picture.size() != self.size() * self.devicePixelRatioF():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(colours.accent)
        shade.setAlpha(24)
        painter.setBrush(shade)
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawRoundedRect(self.frame(), 2, 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        """Look there."""
        self._look_at(event)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        """Look along."""
        self._look_at(event)

    def _look_at(self, event: QMouseEvent) -> None:
        if event.buttons() & _MOUSE.LeftButton:
            back, _ = self._to_map().inverted()
            self._view.centerOn(back.map(event.position()))

    def _to_map(self) -> QTransform:
        """From the scene to the minimap: all of the flow, in the middle."""
        flow = self._view.flow.sceneRect()
        room = QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)
        scale = min(room.width() / flow.width(), room.height() / flow.height())
        middle = flow.center()
        to_map = QTransform.fromTranslate(room.center().x(), room.center().y())
        return to_map.scale(scale, scale).translate(-middle.x(), -middle.y())

    def _drawn(self) -> QPixmap:
        colours, ratio = self._view.flow.look.colours, self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.card_line))
        painter.setBrush(QColor(colours.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setTransform(self._to_map())
        self._view.flow.strokes().paint(painter, outline=1)
        painter.end()
        return picture

"""What stands between the cards of a flow: pluses, edges, the names of lanes, the end."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from canvas.layout import Card, LaneLabel, Plus, Point
from canvas.look import WORDS_FROM, Look, put, translated
from canvas.operations import Slot

ELBOW: Final = 10
PLUS_RADIUS: Final = 9
PLUS_REACH: Final = 12
"""Half of what can be clicked: 24 units across."""
BESIDE: Final = 6


class PillItem(QGraphicsRectItem):
    """Some words on a rounded ground, centred on a point: the end, or the name of a lane."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.words = ""
        self._shown = (QPointF(), "")
        self.is_current = False
        self.setPen(Qt.PenStyle.NoPen)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(2)

    def font(self) -> QFont:
        """What the words are written in."""
        return self.look.chip

    def ground(self) -> str:
        """The colour behind the words."""
        return self.look.colours.quiet_ground

    def ink(self) -> str:
        """The colour of the words."""
        return self.look.colours.muted

    def show_at(self, centre: QPointF, words: str, height: float, least: float) -> None:
        """Stand around a centre, wide enough for the words and `least` wide at least."""
        if (centre, words) == self._shown:
            return
        self._shown = (centre, words)
        width = max(least, QFontMetricsF(self.font()).horizontalAdvance(words) + 24)
        put(self, QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height))
        self.words = words
        self.update()

    def mark(self, current: bool) -> None:
        """Show that the keyboard stands here, or no longer does."""
        if current != self.is_current:
            self.is_current = current
            self.update()

    def dress(self, look: Look) -> None:
        """Look otherwise."""
        self.look = look
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        /,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the pill; from afar without words."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPen(QColor(self.look.colours.accent), 2)
        painter.setPen(outline if self.is_current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.ground()))
        box = self.rect().adjusted(1, 1, -1, -1) if self.is_current else self.rect()
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= WORDS_FROM:
            painter.setPen(QColor(self.ink()))
            painter.setFont(self.font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)


class EndItem(PillItem):
    """Where everybody leaves."""

    def font(self) -> QFont:
        """What the words are written in."""
        return self.look.text

    def place(self, end: Card, number: str) -> None:
        """Stand where the layout says, with how many came so far if that is known."""
        words = translated("End of automation")
        words = f"{words} · {number}" if number else words
        centre = QPointF(end.x + end.width / 2, end.y + end.height / 2)
        self.show_at(centre, words, end.height, end.width)


class LaneLabelItem(PillItem):
    """YES or NO, at the start of a lane."""

    is_yes = False

    def ground(self) -> str:
        """Green for YES."""
        return self.look.colours.yes_ground if self.is_yes else super().ground()

    def ink(self) -> str:
        """Green for YES."""
        return self.look.colours.number if self.is_yes else super().ink()

    def place(self, label: LaneLabel, number: str) -> None:
        """Stand where the layout says, with how many took the lane if that is known."""
        self.is_yes = label.text == "YES"
        words = f"{translated(label.text)} · {number}" if number else translated(label.text)
        self.show_at(QPointF(label.x, label.y), words, 20, 40)


class PlusItem(QGraphicsRectItem):
    """The button of a slot: a circle with a plus."""

    def __init__(self, look: Look) -> None:
        super().__init__(QRectF(-PLUS_REACH, -PLUS_REACH, 2 * PLUS_REACH, 2 * PLUS_REACH))
        self.look = look
        self.slot = Slot(None, "", 0)
        self.is_aimed = False
        self.is_current = False
        self._is_under = False
        self.setPen(Qt.PenStyle.NoPen)
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(translated("Add a step here"))
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(2)

    def place(self, plus: Plus) -> None:
        """Stand where the layout says."""
        self.slot = plus.slot
        if self.pos() != QPointF(plus.x, plus.y):
            self.setPos(plus.x, plus.y)

    def mark(self, *, aimed: bool | None = None, current: bool | None = None) -> None:
        """Show that what is dragged would land here, or that the keyboard stands here."""
        self.is_aimed = self.is_aimed if aimed is None else aimed
        self.is_current = self.is_current if current is None else current
        self.update()

    def dress(self, look: Look) -> None:
        """Look otherwise."""
        self.look = look
        self.update()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent, /) -> None:
        """Light up under the pointer."""
        self._is_under = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent, /) -> None:
        """Go out."""
        self._is_under = False
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        /,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the button, filled where what is dragged would land."""
        colours = self.look.colours
        lit = self.is_aimed or self.is_current or self._is_under
        radius = PLUS_RADIUS + 1.5 if self.is_aimed else PLUS_RADIUS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QColor(colours.accent if lit else colours.edge)
        painter.setPen(QPen(ring, 2.0 if self.is_current or self.is_aimed else 1.2))
        painter.setBrush(QColor(colours.accent if self.is_aimed else colours.card))
        painter.drawEllipse(QPointF(), radius, radius)
        ink = colours.card if self.is_aimed else colours.accent if lit else colours.muted
        painter.setPen(QPen(QColor(ink), 1.4))
        painter.drawLines([QLineF(-4, 0, 4, 0), QLineF(0, -4, 0, 4)])


class CountItem(QGraphicsSimpleTextItem):
    """How many went on below a card, written beside the plus there."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._shown = (QPointF(), "")
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(2)
        self.dress(look)

    def place(self, plus: QPointF, number: str) -> None:
        """Stand at the right of a plus, by its centre."""
        if (plus, number) == self._shown:
            return
        self._shown = (QPointF(plus), number)
        self.setText(number)
        self.setToolTip(translated("%1 went on from here").replace("%1", number))
        half = self.boundingRect().height() / 2
        self.setPos(plus + QPointF(PLUS_RADIUS + BESIDE, -half))

    def dress(self, look: Look) -> None:
        """Look otherwise."""
        self.setFont(look.small)
        self.setBrush(QColor(look.colours.number))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Write the number; not from afar."""
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= WORDS_FROM:
            painter.setFont(self.font())
            painter.setPen(self.brush().color())
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self.text())


class EdgeItem(QGraphicsPathItem):
    """A line to a card, its corners round."""

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[Point, ...] = ()
        self._ink = ("", 0.0)

    def place(self, points: Sequence[Point]) -> None:
        """Run along these points."""
        left, top = points[0]
        shape = tuple((x - left, y - top) for x, y in points)
        if shape != self._shape:
            self._shape = shape
            self.setPath(rounded(shape))
        if self.pos() != QPointF(left, top):
            self.setPos(left, top)

    def draw_in(self, colour: str, width: float) -> None:
        """Take a colour and a width."""
        if (colour, width) == self._ink:
            return
        self._ink = (colour, width)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        self.setPen(QPen(QBrush(QColor(colour)), width, Qt.PenStyle.SolidLine, cap, join))


def rounded(points: Sequence[Point]) -> QPainterPath:
    """The line through these points, each corner a curve that fits its shorter side."""
    path = QPainterPath(QPointF(*points[0]))
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        shorter = min(hypot(x - corner[0], y - corner[1]) for x, y in (before, after))
        radius = min(ELBOW, shorter / 2)
        path.lineTo(_towards(corner, before, radius))
        path.quadTo(QPointF(*corner), _towards(corner, after, radius))
    path.lineTo(QPointF(*points[-1]))
    return path


def _towards(here: Point, there: Point, way: float) -> QPointF:
    whole = hypot(there[0] - here[0], there[1] - here[1]) or 1.0
    share = way / whole
    return QPointF(here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)

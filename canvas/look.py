"""How a drawing looks: its fonts, colours and icons, and the words of its cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsRectItem

from canvas.palette import Colours

WORDS_FROM: Final = 0.45
"""The scale from which words can be read, and so are drawn."""


class Caption(NamedTuple):
    """The words of a card."""

    title: str
    summary: str


class Face(NamedTuple):
    """All the words of a card: a fault stands where the number would."""

    title: str = ""
    summary: str = ""
    number: str = ""
    fault: str = ""

    def spoken(self) -> str:
        """The card as a screen reader says it."""
        fault = translated("Problem: %1").replace("%1", self.fault) if self.fault else ""
        return ". ".join(filter(None, (self.title, self.summary, self.number, fault)))


class Look:
    """How a drawing looks: its colours, its fonts, and the icon of each kind of card."""

    def __init__(self, colours: Colours, icons: Mapping[str, QIcon], font: QFont) -> None:
        self.colours = colours
        self.icons = icons
        self.title = _sized(font, 13, QFont.Weight.DemiBold)
        self.text = _sized(font, 12, QFont.Weight.Normal)
        self.small = _sized(font, 11, QFont.Weight.Normal)
        self.chip = _sized(font, 11, QFont.Weight.DemiBold)
        self._pixmaps: dict[tuple[str, int], QPixmap] = {}

    def pixmap(self, kind: str, side: int) -> QPixmap | None:
        """The icon of a kind of card in the colour of text, `side` pixels wide; None for none."""
        if kind not in self.icons:
            return None
        if (kind, side) not in self._pixmaps:
            pixmap = self.icons[kind].pixmap(QSize(side, side), 1.0)
            painter = QPainter(pixmap)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(pixmap.rect(), QColor(self.colours.text))
            painter.end()
            self._pixmaps[kind, side] = pixmap
        return self._pixmaps[kind, side]


def translated(words: str) -> str:
    """The words of the canvas in the user's language."""
    return QCoreApplication.translate("canvas", words)


def put(item: QGraphicsRectItem, where: QRectF) -> None:
    """Stand there; Qt is told only what is new."""
    box = QRectF(0, 0, where.width(), where.height())
    if item.rect() != box:
        item.setRect(box)
    if item.pos() != where.topLeft():
        item.setPos(where.topLeft())


def _sized(font: QFont, pixels: int, weight: QFont.Weight) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(pixels)
    sized.setWeight(weight)
    return sized

"""How the cells of a table are drawn: two lines, an icon, a switch, or icons that act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from views.icons import icon
from views.tables import Action, Cell
from views.theme import GRID, Theme, theme_of
from views.widgets.switch import paint_switch

Index = QModelIndex | QPersistentModelIndex

PAD: Final = 12
ICON: Final = 14
ACTION: Final = 28
"""Pixels: the box of an icon that can be clicked."""
NOWHERE: Final = QPoint(-1, -1)


def dress_table(table: QTableView, cells: Cells, words: str, name: str) -> None:
    """What all tables of rows share: their look, their headers and how they are worked.

    The table has its model by now. Selection, heights and widths are each table's own.
    """
    table.setItemDelegate(cells)
    table.setObjectName(name)
    table.setAccessibleName(words)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setMouseTracking(True)
    table.setTabKeyNavigation(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    # Its own, which stays empty: a header asks the selection about every row it stands over.
    header.setSelectionModel(QItemSelectionModel(table.model(), header))
    header.setHighlightSections(False)
    header.setSectionsClickable(True)
    header.setSortIndicatorShown(True)
    header.setMinimumSectionSize(48)


class Cells(QStyledItemDelegate):
    """Draws cells; `pointer` is where the pointer is in the view, or `NOWHERE`."""

    pointer: QPoint = NOWHERE

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Tall enough for its lines and room around them."""
        lines = 2 if index.data(Cell.UNDER) else 1
        return QSize(80, lines * option.fontMetrics.height() + 22)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell on its ground, with the line below it and that around what has the focus."""
        place, theme = option.rect, theme_of(option.widget)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, theme.colour("accent_soft"))
        elif place.top() <= self.pointer.y() <= place.bottom():
            painter.fillRect(place, theme.colour("raised"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        painter.setFont(option.font)
        self._content(painter, place.adjusted(PAD, 0, -PAD, -1), index, theme)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(place.adjusted(2, 2, -3, -4), 4, 4)
        painter.restore()

    def _content(self, painter: QPainter, place: QRect, index: Index, theme: Theme) -> None:
        actions = index.data(Cell.ACTIONS)
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if actions:
            self._actions(painter, place, actions, theme)
        elif checked is not None:
            paint_switch(painter, place, theme, on=checked == Qt.CheckState.Checked)
        elif index.data(Cell.UNDER):
            self._two_lines(painter, place, index, theme)
        else:
            self._one_line(painter, place, index, theme)

    def _one_line(self, painter: QPainter, place: QRect, index: Index, theme: Theme) -> None:
        name = index.data(Cell.ICON)
        if name:
            top = place.top() + (place.height() - ICON) // 2
            icon(name, theme.muted).paint(painter, QRect(place.left(), top, ICON, ICON))
            place = place.adjusted(ICON + 8, 0, 0, 0)
        text = str(index.data() or "")
        painter.setPen(theme.colour("muted" if text == "—" else "text"))
        if index.data(Cell.OPENS) and place.contains(self.pointer):
            under = QFont(painter.font())
            under.setUnderline(True)
            painter.setFont(under)
        aligned = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(place, aligned, elided(painter.font(), text, place.width()))

    def _two_lines(self, painter: QPainter, place: QRect, index: Index, theme: Theme) -> None:
        plain = painter.font()
        strong = QFont(plain)
        strong.setWeight(QFont.Weight.DemiBold)
        strong.setUnderline(bool(index.data(Cell.OPENS)) and place.contains(self.pointer))
        tall = QFontMetrics(plain).height()
        top = place.top() + (place.height() - 2 * tall - 2) // 2
        for place_top, font, colour, text in (
            (top, strong, "text", index.data()),
            (top + tall + 2, plain, "muted", index.data(Cell.UNDER)),
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            line = QRect(place.left(), place_top, place.width(), tall)
            chip = str(index.data(Cell.CHIP) or "") if text == index.data() else ""
            room = place.width() - (chip_width(plain, chip) + GRID if chip else 0)
            said = elided(font, str(text), room)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, said)
            if chip:
                after = line.translated(QFontMetrics(font).horizontalAdvance(said) + GRID, 0)
                paint_chip(painter, after, plain, chip, theme)

    def _actions(
        self, painter: QPainter, place: QRect, actions: tuple[Action, ...], theme: Theme
    ) -> None:
        for action, box in action_boxes(place, actions):
            under = box.contains(self.pointer)
            if under:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("neutral_soft"))
                painter.drawRoundedRect(box, 4, 4)
            drawn = icon(action.icon, theme.text if under else theme.muted)
            margin = (ACTION - ICON) // 2
            drawn.paint(painter, box.adjusted(margin, margin, -margin, -margin))


def chip_width(font: QFont, words: str) -> int:
    """Pixels of a chip with these words."""
    return QFontMetrics(font).horizontalAdvance(words) + 2 * GRID


def paint_chip(painter: QPainter, place: QRect, font: QFont, words: str, theme: Theme) -> None:
    """A chip at the left of a line."""
    box = QRect(place.left(), place.top(), chip_width(font, words), place.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("neutral_soft"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()


def action_boxes(place: QRect, actions: tuple[Action, ...]) -> Iterator[tuple[Action, QRect]]:
    """Where each action's icon stands in the content of its cell: side by side, at the right."""
    left = place.right() + 8 - ACTION * len(actions)
    top = place.top() + (place.height() - ACTION) // 2
    for number, action in enumerate(actions):
        yield action, QRect(left + number * ACTION, top, ACTION, ACTION)


def elided(font: QFont, text: str, width: int) -> str:
    """As much of a text as there is room for."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)

"""A dropdown whose options stand in groups, each with a line of help in the open list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from views.theme import GRID, theme_of
from views.widgets.fields import Choice

Index = QModelIndex | QPersistentModelIndex
HELP = Qt.ItemDataRole.UserRole + 1
HEADING = Qt.ItemDataRole.UserRole + 2
_NARROWEST = 51 * GRID
_BESIDE = 5 * GRID
"""Pixels beside the words: paddings, the edge and a scroll bar."""


class GroupedChoice(Choice):
    """A closed dropdown of groups; the open list is as wide as its help needs."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        self.setMaxVisibleItems(20)
        self._lines = _TwoLines(self)
        self.setItemDelegate(self._lines)

    def offer_groups(self, groups: Iterable[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
        """Offer groups of (value, words, help); headings can't be picked."""
        model = QStandardItemModel(self)
        for title, options in groups:
            heading = QStandardItem(title)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setData(True, HEADING)
            model.appendRow(heading)
            for value, words, help in options:
                item = QStandardItem(words)
                item.setData(value, Qt.ItemDataRole.UserRole)
                item.setData(help, HELP)
                item.setToolTip(help)
                model.appendRow(item)
        with QSignalBlocker(self):
            self.setModel(model)
            self.setCurrentIndex(-1)

    def showPopup(self) -> None:
        """Open the list, wide enough to read."""
        self._lines.width = max(self.width(), _NARROWEST)
        self.view().setMinimumWidth(self._lines.width)
        self.view().doItemsLayout()
        super().showPopup()


class _TwoLines(QStyledItemDelegate):
    """Paints a heading, or an option with its help below."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self.width = _NARROWEST

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line for a heading, as many as they take for an option and its help."""
        if index.data(HEADING):
            return QSize(10, self._line() + GRID)
        help = str(index.data(HELP) or "")
        space = QRect(0, 0, self.width - _BESIDE, 1000)
        wraps = Qt.TextFlag.TextWordWrap.value
        below = self._owner.fontMetrics().boundingRect(space, wraps, help).height() if help else 0
        return QSize(10, self._line() + below + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Words in the text's colour, help in the muted one."""
        theme = theme_of(self._owner)
        box = option.rect
        state = option.state
        painter.save()
        inner = box.adjusted(12, GRID // 2, -12, -GRID // 2)
        font = QFont(self._owner.font())
        if index.data(HEADING):
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(theme.muted))
            low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(inner, low, str(index.data()))
        else:
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(box, QColor(theme.accent_soft))
            self._option(painter, inner, index, font)
        painter.restore()

    def _option(self, painter: QPainter, inner: QRect, index: Index, font: QFont) -> None:
        theme = theme_of(self._owner)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, str(index.data()))
        painter.setPen(QColor(theme.muted))
        below = inner.adjusted(0, self._line(), 0, 0)
        flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value
        painter.drawText(below, flags, str(index.data(HELP) or ""))

    def _line(self) -> int:
        return self._owner.fontMetrics().lineSpacing() + 2

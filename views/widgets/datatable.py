"""A table of rows: sorted by its headers, opened, switched and acted upon by mouse and keyboard.

Arrows go from cell to cell; Enter and the space bar do what a click on the cell does, and the
menu key opens the row's menu, in which everything stands that can be done.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QToolTip,
    QWidget,
)

from views.tables import Cell, Column, RowsModel
from views.widgets.cells import NOWHERE, PAD, Cells, action_boxes, dress_table
from views.widgets.columns import share_out, wide

Index = QModelIndex | QPersistentModelIndex
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class DataTable(QTableView):
    """The rows of a `RowsModel`; signals give the row they are about."""

    sort_asked = Signal(str, bool)
    """What to sort by, and whether downwards: the query does it."""
    opened = Signal(object, str)
    """With what of it: `Column.opens`, or '' for the row itself."""
    switched = Signal(object)
    acted = Signal(object, str)
    menu_asked = Signal(object, QPoint)

    def __init__(
        self, columns: tuple[Column, ...], words: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = RowsModel(columns, self)
        self.cells = Cells(self)
        self._pressed = QPersistentModelIndex()
        self.sort, self.descending = "", False
        self.setModel(self.rows)
        dress_table(self, self.cells, words, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._dress_header(columns)

    def _dress_header(self, columns: tuple[Column, ...]) -> None:
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for place, column in enumerate(columns):
            if column.width:
                header.resizeSection(place, wide(header, column))
        header.sectionClicked.connect(self._sort_by)

    def fit_rows(self) -> None:
        """Be as tall as the rows are, for a page that scrolls as a whole."""
        rows = sum(self.rowHeight(row) for row in range(self.rows.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 4)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out: columns of no width of their own get what is left."""
        super().resizeEvent(event)
        # Not of the viewport: what Qt made itself PySide knows only after reading in all of Qt.
        share_out(self.horizontalHeader(), self.rows.columns, event.size().width())

    def show_sort(self, sort: str, descending: bool) -> None:
        """Point at what the rows are sorted by."""
        self.sort, self.descending = sort, descending
        sorts = [column.sort for column in self.rows.columns]
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(sorts.index(sort) if sort else -1, order)

    def _sort_by(self, place: int) -> None:
        column = self.rows.columns[place]
        if not column.sort:
            self.show_sort(self.sort, self.descending)
            return
        # Numbers are first asked for with the largest on top.
        again = column.sort == self.sort
        self.show_sort(column.sort, not self.descending if again else column.number)
        self.sort_asked.emit(self.sort, self.descending)

    def add_sorting(self, menu: QMenu) -> None:
        """Put a menu of what the rows can be sorted by into a menu."""
        sorting = menu.addMenu(self.tr("Sort by"))
        for place, column in enumerate(self.rows.columns):
            if column.sort:
                action = QAction(column.title, sorting)
                action.setCheckable(True)
                action.setChecked(column.sort == self.sort)
                action.triggered.connect(lambda _=False, at=place: self._sort_by(at))
                sorting.addAction(action)

    def row_of(self, index: Index) -> Any:
        """The row a cell belongs to, or None outside."""
        return self.rows.rows[index.row()] if index.isValid() else None

    def activate(self, index: Index, point: QPoint | None = None) -> None:
        """Do what a click on a cell does, or Enter, which has no `point`."""
        if not index.isValid():
            return
        row, column = self.row_of(index), self.rows.columns[index.column()]
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            self.switched.emit(row)
        elif column.actions:
            name = self._action_at(index, point) if point is not None else ""
            if name:
                self.acted.emit(row, name)
            elif point is None:
                self._ask_menu(index)
        elif column.opens or point is None:
            self.opened.emit(row, column.opens)

    def _content(self, index: Index) -> QRect:
        return self.visualRect(index).adjusted(PAD, 0, -PAD, -1)

    def _action_at(self, index: Index, point: QPoint) -> str:
        for action, box in action_boxes(self._content(index), index.data(Cell.ACTIONS)):
            if box.contains(point):
                return action.name
        return ""

    def _ask_menu(self, index: QModelIndex | QPersistentModelIndex) -> None:
        place = self.visualRect(index)
        below = QPoint(place.left() + PAD, place.bottom())
        self.menu_asked.emit(self.row_of(index), self.viewport().mapToGlobal(below))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar do what a click does."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.activate(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the cell: a click ends where it began."""
        super().mousePressEvent(event)
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click does what its cell is for."""
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index, pressed = self.indexAt(point), self._pressed
        self._pressed = QPersistentModelIndex()
        if event.button() == Qt.MouseButton.LeftButton and pressed == index:
            self.activate(index, point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on a row opens it, wherever nothing else is done by a click."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        column = self.rows.columns[index.column()]
        if column.on is None and not column.actions and not column.opens:
            self.opened.emit(self.row_of(index), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what the pointer is over, and that it can be clicked."""
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        self.cells.pointer = point
        self.viewport().setCursor(self._cursor(self.indexAt(point), point))
        self.viewport().update()

    def _cursor(self, index: QModelIndex, point: QPoint) -> Qt.CursorShape:
        if not index.isValid():
            return Qt.CursorShape.ArrowCursor
        column = self.rows.columns[index.column()]
        acts = bool(column.actions and self._action_at(index, point))
        clicks = acts or bool(column.opens) or column.on is not None
        return Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is over nothing."""
        self.cells.pointer = NOWHERE
        self.viewport().update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The row's menu: where the pointer is, or below the current cell."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        if by_key:
            self._ask_menu(index)
        else:
            self.menu_asked.emit(self.row_of(index), event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Say of an icon what it does, while the pointer rests on it."""
        if isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            if index.isValid() and index.data(Cell.ACTIONS):
                name = self._action_at(index, event.pos())
                words = {action.name: action.words for action in index.data(Cell.ACTIONS)}
                QToolTip.showText(event.globalPos(), words.get(name, ""), self)
                return True
        return super().viewportEvent(event)

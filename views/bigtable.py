"""A table of any length: rows come a page at a time, as they are looked at.

What is not there yet shows as a placeholder. Ctrl+A chooses everything there is, which is a word
(`everything`), never a list of rows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from views.tables import ANSWERS, Cell, Column
from views.widgets.cells import NOWHERE, Cells, dress_table
from views.widgets.columns import share_out, wide

Index = QModelIndex | QPersistentModelIndex

PAGE: Final = 12
"""Rows that are fetched together: few, for each may lie on a page of the store of its own."""
KEPT: Final = 400
"""Pages that are kept, those looked at last."""
NEAR: Final = 2
"""Pages on the way are waited for while others within this distance are asked for."""
PLACEHOLDER: Final = "…"
_ROOT: Final = QModelIndex()


class LazyModel(QAbstractTableModel):
    """Rows by number.

    `wanted` says the pages somebody looks at that are not here or stale, `came` one that is here.
    """

    wanted = Signal(list)
    came = Signal(int)

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._answers = [_answers(column) for column in self.columns]
        self._total = 0
        self._pages: OrderedDict[int, tuple[Any, ...]] = OrderedDict()
        self._stale: set[int] = set()
        self._missing: set[int] = set()
        self._asked: set[int] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._want)

    def restart(self, rows: Sequence[Any], total: int) -> None:
        """Show other rows from now on: the first of them, and how many there are so far."""
        self.beginResetModel()
        self._pages.clear()
        self._stale.clear()
        self._asked.clear()
        self._missing.clear()
        self._total = total
        for page in range(-(-len(rows) // PAGE)):
            self._keep(page, rows[page * PAGE : (page + 1) * PAGE])
        self.endResetModel()

    def set_total(self, total: int) -> None:
        """There are so many rows now."""
        if total > self._total:
            self.beginInsertRows(_ROOT, self._total, total - 1)
            self._stale.add(self._total // PAGE)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(_ROOT, total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def put(self, page: int, rows: Sequence[Any]) -> None:
        """The rows of a page are here."""
        self._asked.discard(page)
        self._keep(page, rows)
        self._say_changed(page * PAGE, min(self._total, (page + 1) * PAGE) - 1)
        self.came.emit(page)

    def refresh(self) -> None:
        """What is looked at is asked for again; until it comes the old rows stay."""
        self._stale = set(self._pages)
        self._asked.clear()
        self._say_changed(0, self._total - 1)

    def retry(self) -> None:
        """Ask again for what is looked at and not here: it can be had now."""
        self._asked.clear()
        self._say_changed(0, self._total - 1)

    def row(self, number: int) -> Any:
        """The row of a number, or None where it is not here."""
        rows = self._pages.get(number // PAGE, ())
        place = number % PAGE
        return rows[place] if place < len(rows) else None

    def _keep(self, page: int, rows: Sequence[Any]) -> None:
        self._pages[page] = tuple(rows)
        self._pages.move_to_end(page)
        self._stale.discard(page)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    def _say_changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _look_at(self, number: int) -> Any:
        page = number // PAGE
        here = page in self._pages
        if (not here or page in self._stale) and page not in self._asked | self._missing:
            self._missing.add(page)
            self._soon.start(0)
        if here:
            self._pages.move_to_end(page)
        return self.row(number)

    def _want(self) -> None:
        near = {
            page for page in self._asked
            if any(abs(page - other) <= NEAR for other in self._missing)
        }  # fmt: skip
        # Only the last question is answered: what is still on the way goes with it.
        self._asked, self._missing = near | self._missing, set()
        self.wanted.emit(sorted(self._asked))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many rows there are, here or not."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says in a role."""
        if not index.isValid():
            return None
        place = index.column()
        answer = self._answers[place].get(role)
        if answer is None:
            return None
        row = self._look_at(index.row())
        if row is not None or role == Qt.ItemDataRole.TextAlignmentRole:
            return answer(self.columns[place], row)
        return PLACEHOLDER if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag
            across = side.AlignRight if self.columns[section].number else side.AlignLeft
            return across | side.AlignVCenter
        return None


def _answers(column: Column) -> dict[int, Callable[[Column, Any], Any]]:
    """What a column has to say, by role: a view asks every cell for everything, at every paint."""
    silent: dict[int, bool] = {
        Qt.ItemDataRole.CheckStateRole: column.on is None,
        Qt.ItemDataRole.ToolTipRole: column.tip is None,
        Cell.UNDER: column.under is None,
        Cell.ICON: column.icon is None,
        Cell.ACTIONS: not column.actions,
        Cell.OPENS: not column.opens,
    }
    return {role: answer for role, answer in ANSWERS.items() if not silent.get(role)}


class BigTable(QTableView):
    """The view of a `LazyModel`; Enter, a double click or a click on a name opens a row."""

    opened = Signal(object)
    sort_asked = Signal(str, bool)
    chosen = Signal()

    def __init__(self, columns: Sequence[Column], words: str, name: str) -> None:
        super().__init__()
        self.rows = LazyModel(columns, self)
        self.everything = False
        self._marking = False
        self.sort, self.descending = "", False
        self._cells = Cells(self)
        self.setModel(self.rows)
        dress_table(self, self._cells, words, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._dress_headers(columns)
        self.rows.modelReset.connect(self._forget)

    def _dress_headers(self, columns: Sequence[Column]) -> None:
        side, header = self.verticalHeader(), self.horizontalHeader()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(self.fontMetrics().height() + 24)
        # As the other header's: it asks the selection about every row it stands over.
        side.setSelectionModel(QItemSelectionModel(self.rows, side))
        for place, column in enumerate(columns):
            if column.width:
                header.resizeSection(place, wide(header, column))
        header.sectionClicked.connect(self._sort_by)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out: columns of no width of their own get what is left."""
        super().resizeEvent(event)
        share_out(self.horizontalHeader(), self.rows.columns, event.size().width())

    def show_sort(self, sort: str, *, descending: bool) -> None:
        """Point at what the rows are sorted by."""
        self.sort, self.descending = sort, descending
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        sorts = [column.sort for column in self.rows.columns]
        self.horizontalHeader().setSortIndicator(sorts.index(sort), order)

    def _sort_by(self, place: int) -> None:
        column = self.rows.columns[place]
        if column.sort:
            again = column.sort == self.sort
            downwards = not self.descending if again else column.number
            self.show_sort(column.sort, descending=downwards)
            self.sort_asked.emit(self.sort, self.descending)
        else:
            self.show_sort(self.sort, descending=self.descending)

    def selectAll(self) -> None:
        """Choose everything there is, here or not."""
        super().selectAll()
        self.everything = True
        self.chosen.emit()

    def selected_rows(self) -> list[tuple[int, int]]:
        """The stretches of rows that are selected: (first, how many)."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.size())]
        return sorted((each.top(), each.height()) for each in ranges)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """What is selected by hand is not everything any more."""
        super().selectionChanged(selected, deselected)
        if not self._marking:
            self._forget()

    def mark(self, number: int, *, chosen: bool) -> None:
        """Select a row or not, because of who stands in it now; nobody chose anything by that."""
        model = self.selectionModel()
        if model.isRowSelected(number, _ROOT) != chosen:
            flags = QItemSelectionModel.SelectionFlag
            how = flags.Select if chosen else flags.Deselect
            self._marking = True
            model.select(self.rows.index(number, 0), how | flags.Rows)
            self._marking = False

    def _forget(self) -> None:
        self.everything = False
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on what opens the row opens it, unless rows are being chosen."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        single = [length for _, length in self.selected_rows()] == [1]
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and plain and single:
            if self.rows.columns[index.column()].opens:
                self._open(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on a row opens it."""
        self._open(self.indexAt(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what is under the pointer."""
        super().mouseMoveEvent(event)
        self._cells.pointer = event.position().toPoint()
        self.viewport().update()

    def leaveEvent(self, event: Any) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._cells.pointer = NOWHERE
        self.viewport().update()

    def _open(self, index: Index) -> None:
        row = self.rows.row(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row)

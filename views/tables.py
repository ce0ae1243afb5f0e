"""Tables of frozen rows: what each column says of a row, and the model a view shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


_ROOT: Final = QModelIndex()


class Cell(IntEnum):
    """What a cell holds beyond its text, by item data role."""

    UNDER = Qt.ItemDataRole.UserRole + 1
    ICON = Qt.ItemDataRole.UserRole + 2
    ACTIONS = Qt.ItemDataRole.UserRole + 3
    OPENS = Qt.ItemDataRole.UserRole + 4
    CHIP = Qt.ItemDataRole.UserRole + 5


class Action(NamedTuple):
    """Something an icon in a cell does with its row."""

    name: str
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: each function is given a row.

    `sort` is what the query calls it, '' where it can't be sorted. `under` is a second, quieter
    line, `icon` a name of `views.icons`, `on` makes it a switch
    where it is not None, `chip` stands behind the first line; `acts` says which of `actions` there
    are for a row; `opens` is what of the row a
    click on it opens. `width` is in pixels, 0 for all that is left; one that is `spare` goes
    where there is no room.
    """

    title: str
    text: Callable[[Any], str]
    sort: str = ""
    number: bool = False
    under: Callable[[Any], str] | None = None
    icon: Callable[[Any], str] | None = None
    on: Callable[[Any], bool | None] | None = None
    chip: Callable[[Any], str] | None = None
    tip: Callable[[Any], str] | None = None
    actions: tuple[Action, ...] = ()
    acts: Callable[[Any, Action], bool] | None = None
    opens: str = ""
    width: int = 0
    spare: bool = False


_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """Rows as columns say them. A new set of rows takes the place of the last."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Any, ...] = ()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these; rows of the same number in the same places keep their selection."""
        if len(rows) == len(self.rows):
            self.rows = tuple(rows)
            if rows:
                last = self.index(len(rows) - 1, len(self.columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says in a role."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        answer = ANSWERS.get(role)
        return None if answer is None else answer(column, row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title, over its cells."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.number or column.actions else _LEFT
        return None


def _check(column: Column, row: Any) -> Any:
    if column.on is None:
        return None
    on = column.on(row)
    if on is None:
        return None
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _actions(column: Column, row: Any) -> tuple[Action, ...]:
    acts = column.acts
    return tuple(each for each in column.actions if acts is None or acts(row, each))


def _spoken(column: Column, row: Any) -> str:
    chip = f", {column.chip(row)}" if column.chip and column.chip(row) else ""
    under = "" if column.under is None else f", {column.under(row)}"
    actions = ", ".join(action.words for action in _actions(column, row))
    return f"{column.title}: {column.text(row)}{chip}{under}{actions}"


ANSWERS: Final[dict[int, Callable[[Column, Any], Any]]] = {
    Qt.ItemDataRole.DisplayRole: lambda column, row: column.text(row),
    Qt.ItemDataRole.TextAlignmentRole: lambda column, row: _RIGHT if column.number else _LEFT,
    Qt.ItemDataRole.CheckStateRole: _check,
    Qt.ItemDataRole.AccessibleTextRole: _spoken,
    Qt.ItemDataRole.ToolTipRole: lambda column, row: column.tip(row) if column.tip else None,
    Cell.UNDER: lambda column, row: column.under(row) if column.under else "",
    Cell.ICON: lambda column, row: column.icon(row) if column.icon else "",
    Cell.ACTIONS: _actions,
    Cell.OPENS: lambda column, row: column.opens,
    Cell.CHIP: lambda column, row: column.chip(row) if column.chip else "",
}
"""What a cell says, by role."""


def cells(columns: Sequence[Column], rows: Sequence[Any]) -> list[list[str]]:
    """The table as texts, titles first; a column that only acts is left out."""
    shown = [column for column in columns if not column.actions]
    titles = [column.title for column in shown]
    return [titles, *([column.text(row) for column in shown] for row in rows)]

"""Ctrl+A over a million rows is a word, not a million rows (quality.md, "For people")."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from views.bigtable import BigTable, LazyModel
from views.tables import Column

MILLION = 1_000_000


class Counting(LazyModel):
    """Counts the rows it is asked about."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__(columns)
        self.asked: set[int] = set()
        self.flagged = 0

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """As it is, and counted."""
        self.asked.add(index.row())
        return super().data(index, role)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """As they are, and counted."""
        self.flagged += 1
        return super().flags(index)


def test_choosing_everything_looks_at_no_more_than_is_shown(qtbot: QtBot) -> None:
    columns = (Column("Name", lambda row: str(row)), Column("Email", lambda row: str(row)))
    view = BigTable(columns, "People", "people")
    qtbot.addWidget(view)
    for header in (view.horizontalHeader(), view.verticalHeader()):
        assert header.selectionModel() is not view.selectionModel()
    rows = Counting(columns)
    rows.setParent(view)
    view.setModel(rows)
    # Another model brings the headers back to the table's own selection.
    for header in (view.horizontalHeader(), view.verticalHeader()):
        header.setSelectionModel(QItemSelectionModel(rows, header))
    rows.restart(range(48), MILLION)
    view.resize(600, 400)
    with qtbot.waitExposed(view):
        view.show()
    rows.asked.clear()
    rows.flagged = 0
    with qtbot.waitSignal(view.chosen):
        QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    view.grab()
    assert view.everything
    assert view.selected_rows() == [(0, MILLION)]
    assert len(rows.asked) < 48
    assert rows.flagged < 500
    view.clearSelection()
    assert not view.everything

"""What a click in a table does is what was pressed."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from views.tables import Column
from views.widgets.datatable import DataTable

LEFT = Qt.MouseButton.LeftButton


class Entry(NamedTuple):
    id: int


@pytest.fixture
def table(desk: DirectDesk, qtbot: QtBot) -> DataTable:
    made = DataTable(
        (
            Column("Name", lambda row: str(row.id), opens="record"),
            Column("On", lambda row: "", on=lambda row: False, width=100),
        ),
        "Entries", "entries",
    )  # fmt: skip
    qtbot.addWidget(made)
    made.resize(600, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.rows.show_rows([Entry(number) for number in range(5)])
    return made


def middle(table: DataTable, row: int, column: int) -> QPoint:
    return table.visualRect(table.rows.index(row, column)).center()


@pytest.mark.parametrize("pressed", [(0, 0), (0, 1), (3, 0)])
def test_a_press_that_ends_elsewhere_does_nothing(
    table: DataTable, pressed: tuple[int, int]
) -> None:
    switched: list[Entry] = []
    table.switched.connect(switched.append)
    area: QWidget = table.viewport()
    QTest.mousePress(area, LEFT, pos=middle(table, *pressed))
    QTest.mouseRelease(area, LEFT, pos=middle(table, 3, 1))
    assert switched == []
    QTest.mouseClick(area, LEFT, pos=middle(table, 3, 1))
    assert switched == [Entry(3)]


def test_a_press_on_a_row_that_is_gone_does_nothing(table: DataTable) -> None:
    switched: list[Entry] = []
    table.switched.connect(switched.append)
    QTest.mousePress(table.viewport(), LEFT, pos=middle(table, 0, 1))
    table.rows.show_rows([Entry(number) for number in range(1, 5)])
    QTest.mouseRelease(table.viewport(), LEFT, pos=middle(table, 0, 1))
    assert switched == []

"""A card around a picture of numbers, with the numbers themselves one click away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from views.ports import Desk
from views.saving import as_csv, ask_file, save_text
from views.theme import GRID
from views.widgets.kit import button, column, label, row

Opens = Callable[[int, int], None]
"""Given the row and the column of a number."""


class Figure(QFrame):
    """A picture under its title. Table shows its numbers instead, to be copied or saved.

    A picture that `is_table` itself is there to be copied or saved at once.
    """

    def __init__(
        self, desk: Desk, title: str, name: str, picture: QWidget, *beside: QWidget,
        is_table: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._desk, self._name = desk, name
        self.setProperty("kind", "card")
        self.setObjectName(name)
        self._rows: list[list[str]] = []
        self._opens: Opens | None = None
        self._heading = label(title, "heading", wraps=True)
        self.table = _table(title, f"{name}-data")
        self.table.itemActivated.connect(self._open)
        self.toggle = button(self.tr("Table"), None, "flat", name=f"{name}-toggle")
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self.show_table)
        self.toggle.setAccessibleName(self.tr("{} as a table").format(title))
        self._copy = button(self.tr("Copy"), self.copy, "flat", name=f"{name}-copy")
        self._save = button(self.tr("Save…"), self._ask_file, "flat", name=f"{name}-save")
        self._picture = picture
        top = row(gap=GRID // 2)
        top.addWidget(self._heading, 1)
        for each in (*beside, self._copy, self._save, self.toggle):
            top.addWidget(each)
        whole = column(top, gap=GRID, margins=(14, 10, 14, 14))
        whole.addWidget(picture, 1)
        whole.addWidget(self.table, 1)
        self.setLayout(whole)
        self.show_table(False)
        if is_table:
            self.toggle.hide()
            self._copy.show()
            self._save.show()

    def show_numbers(
        self, titles: Sequence[str], rows: Sequence[Sequence[str]], opens: Opens | None = None
    ) -> None:
        """The numbers that the picture shows; `opens` shows what one of them counts."""
        self._opens = opens
        self._rows = [list(titles), *(list(cells) for cells in rows)]
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(list(titles))
        self.table.setRowCount(len(rows))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, cells in enumerate(rows):
            for place, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if place:
                    item.setTextAlignment(right)
                self.table.setItem(at, place, item)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        modes = QHeaderView.ResizeMode
        for place in range(len(titles)):
            mode = modes.ResizeToContents if place else modes.Stretch
            self.table.horizontalHeader().setSectionResizeMode(place, mode)
            head = self.table.horizontalHeaderItem(place)
            if head is not None:
                head.setTextAlignment(right if place else left)

    def _open(self, item: QTableWidgetItem) -> None:
        if self._opens is not None:
            self._opens(item.row(), item.column())

    def show_table(self, shown: bool) -> None:
        """Show the numbers, or the picture."""
        self.toggle.setChecked(shown)
        self._copy.setVisible(shown)
        self._save.setVisible(shown)
        self._picture.setVisible(not shown)
        self.table.setVisible(shown)

    def text(self, delimiter: str = ",") -> str:
        """The numbers as lines of text."""
        return as_csv(self._rows, delimiter)

    def copy(self) -> None:
        """Put the numbers on the clipboard, as a spreadsheet takes them."""
        QGuiApplication.clipboard().setText(self.text("\t"))
        self._desk.say(self.tr("The numbers are on the clipboard."))

    def _ask_file(self) -> None:
        kinds = self.tr("Tables (*.csv)")
        ask_file(self, self.tr("Save the numbers"), f"{self._name}.csv", kinds, self.save)

    def save(self, file: Path) -> None:
        """Write the numbers to a CSV file, and say so."""
        save_text(self._desk, self, file, self.text())


def _table(title: str, name: str) -> QTableWidget:
    table = QTableWidget()
    table.setObjectName(name)
    table.setAccessibleName(title)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.setMinimumHeight(160)
    return table

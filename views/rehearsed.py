"""The people behind a number of a rehearsal, in the place of its result."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.counted import PAGE, Entry
from engine.rehearsed import Number, behind
from engine.replay.result import Rehearsal
from views.counted import EntryTable
from views.ports import Desk
from views.theme import GRID
from views.widgets.kit import button, column, label, row

_NUMBER: Final = "{title} · {number}"


class RehearsedList(QWidget):
    """Lists what one number counts; `closed` asks for the numbers again."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._done: Rehearsal | None = None
        self._number = Number(())
        self._entries: list[Entry] = []
        self._whole = 0
        back = button("", self.closed.emit, "flat", icon_name="back", name="rehearsed-back",
                      tip=self.tr("Back to the numbers"))  # fmt: skip
        self._back = back
        self._title = label("", "heading", wraps=True, name="rehearsed-title")
        head = row(back, self._title, gap=GRID)
        head.setStretch(1, 1)
        self.table = EntryTable(desk, "rehearsed-table", narrow=True)
        self._none = label(self.tr("Nobody is counted here."), "muted", wraps=True,
                           name="rehearsed-none")  # fmt: skip
        self._more = button(self.tr("Show more"), self._ask, name="rehearsed-more")
        whole = column(head, self._none, self.table, row(self._more, None), gap=GRID,
                       margins=(16, 8, 16, 16))  # fmt: skip
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def show_number(self, title: str, done: Rehearsal, number: Number, whole: int) -> None:
        """List what a number of a rehearsal counts, `whole` of them."""
        self._done, self._number, self._whole, self._entries = done, number, whole, []
        self._title.setText(_NUMBER.format(title=title, number=f"{whole:,}"))
        self._none.setVisible(not whole)
        self.table.setVisible(bool(whole))
        self.table.rows.show_rows([])
        self._more.hide()
        if whole:
            self._ask()
        self._back.setFocus()

    def forget(self) -> None:
        """Show nothing of it any more."""
        self._done, self._entries = None, []
        self.table.rows.show_rows([])

    def _ask(self) -> None:
        if self._done is not None:
            start = len(self._entries)
            question = partial(
                behind, done=self._done, number=self._number, start=start, limit=PAGE
            )
            self._desk.ask(self, question, partial(self._hear, start), "rehearsed")

    def _hear(self, start: int, found: list[Entry]) -> None:
        self._entries = self._entries[:start] + found
        self.table.rows.show_rows(self._entries)
        self._more.setVisible(bool(found) and len(self._entries) < self._whole)

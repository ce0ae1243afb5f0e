"""Who is chosen in the table of contacts: by id, for rows move and people don't."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from engine.people import Ids
from engine.workspace import Reader
from views.bigtable import KEPT, PAGE, BigTable
from views.people_source import PeopleSource
from views.ports import Desk

SEEN: Final = KEPT * PAGE
"""Rows of which all may be at hand."""


class Chosen(QObject):
    """The people whose rows were selected when they were; `changed` says that it is others.

    Where a row moves its selection goes with the person. `ids` is None while those of rows that
    were never looked at are asked for, and empty where everybody is meant.
    """

    changed = Signal()

    def __init__(self, desk: Desk, view: BigTable, source: PeopleSource) -> None:
        super().__init__(view)
        self._desk, self._view, self._source = desk, view, source
        self.ids: frozenset[int] | None = frozenset()
        self.number = 0
        self._turn = 0
        view.chosen.connect(self._keep)
        view.rows.came.connect(self._find_again)

    def question(self) -> Callable[[Reader], Ids]:
        """The question who they are, asked when it is answered."""
        if self._view.everything:
            return self._source.everything()
        ids = sorted(self.ids or ())
        return lambda reader: ids

    def _keep(self) -> None:
        stretches = self._view.selected_rows()
        self.number = sum(length for _, length in stretches)
        self._turn += 1
        self.ids = frozenset()
        if not self._view.everything:
            self.ids = self._seen(stretches)
            if self.ids is None:
                question = partial(_read, self._source.chosen(stretches))
                self._desk.ask(self, question, partial(self._hear, self._turn), "chosen")
        self.changed.emit()

    def _seen(self, stretches: Iterable[tuple[int, int]]) -> frozenset[int] | None:
        if self.number > SEEN:
            return None
        model = self._view.rows
        rows = [model.row(first + at) for first, length in stretches for at in range(length)]
        return None if None in rows else frozenset(row.id for row in rows)

    def _hear(self, turn: int, ids: frozenset[int]) -> None:
        if turn == self._turn:
            self.ids, self.number = ids, len(ids)
            self.changed.emit()

    def _find_again(self, page: int) -> None:
        """Select on a page that came those who are chosen, wherever they stood before."""
        if self.ids is None:
            return
        model, everything = self._view.rows, self._view.everything
        for number in range(page * PAGE, min((page + 1) * PAGE, model.rowCount())):
            row = model.row(number)
            self._view.mark(number, chosen=row is not None and (everything or row.id in self.ids))


def _read(question: Callable[[Reader], Ids], reader: Reader) -> frozenset[int]:
    return frozenset(question(reader))

"""The rows of the table of contacts: asked for by page, found as typed, kept up to date.

Rows first: how many there are and the anchors by which far pages are reached come after them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from engine import people
from engine.people import STRIDE, Ids, Order, Person, Span
from engine.workspace import Reader
from views.bigtable import PAGE, LazyModel
from views.ports import Desk

FIRST: Final = 4 * PAGE
"""Rows a table begins with: what a tall window shows."""
BATCH: Final = 100
"""Anchors that are gathered in one question."""
SETTLE: Final = 2_000
"""Milliseconds from a change to when rows are counted and anchors gathered again."""

Key = tuple[str | int, ...]


class First(NamedTuple):
    """What a table begins with: the people found, or None where all are shown."""

    found: Ids | None
    anchors: list[Key]
    rows: list[Person]


class PeopleSource(QObject):
    """Fills a model with people; `counted` says how many there are, None while nobody knows."""

    counted = Signal(object)

    def __init__(self, desk: Desk, model: LazyModel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._model = desk, model
        self.order, self.text = Order(), ""
        self.total: int | None = None
        self._turn = 0
        self._found: Ids | None = None
        self._anchors: list[Key] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLE)
        self._later.timeout.connect(self._survey)
        model.wanted.connect(self._fetch)

    def show(self, text: str, order: Order) -> None:
        """Show the people meant by a text, or all, in an order."""
        self.text, self.order = " ".join(text.split()), order
        self._turn += 1
        self._later.stop()
        question = partial(_first, text=self.text, order=order)
        self._desk.ask(self, question, partial(self._begin, self._turn), "first")

    def refresh(self) -> None:
        """People changed: ask again for those who are looked at, and soon for the rest."""
        self._model.refresh()
        if not self.total:
            # Where nobody was, whoever came is seen at once.
            self._survey()
        elif not self._later.isActive():
            self._later.start()

    def everything(self) -> Callable[[Reader], Ids]:
        """The question who all the people shown are, asked when it is answered."""
        if self.text:
            return partial(people.find, text=self.text, order=self.order)
        return people.everyone

    def in_order(self) -> Callable[[Reader], Ids]:
        """The same question, answered in the order of the table."""
        if self.text:
            return partial(people.find, text=self.text, order=self.order)
        return partial(people.in_order, order=self.order)

    def chosen(self, stretches: Sequence[tuple[int, int]]) -> Callable[[Reader], Ids]:
        """The question who stands in these stretches of rows: (first, how many)."""
        if self._found is not None:
            found = [
                id for first, length in stretches for id in self._found[first : first + length]
            ]
            return lambda reader: found
        spans = [span for first, length in stretches for span in self._spans(first, length)]
        return partial(people.span_ids, order=self.order, spans=spans)

    def _begin(self, turn: int, first: First) -> None:
        if turn != self._turn:
            return
        self._found, self._anchors = first.found, first.anchors
        self.total = None if first.found is None else len(first.found)
        self._model.restart(first.rows, len(first.rows) if self.total is None else self.total)
        self.counted.emit(self.total)
        if first.found is None:
            self._survey()

    def _survey(self) -> None:
        """Count, and gather the anchors; or look again who is found."""
        if self._found is not None:
            question = partial(people.find, text=self.text, order=self.order)
            self._desk.ask(self, question, partial(self._refind, self._turn), "survey")
            return
        self._desk.ask(self, people.count, partial(self._count, self._turn), "count")
        self._gather(self._turn, [])

    def _refind(self, turn: int, found: Ids) -> None:
        if turn == self._turn:
            self._found, self.total = found, len(found)
            self._model.set_total(len(found))
            self._model.refresh()
            self.counted.emit(self.total)

    def _count(self, turn: int, total: int) -> None:
        if turn == self._turn:
            self.total = total
            self._model.set_total(total)
            self.counted.emit(total)

    def _gather(self, turn: int, so_far: list[Key]) -> None:
        last = so_far[-1] if so_far else None
        question = partial(people.anchors, order=self.order, last=last, most=BATCH)
        self._desk.ask(self, question, partial(self._gathered, turn, so_far), "anchors")

    def _gathered(self, turn: int, so_far: list[Key], more: list[Key]) -> None:
        if turn != self._turn:
            return
        so_far = so_far + more
        if len(more) == BATCH:
            if len(so_far) > len(self._anchors):
                self._anchors = so_far
                self._model.retry()
            self._gather(turn, so_far)
        else:
            self._anchors = so_far
            self._model.refresh()

    def _fetch(self, pages: list[int]) -> None:
        put = partial(self._put, self._turn)
        if self._found is not None:
            parts = [(page, self._found[page * PAGE : (page + 1) * PAGE]) for page in pages]
            self._desk.ask(self, partial(_rows, parts=parts), put, "rows")
            return
        spans = [(page, self._spans(page * PAGE, PAGE)) for page in pages]
        known = [(page, span) for page, span in spans if span]
        if known:
            question = partial(_span_rows, order=self.order, parts=known)
            self._desk.ask(self, question, put, "rows")

    def _spans(self, first: int, length: int) -> list[Span]:
        """Rows as stretches behind anchors; those behind no anchor yet are left out."""
        spans = []
        while length > 0 and first // STRIDE < len(self._anchors):
            offset = first % STRIDE
            here = min(length, STRIDE - offset)
            spans.append(Span(self._anchors[first // STRIDE], offset, here))
            first, length = first + here, length - here
        return spans

    def _put(self, turn: int, pages: list[tuple[int, list[Person]]]) -> None:
        if turn != self._turn:
            return
        for page, rows in pages:
            self._model.put(page, rows)


def _first(reader: Reader, text: str, order: Order) -> First:
    if text:
        found = people.find(reader, text, order)
        return First(found, [], people.rows(reader, found[:FIRST]))
    anchors = people.anchors(reader, order, None, 1)
    spans = [Span(anchors[0], 0, FIRST)] if anchors else []
    return First(None, anchors, people.rows(reader, people.span_ids(reader, order, spans)))


def _rows(reader: Reader, parts: list[tuple[int, Ids]]) -> list[tuple[int, list[Person]]]:
    return [(page, people.rows(reader, ids)) for page, ids in parts]


def _span_rows(
    reader: Reader, order: Order, parts: list[tuple[int, list[Span]]]
) -> list[tuple[int, list[Person]]]:
    return [
        (page, people.rows(reader, people.span_ids(reader, order, spans))) for page, spans in parts
    ]

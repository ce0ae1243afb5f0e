"""The same flow as a tree: what a screen reader reads, and a quick way through a long flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from canvas.layout import LABELS, Layout
from canvas.look import Face, translated
from canvas.operations import Document, Slot, lanes_of, steps_in_order
from canvas.scene import FlowScene
from canvas.walk import Stop
from engine.vocabulary import END, TRIGGER

_ROW: Final = Qt.ItemDataRole.UserRole
_SPOKEN: Final = Qt.ItemDataRole.AccessibleTextRole
_FLAG: Final = QItemSelectionModel.SelectionFlag


class _Row(NamedTuple):
    """A card, the end, or a lane by its first slot; `under` what, and `words` if it is no card."""

    stop: Stop
    under: Stop | None
    words: str = ""


class OutlineModel(QStandardItemModel):
    """Trigger, steps and end at the top; under an if/then YES and NO, under those their steps.

    A row says all that its card says. Columns: what it is, what it does, what is wrong. Empty until
    the first `refresh`.
    """

    def __init__(self, flow: FlowScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        self._layout: Layout | None = None
        self._rows: list[_Row] = []
        self._items: dict[Stop, list[QStandardItem]] = {}

    def refresh(self) -> bool:
        """Say what the scene shows now; whether rows came, went or changed places."""
        anew = self._layout is not self.flow.layout
        if anew:
            self._layout = self.flow.layout
            self._rows = list(_rows(self.flow.document))
            self._build()
        for row in self._rows:
            face = self.flow.faces.get(row.stop) if isinstance(row.stop, str) else None
            self._say(row.stop, face or Face(row.words))
        return anew

    def index_of(self, stop: Stop) -> QModelIndex:
        """Where a card, the end or a lane is; an invalid index if nowhere."""
        items = self._items.get(stop)
        return items[0].index() if items else QModelIndex()

    def stop_at(self, index: QModelIndex) -> Stop:
        """What a row stands for."""
        number: int = index.siblingAtColumn(0).data(_ROW)
        return self._rows[number].stop

    def _build(self) -> None:
        self._items = {}
        self.clear()
        headings = ("Step", "What it does", "Problem")
        self.setHorizontalHeaderLabels([translated(heading) for heading in headings])
        for number, row in enumerate(self._rows):
            items = [QStandardItem() for _ in headings]
            items[0].setData(number, _ROW)
            above = self.invisibleRootItem() if row.under is None else self._items[row.under][0]
            above.appendRow(items)
            self._items[row.stop] = items

    def _say(self, stop: Stop, face: Face) -> None:
        items = self._items[stop]
        if items[0].data(_SPOKEN) != face.spoken():
            items[0].setData(face.spoken(), _SPOKEN)
            for item, words in zip(items, (face.title, face.summary, face.fault), strict=True):
                if words != item.text():
                    item.setText(words)
                    item.setToolTip(words)


class OutlineView(QTreeView):
    """The tree of a scene's flow; what is selected in one is selected in the other."""

    def __init__(self, flow: FlowScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        self._is_following = False
        self.outline = OutlineModel(flow, self)
        self.setModel(self.outline)
        self.setObjectName("flow-outline")
        self.setAccessibleName(translated("Steps of the flow"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.selectionModel().selectionChanged.connect(self._tell)
        self.activated.connect(self._open)
        flow.shown.connect(self._follow)
        flow.stood_at.connect(self._mirror)
        flow.selection_ids_changed.connect(self._mirror)

    def showEvent(self, event: QShowEvent, /) -> None:
        """Catch up: nothing is followed while it is hidden."""
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        if not self.isVisible():
            return
        self._is_following = True
        if self.outline.refresh():
            self.expandAll()
        self._is_following = False
        self._mirror()

    def _mirror(self) -> None:
        """Select what the scene has selected."""
        if self._is_following or not self.isVisible():
            return
        self._is_following = True
        flow, chosen = self.flow, QItemSelection()
        for id in flow.selected_ids():
            if (index := self.outline.index_of(id)).isValid():
                chosen.select(index, index)
        current = QModelIndex() if flow.current is None else self.outline.index_of(flow.current)
        if flow.current is not None and not isinstance(flow.current, str) and current.isValid():
            chosen.select(current, current)
        self.selectionModel().setCurrentIndex(current, _FLAG.NoUpdate)
        self.selectionModel().select(chosen, _FLAG.ClearAndSelect | _FLAG.Rows)
        self._is_following = False

    def _tell(self) -> None:
        """Select in the scene what is selected here; a lane or the end is where to stand."""
        if self._is_following:
            return
        stops = [self.outline.stop_at(index) for index in self.selectionModel().selectedRows()]
        self._is_following = True
        if len(stops) == 1:
            self.flow.stand_at(stops[0])
        else:
            self.flow.select([stop for stop in stops if isinstance(stop, str)])
        self._is_following = False

    def _open(self, index: QModelIndex) -> None:
        stop = self.outline.stop_at(index)
        if isinstance(stop, str) and stop != END:
            self.flow.opened.emit(stop)


def _rows(document: Document) -> Iterator[_Row]:
    """Every row, each after the one it is under."""
    yield _Row(TRIGGER, None)
    for slot, step in steps_in_order(document):
        under = None if slot.owner is None else Slot(slot.owner, slot.lane, 0)
        yield _Row(step["id"], under)
        for lane, steps in lanes_of(step):
            words = translated(LABELS[lane])
            words = words if steps else translated("%1: no steps yet").replace("%1", words)
            yield _Row(Slot(step["id"], lane, 0), step["id"], words)
    yield _Row(END, None, translated("End of automation"))

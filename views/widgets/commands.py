"""The command palette: every page, record and action by a few letters (screens.md section 0)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from shiboken6 import isValid

from views.icons import icon
from views.ports import Action, Desk, Place
from views.theme import GRID, theme_of
from views.widgets.kit import column, label

if TYPE_CHECKING:
    from engine.finding import Found
    from engine.workspace import Reader

WIDTH = 560
MOST = 12
"""Rows shown at a time."""


def matching(actions: Iterable[Action], text: str) -> list[Action]:
    """Those whose title has every word of `text`; first those that begin with it."""
    words = text.casefold().split()
    found = [each for each in actions if all(word in each.title.casefold() for word in words)]
    begin = text.casefold().strip()
    return sorted(found, key=lambda each: not each.title.casefold().startswith(begin))


class CommandPalette(QFrame):
    """Type to filter, Enter to go there; Esc closes."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over
        self._actions: Sequence[Action] = ()
        self._shown: list[Action] = []
        self._before: QWidget | None = None
        self._coming = self._entered = False
        self.setProperty("kind", "popup")
        self.setObjectName("commands")
        self._search = QLineEdit()
        self._search.setObjectName("commands-search")
        self._search.setPlaceholderText(self.tr("Go to a page, an automation, a list or a person"))
        self._search.setAccessibleName(self.tr("Go to a page, an automation, a list or a person"))
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self._list = self._table()
        self._none = label(self.tr("Nothing is called that."), "muted", name="commands-none")
        self.setLayout(column(self._search, self._list, self._none, gap=GRID, margins=(8,) * 4))
        over.installEventFilter(self)
        self.hide()

    def open(self, actions: Sequence[Action]) -> None:
        """Show the palette over the window, with these actions before any records."""
        self._actions = actions
        self._before = self._over.window().focusWidget()
        self._search.clear()
        self._filter("")
        self.show()
        self.raise_()
        self._search.setFocus()

    def close_up(self) -> None:
        """Hide it, and give the keyboard back to where it was."""
        self.hide()
        if self._before is not None and isValid(self._before):
            self._before.setFocus()

    def _table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setObjectName("commands-list")
        table.setAccessibleName(self.tr("What was found"))
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setIconSize(QSize(16, 16))
        table.setColumnCount(2)
        table.setHeaderHidden(True)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setStyleSheet("border: 0;")
        table.header().setStretchLastSection(False)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.itemClicked.connect(self._run)
        return table

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows choose, Enter runs, Esc closes; so does a look elsewhere."""
        if watched is self._search:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._pressed(event.key())
            if isinstance(event, QFocusEvent) and event.lostFocus() and self._left(event):
                self.hide()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    @staticmethod
    def _left(event: QFocusEvent) -> bool:
        reasons = Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason
        return event.reason() not in reasons

    def _pressed(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            return True
        if key == Qt.Key.Key_Escape:
            self.close_up()
            return True
        for name, step in steps.items():
            if key == name and self._shown:
                self._choose((self._row() + step) % len(self._shown))
                return True
        return False

    def _row(self) -> int:
        item = self._list.currentItem()
        return 0 if item is None else self._list.indexOfTopLevelItem(item)

    def _choose(self, number: int) -> None:
        item = self._list.topLevelItem(number)
        if item is not None:
            self._list.setCurrentItem(item)

    def _enter(self) -> None:
        """Run what is chosen, or the first that is found once it is."""
        item = self._list.currentItem()
        if item is not None:
            self._run(item)
        else:
            self._entered = self._coming

    def _run(self, item: QTreeWidgetItem) -> None:
        chosen = self._shown[self._list.indexOfTopLevelItem(item)]
        self.close_up()
        chosen.run()

    def _filter(self, text: str) -> None:
        self._show(matching(self._actions, text))
        self._coming, self._entered = bool(text.strip()), False
        if self._coming:
            self._desk.ask(self, partial(_find, text), self._add_records, "palette")

    def _add_records(self, records: Sequence[Found]) -> None:
        if not self._coming:
            return
        self._coming = False
        chosen = self._row()
        found = matching(self._actions, self._search.text())
        self._show(found + [self._record(each) for each in records])
        # The actions stand where they stood: who chose one has it still.
        self._choose(chosen)
        if self._entered and self.isVisible():
            self._enter()

    def _record(self, found: Found) -> Action:
        pages = {"automation": "automation", "contact": "contacts", "list": "lists",
                 "template": "templates"}  # fmt: skip
        notes = {
            "automation": self.tr("Automation"), "contact": self.tr("Contact"),
            "list": self.tr("List"), "template": self.tr("Template"),
        }  # fmt: skip
        icons = {"automation": "automations", "contact": "person", "list": "lists",
                 "template": "communication"}  # fmt: skip
        tab = "preview" if found.kind == "template" else ""
        place = Place(pages[found.kind], found.id, tab)
        note = " · ".join(part for part in (notes[found.kind], found.note) if part)
        return Action(found.name, note, icons[found.kind], lambda: self._desk.open(place))

    def _show(self, actions: list[Action]) -> None:
        theme = theme_of(self)
        self._shown = actions
        self._list.clear()
        for each in actions:
            item = QTreeWidgetItem(self._list, [each.title, each.note])
            item.setIcon(0, icon(each.icon, theme.muted))
            item.setForeground(1, theme.colour("muted"))
        self._choose(0)
        self._list.setVisible(bool(actions))
        self._none.setVisible(not actions)
        self._place()

    def _place(self) -> None:
        width = min(WIDTH, self._over.width() - 4 * GRID)
        tall = max(self._list.sizeHintForRow(0), GRID)
        self._list.setFixedHeight(min(len(self._shown), MOST) * tall + 2)
        self.resize(width, self.sizeHint().height())
        self.move((self._over.width() - width) // 2, 8 * GRID)


def _find(text: str, reader: Reader) -> list[Found]:
    # Here, not above: the window stands before anybody searches.
    from engine.finding import find

    return find(reader, text, MOST)

"""The builder's top: back, title, whether it is on, tabs or rail, and Update (screens.md 2, 3)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from engine.wording.values import status_title
from views.theme import GRID
from views.widgets.folding import fold
from views.widgets.kit import button, label, restyle, row
from views.widgets.switch import Switch

NARROWEST, WIDEST = 80, 360
"""Pixels of the automation's name."""
FOLDS = 3
"""How far the bar folds: without the way here, without what is unsaved, its tabs as icons."""
TAB_ICONS = {"details": "edit", "build": "if_then", "performance": "performance"}


class TitleField(QLineEdit):
    """A line as wide as its words where there is room, and never wider than it needs to be."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Its words and some room to type."""
        words = self.text() or self.placeholderText()
        wide = self.fontMetrics().horizontalAdvance(words) * 5 // 4 + 3 * GRID
        return QSize(min(max(wide, NARROWEST), WIDEST), super().sizeHint().height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show its beginning, and the end only to who types there."""
        super().focusOutEvent(event)
        self.setCursorPosition(0)

    def minimumSizeHint(self) -> QSize:
        """What is left to it in a narrow window."""
        return QSize(NARROWEST, super().minimumSizeHint().height())


class BuilderBar(QFrame):
    """Says what was asked for; shows what it is told."""

    back = Signal()
    update_asked = Signal()
    renamed = Signal(str)
    switched = Signal(bool)
    tab_chosen = Signal(str)

    def __init__(self, crumb: str, tabs: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bar")
        leave = button("", self.back.emit, icon_name="back", name="builder-back",
                       tip=self.tr("Back to the list"))  # fmt: skip
        self.title = TitleField()
        self.title.setProperty("kind", "name")
        self.title.setObjectName("builder-title")
        self.title.setAccessibleName(self.tr("Automation name"))
        self.title.setPlaceholderText(self.tr("Name this automation"))
        self.title.setMaxLength(200)
        self.title.textEdited.connect(self.renamed)
        self.status = label("", "chip", name="builder-status")
        self.status.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.unsaved = label(self.tr("Unsaved changes"), "chip", name="builder-unsaved")
        self.unsaved.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.switch = Switch(self.tr("Turned on"), "builder-switch")
        self.switch.clicked.connect(self.switched)
        self.update_button = button(self.tr("Update"), self.update_asked.emit, "primary",
                                    name="builder-update")  # fmt: skip
        self._group = QButtonGroup(self)
        self._words = dict(tabs)
        self._numbered = self._is_unsaved = False
        self._folded, self._least = 0, NARROWEST
        self._crumb = label(crumb, "crumb")
        self.tabs = {name: self._tab(name, words) for name, words in tabs}
        self.setLayout(
            row(
                leave, 4, self._crumb, 4, self.title, self.status, self.unsaved,
                self.switch, 16,
                *self.tabs.values(), None, self.update_button, margins=(16, 0, 16, 0),
            )
        )  # fmt: skip
        self.setMinimumHeight(48)

    def show_flow(self, name: str, status: str | None, *, unsaved: bool = False) -> None:
        """Show a flow's name as typed, and whether it is on; None for one never saved.

        `unsaved`: it was changed since it was saved.
        """
        if self.title.text() != name:
            self.title.setText(name)
            # Where it is cut, it is at the end.
            self.title.setCursorPosition(0)
        self.title.setToolTip(name)
        words = status_title(status or "draft")
        self._is_unsaved = unsaved and status is not None
        self.status.setText(words)
        self.status.setToolTip(self.unsaved.text() if self._is_unsaved else "")
        restyle(self.status, "chip-on" if status == "active" else "chip")
        self.switch.setVisible(status is not None)
        self.switch.setChecked(status == "active")
        self.update_button.setVisible(status is not None)
        self._fit()

    def show_tab(self, name: str) -> None:
        """Mark a tab as the present one."""
        self.tabs[name].setChecked(True)

    def number_tabs(self, numbered: bool) -> None:
        """Show the tabs as the steps of a wizard, or as tabs again; Performance is no step."""
        self._numbered = numbered
        for name, tab in self.tabs.items():
            tab.setVisible(not numbered or name != "performance")
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """What it needs once all is folded."""
        return QSize(self._least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Fold as far as there is no room, the least important first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        parts = self.layout()
        if parts is None:
            return
        self._fold(FOLDS)
        self._least = parts.minimumSize().width()
        for folds in range(FOLDS + 1):
            self._fold(folds)
            # A name is read whole rather than the way here, which the sidebar shows too.
            needed = parts.minimumSize() if folds else parts.sizeHint()
            if needed.width() <= self.width():
                break

    def _fold(self, folds: int) -> None:
        self._crumb.setVisible(folds < 1)
        self.unsaved.setVisible(self._is_unsaved and folds < 2)
        for place, (name, tab) in enumerate(self.tabs.items(), 1):
            words = f"{place}. {self._words[name]}" if self._numbered else self._words[name]
            folded = folds >= FOLDS
            fold(tab, words, TAB_ICONS.get(name, "more"), folded=folded)
            self._widen(tab)

    def _tab(self, name: str, words: str) -> QPushButton:
        tab = button(words, lambda: self.tab_chosen.emit(name), "tab", name=f"tab-{name}")
        tab.setCheckable(True)
        self._group.addButton(tab)
        self._widen(tab)
        return tab

    def _widen(self, tab: QPushButton) -> None:
        """Room for the words in bold, as they are when chosen."""
        bold = QFont(tab.font())
        bold.setBold(True)
        words = QFontMetrics(bold).horizontalAdvance(tab.text()) + 3 * GRID
        tab.setMinimumWidth(words if tab.text() else tab.sizeHint().width())

"""The window's sidebar: the practice, its pages, and the way to anything (screens.md section 0)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QSpacerItem

from app.pages import PageSpec
from views.theme import GRID
from views.widgets.kit import button, column, label

WIDTH: Final = 184
NAV_ICON: Final = QSize(24, 16)


class Sidebar(QFrame):
    """Says by `chosen` which page is wanted, by `find_asked` that something is looked for."""

    chosen = Signal(str)
    find_asked = Signal()

    def __init__(self, specs: Sequence[PageSpec]) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setObjectName("sidebar")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._practice = label("", "title", wraps=True, name="practice")
        self._practice.setContentsMargins(GRID, 0, 0, 0)
        self._group = QButtonGroup(self)
        self._words: dict[QPushButton, str] = {}
        self._entries = {spec.name: self._entry(spec, key) for key, spec in enumerate(specs, 1)}
        find = button("", self.find_asked.emit, "nav", icon_name="search", name="nav-find")
        self._add(find, self.tr("Find…  Ctrl+K"), self.tr("Find…  Ctrl+K"))
        self._inside = column(
            self._practice, GRID, *self._entries.values(), None, find,
            gap=GRID // 2, margins=(GRID, 2 * GRID, GRID, GRID),
        )  # fmt: skip
        self._width = QSpacerItem(0, 0)
        self._inside.addItem(self._width)
        self.setLayout(self._inside)
        self.fold(False)

    def show_practice(self, name: str) -> None:
        """Say whose window it is."""
        self._practice.setText(name)

    def mark(self, page: str) -> None:
        """Show which page one is on."""
        self._entries[page].setChecked(True)

    def fold(self, folded: bool) -> None:
        """Show icons alone, which say the rest in their tooltips, or words beside them."""
        self._practice.setVisible(not folded)
        self._width.changeSize(0 if folded else WIDTH - 2 * GRID, 0)
        self._inside.invalidate()
        for made, words in self._words.items():
            made.setText("" if folded else words)

    def _entry(self, spec: PageSpec, key: int) -> QPushButton:
        made = button(
            "", partial(self.chosen.emit, spec.name), "nav", icon_name=spec.icon,
            name=f"nav-{spec.name}",
        )  # fmt: skip
        made.setCheckable(True)
        self._group.addButton(made)
        self._add(made, self.tr(spec.title), f"{self.tr(spec.title)}  Ctrl+{key}")
        return made

    def _add(self, made: QPushButton, words: str, tip: str) -> None:
        made.setIconSize(NAV_ICON)
        made.setAccessibleName(words)
        made.setToolTip(tip)
        self._words[made] = words

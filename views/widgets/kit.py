"""Small makers of labels, buttons and boxes, so that every screen is built alike."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from views.icons import icon
from views.theme import GRID, theme_of

ICON_ALONE, ICON_BESIDE_WORDS = QSize(14, 14), QSize(20, 14)
"""Pixels of a button's icon: its letter stands in the middle, clear of the words beside it."""


def label(text: str, kind: str = "", *, wraps: bool = False, name: str = "") -> QLabel:
    """A label of plain text; `kind` is its look (`views.theme`)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    made.setObjectName(name)
    if kind:
        made.setProperty("kind", kind)
    return made


def button(
    text: str,
    clicked: Callable[[], object] | None = None,
    kind: str = "",
    *,
    icon_name: str = "",
    name: str = "",
    tip: str = "",
) -> QPushButton:
    """A push button; one of an icon alone says in `tip` what it does, also to screen readers."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        made.setProperty("icon_name", icon_name)
        made.setIconSize(ICON_BESIDE_WORDS if text else ICON_ALONE)
        _ink(made)
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(text or tip)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def reword(made: QPushButton, words: str) -> None:
    """Give a button other words, also for screen readers."""
    made.setText(words)
    made.setAccessibleName(words)


def _ink(made: QPushButton) -> None:
    theme = theme_of()
    colour = theme.on_accent if made.property("kind") == "primary" else theme.muted
    made.setIcon(icon(made.property("icon_name"), colour))


def ink_icons(root: QWidget) -> None:
    """Draw the icons of all buttons in `root` again, in the colours of the theme of now."""
    for made in root.findChildren(QPushButton):
        if made.property("icon_name"):
            _ink(made)


def row(
    *parts: QWidget | QLayout | int | None, gap: int = GRID, margins: tuple[int, ...] = ()
) -> QHBoxLayout:
    """Parts side by side: a number is that many pixels, None the space that is left."""
    made = QHBoxLayout()
    _fill(made, parts, gap, margins)
    return made


def column(
    *parts: QWidget | QLayout | int | None, gap: int = GRID, margins: tuple[int, ...] = ()
) -> QVBoxLayout:
    """Parts below each other: a number is that many pixels, None the space that is left."""
    made = QVBoxLayout()
    _fill(made, parts, gap, margins)
    return made


def _fill(
    layout: QBoxLayout, parts: tuple[QWidget | QLayout | int | None, ...], gap: int,
    margins: tuple[int, ...],
) -> None:  # fmt: skip
    layout.setSpacing(gap)
    left, top, right, bottom = margins or (0, 0, 0, 0)
    layout.setContentsMargins(left, top, right, bottom)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)


def frame(kind: str, layout: QLayout, *, name: str = "") -> QFrame:
    """A box of this look around a layout: `card`, `bar`, `side`, `note`, `status`, `popup`."""
    made = QFrame()
    made.setProperty("kind", kind)
    made.setObjectName(name)
    made.setLayout(layout)
    return made


def card(layout: QLayout, *, name: str = "") -> QFrame:
    """A white card with room around what is in it."""
    layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
    return frame("card", layout, name=name)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, and let go of it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def popup_menu(over: QWidget, name: str = "") -> QMenu:
    """A menu that goes when it is closed; `over` is where it belongs."""
    made = QMenu(over)
    made.setObjectName(name)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return made


def restyle(widget: QWidget, kind: str) -> None:
    """Give a widget another look."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Empty(QWidget):
    """What an empty page says it is for, and the first thing to do there."""

    def __init__(self, words: str, action: QPushButton, *others: QPushButton) -> None:
        super().__init__()
        said = label(words, "muted", wraps=True)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said.setMaximumWidth(420)
        offered = row(None, action, *others, None)
        middle = row(None, said, None)
        self.setLayout(column(None, middle, offered, None, gap=2 * GRID))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

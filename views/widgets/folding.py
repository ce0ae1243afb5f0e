"""Buttons whose words give way to an icon where there is no room for them."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton

from views.icons import icon
from views.theme import theme_of
from views.widgets.kit import ICON_ALONE


def fold(made: QPushButton, words: str, icon_name: str, *, folded: bool, tip: str = "") -> None:
    """Show a button's words, or an icon that says them to the pointer and to screen readers."""
    made.setText("" if folded else words)
    made.setAccessibleName(words)
    made.setProperty("icon_name", icon_name if folded else None)
    made.setIconSize(ICON_ALONE)
    made.setIcon(icon(icon_name, theme_of(made).muted) if folded else QIcon())
    parts = [words, tip] if folded else [tip]
    made.setToolTip("\n".join(part for part in parts if part))

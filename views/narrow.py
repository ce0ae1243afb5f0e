"""The builder in a small window: its left side gives way, so that the canvas is left some room."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from views.palette import Palette

ROOMY: Final = 880
"""Pixels of the builder from which on its palette has words."""
LEAST: Final = 600
"""Pixels the builder can be worked in."""
PALETTE_WIDTH, PALETTE_FOLDED = 176, 60


class Narrow(QObject):
    """Follows the width of `whole`: the palette folds to its icons.

    The outline, which stands in the palette's place, keeps its width.
    """

    def __init__(
        self, whole: QWidget, side: QWidget, shown: QStackedWidget, palette: Palette
    ) -> None:
        super().__init__(whole)
        self._whole, self._side, self._shown = whole, side, shown
        self._palette = palette
        whole.setMinimumWidth(LEAST)
        whole.installEventFilter(self)
        shown.currentChanged.connect(self._share)
        self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the width out before it is laid out."""
        if watched is self._whole and event.type() == QEvent.Type.Resize:
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        folded = self._whole.width() < ROOMY and self._shown.currentIndex() == 0
        self._palette.fold(folded)
        self._side.setFixedWidth(PALETTE_FOLDED if folded else PALETTE_WIDTH)

"""The rows of a file that were refused: the first of them, and all when they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from engine.intake.people import Refusal
from engine.wording.refused import refused_words
from views.widgets.kit import column, label

FIRST: Final = 8
"""Refused rows that are told one by one, until all are asked for."""
TALL: Final = 240
"""Pixels that the list of all takes at least."""


class RefusedRows(QWidget):
    """What is wrong with each row; nothing is shown where none was refused."""

    def __init__(self, refusals: Sequence[Refusal], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refusals = refusals
        self._first = QWidget()
        lines = [label(_words(each), "muted", wraps=True) for each in refusals[:FIRST]]
        self._first.setLayout(column(*lines, gap=12))
        self._all = QPlainTextEdit(readOnly=True)
        self._all.setObjectName("import-all-faults")
        self._all.setAccessibleName(self.tr("Refused rows"))
        self._all.setTabChangesFocus(True)
        self._all.setMinimumHeight(TALL)
        self._all.hide()
        self.setLayout(column(self._first, self._all, gap=0))
        self.setHidden(not refusals)

    def unfold(self) -> None:
        """Tell of all of them, with the cursor at the first."""
        if self._all.isHidden():
            self._all.setPlainText("\n".join(map(_words, self._refusals)))
            self._first.hide()
            self._all.show()
        self._all.setFocus(Qt.FocusReason.OtherFocusReason)


def _words(refusal: Refusal) -> str:
    return refused_words(refusal.row, refusal.faults)

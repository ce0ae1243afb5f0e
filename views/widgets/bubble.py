"""How a text looks on a phone, and what it costs."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.compose.sms import OPT_OUT_LINE, segments, with_opt_out
from engine.wording.values import plural
from views.theme import GRID
from views.widgets.kit import column, frame, label, row


class Bubble(QWidget):
    """A text with the words that are appended to it, and its characters and segments."""

    def __init__(self) -> None:
        super().__init__()
        self._cost = label("", "muted", wraps=True, name="sms-cost")
        self._said = label("", wraps=True, name="sms-bubble")
        self._appended = label("", "muted", wraps=True, name="sms-appended")
        inside = column(self._said, self._appended, gap=GRID // 2, margins=(12, 8, 12, 8))
        around = row(frame("bubble", inside), 3 * GRID)
        self.setLayout(column(around, self._cost, gap=GRID // 2))

    def show_text(self, text: str, filled: str) -> None:
        """Show a text, and what it is with its tokens filled."""
        whole = with_opt_out(filled) if filled.strip() else ""
        is_appended = bool(whole) and whole != filled
        self._said.setText(filled.strip() or self.tr("The message shows here as it is typed."))
        self._appended.setText(OPT_OUT_LINE if is_appended else "")
        self._appended.setVisible(is_appended)
        cost = segments(whole)
        counted = f"{plural(cost.units, 'character')} · {plural(cost.count, 'segment')}"
        if filled != text:
            counted = self.tr("About {}").format(counted)
        if cost.encoding == "UCS-2":
            why = self.tr("Letters or signs outside the basic set make it cost more.")
            counted = f"{counted}. {why}"
        self._cost.setText(counted if whole else "")

"""Settings that are off or say two things: quiet hours, and the most messages a person gets."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from views.schedule import Clock, read_clock
from views.widgets.fields import Amount
from views.widgets.kit import label, row
from views.widgets.switch import Switch

OFF = "off"


class Limit(QWidget):
    """A switch, and what it switches on; `edited` says that somebody did something to it."""

    edited = Signal()

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self.switch = Switch(words, f"{name}-on")
        self.switch.clicked.connect(self._turn)
        self.setFocusProxy(self.switch)
        self._parts: list[QWidget] = []

    def _lay_out(self, *parts: QWidget) -> None:
        self._parts = list(parts)
        self.setLayout(row(self.switch, *parts, None))

    def _show(self, *, on: bool) -> None:
        self.switch.setChecked(on)
        for part in self._parts:
            part.setVisible(on)

    def _turn(self, on: bool) -> None:
        self._show(on=on)
        self.edited.emit()


class QuietHours(Limit):
    """From one wall time to another; as text `21:00-08:00`, or `off`."""

    def __init__(self, name: str) -> None:
        super().__init__(self.tr("No texts go out at night"), name)
        self._start = Clock(self.tr("Quiet from"), f"{name}-from")
        self._end = Clock(self.tr("Quiet until"), f"{name}-to")
        for clock in (self._start, self._end):
            clock.typed.connect(lambda _: self.edited.emit())
        self._lay_out(label(self.tr("from")), self._start, label(self.tr("to")), self._end)

    def put(self, text: object) -> None:
        """Show them."""
        said = text if isinstance(text, str) else ""
        start, dash, end = said.partition("-")
        self._show(on=bool(dash))
        self._start.put(start if dash else "21:00")
        self._end.put(end if dash else "08:00")

    def value(self) -> str:
        """What is shown, as text."""
        if not self.switch.isChecked():
            return OFF
        return f"{read_clock(self._start.text())}-{read_clock(self._end.text())}"


class MessageCap(Limit):
    """So many messages in so many days; as text `2/7`, or `off`."""

    def __init__(self, name: str) -> None:
        super().__init__(self.tr("Nobody gets more messages than that"), name)
        self._messages = Amount(1, 10_000)
        self._messages.setObjectName(f"{name}-messages")
        self._messages.setAccessibleName(self.tr("Most messages"))
        self._days = Amount(1, 3_650)
        self._days.setObjectName(f"{name}-days")
        self._days.setAccessibleName(self.tr("In how many days"))
        for amount in (self._messages, self._days):
            amount.setMaximumWidth(amount.minimumWidth() + 24)
            amount.typed.connect(lambda _: self.edited.emit())
        self._lay_out(self._messages, label(self.tr("messages in")), self._days,
                      label(self.tr("days")))  # fmt: skip

    def put(self, text: object) -> None:
        """Show it."""
        said = text if isinstance(text, str) else ""
        messages, slash, days = said.partition("/")
        self._show(on=bool(slash))
        self._messages.put(int(messages) if slash and messages.isdecimal() else 2)
        self._days.put(int(days) if slash and days.isdecimal() else 7)

    def value(self) -> str:
        """What is shown, as text."""
        if not self.switch.isChecked():
            return OFF
        return f"{self._messages.number()}/{self._days.number()}"

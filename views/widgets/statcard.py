"""A card with one number: what it counts, how it changed, and its last weeks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from views.theme import GRID
from views.widgets.kit import column, label, restyle, row
from views.widgets.sparkline import Sparkline


class Change(NamedTuple):
    """How a number changed, in words; its tone is a kind of label."""

    words: str
    tone: str = "muted"


class StatCard(QFrame):
    """One number. Where it `opens` what it counts, a click or Enter does."""

    def __init__(
        self,
        title: str,
        name: str,
        opens: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._opens = opens
        self._title = label(title, "muted", wraps=True)
        self._number = label("–", "number", name=f"{name}-number")
        self._aside = label("", "muted")
        self._note = label("", "muted")
        self._change = label("", "muted", wraps=True, name=f"{name}-change")
        self._line = Sparkline()
        self._aside.setContentsMargins(0, 0, 0, GRID // 2)
        figure = row(self._number, self._aside, gap=GRID)
        figure.setAlignment(self._aside, Qt.AlignmentFlag.AlignBottom)
        # The line gives way to the words beside it, never the other way round.
        top = row(figure, None, self._line, gap=GRID)
        foot = row(self._note, gap=GRID)
        foot.addWidget(self._change, 1)
        self.setLayout(column(self._title, top, foot, None, gap=2, margins=(14, 12, 14, 12)))
        if opens is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)

    def show_title(self, title: str) -> None:
        """Count something else."""
        self._title.setText(title)

    def show_figure(
        self,
        number: str,
        change: Change,
        values: Sequence[float | None],
        *,
        aside: str = "",
        note: str = "",
    ) -> None:
        """The number, what stands small beside it and below it, how it changed, its days."""
        self._number.setText(number)
        self._aside.setText(aside)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._change.setText(change.words)
        restyle(self._change, change.tone)
        self._line.show_values(values)
        said = (self._title.text(), f"{number} {aside}".strip(), note, change.words)
        self.setAccessibleName(": ".join(part for part in said if part))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens what is counted."""
        if event.button() == Qt.MouseButton.LeftButton and self._opens is not None:
            self._opens()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do Enter and the space bar."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self._opens is not None:
            self._opens()
        else:
            super().keyPressEvent(event)


def number(value: float | None) -> str:
    """A count as it is read: 1,906; a dash for none."""
    return "—" if value is None else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """A rate as it is read: 79%, 0.4%; a dash for none."""
    if value is None:
        return "—"
    shown = value * 100
    return f"{shown:.1f}%" if 0 < shown < 1 else f"{shown:.0f}%"


def grown(now: float | None, before: float | None, since: str) -> Change:
    """How a count changed on `since`: the 30 days before."""
    if not before:
        return Change(f"none in {since}" if now else "")
    share = round(((now or 0) - before) / before * 100)
    if share == 0:
        return Change(f"as in {since}")
    arrow, tone = ("▲", "good") if share > 0 else ("▼", "goal")
    return Change(f"{arrow} {abs(share):,}% on {since}", tone)


def moved(now: float | None, before: float | None, since: str) -> Change:
    """How a rate changed on `since`, in points of a hundred."""
    if now is None or before is None:
        return Change("")
    points = round((now - before) * 100, 1)
    if points == 0:
        return Change(f"as in {since}")
    arrow, tone = ("▲", "good") if points > 0 else ("▼", "goal")
    unit = "point" if abs(points) == 1 else "points"
    return Change(f"{arrow} {abs(points):g} {unit}", tone)

"""Lines over time. The plotting library is loaded when the first of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import QWidget

from views.theme import GRID, theme_of
from views.widgets.kit import clear, column, label, row

SMOOTH: Final = 2_000
"""Points up to which lines are smoothed: beyond, that costs more than it shows."""


def prepare() -> None:
    """Load the plotting library, which takes half a second: better off the UI thread."""
    import_module("pyqtgraph")


class Line(NamedTuple):
    """One line: what it counts, a colour of the theme, a value for each place."""

    title: str
    colour: str
    values: tuple[float, ...]
    dashed: bool = False


class LineChart(QWidget):
    """Lines over the same places, with a legend above and the places' names below."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._lines: tuple[Line, ...] = ()
        self._places: tuple[str, ...] = ()
        self._plot: Any = None
        self._legend = row(gap=12)
        self._body = column(gap=0)
        whole = column(self._legend, gap=GRID)
        whole.addLayout(self._body, 1)
        self.setLayout(whole)

    def sizeHint(self) -> QSize:
        """As high as lines need to be told apart."""
        return QSize(50 * GRID, 28 * GRID)

    def minimumSizeHint(self) -> QSize:
        """No lower, but narrower."""
        return QSize(30 * GRID, 28 * GRID)

    def show_lines(self, lines: Sequence[Line], places: Sequence[str]) -> None:
        """Draw these lines."""
        self._lines, self._places = tuple(lines), tuple(places)
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was given while nobody looked."""
        super().showEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            self._plot = _new_plot()
            self._body.addWidget(self._plot)
        self._write_legend()
        self._plot_lines()

    def _write_legend(self) -> None:
        clear(self._legend)
        theme = theme_of(self)
        for line in self._lines:
            mark = label("┄" if line.dashed else "●")
            mark.setStyleSheet(f"color: {getattr(theme, line.colour)}")
            self._legend.addLayout(row(mark, label(line.title, "muted"), gap=GRID // 2))
        self._legend.addStretch(1)

    def _plot_lines(self) -> None:
        from pyqtgraph import mkPen

        theme, plot = theme_of(self), self._plot
        plot.clear()
        plot.setBackground(theme.surface)
        smooth = sum(len(line.values) for line in self._lines) <= SMOOTH
        for line in reversed(self._lines):
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            alone = len(line.values) == 1
            plot.plot(
                list(range(len(line.values))), list(line.values), antialias=smooth,
                pen=mkPen(getattr(theme, line.colour), width=1 if line.dashed else 2, style=style),
                symbol="o" if alone else None, symbolSize=6,
                symbolBrush=getattr(theme, line.colour), symbolPen=None,
            )  # fmt: skip
        self._scale()

    def _scale(self) -> None:
        theme, plot = theme_of(self), self._plot
        most = max((value for line in self._lines for value in line.values), default=0)
        last = max(len(self._places) - 1, 1)
        plot.setLimits(xMin=-0.5, xMax=last + 0.5, yMin=0, yMax=max(most, 1) * 1.1)
        plot.setRange(xRange=(-0.4, last + 0.4), yRange=(0, max(most, 1) * 1.05), padding=0)
        for side, ticks in (("left", _round_ticks(most)), ("bottom", self._ticks())):
            axis = plot.getAxis(side)
            axis.setPen(theme.line)
            axis.setTextPen(theme.muted)
            axis.setStyle(tickFont=self.font())
            axis.setTicks([ticks])
        plot.getAxis("bottom").setHeight(QFontMetrics(self.font()).height() + GRID)

    def _ticks(self) -> list[tuple[int, str]]:
        """As many of the places' names as there is room for."""
        if not self._places:
            return []
        widest = max(QFontMetrics(self.font()).horizontalAdvance(name) for name in self._places)
        room = max(1, self.width() // (widest + 3 * GRID))
        step = max(1, -(-len(self._places) // room))
        return [(at, self._places[at]) for at in range(0, len(self._places), step)]


def _round_ticks(most: float) -> list[tuple[float, str]]:
    """Some four whole and round numbers up to the largest value."""
    sizes = (digit * 10**power for power in range(16) for digit in (1, 2, 5))
    step = next(size for size in sizes if most / size <= 6)
    return [(value, f"{value:,}") for value in range(0, int(most) + 1, step)]


def _new_plot() -> Any:
    from pyqtgraph import PlotWidget

    plot = PlotWidget()
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.showGrid(x=False, y=True, alpha=0.9)
    plot.getAxis("left").setZValue(-1)
    plot.getAxis("bottom").setStyle(hideOverlappingLabels=False, tickLength=0)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # A page under it scrolls by the wheel.
    plot.wheelEvent = lambda event: event.ignore()
    return plot

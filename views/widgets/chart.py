"""Lines over time. The plotting library is loaded when the first of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QToolTip, QWidget

from views.theme import GRID, theme_of
from views.widgets.kit import clear, column, label, row

SMOOTH: Final = 2_000
"""Points up to which lines are smoothed: beyond, that costs more than it shows."""
WIDTH: Final = 2
RIM: Final = 3
"""How much wider a line is where another lies on it, so that both are seen."""
NEAR: Final = 12
"""Pixels from a point within which it is meant."""


def prepare() -> None:
    """Load the plotting library, which takes half a second: better off the UI thread."""
    import_module("pyqtgraph")


_APART: Final = 12
_COLUMNS: Final = 2
_REST: Final = 99
"""A column behind all others, which takes what room they leave."""


class Line(NamedTuple):
    """One line: what it counts, a colour of the theme, a value for each place."""

    title: str
    colour: str
    values: tuple[float, ...]
    dashed: bool = False


class LineChart(QWidget):
    """Lines over the same places, with a legend above and the places' names below.

    `point_chosen` says the place and the line of a point that was clicked.
    """

    point_chosen = Signal(int, int)

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._lines: tuple[Line, ...] = ()
        self._places: tuple[str, ...] = ()
        self._plot: Any = None
        self._legend = QGridLayout()
        self._legend.setHorizontalSpacing(_APART)
        self._legend.setVerticalSpacing(0)
        self._legend.setColumnStretch(_REST, 1)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What explains the lines may need more room, or less."""
        super().resizeEvent(event)
        if self._plot is not None:
            self._write_legend()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            self._plot = _new_plot()
            self._plot.viewport().setMouseTracking(True)
            self._plot.viewport().installEventFilter(self)
            self._body.addWidget(self._plot)
        self._write_legend()
        self._plot_lines()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say what the point under the pointer counts; a click opens it."""
        if isinstance(event, QMouseEvent):
            point = self.point_at(event.position().toPoint())
            if event.type() == QEvent.Type.MouseMove:
                self._point_out(point, event)
            elif event.button() == Qt.MouseButton.LeftButton and point is not None:
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.point_chosen.emit(*point)
                return True
        return super().eventFilter(watched, event)

    def point_at(self, pointer: QPoint) -> tuple[int, int] | None:
        """The place and the line of the point nearest to the pointer, or None if none is near."""
        shown = self._plot.getPlotItem().vb
        place = round(shown.mapSceneToView(self._plot.mapToScene(pointer)).x())
        if not 0 <= place < len(self._places):
            return None
        apart = [
            ((self.pixel(place, line) - pointer).manhattanLength(), line)
            for line in range(len(self._lines))
        ]
        nearest, line = min(apart, default=(NEAR + 1, 0))
        return (place, line) if nearest <= NEAR else None

    def pixel(self, place: int, line: int) -> QPoint:
        """Where a point is drawn, within the picture."""
        point = QPointF(place, self._lines[line].values[place])
        at: QPoint = self._plot.mapFromScene(self._plot.getPlotItem().vb.mapViewToScene(point))
        return at

    def _point_out(self, point: tuple[int, int] | None, event: QMouseEvent) -> None:
        picture = self._plot.viewport()
        if point is None:
            picture.unsetCursor()
            QToolTip.hideText()
            return
        place, line = point
        picture.setCursor(Qt.CursorShape.PointingHandCursor)
        title, value = self._lines[line].title, self._lines[line].values[place]
        said = f"{self._places[place]} · {title}: {value:,}"
        QToolTip.showText(event.globalPosition().toPoint(), said, picture)

    def _write_legend(self) -> None:
        """In one line, or in two columns where that is too narrow."""
        clear(self._legend)
        theme, entries, wide = theme_of(self), [], 0
        for line in self._lines:
            mark = label("┄" if line.dashed else "●")
            mark.setStyleSheet(f"color: {getattr(theme, line.colour)}")
            said = label(line.title, "muted")
            for part in (mark, said):
                # Only then it knows how wide it is.
                part.ensurePolished()
                wide += part.sizeHint().width() + GRID
            entries.append(row(mark, said, gap=GRID // 2))
        columns = _COLUMNS if wide > self.width() else max(len(entries), 1)
        for place, entry in enumerate(entries):
            self._legend.addLayout(entry, place // columns, place % columns)

    def _plot_lines(self) -> None:
        from numpy import array
        from pyqtgraph import mkPen

        theme, plot = theme_of(self), self._plot
        plot.clear()
        plot.setBackground(theme.surface)
        smooth = sum(len(line.values) for line in self._lines) <= SMOOTH
        for place in range(len(self._lines) - 1, -1, -1):
            line, (wide, hidden) = self._lines[place], rim(self._lines, place)
            colour = getattr(theme, line.colour)
            places, values = list(range(len(line.values))), list(line.values)
            if any(hidden):
                pen = mkPen(colour, width=wide)
                plot.plot(places, values, antialias=smooth, pen=pen, connect=array([*hidden, 0]))
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            pen = mkPen(colour, width=1 if line.dashed else WIDTH, style=style)
            symbol = "o" if len(values) == 1 else None
            plot.plot(places, values, antialias=smooth, pen=pen, symbol=symbol, symbolSize=6,
                      symbolBrush=colour, symbolPen=None)  # fmt: skip
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


def rim(lines: Sequence[Line], place: int) -> tuple[int, list[bool]]:
    """How wide a line is where others lie on it, and from which places on they do, up to the next.

    Of two lines the first lies on top; at nothing, and below a dashed one, nothing is hidden.
    """
    line = lines[place]
    meeting = [_met(line, other) for other in lines[:place]]
    hidden = [any(way) for way in zip(*meeting, strict=True)]
    return WIDTH + RIM * sum(any(way) for way in meeting), hidden


def _met(line: Line, other: Line) -> list[bool]:
    """From which places on two lines go the same way to the next."""
    same = [mine == theirs for mine, theirs in zip(line.values, other.values, strict=True)]
    drawn = not line.dashed and not other.dashed
    return [
        drawn and same[at] and same[at + 1] and any(line.values[at : at + 2])
        for at in range(len(same) - 1)
    ]


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

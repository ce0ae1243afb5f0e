"""Lines over time: what lies under another line is seen, and a point opens what it counts."""

from __future__ import annotations

import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from views.theme import theme_of
from views.widgets.chart import RIM, WIDTH, Line, LineChart, rim

DAYS = ("Jan 5", "Jan 6", "Jan 7")


@pytest.fixture
def chart(qtbot: QtBot) -> LineChart:
    chart = LineChart("Over time", "chart")
    qtbot.addWidget(chart)
    chart.resize(400, 260)
    chart.show_lines(
        [Line("Enrolled", "accent", (2, 4, 3)), Line("Completed", "completed", (2, 4, 0))], DAYS
    )
    with qtbot.waitExposed(chart):
        chart.show()
    return chart


def picture_of(chart: LineChart) -> QWidget:
    (plot,) = chart.findChildren(PlotWidget)
    assert isinstance(plot, PlotWidget)
    picture: QWidget = plot.viewport()
    return picture


def test_of_two_lines_that_lie_on_each_other_both_are_seen(chart: LineChart) -> None:
    theme, image = theme_of(chart), chart.grab().toImage()
    colours = {
        image.pixelColor(across, down).name()
        for across in range(image.width() // 3, 2 * image.width() // 3)
        for down in range(image.height() // 5, image.height())
    }
    for line in ("accent", "completed"):
        assert theme.colour(line).name() in colours, line


def test_a_line_is_wider_only_where_another_lies_on_it() -> None:
    top, low = Line("a", "accent", (0, 0, 1, 3)), Line("b", "goal", (0, 0, 1, 3))
    apart = Line("c", "completed", (0, 0, 2, 3))
    before = Line("d", "muted", (0, 0, 1, 3), dashed=True)
    assert rim([top, low], 0) == (WIDTH, [])
    assert rim([top, low], 1) == (WIDTH + RIM, [False, True, True])
    assert rim([top, apart, low], 2) == (WIDTH + RIM, [False, True, True])
    assert rim([top, low, low], 2) == (WIDTH + 2 * RIM, [False, True, True])
    for other in (apart, before):
        assert rim([top, other], 1) == (WIDTH, [False, False, False])


def test_a_click_on_a_point_says_which_and_elsewhere_nothing(
    chart: LineChart, qtbot: QtBot
) -> None:
    heard: list[tuple[int, int]] = []
    chart.point_chosen.connect(lambda place, line: heard.append((place, line)))
    picture = picture_of(chart)
    for place, line in ((2, 0), (2, 1)):
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=chart.pixel(place, line))
    empty = (chart.pixel(2, 0) + chart.pixel(2, 1)) / 2
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=empty)
    assert heard == [(2, 0), (2, 1)]


def test_the_pointer_says_what_a_point_counts(chart: LineChart) -> None:
    picture = picture_of(chart)
    QTest.mouseMove(picture, chart.pixel(1, 0))
    assert picture.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(picture, (chart.pixel(2, 0) + chart.pixel(2, 1)) / 2)
    assert picture.cursor().shape() != Qt.CursorShape.PointingHandCursor

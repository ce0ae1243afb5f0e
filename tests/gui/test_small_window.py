"""The builder in a window of 800 by 600, which leaves it 742: all of it can be read and used."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from canvas.minimap import Minimap
from engine.vocabulary import TRIGGER
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part
from tests.gui.session_kit import WELCOME, describe, opened
from views.bar import BuilderBar
from views.builder import BuilderPage
from views.drawing import Drawing

SMALL, MIDDLE, LARGE = (742, 540), (840, 560), (1096, 760)


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> BuilderPage:
    made = BuilderPage(sample_desk)
    qtbot.addWidget(made)
    made.resize(*LARGE)
    with qtbot.waitExposed(made):
        made.show()
    opened(sample_desk, made, WELCOME)
    return made


def settled(qtbot: QtBot, page: BuilderPage, size: tuple[int, int]) -> None:
    page.resize(*size)
    panel = page.build.panel
    qtbot.waitUntil(lambda: place(panel, page).right() == page.width() - 1)


def parts(owner: QWidget) -> list[QWidget]:
    found: list[QWidget] = [*owner.findChildren(QPushButton), *owner.findChildren(QLabel)]
    return [each for each in found if each.isVisible()]


def place(part: QWidget, of: QWidget) -> QRect:
    return QRect(part.mapTo(of, part.rect().topLeft()), part.size())


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
def test_nothing_of_the_bar_is_cut_off_or_covered(
    qtbot: QtBot, page: BuilderPage, size: tuple[int, int]
) -> None:
    describe(page, "Changed")
    settled(qtbot, page, size)
    qtbot.waitUntil(lambda: look_at_bar(page.bar))


def look_at_bar(bar: BuilderBar) -> None:
    shown = [*parts(bar), bar.title, bar.switch]
    for each in parts(bar):
        assert each.width() >= each.minimumSizeHint().width(), each.objectName()
        assert bar.rect().contains(place(each, bar)), each.objectName()
    across = sorted((place(each, bar) for each in shown), key=QRect.left)
    assert all(left.right() < right.left() for left, right in pairwise(across)), across
    assert all(tab.accessibleName() and (tab.text() or tab.toolTip()) for tab in bar.tabs.values())


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
def test_what_floats_over_the_canvas_stands_apart(
    qtbot: QtBot, page: BuilderPage, size: tuple[int, int]
) -> None:
    settled(qtbot, page, size)
    drawing = page.build.drawing
    qtbot.waitUntil(lambda: look_at_floating(drawing))
    assert part(drawing, Minimap, "flow-minimap").isVisible() == (size != SMALL)


def look_at_floating(drawing: Drawing) -> None:
    floating = [place(each, drawing) for each in drawing.floating if each.isVisible()]
    assert all(drawing.rect().contains(each) for each in floating)
    assert not any(
        one.intersects(other) for at, one in enumerate(floating) for other in floating[at + 1 :]
    )
    for each in parts(drawing):
        assert each.width() >= each.minimumSizeHint().width(), each.objectName()


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
def test_a_card_one_goes_to_is_clear_of_what_floats(
    qtbot: QtBot, page: BuilderPage, size: tuple[int, int]
) -> None:
    settled(qtbot, page, size)
    view, drawing = page.build.drawing.view, page.build.drawing
    for id in drawing.scene.faces:
        view.go_to(id)
        card = view.viewportTransform().mapRect(drawing.scene.bounds_of(id)).toRect()
        assert view.viewport().rect().contains(card), id
        covered = [each for each in drawing.floating if each.isVisible()]
        assert not any(place(each, drawing).intersects(card) for each in covered), id


def test_a_long_name_is_read_from_its_beginning(qtbot: QtBot, page: BuilderPage) -> None:
    settled(qtbot, page, SMALL)
    page.bar.show_flow("Everyone who has not been here since the spring of last year", "active")
    assert page.bar.title.cursorPosition() == 0
    assert page.bar.title.toolTip().endswith("of last year")
    QTest.keyClick(page.bar.title, Qt.Key.Key_End)
    assert page.bar.title.cursorPosition() == len(page.bar.title.text())
    page.bar.title.setFocus()
    page.build.drawing.view.setFocus()
    assert page.bar.title.cursorPosition() == 0


def test_the_palette_shows_its_icons_and_says_the_rest(qtbot: QtBot, page: BuilderPage) -> None:
    settled(qtbot, page, SMALL)
    first = page.build.palette_.rows[0]
    assert first.height() >= 38
    assert "Send email" in first.toolTip()
    settled(qtbot, page, LARGE)
    assert "Send email" not in first.toolTip()


def test_the_flow_stays_in_the_middle_when_it_is_seen_first(
    qtbot: QtBot, sample_desk: DirectDesk
) -> None:
    made = BuilderPage(sample_desk)
    qtbot.addWidget(made)
    opened(sample_desk, made, WELCOME)
    made.resize(*SMALL)
    with qtbot.waitExposed(made):
        made.show()
    view = made.build.drawing.view
    middle = view.flow.bounds_of(TRIGGER).center()
    assert abs(view.seen().center().x() - middle.x()) <= 1


def test_the_scale_is_read_whole(page: BuilderPage) -> None:
    zoom = part(page, QPushButton, "canvas-zoom")
    for _ in range(20):
        page.build.drawing.view.zoom_by(1)
        needed = zoom.fontMetrics().horizontalAdvance(zoom.text())
        assert zoom.width() > needed

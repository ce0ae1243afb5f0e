"""The builder fits a small screen, with the sidebar beside it, and hides nothing of its flow."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.sidebar import WIDTH
from app.window import SIZE
from canvas.walk import Stop
from engine.vocabulary import END, TRIGGER
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Place

LIVE = 1


@pytest.mark.parametrize("record", [None, LIVE])
def test_no_tab_is_wider_than_the_window_opens(
    qtbot: QtBot, sample_desk: DirectDesk, record: int | None
) -> None:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.go(Place("automation", record))
    for part in (page.bar, page.details, page.build, page.performance):
        assert part.minimumSizeHint().width() <= SIZE.width() - WIDTH


def covered(page: BuilderPage, stop: Stop) -> bool:
    """Whether something that floats over the canvas stands on a card, a plus or the end."""
    drawing = page.build.drawing
    at = drawing.view.mapFromScene(drawing.scene.bounds_of(stop)).boundingRect()
    return any(part.geometry().intersects(at) for part in drawing.floating)


def stops(page: BuilderPage) -> list[Stop]:
    layout = page.build.drawing.scene.layout
    return [*(card.id for card in layout.cards), *(plus.slot for plus in layout.pluses), END]


@pytest.fixture
def drawn(qtbot: QtBot, sample_desk: DirectDesk) -> BuilderPage:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(SIZE.width() - WIDTH, SIZE.height())
    with qtbot.waitExposed(page):
        page.show()
    page.go(Place("automation", LIVE))
    return page


def test_the_whole_flow_is_fitted_clear_of_what_floats_over_it(drawn: BuilderPage) -> None:
    drawn.build.drawing.view.fit()
    assert [stop for stop in stops(drawn) if covered(drawn, stop)] == []


def test_where_the_keyboard_goes_is_clear_of_what_floats_over_it(drawn: BuilderPage) -> None:
    view = drawn.build.drawing.view
    for stop in (*stops(drawn), *reversed(stops(drawn))):
        view.go_to(stop)
        assert not covered(drawn, stop), stop


def test_a_flow_opens_with_its_trigger_clear_of_what_floats_over_it(drawn: BuilderPage) -> None:
    assert not covered(drawn, TRIGGER)

"""The builder fits a small screen, with the sidebar beside it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.window import SIDEBAR, SIZE
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
        assert part.minimumSizeHint().width() <= SIZE.width() - SIDEBAR

"""A window of 800 by 600 holds every screen: nothing makes it wider, and nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.pictures import PICTURES, Picture
from app.stage import Stage
from db.session import temporary_store
from engine.calendar import DAY
from engine.dispatcher import RECORDED, deliver, standing
from engine.sample import set_up
from engine.sample_life import live
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from views.theme import LIGHT, dress
from views.widgets.elided import ElidedButton, ElidedLabel

SMALL = QSize(800, 600)
SCREENS = [each for each in PICTURES if not each.name.startswith("trigger-")]
"""The triggers' forms are narrower than those of the steps."""
MAIL = "The email in its width"
"""Shown as wide as it is read, and scrolled."""


@pytest.fixture(scope="module")
def practice() -> Iterator[Workspace]:
    """The sample practice after a few people's few days."""
    with temporary_store() as store:
        workspace = Workspace(store)
        set_up(workspace, NOW - 20 * DAY)
        live(
            workspace, lambda now: deliver(workspace, RECORDED, standing(now)), contacts=30,
            days=20, seed=1, start=NOW - 20 * DAY,
        )  # fmt: skip
        yield workspace


def cut_off(window: QWidget) -> list[str]:
    """What stands in less room than it needs, and can't be scrolled to."""
    return [
        f"{area.accessibleName()}: {wide} in {area.viewport().width()}"
        for area in window.findChildren(QScrollArea)
        if area.isVisible() and area.accessibleName() != MAIL
        and (inside := area.widget()) is not None
        and (wide := inside.minimumSizeHint().width()) > area.viewport().width()
    ]  # fmt: skip


@pytest.mark.parametrize("picture", SCREENS, ids=[each.name for each in SCREENS])
def test_it_is_shown_whole(qtbot: QtBot, practice: Workspace, picture: Picture) -> None:
    stage = Stage(practice, NOW, SMALL, "practice.db")
    try:
        picture.bring(stage)
        stage.settle()
        assert stage.window.size() == SMALL
        assert not cut_off(stage.window)
    finally:
        stage.close()


def test_words_that_are_cut_are_told_whole(qtbot: QtBot, qapp: QApplication) -> None:
    dress(qapp, LIGHT)
    label = ElidedLabel("Messages go to a folder", "one", least=40)
    qtbot.addWidget(label)
    pressed = ElidedButton("two", "link", least=40)
    qtbot.addWidget(pressed)
    pressed.setText(label.text())
    for made in (label, pressed):
        whole = made.grab().toImage()
        made.resize(60, made.height())
        assert made.minimumSizeHint().width() == 40 < made.sizeHint().width()
        narrow = made.grab().toImage()
        assert narrow.width() < whole.width()
        # The ellipsis ends before the edge, where a cut letter would not.
        edge = {narrow.pixel(narrow.width() - 1, y) for y in range(narrow.height())}
        assert len(edge) == 1
    assert label.toolTip() == "Messages go to a folder"

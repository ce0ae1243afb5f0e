"""Words that open something."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from views.widgets.link import Link


def test_a_click_opens_it_but_not_one_that_is_dragged_off(qtbot: QtBot) -> None:
    opened: list[bool] = []
    link = Link("3 people", lambda: opened.append(True), "some-link")
    qtbot.addWidget(link)
    link.show()
    QTest.mousePress(link, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(
        link, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(-20, -20)
    )
    assert opened == []
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert opened == [True]

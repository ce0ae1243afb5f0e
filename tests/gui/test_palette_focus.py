"""The command palette gives the keyboard back, to whoever is still there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.gui.fakes import DirectDesk
from views.widgets.commands import CommandPalette


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    return made


def focused(window: QWidget, qtbot: QtBot) -> QLineEdit:
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    return line


def leave(palette: CommandPalette) -> None:
    search = palette.findChild(QLineEdit, "commands-search")
    assert search is not None
    QTest.keyClick(search, Qt.Key.Key_Escape)


def test_esc_gives_the_keyboard_back(desk: DirectDesk, window: QWidget, qtbot: QtBot) -> None:
    line, palette = focused(window, qtbot), CommandPalette(desk, window)
    palette.open([])
    assert not line.hasFocus()
    leave(palette)
    assert line.hasFocus()


def test_esc_closes_it_also_when_what_had_the_keyboard_is_gone(
    desk: DirectDesk, window: QWidget, qtbot: QtBot
) -> None:
    line, palette = focused(window, qtbot), CommandPalette(desk, window)
    palette.open([])
    delete(line)
    leave(palette)
    assert not palette.isVisible()

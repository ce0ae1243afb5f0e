"""A key of the window's works also where a text field would edit with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from views.widgets.reserved import ReservedKey


def test_a_reserved_key_goes_to_its_shortcut_and_edits_nothing(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit("keep this", window)
    shortcut = QShortcut(QKeySequence("Ctrl+K"), window)
    ReservedKey("Ctrl+K", window)
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setCursorPosition(0)
    with qtbot.waitSignal(shortcut.activated):
        QTest.keyClick(field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "keep this"

"""The same clicks and keys where there is no X server: Qt's own, sent to its windows.

Takes xdotool's words, as far as `hands` uses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

NOTCH = 120
_LEFT = Qt.MouseButton.LeftButton


class _Mouse:
    """Where the mouse is: Qt's own cursor would send moves without a button."""

    at = QPoint()


_MOUSE = _Mouse()


def do(words: Sequence[str]) -> None:
    """Do it once whoever asked has been answered: a drag only ends with what is asked next."""
    QTimer.singleShot(0, lambda: _do(list(words)))


def _do(words: list[str]) -> None:
    verb, *rest = words
    if verb == "windowfocus":
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                window.activateWindow()
    elif verb == "key":
        for name in rest[2:]:
            _press(name)
    elif verb == "type":
        QTest.keyClicks(_listens(), rest[-1])
    else:
        _point(verb, rest)


def _point(verb: str, rest: list[str]) -> None:
    if verb == "mousemove":
        at = QPoint(int(rest[0]), int(rest[1]))
        _MOUSE.at = at
        window = _under(at)
        QTest.mouseMove(window, window.mapFromGlobal(at))
        if rest[2:3] == ["click"]:
            _click(int(rest[-1]), 2 if ("--repeat", "2") in pairwise(rest) else 1)
        return
    window = _under(_MOUSE.at)
    place = window.mapFromGlobal(_MOUSE.at)
    if verb == "mousedown":
        QTest.mousePress(window, _LEFT, Qt.KeyboardModifier.NoModifier, place)
    else:
        QTest.mouseRelease(window, _LEFT, Qt.KeyboardModifier.NoModifier, place)


def _click(button: int, times: int) -> None:
    at = _MOUSE.at
    window = _under(at)
    place = window.mapFromGlobal(at)
    if button in (4, 5):
        QTest.wheelEvent(window, QPointF(place), QPoint(0, NOTCH if button == 4 else -NOTCH))
        return
    QTest.mouseClick(window, _LEFT, Qt.KeyboardModifier.NoModifier, place)
    if times == 2:
        QTest.mouseDClick(window, _LEFT, Qt.KeyboardModifier.NoModifier, place)


def _press(name: str) -> None:
    QTest.keySequence(_listens(), QKeySequence(name))


def _under(at: QPoint) -> QWindow:
    widget = QApplication.activePopupWidget() or QApplication.widgetAt(at)
    found = (widget or _listens()).window().windowHandle()
    assert found is not None
    return found


def _listens() -> QWidget:
    found = (
        QApplication.focusWidget()
        or QApplication.activePopupWidget()
        or QApplication.activeWindow()
        or next(each for each in QApplication.topLevelWidgets() if each.isVisible())
    )
    return found

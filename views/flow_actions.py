"""What the command palette offers of the automation that is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton

from views.bar import BuilderBar
from views.drawing import Drawing
from views.ports import Action


def flow_actions(bar: BuilderBar, drawing: Drawing, show: Callable[[], None]) -> list[Action]:
    """Everything its buttons do now; `show` brings the canvas up for what is seen on it."""
    on = _tr("Turn off") if bar.switch.isChecked() else _tr("Turn on")
    buttons: list[tuple[QAbstractButton, str, str, str, bool]] = [
        (bar.update_button, _tr("Update"), "Ctrl+S", "done", False),
        (bar.switch, on, "", "pause" if bar.switch.isChecked() else "play", False),
        (drawing.rehearse, _tr("Rehearse…"), "", "play", True),
        (drawing.numbers, _tr("Numbers"), "", "performance", True),
        (drawing.undo, drawing.undo.toolTip(), "Ctrl+Z", "undo", True),
        (drawing.redo, drawing.redo.toolTip(), "Ctrl+Shift+Z", "redo", True),
    ]
    found = [
        Action(words, note, picture, _clicker(made, show if shows else None))
        for made, words, note, picture, shows in buttons
        if made.isEnabled() and not made.isHidden()
    ]

    def find() -> None:
        show()
        drawing.scene.find_asked.emit()

    found.append(Action(_tr("Find a step"), "Ctrl+F", "search", find))
    for each in drawing.more.menu().actions():
        if each.text():
            found.append(Action(each.text(), "", "export", each.trigger))
    return found


def _clicker(made: QAbstractButton, show: Callable[[], None] | None) -> Callable[[], None]:
    def click() -> None:
        if show is not None:
            show()
        made.click()

    return click


def _tr(words: str) -> str:
    return QCoreApplication.translate("FlowActions", words)

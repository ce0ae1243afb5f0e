"""What was begun and cancelled comes back by the toast's Undo."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Place


def test_a_cancelled_new_automation_is_brought_back(qtbot: QtBot, desk: DirectDesk) -> None:
    page = BuilderPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.go(Place("automation"))
    page.build.editor.add("delay")
    drawn = page.session.flow.value
    cancel = page.findChild(QPushButton, "create-cancel")
    assert cancel is not None
    cancel.click()
    assert desk.places[-1] == Place("automations")
    assert desk.words[-1] == "What you began was let go."
    undo = desk.undo
    assert undo is not None
    page.go(Place("automation"))
    assert not page.session.is_unsaved
    undo()
    assert desk.places[-1].record == -1
    page.go(desk.places[-1])
    assert page.session.flow.value == drawn


def test_cancelling_nothing_says_nothing(qtbot: QtBot, desk: DirectDesk) -> None:
    page = BuilderPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.go(Place("automation"))
    cancel = page.findChild(QPushButton, "create-cancel")
    assert cancel is not None
    cancel.click()
    assert desk.words == []

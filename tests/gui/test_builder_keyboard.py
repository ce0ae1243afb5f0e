"""A flow of six steps built, checked and turned on with nothing but keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.building import open_flow
from engine.listing import show
from engine.naming import load_names
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Place

KEY = Qt.Key
EXPECTED = [
    {"type": "send_email", "template": "How to book"},
    {"type": "delay", "amount": 2, "unit": "days"},
    {"type": "send_sms", "text": "Hi {{firstname}}"},
    {"type": "create_task", "title": "Call back", "assignee": "front_desk",
     "due_in": {"amount": 1, "unit": "days"}},
    {"type": "set_property", "property": "lead_source", "value": "Keys"},
    {"type": "add_to_list", "list": "New patients"},
]  # fmt: skip


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[BuilderPage]:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    yield page


class Hands:
    """Ten fingers and no mouse: keys go wherever the cursor is by then."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot

    def focus(self) -> QWidget:
        """What the keys go to, once everything before them was done."""
        turn = QTimer(singleShot=True)
        with self.qtbot.waitSignal(turn.timeout):
            turn.start(0)
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus(), text)

    def press(
        self, which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focus(), which, held)

    def add(self, words: str) -> None:
        """The picker by +, what is looked for, Enter: the cursor is in the first field."""
        self.press(KEY.Key_Plus)
        self.type(words)
        self.press(KEY.Key_Return)

    def tab_to(self, name: str) -> None:
        """Tab until the cursor is in this field."""
        for _ in range(12):
            if self.focus().objectName() == name:
                return
            self.press(KEY.Key_Tab)
        raise AssertionError(f"no Tab leads to {name}")


def test_six_steps(qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk) -> None:
    hands = Hands(qtbot)
    page.go(Place("automation"))
    hands.type("By keys")
    hands.press(KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert hands.focus() is page.build.drawing.view
    hands.press(KEY.Key_Home)
    hands.add("email")
    hands.type("How")
    hands.press(KEY.Key_Escape)
    hands.add("del")
    hands.press(KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    hands.type("2")
    hands.press(KEY.Key_Escape)
    hands.add("sms")
    hands.tab_to("sms-text")
    hands.type("Hi {{firstname}}")
    hands.press(KEY.Key_Escape)
    hands.add("task")
    hands.type("Call back")
    hands.press(KEY.Key_Escape)
    hands.add("prop")
    hands.type("Lead")
    hands.tab_to("property-value-line")
    hands.type("Keys")
    hands.press(KEY.Key_Escape)
    hands.add("list")
    hands.type("New")
    hands.press(KEY.Key_Escape)
    qtbot.waitUntil(lambda: page.build.drawing.problems.text().startswith("No problems"))
    hands.press(KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    with sample_desk.workspace.store.read() as connection:
        steps = show(connection, "automation", "By keys")["steps"]
    assert [{k: v for k, v in step.items() if k != "id"} for step in steps] == EXPECTED
    page.bar.switch.setFocus(Qt.FocusReason.TabFocusReason)
    hands.press(KEY.Key_Space)
    with sample_desk.workspace.store.read() as connection:
        flow_id = load_names(connection).automations["By keys"]
        assert open_flow(connection, flow_id).status == "active"

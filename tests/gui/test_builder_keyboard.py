"""A flow of six steps built, checked and turned on with nothing but keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEventLoop, Qt
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
PATIENCE = 400
"""Rounds of events after which a focus that has not come is missed."""
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


def focus() -> QWidget:
    """What the keys go to, once everything before them was done."""
    for _ in range(PATIENCE):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if QApplication.focusWidget() is not None:
            break
    found = QApplication.focusWidget()
    assert found is not None
    return found


def keys(text: str) -> None:
    QTest.keyClicks(focus(), text)


def key(which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focus(), which, held)


def add(words: str) -> None:
    """The picker by +, what is looked for, Enter: the cursor is in the first field."""
    key(KEY.Key_Plus)
    keys(words)
    key(KEY.Key_Return)


def tab_to(name: str) -> None:
    """Tab until the cursor is in this field."""
    for _ in range(12):
        if focus().objectName() == name:
            return
        key(KEY.Key_Tab)
    raise AssertionError(f"no Tab leads to {name}")


def test_six_steps(qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk) -> None:
    page.go(Place("automation"))
    keys("By keys")
    key(KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert focus() is page.build.drawing.view
    key(KEY.Key_Home)
    add("email")
    keys("How")
    key(KEY.Key_Escape)
    add("del")
    key(KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    keys("2")
    key(KEY.Key_Escape)
    add("sms")
    tab_to("sms-text")
    keys("Hi {{firstname}}")
    key(KEY.Key_Escape)
    add("task")
    keys("Call back")
    key(KEY.Key_Escape)
    add("prop")
    keys("Lead")
    tab_to("property-value-line")
    keys("Keys")
    key(KEY.Key_Escape)
    add("list")
    keys("New")
    key(KEY.Key_Escape)
    qtbot.waitUntil(lambda: page.build.drawing.problems.text() == "No problems")
    key(KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    with sample_desk.workspace.store.read() as connection:
        steps = show(connection, "automation", "By keys")["steps"]
    assert [{k: v for k, v in step.items() if k != "id"} for step in steps] == EXPECTED
    page.bar.switch.setFocus(Qt.FocusReason.TabFocusReason)
    key(KEY.Key_Space)
    with sample_desk.workspace.store.read() as connection:
        flow_id = load_names(connection).automations["By keys"]
        assert open_flow(connection, flow_id).status == "active"

"""What a field offers can be made on the spot."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.listing import show
from engine.naming import load_names
from engine.surroundings import read_surroundings
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.inspector.create import body_of
from views.inspector.form import FormContext, StepForm
from views.inspector.forms import FORMS
from views.widgets.fields import Choice


def panel(qtbot: QtBot, desk: DirectDesk, step: dict[str, Any]) -> StepForm:
    form = FORMS[str(step["type"]) if "id" in step else "trigger"]()
    qtbot.addWidget(form)
    with desk.workspace.store.read() as connection:
        around = read_surroundings(connection)
    form.show_step(step, FormContext({"steps": [step]}, around, NOW, desk=desk))
    return form


def part(form: StepForm, kind: type[Any], name: str) -> Any:
    found = form.findChild(kind, name)
    assert isinstance(found, QWidget), name
    return found


def test_an_email_made_in_place_is_chosen(qtbot: QtBot, sample_desk: DirectDesk) -> None:
    form = panel(qtbot, sample_desk, {"id": "a", "type": "send_email"})
    part(form, QPushButton, "email-template-new").click()
    QTest.keyClicks(part(form, QLineEdit, "new-email-name"), "Hello")
    QTest.keyClicks(part(form, QLineEdit, "new-email-subject"), "Hi {{firstname}}")
    part(form, QPlainTextEdit, "new-email-body").setPlainText("Dear {{firstname}},\n\n1 < 2")
    with qtbot.waitSignal(form.edited) as heard:
        part(form, QPushButton, "new-email-create").click()
    assert heard.args is not None and heard.args[0]["template"] == "Hello"
    assert part(form, Choice, "email-template").value() == "Hello"
    with sample_desk.workspace.store.read() as connection:
        made = show(connection, "email", "Hello")
    assert made["subject"] == "Hi {{firstname}}"
    assert made["body"] == "<p>Dear {{firstname}},</p><p>1 &lt; 2</p>"


def test_a_text_needs_a_message_and_a_name_of_its_own(
    qtbot: QtBot, sample_desk: DirectDesk
) -> None:
    form = panel(qtbot, sample_desk, {"id": "a", "type": "send_sms"})
    part(form, QPushButton, "sms-template-new").click()
    create, name = part(form, QPushButton, "new-sms-create"), part(form, QLineEdit, "new-sms-name")
    fault = part(form, QLabel, "new-sms-fault")
    create.click()
    assert fault.text() == "Give it a name."
    QTest.keyClicks(name, "Ready to book")
    create.click()
    assert fault.text().startswith("There already is a text called “Ready to book”")
    QTest.keyClicks(name, " 2")
    create.click()
    assert fault.text() == "Write the message."
    part(form, QPlainTextEdit, "new-sms-body").setPlainText("Hi {{nobody}}")
    create.click()
    assert "{{nobody}}" in fault.text()
    part(form, QPlainTextEdit, "new-sms-body").setPlainText("Hi {{firstname}}")
    with qtbot.waitSignal(form.edited):
        create.click()
    assert form.step["template"] == "Ready to book 2" and "text" not in form.step


@pytest.mark.parametrize(
    ("step", "field", "kind", "key"),
    [
        ({"id": "a", "type": "add_to_list"}, "list-name", "list", "list"),
        ({"type": "list_joined"}, "trigger-list", "list", "list"),
        ({"type": "form_submitted", "form": "any"}, "trigger-form", "form", "form"),
    ],
)
def test_enter_makes_a_list_or_a_form(
    qtbot: QtBot, sample_desk: DirectDesk, step: dict[str, Any], field: str, kind: str, key: str
) -> None:
    form = panel(qtbot, sample_desk, step)
    part(form, QPushButton, f"{field}-new").click()
    name = part(form, QLineEdit, f"new-{kind}-name")
    QTest.keyClicks(name, "Winter")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert form.step[key] == "Winter"
    with sample_desk.workspace.store.read() as connection:
        names = load_names(connection)
    assert "Winter" in names.of(kind)
    assert kind != "list" or "Winter" in names.static_lists


def test_escape_puts_the_panel_away_and_makes_nothing(
    qtbot: QtBot, sample_desk: DirectDesk
) -> None:
    form = panel(qtbot, sample_desk, {"id": "a", "type": "add_to_list"})
    part(form, QPushButton, "list-name-new").click()
    name = part(form, QLineEdit, "new-list-name")
    QTest.keyClicks(name, "Winter")
    with qtbot.assertNotEmitted(form.edited):
        QTest.keyClick(name, Qt.Key.Key_Escape)
    assert part(form, QWidget, "new-list").isHidden()


def test_plain_text_becomes_paragraphs_with_its_tokens() -> None:
    assert body_of('Hi {{firstname|default("you")}}\nthere\n\n\nBye & thanks') == (
        '<p>Hi {{firstname|default("you")}}<br>there</p><p>Bye &amp; thanks</p>'
    )

"""The forms of the right panel: what they show, what they say, and what they find wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.problems import problems
from engine.surroundings import read_surroundings
from engine.vocabulary import STEP_TYPES, TRIGGER, TRIGGERS
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.inspector.form import FormContext, StepForm
from views.inspector.forms import FORMS
from views.widgets.fields import Choice

Step = dict[str, Any]
WELCOME = "Welcome to Practice EHR"
COMPLETE: dict[str, Step] = {
    "send_email": {"id": "a", "type": "send_email", "template": WELCOME},
    "send_sms": {"id": "a", "type": "send_sms", "text": "Hi {{firstname}}"},
    "delay": {"id": "a", "type": "delay", "amount": 2, "unit": "days"},
    "if_then": {
        "id": "a", "type": "if_then", "condition": {"type": "replied"}, "yes": [], "no": [],
    },
    "create_task": {
        "id": "a", "type": "create_task", "title": "Call", "assignee": "front_desk",
        "due_in": {"amount": 1, "unit": "days"},
    },
    "set_property": {"id": "a", "type": "set_property", "property": "status", "value": "lead"},
    "add_to_list": {"id": "a", "type": "add_to_list", "list": "New patients"},
    TRIGGER: {"type": "became_patient"},
}  # fmt: skip


class Panel:
    """A form on the sample practice, and the flow that its edits keep up to date."""

    def __init__(self, qtbot: QtBot, desk: DirectDesk, step: Step, **document: Any) -> None:
        self.desk, self.step, self.beside = desk, step, document
        self.merges: list[str] = []
        self.form: StepForm = FORMS[str(step["type"]) if "id" in step else TRIGGER]()
        qtbot.addWidget(self.form)
        self.form.edited.connect(self._edit)
        self.form.show_step(step, self.context())

    def context(self) -> FormContext:
        with self.desk.workspace.store.read() as connection:
            around = read_surroundings(connection)
        steps = [self.step] if "id" in self.step else [COMPLETE["delay"]]
        trigger = COMPLETE[TRIGGER] if "id" in self.step else self.step
        document = {
            "format": "practice-crm/automation@1", "name": "Flow", "trigger": trigger,
            "steps": [*steps, {**COMPLETE["add_to_list"], "id": "last"}], **self.beside,
        }  # fmt: skip
        found = problems(document, around.names)
        return FormContext(document, around, NOW, found, self.desk, lambda _: lambda _: 1284)

    def part(self, kind: type[Any], name: str) -> Any:
        found = self.form.findChild(kind, name)
        assert isinstance(found, QWidget), name
        return found

    def words(self, name: str) -> str:
        return str(self.part(QLabel, name).text())

    def pick(self, name: str, value: str) -> None:
        choice = self.part(Choice, name)
        index = choice.findData(value)
        assert index >= 0, [choice.itemData(n) for n in range(choice.count())]
        choice.setCurrentIndex(index)
        choice.activated.emit(index)

    def shows(self, name: str) -> bool:
        found: QWidget = self.part(QWidget, name)
        return found.isVisibleTo(self.form)

    def _edit(self, step: Step, merge: str) -> None:
        self.step = step
        self.merges.append(merge)
        self.form.refresh(step, self.context())


Make = Callable[..., Panel]


@pytest.fixture
def make(qtbot: QtBot, sample_desk: DirectDesk) -> Make:
    """Makes the panel of a step."""
    return lambda step, **document: Panel(qtbot, sample_desk, step, **document)


@pytest.mark.parametrize("type", [TRIGGER, *STEP_TYPES])
def test_every_card_has_its_form_with_the_first_field_focused(make: Make, type: str) -> None:
    panel = make(COMPLETE[type])
    first = panel.form.first()
    assert first is not None and panel.form.focusWidget() is first
    assert panel.merges == [], "showing a step changes nothing"
    faults = [label.text() for label in panel.form.findChildren(QLabel)
              if label.property("kind") == "fault" and label.text()]  # fmt: skip
    assert faults == []


@pytest.mark.parametrize("type", [TRIGGER, *STEP_TYPES])
def test_everything_that_takes_the_focus_has_a_name(make: Make, type: str) -> None:
    panel = make(COMPLETE[type])
    nameless = [
        widget.objectName() or repr(widget)
        for widget in panel.form.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []


def test_an_empty_email_says_what_to_do_and_filling_it_clears_that_at_once(make: Make) -> None:
    panel = make({"id": "a", "type": "send_email"})
    assert panel.words("email-template-fault") == "Choose an email"
    panel.pick("email-template", WELCOME)
    assert panel.step["template"] == WELCOME and panel.merges == [""]
    assert panel.words("email-template-fault") == ""


def test_a_subject_is_said_as_it_is_typed_and_shown_for_a_contact(qtbot: QtBot, make: Make) -> None:
    panel = make(COMPLETE["send_email"])
    line = panel.part(QLineEdit, "email-subject")
    QTest.keyClicks(line, "Hi {{firstname}}")
    assert panel.step["subject"] == "Hi {{firstname}}" and set(panel.merges) == {"subject"}
    assert panel.words("email-subject-help") == "“Hi Ann” · 6 characters"
    QTest.keyClicks(line, " {{age}}")
    assert panel.words("email-subject-fault").startswith("“{{age}}” is not a token")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert "subject" not in panel.step


def test_an_email_comes_from_the_practice_the_owner_or_somebody_named(
    qtbot: QtBot, make: Make
) -> None:
    panel = make(COMPLETE["send_email"])
    assert panel.words("email-from-help") == "Maple Grove Family Practice · support@practiceehr.com"
    panel.pick("email-from", "owner")
    assert panel.step["from_name"] == "{{owner}}"
    panel.pick("email-from", "named")
    assert "from_name" not in panel.step and panel.shows("email-from-name")
    QTest.keyClicks(panel.part(QLineEdit, "email-from-name"), "Dr Ito")
    QTest.keyClicks(panel.part(QLineEdit, "email-from-email"), "ito")
    assert panel.step["from_name"] == "Dr Ito" and panel.step["from_email"] == "ito"
    assert "must be an e-mail address" in panel.words("email-from-fault")
    panel.pick("email-from", "practice")
    assert not {"from_name", "from_email"} & panel.step.keys()


def test_a_text_shows_its_cost_and_the_words_that_are_appended(qtbot: QtBot, make: Make) -> None:
    panel = make({"id": "a", "type": "send_sms"})
    assert panel.words("sms-text-fault").startswith("Write a message")
    QTest.keyClicks(panel.part(QPlainTextEdit, "sms-text"), "Hi")
    assert panel.step["text"] == "Hi" and set(panel.merges) == {"text"}
    assert panel.words("sms-bubble") == "Hi"
    assert panel.words("sms-appended") == "Reply STOP to opt out"
    assert panel.words("sms-cost") == "24 characters · 1 segment"
    assert panel.words("sms-text-help") == (
        "Use {{firstname}}, {{practice}} tokens. Reply STOP to opt out is appended automatically."
    )


def test_a_text_is_of_the_library_or_written_here_and_never_both(make: Make) -> None:
    panel = make(COMPLETE["send_sms"])
    panel.pick("sms-template", "Ready to book")
    assert panel.step["template"] == "Ready to book" and "text" not in panel.step
    assert panel.part(QPlainTextEdit, "sms-text").isReadOnly()
    panel.pick("sms-template", "")
    assert "template" not in panel.step and "{{practice}}" in panel.step["text"]


def test_a_delay_says_when_a_contact_would_leave(qtbot: QtBot, make: Make) -> None:
    panel = make(COMPLETE["delay"])
    assert panel.words("delay-leaves") == (
        "A contact entering now would leave on Wed Jan 7, 2026, 9:00 AM."
    )
    line = panel.part(QLineEdit, "delay-amount")
    line.selectAll()
    QTest.keyClicks(line, "3")
    assert panel.step["amount"] == 3 and panel.merges == ["amount"]
    panel.pick("delay-unit", "hours")
    assert "Mon Jan 5, 2026, 12:00 PM" in panel.words("delay-leaves")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert panel.words("delay-amount-fault").startswith("Say how long to wait")
    assert panel.words("delay-leaves") == ""


def test_a_delay_reckons_with_the_hours_the_automation_runs_in(make: Make) -> None:
    panel = make(COMPLETE["delay"], run_hours={"fri": [["10:00", "12:00"]]})
    assert "take the next step on Fri Jan 9, 2026, 10:00 AM" in panel.words("delay-leaves")


def test_a_condition_brings_its_parameter_and_drops_the_last_one_s(make: Make) -> None:
    panel = make({"id": "a", "type": "if_then", "yes": [], "no": []})
    assert panel.words("condition-type-fault") == "Choose a condition"
    panel.pick("condition-type", "in_list")
    assert panel.words("condition-list-fault") == "Choose a list"
    panel.pick("condition-list", "New patients")
    panel.pick("condition-type", "property")
    panel.pick("condition-property", "insurance_verification")
    panel.pick("condition-value-choice", "verified")
    assert panel.step["condition"] == {
        "type": "property", "op": "is", "property": "insurance_verification", "value": "verified",
    }  # fmt: skip
    panel.pick("condition-op", "is_empty")
    assert "value" not in panel.step["condition"] and not panel.shows("condition-value-choice")
    assert not panel.shows("condition-list")
    assert "YES: condition true when the contact arrives" in [
        label.text() for label in panel.form.findChildren(QLabel)
    ]


def test_a_task_has_a_title_somebody_and_a_time(qtbot: QtBot, make: Make) -> None:
    panel = make({"id": "a", "type": "create_task"})
    assert panel.words("task-due-amount-fault") == "Say when it is due"
    QTest.keyClicks(panel.part(QLineEdit, "task-title"), "Call")
    panel.pick("task-assignee", "contact_owner")
    QTest.keyClicks(panel.part(QLineEdit, "task-due-amount"), "4")
    assert panel.step == {
        "id": "a", "type": "create_task", "title": "Call", "assignee": "contact_owner",
        "due_in": {"amount": 4, "unit": "days"},
    }  # fmt: skip
    assert panel.words("task-due-amount-help") == "Made now, it is due on Fri Jan 9, 2026, 9:00 AM"


def test_a_property_has_the_control_of_its_kind(qtbot: QtBot, make: Make) -> None:
    panel = make(COMPLETE["set_property"])
    panel.pick("property-name", "lead_source")
    assert "value" not in panel.step and panel.shows("property-value-line")
    assert panel.words("property-value-fault") == "Choose a value"
    line = panel.part(QLineEdit, "property-value-line")
    QTest.keyClicks(line, "Web")
    assert panel.step["value"] == "Web" and panel.merges[-1] == "value"
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert "value" not in panel.step, "nothing written is no wish to empty it"
    panel.pick("property-name", "contact_owner")
    assert "value" not in panel.step and panel.words("property-value-fault") == "Choose a value"
    panel.pick("property-value-choice", "Sarah")
    panel.pick("property-name", "sms_subscription")
    panel.pick("property-value-choice", "on")
    assert "stays out" in panel.words("property-value-help")


def test_a_list_is_a_static_one(make: Make) -> None:
    choice = make({"id": "a", "type": "add_to_list"}).part(Choice, "list-name")
    offered = [choice.itemData(n) for n in range(choice.count())]
    assert "New patients" in offered and "Quiet leads" not in offered


@pytest.mark.parametrize("type", TRIGGERS)
def test_every_trigger_can_be_chosen_with_its_control_and_words(make: Make, type: str) -> None:
    panel = make({"type": "became_patient"} if type != "became_patient" else {"type": "birthday"})
    panel.pick("trigger-type", type)
    assert panel.step["type"] == type and panel.merges == [""]
    assert panel.words("trigger-type-help") and panel.words("trigger-fact-0")
    assert panel.words("trigger-matches") == "1,284 contacts match today"
    assert panel.words("trigger-matching").startswith("Counts ")


def test_a_trigger_s_secondary_controls_change_it(make: Make) -> None:
    panel = make({"type": "birthday", "offset": 0})
    panel.pick("trigger-offset", "-7")
    assert panel.step == {"type": "birthday", "offset": -7}
    panel.pick("trigger-type", "inactive")
    panel.part(QPushButton, "days-180").click()
    assert panel.step == {"type": "inactive", "days": 180}
    panel.pick("trigger-type", "property_changed")
    assert panel.words("trigger-property-fault") == "Choose a property"
    panel.pick("trigger-property", "status")
    panel.pick("trigger-to-choice", "patient")
    assert panel.step == {"type": "property_changed", "property": "status", "to": "patient"}
    panel.pick("trigger-to-choice", "\0any")
    assert panel.step == {"type": "property_changed", "property": "status"}


def test_a_name_that_is_gone_is_still_shown_and_said(make: Make) -> None:
    panel = make({"id": "a", "type": "add_to_list", "list": "Summer"})
    assert panel.part(Choice, "list-name").currentText() == "Summer (no longer there)"
    assert "no list called “Summer”" in panel.words("list-name-fault")


@pytest.mark.parametrize("type", [TRIGGER, *STEP_TYPES])
def test_every_part_of_a_form_goes_with_it(make: Make, type: str) -> None:
    before = set(QApplication.topLevelWidgets())
    form = make(COMPLETE[type]).form
    stray = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget is not form and widget not in before
    ]
    assert stray == []

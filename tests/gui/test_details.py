"""The Details tab: name, goal, hours and exits, and the goal options beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from engine.problems import problems
from engine.surroundings import Surroundings
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.details import DetailsForm
from views.goals import GoalOptions
from views.inspector.form import FormContext
from views.schedule import read_clock
from views.widgets.switch import Switch

Shown = tuple[DetailsForm, dict[str, Any]]
DOCUMENT: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Welcome",
    "trigger": {"type": "became_patient"},
    "steps": [{"id": "wait", "type": "delay", "amount": 1, "unit": "days"}],
}


def context(document: dict[str, Any]) -> FormContext:
    around = Surroundings()
    return FormContext(document, around, NOW, problems(document, around.names))


@pytest.fixture
def shown(qtbot: QtBot, desk: DirectDesk) -> Shown:
    """A form, and the document that its edits keep up to date."""
    form, document = DetailsForm(), dict(DOCUMENT)
    qtbot.addWidget(form)

    def edit(key: str, value: object, merge: str) -> None:
        document[key] = value
        if value is None:
            del document[key]
        form.refresh(context(document))

    form.edited.connect(edit)
    form.show_details(context(document))
    return form, document


@pytest.fixture
def part(shown: Shown) -> Callable[[type[Any], str], Any]:
    """Finds a widget of the form by its name."""

    def find(kind: type[Any], name: str) -> Any:
        found = shown[0].findChild(kind, name)
        assert isinstance(found, QWidget)
        return found

    return find


def words(form: QWidget, name: str) -> str:
    found = form.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def test_the_name_is_emitted_as_it_is_typed(
    qtbot: QtBot, shown: Shown, part: Callable[..., Any]
) -> None:
    form, document = shown
    line = part(QLineEdit, "details-name")
    heard: list[tuple[str, object, str]] = []
    form.edited.connect(lambda *said: heard.append(said))
    line.selectAll()
    QTest.keyClicks(line, "Hi")
    assert heard == [("name", "H", "name"), ("name", "Hi", "name")]
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert document["name"] == "" and words(form, "details-name-fault") == "Give it a name"


def test_a_goal_brings_its_lookback_and_reactivation_suggests_to_leave(
    qtbot: QtBot, shown: Shown, part: Callable[..., Any]
) -> None:
    form, document = shown
    assert part(QLineEdit, "details-lookback").parent().isHidden()
    part(QPushButton, "goal-patient_reactivation").click()
    assert document["goal"] == "patient_reactivation"
    assert not part(QLineEdit, "details-lookback").parent().isHidden()
    part(QPushButton, "goal-met-suggestion").click()
    assert document["unenroll_on"] == ["goal_met"]
    assert part(QPushButton, "goal-met-suggestion").parent().isHidden()


def test_switches_keep_their_order_and_none_is_left_out(
    shown: Shown, part: Callable[..., Any]
) -> None:
    form, document = shown
    part(Switch, "exit-sms_opt_out").click()
    part(Switch, "exit-goal_met").click()
    assert document["unenroll_on"] == ["goal_met", "sms_opt_out"]
    assert "Without a goal" in words(form, "exits-warning")
    part(Switch, "exit-sms_opt_out").click()
    part(Switch, "exit-goal_met").click()
    assert "unenroll_on" not in document


def test_hours_are_any_time_until_some_are_wanted(shown: Shown, part: Callable[..., Any]) -> None:
    form, document = shown
    assert form.schedule.isHidden()
    part(QRadioButton, "hours-only").click()
    assert list(document["run_hours"]) == ["mon", "tue", "wed", "thu", "fri"]
    assert not form.schedule.isHidden()
    part(Switch, "open-fri").click()
    assert "fri" not in document["run_hours"]
    part(QRadioButton, "hours-any").click()
    assert "run_hours" not in document and form.schedule.isHidden()
    part(QRadioButton, "hours-only").click()
    assert list(document["run_hours"]) == ["mon", "tue", "wed", "thu"]


def test_a_day_may_open_twice_and_be_copied_to_all(
    qtbot: QtBot, shown: Shown, part: Callable[..., Any]
) -> None:
    form, document = shown
    part(QRadioButton, "hours-only").click()
    part(QPushButton, "tue-add").click()
    assert document["run_hours"]["tue"] == [["09:00", "17:00"], ["17:00", "20:00"]]
    start = part(QLineEdit, "tue-from-1")
    start.selectAll()
    QTest.keyClicks(start, "6pm")
    assert document["run_hours"]["tue"][1] == ["18:00", "20:00"]
    part(QPushButton, "copy-to-all").click()
    assert len(document["run_hours"]) == 7
    assert document["run_hours"]["sun"] == document["run_hours"]["tue"]
    part(QPushButton, "sun-remove-1").click()
    assert document["run_hours"]["sun"] == [["09:00", "17:00"]]


def test_no_open_day_and_an_end_at_the_start_are_said(
    qtbot: QtBot, shown: Shown, part: Callable[..., Any]
) -> None:
    form, document = shown
    part(QRadioButton, "hours-only").click()
    end = part(QLineEdit, "mon-to-0")
    end.selectAll()
    QTest.keyClicks(end, "9:00")
    assert words(form, "hours-fault") == "Monday: choose an end that differs from the start"
    for day in ("mon", "tue", "wed", "thu", "fri"):
        part(Switch, f"open-{day}").click()
    assert document["run_hours"] == {}
    assert words(form, "hours-fault") == "Open at least one day, or choose “Any time”"
    assert "UTC" in words(form, "hours-helper")


@pytest.mark.parametrize(
    ("written", "read"),
    [("9", "09:00"), ("9.30", "09:30"), ("930", "09:30"), ("5pm", "17:00"), ("12 am", "00:00"),
     ("23:59", "23:59"), ("24:00", "24:00"), ("noon", "noon"), ("12pm", "12:00")],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_clock(written) == read


def test_a_campaign_has_its_four_goals_and_more(qtbot: QtBot, desk: DirectDesk) -> None:
    panel = GoalOptions(campaign=True)
    qtbot.addWidget(panel)
    assert [row.goal for row in panel.rows[:4]] == [
        "book_appointment", "patient_reactivation", "onboarding", "event_promotion",
    ]  # fmt: skip
    assert not panel.rows[4].isVisibleTo(panel)
    panel.show_goal("engagement")
    assert panel.rows[4].isVisibleTo(panel) and panel.rows[-1].isChecked()
    with qtbot.waitSignal(panel.picked) as heard:
        panel.rows[2].click()
    assert heard.args == ["onboarding"]


def test_everything_that_takes_the_focus_has_a_name(shown: Shown) -> None:
    form, _ = shown
    nameless = [
        widget
        for widget in form.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []

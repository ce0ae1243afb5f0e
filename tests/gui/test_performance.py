"""The numbers of one automation on the screen, each with what it counts a click away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDateEdit, QLabel, QWidget
from pytestqt.qtbot import QtBot

from db.sql import execute
from engine.building import open_flow
from engine.calendar import DAY, HOUR
from engine.channels.recording import RecordingChannel
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.flows import edit_flow
from engine.commands.signals import engage
from engine.dispatcher import Channels, deliver, standing
from engine.performance import PERIODS
from engine.runner import advance
from engine.sample import set_up
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.performance import PerformanceTab
from views.ports import Changes, Place
from views.widgets.chart import LineChart
from views.widgets.figure import Figure
from views.widgets.statcard import StatCard

WELCOME = 1


@pytest.fixture
def lived(desk: DirectDesk) -> DirectDesk:
    """Three people were welcomed, a day apart; the first opened the welcome and clicked in it."""
    workspace = desk.workspace
    set_up(workspace, NOW)
    post = Channels(RecordingChannel(), RecordingChannel())
    for number, name in enumerate(("Ann", "Bob", "Cat")):
        at = NOW + number * DAY
        fields = {"first_name": name, "email": f"{name.lower()}@example.org"}
        create_contacts(workspace, [NewContact("walk_in", fields)], at)
        advance(workspace, at)
        deliver(workspace, post, standing(at))
    engage(workspace, 1, "clicked", NOW + 2 * DAY, link="https://example.org/book?who=1")
    desk.at = NOW + 2 * DAY + HOUR
    return desk


@pytest.fixture
def tab(qtbot: QtBot, lived: DirectDesk) -> PerformanceTab:
    made = PerformanceTab(lived)
    qtbot.addWidget(made)
    made.resize(1100, 740)
    made.show_flow(WELCOME)
    made.show()
    return made


def said(widget: QWidget, name: str) -> str:
    found = widget.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def press(widget: QWidget, name: str) -> None:
    found = widget.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def figure(tab: PerformanceTab, name: str) -> Figure:
    found = tab.findChild(Figure, name)
    assert isinstance(found, Figure)
    return found


def lines(tab: PerformanceTab) -> list[str]:
    return [
        each.accessibleName()
        for each in tab.timeline.findChildren(QLabel)
        if each.objectName().startswith("timeline-") and not each.isHidden()
    ]


def test_cards_funnel_and_steps(tab: PerformanceTab) -> None:
    assert said(tab, "performance-enrolled-number") == "3"
    assert said(tab, "performance-active-number") == "3"
    assert said(tab, "performance-active-change") == "2 at “2 days”"
    assert figure(tab, "performance-funnel").text().splitlines() == [
        "Stage,Number,Share", "Enrolled,3,100%", "Engaged,1,33%", "Completed,0,0%",
        "Goal reached,0,0%",
    ]  # fmt: skip
    first = [tab.steps.rows.index(0, column).data() for column in range(7)]
    assert first[1:] == ["3", "3", "33%", "33%", "0%", "0"]
    assert figure(tab, "performance-channels").text().splitlines()[1] == "Email,4,100%"


def test_periods_and_dates_change_the_numbers(tab: PerformanceTab) -> None:
    over_time = figure(tab, "performance-over-time")
    assert len(over_time.text().splitlines()) == 31
    press(tab, "performance-month")
    assert over_time.text().splitlines()[1:] == ["Dec 2025,0,0,0,0", "Jan 2026,3,0,0,0"]
    tab.dates.choose("7")
    assert over_time.text().splitlines()[1:] == ["Jan 2026,3,0,0,0"]
    tab.dates.choose("last-month")
    assert said(tab, "performance-enrolled-number") == "0"
    assert said(tab, "performance-completion-number") == "—"
    tab.dates.choose("all")
    assert said(tab, "performance-enrolled-number") == "3"


def test_own_dates_limit_each_other(tab: PerformanceTab) -> None:
    tab.dates.choose("custom")
    since, until = tab.findChildren(QDateEdit)
    assert until.minimumDate() == since.date()
    since.setDate(since.date().addDays(29))
    press(tab, "performance-dates-show")
    assert tab.dates.text() == "Jan 7"
    assert said(tab, "performance-enrolled-number") == "1"


def test_the_timeline_says_who_and_opens_them(tab: PerformanceTab, lived: DirectDesk) -> None:
    assert [line.rsplit(",", 1)[0] for line in lines(tab)] == [
        "Ann clicked example.org/book in “Welcome to Practice EHR”",
        "Ann opened “Welcome to Practice EHR”",
    ]
    tab.timeline.findChildren(QLabel, "timeline-clicked-1")[0].linkActivated.emit("#")
    assert lived.places == [Place("contacts", 1)]


def test_numbers_are_copied_and_saved(
    tab: PerformanceTab, lived: DirectDesk, tmp_path: Path
) -> None:
    funnel = figure(tab, "performance-funnel")
    press(tab, "performance-funnel-toggle")
    assert funnel.table.isVisible()
    press(tab, "performance-funnel-copy")
    assert QGuiApplication.clipboard().text().splitlines()[1] == "Enrolled\t3\t100%"
    file = tmp_path / "funnel.csv"
    funnel.save(file)
    assert file.read_text(encoding="utf-8-sig") == funnel.text()
    assert lived.words[-1] == "The numbers are in funnel.csv."


def test_what_happens_meanwhile_is_shown(
    qtbot: QtBot, tab: PerformanceTab, lived: DirectDesk
) -> None:
    engage(lived.workspace, 2, "replied", lived.at)
    lived.changed.emit(Changes(frozenset({"numbers"})))
    assert "Engaged,2,67%" in figure(tab, "performance-funnel").text()
    qtbot.waitUntil(lambda: lines(tab)[:1] != [])
    assert lines(tab)[0].startswith("Bob replied to “Welcome")


def test_more_of_the_timeline_stays_when_something_happens(
    qtbot: QtBot, tab: PerformanceTab, lived: DirectDesk
) -> None:
    for number in range(6):
        fields = {"first_name": f"D{number}", "email": f"d{number}@example.org"}
        create_contacts(lived.workspace, [NewContact("walk_in", fields)], lived.at)
    advance(lived.workspace, lived.at)
    post = Channels(RecordingChannel(), RecordingChannel())
    deliver(lived.workspace, post, standing(lived.at))
    for message in range(4, 10):
        engage(lived.workspace, message, "clicked", lived.at)
    lived.changed.emit(Changes(frozenset({"numbers"})))
    qtbot.waitUntil(lambda: len(lines(tab)) == 8)
    press(tab, "timeline-more")
    qtbot.waitUntil(lambda: len(lines(tab)) == 14)
    before = lines(tab)
    lived.changed.emit(Changes(frozenset({"numbers"})))
    assert lines(tab) == before


def test_dates_before_there_was_anything_are_cut_to_its_first_day(
    tab: PerformanceTab,
) -> None:
    over_time = figure(tab, "performance-over-time")
    tab.dates.set_dates(date(1900, 1, 1), date(2026, 1, 7))
    assert tab.dates.text() == "Oct 8, 2025 – Jan 7, 2026"
    assert len(over_time.text().splitlines()) == 93
    assert over_time.text().splitlines()[-1] == '"Jan 7, 2026",1,0,0,0'
    assert said(tab, "performance-enrolled-number") == "3"
    assert tab.dates.first == date(1900, 1, 1)
    assert "1900" in tab.dates.toolTip()
    tab.dates.choose("7")
    assert tab.dates.toolTip() == ""


def test_the_period_suits_the_range_and_what_was_pressed_stays_while_it_can(
    tab: PerformanceTab, lived: DirectDesk
) -> None:
    def found(period: str) -> QAbstractButton:
        part = tab.findChild(QAbstractButton, f"performance-{period}")
        assert isinstance(part, QAbstractButton)
        return part

    def checked() -> list[str]:
        return [period for period in PERIODS if found(period).isChecked()]

    def count_from(day: date) -> None:
        with lived.workspace.store.write() as connection:
            execute(connection, "UPDATE flow_day SET day = ? WHERE enrolled > 0 AND day = "
                    "(SELECT MIN(day) FROM flow_day)", day.toordinal())  # fmt: skip
        tab.dates.choose("all")

    assert checked() == ["day"]
    count_from(date(2025, 1, 6))
    assert checked() == ["week"]
    press(tab, "performance-day")
    assert '"Jan 6, 2025",1,0,0,0' in figure(tab, "performance-over-time").text()
    count_from(date(1900, 1, 1))
    assert checked() == ["month"]
    assert not found("day").isEnabled()
    assert len(figure(tab, "performance-over-time").text().splitlines()) == 126 * 12 + 2
    tab.dates.choose("7")
    assert checked() == ["day"]


def test_a_flow_without_a_goal_does_not_wear_the_goal_of_the_one_before(
    tab: PerformanceTab, lived: DirectDesk
) -> None:
    card = tab.findChild(StatCard, "performance-goal")
    assert isinstance(card, StatCard)
    assert card.accessibleName().startswith("Goal reached: Book appointment")
    with lived.workspace.store.read() as reader:
        document = dict(open_flow(reader, WELCOME).document)
    del document["goal"], document["lookback_days"]
    edit_flow(lived.workspace, WELCOME, document, lived.at)
    tab.ask()
    assert card.accessibleName() == "Goal reached: —: this automation has no goal"


def test_the_names_below_the_chart_are_not_cut(qtbot: QtBot, tab: PerformanceTab) -> None:
    chart = tab.findChild(LineChart, "performance-chart")
    plot = tab.findChild(PlotWidget)
    assert isinstance(chart, LineChart) and isinstance(plot, PlotWidget)
    chart.grab()
    axis = plot.getAxis("bottom")
    assert axis.style["tickFont"].pixelSize() == chart.font().pixelSize()
    assert axis.height() >= axis.style["tickTextOffset"][1] + chart.fontMetrics().height() + 2

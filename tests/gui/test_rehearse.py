"""The rehearsal panel: what it asks, what came of it, and whose way is shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDateEdit, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.work import Work
from engine.building import open_flow
from engine.calendar import DAY
from engine.commands.contacts import NewContact, create_contacts
from engine.naming import load_names
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from views.counted import EntryTable
from views.ports import Place
from views.rehearse import RehearsePanel
from views.widgets.daybars import DayBars, bars_of
from views.widgets.link import Link

SERIES = "New lead welcome series"
AFTER = 20 * DAY


@pytest.fixture
def lived(sample_desk: DirectDesk) -> DirectDesk:
    """The sample practice three weeks on, with people who came on its first days."""
    for day in range(3):
        fields = {"first_name": f"P{day}", "last_name": "Lee", "email": f"p{day}@example.org"}
        new = [NewContact("manual", fields), NewContact("manual", {"first_name": "Mute"})]
        create_contacts(sample_desk.workspace, new, NOW + day * DAY)
    sample_desk.at = NOW + AFTER
    return sample_desk


class Shown:
    """A panel on a flow, and its parts by name."""

    def __init__(self, qtbot: QtBot, desk: Any, workspace: Workspace, saved: bool = True) -> None:
        self.panel = RehearsePanel(desk)
        qtbot.addWidget(self.panel)
        with workspace.store.read() as reader:
            flow_id = load_names(reader).automations[SERIES]
            self.document = dict(open_flow(reader, flow_id).document)
            zone = workspace.catalogue(reader).practice.zone
        self.panel.show_flow(self.document, flow_id if saved else None, zone)
        self.flow_id, self.zone = flow_id, zone
        self.panel.resize(400, 700)
        self.panel.show()

    def part(self, kind: type[Any], name: str) -> Any:
        found = self.panel.findChild(kind, f"rehearse-{name}")
        assert isinstance(found, QWidget), name
        return found

    def words(self, name: str) -> str:
        return str(self.part(QLabel, name).text())

    def run(self) -> None:
        self.part(QPushButton, "run").click()

    def names(self) -> set[str]:
        """The names of the labels that are shown now."""
        labels = self.panel.findChildren(QLabel)
        return {each.objectName() for each in labels if not each.isHidden()}


@pytest.fixture
def shown(qtbot: QtBot, lived: DirectDesk) -> Shown:
    return Shown(qtbot, lived, lived.workspace)


def test_the_last_ninety_days_are_offered_and_each_picker_limits_the_other(shown: Shown) -> None:
    first, last = shown.part(QDateEdit, "from"), shown.part(QDateEdit, "to")
    assert last.date() == last.maximumDate() == QDate(2026, 1, 25)
    assert first.date().daysTo(last.date()) == 90
    first.setDate(QDate(2026, 1, 10))
    assert last.minimumDate() == QDate(2026, 1, 10)
    last.setDate(QDate(2026, 1, 12))
    assert first.maximumDate() == QDate(2026, 1, 12)


def test_a_run_shows_numbers_reasons_and_people(shown: Shown) -> None:
    shown.run()
    assert [shown.words(name) for name in ("enrolled", "emails", "active")] == ["6", "6", "0"]
    said = {label.text() for label in shown.panel.findChildren(QLabel)}
    assert {"Skipped", "No email address", "6 of 6 people", "P0 Lee"} <= said
    assert "Jan 5 – Jan 11: 6" in shown.part(QWidget, "days-enrolled").accessibleDescription()
    assert shown.part(QProgressBar, "progress").isHidden()


def test_every_number_opens_as_many_as_it_says(
    qtbot: QtBot, shown: Shown, lived: DirectDesk
) -> None:
    shown.run()
    table, back = (
        shown.panel.findChild(EntryTable),
        shown.panel.findChild(QPushButton, "rehearsed-back"),
    )
    assert isinstance(table, EntryTable) and isinstance(back, QPushButton)
    links = shown.panel.findChildren(Link)
    assert len(links) >= 10
    qtbot.waitUntil(lambda: all(link.isVisible() for link in links))
    for link in links:
        whole = int(link.accessibleName().rpartition(": ")[2])
        link.setFocus()
        QTest.keyClick(link, Qt.Key.Key_Return)
        title = shown.panel.findChild(QLabel, "rehearsed-title")
        assert isinstance(title, QLabel) and title.text().endswith(f"· {whole}")
        assert len(table.rows.rows) == whole, link.objectName()
        assert not link.isVisibleTo(shown.panel), "the list stands in its place"
        back.click()
        assert link.isVisibleTo(shown.panel) and shown.panel.focusWidget() is link
    QTest.keyClick(shown.part(QLabel, "enrolled"), Qt.Key.Key_Return)
    table.activate(table.rows.index(0, 0))
    assert lived.places == [Place("contacts", record=1)]


def test_a_bar_opens_who_it_counts(shown: Shown) -> None:
    shown.part(QDateEdit, "from").setDate(QDate(2026, 1, 4))
    shown.run()
    bars, table = shown.part(DayBars, "days-enrolled"), shown.panel.findChild(EntryTable)
    assert isinstance(table, EntryTable)
    QTest.keyClick(bars, Qt.Key.Key_Right)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    title = shown.panel.findChild(QLabel, "rehearsed-title")
    assert isinstance(title, QLabel) and title.text() == "Enrolled, Jan 5, 2026 · 2"
    assert [entry.person.name for entry in table.rows.rows] == ["P0 Lee", "Mute"]
    slot = bars.width() / 22
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(int(2.5 * slot), 40))
    assert title.text() == "Enrolled, Jan 6, 2026 · 2"


def test_the_saved_version_stands_beside_what_is_drawn(shown: Shown) -> None:
    steps = [shown.document["steps"][0]]
    shown.panel.show_flow({**shown.document, "steps": steps}, shown.flow_id, shown.zone)
    shown.part(QCheckBox, "against").setChecked(True)
    shown.run()
    assert (shown.words("emails"), shown.words("emails-saved")) == ("3", "saved version: 6")
    assert shown.words("enrolled-saved") == "saved version: 6"


def test_what_was_never_saved_is_compared_with_nothing(qtbot: QtBot, lived: DirectDesk) -> None:
    shown = Shown(qtbot, lived, lived.workspace, saved=False)
    assert shown.part(QCheckBox, "against").isHidden()
    shown.run()
    assert "rehearse-emails-saved" not in shown.names()


def test_show_path_says_whose(qtbot: QtBot, shown: Shown) -> None:
    shown.run()
    asked: list[Any] = []
    shown.panel.path_asked.connect(asked.append)
    shown.part(QPushButton, "path-1").click()
    assert [person.name for person in asked] == ["P0 Lee"]
    assert asked[0].path[0].what == "enrolled"


def test_a_fault_is_said_beside_the_dates(shown: Shown) -> None:
    broken = [{"id": "x", "type": "send_email", "template": "Nobody"}]
    shown.panel.show_flow({**shown.document, "steps": broken}, shown.flow_id, shown.zone)
    shown.run()
    assert "Nobody" in shown.words("fault")
    assert "rehearse-enrolled" not in shown.names()
    shown.panel.show_flow(shown.document, shown.flow_id, shown.zone)
    shown.run()
    assert "rehearse-fault" not in shown.names()


def test_days_without_history_say_so(shown: Shown) -> None:
    shown.part(QDateEdit, "from").setDate(QDate(2025, 11, 1))
    shown.part(QDateEdit, "to").setDate(QDate(2025, 11, 3))
    shown.run()
    assert "Nothing was recorded" in shown.words("nobody")
    assert "Choose earlier days" in shown.words("nobody")
    assert "rehearse-enrolled" not in shown.names(), "no zeros are listed"


def test_it_runs_beside_everything_else_and_can_be_cancelled(
    qtbot: QtBot, lived: DirectDesk
) -> None:
    work = Work(lived.workspace, lambda: NOW + AFTER)
    try:
        shown = Shown(qtbot, work, lived.workspace)
        shown.run()
        assert not shown.part(QPushButton, "run").isEnabled()
        shown.part(QPushButton, "cancel").click()
        assert shown.part(QPushButton, "run").isEnabled()
        shown.run()
        qtbot.waitUntil(lambda: "rehearse-enrolled" in shown.names())
        assert shown.words("enrolled") == "6"
    finally:
        work.close()


@pytest.mark.parametrize(("first", "each"), [(QDate(2025, 11, 20), "week"),
                                             (QDate(2026, 1, 1), "day")])  # fmt: skip
def test_a_chart_says_whether_its_bars_are_days_or_weeks(
    shown: Shown, first: QDate, each: str
) -> None:
    shown.part(QDateEdit, "from").setDate(first)
    shown.run()
    said = {label.text() for label in shown.panel.findChildren(QLabel)}
    assert {f"Enrolled by {each}", f"Messages by {each}"} <= said


def test_long_ranges_have_a_bar_a_week() -> None:
    days = [(date(2026, 1, 1) + timedelta(days=n), 1) for n in range(70)]
    assert [bar.number for bar in bars_of(days[:62])] == [1] * 62
    assert [bar.number for bar in bars_of(days)] == [7] * 10
    assert bars_of([]) == []


def test_numbers_of_an_earlier_drawing_are_cleared(qtbot: QtBot, shown: Shown) -> None:
    shown.part(QDateEdit, "from").setDate(QDate(2026, 1, 4))
    shown.run()
    shown.panel.show_flow(dict(shown.document), shown.flow_id, shown.zone)
    assert "rehearse-enrolled" in shown.names()
    steps = [shown.document["steps"][0]]
    shown.panel.show_flow({**shown.document, "steps": steps}, shown.flow_id, shown.zone)
    qtbot.waitUntil(lambda: "rehearse-enrolled" not in shown.names())
    assert shown.part(QDateEdit, "from").date() == QDate(2026, 1, 4)

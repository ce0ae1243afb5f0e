"""Each time of a day of the schedule has a name of its own."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from views.schedule import Clock, DayRow


def test_a_day_s_second_hours_are_told_from_the_first(qtbot: QtBot, desk: DirectDesk) -> None:
    day = DayRow("mon")
    qtbot.addWidget(day)
    day.put([["09:00", "12:00"], ["13:00", "17:00"]])
    names = [clock.accessibleName() for clock in day.findChildren(Clock)]
    assert names == ["Monday from", "Monday to", "Monday, hours 2: from", "Monday, hours 2: to"]

"""The panel "Set the run schedule": the weekly hours an automation may run in (screens.md 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.calendar import WEEKDAYS
from engine.wording.hours import DAY_TITLES
from views.theme import GRID
from views.widgets.fields import Line
from views.widgets.kit import button, clear, column, label, restyle, row
from views.widgets.switch import Switch

Spans = list[list[str]]
Hours = dict[str, Spans]

OFFICE: Final = ("09:00", "17:00")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|a|p)?", re.I)


def read_clock(text: str) -> str:
    """A wall time as people write it ("9", "9.30", "5pm") as 09:00; else the text itself."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return text.strip()
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else text.strip()


class Clock(Line):
    """A wall time; `typed` says it as 09:00, or what was typed when that is none."""

    typed = Signal(str)

    def __init__(self, words: str, name: str) -> None:
        super().__init__("09:00", 8)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("00:00") + 5 * GRID)
        self.textEdited.connect(lambda text: self.typed.emit(read_clock(text)))
        self.editingFinished.connect(lambda: self.setText(read_clock(self.text())))

    def put(self, text: object) -> None:
        """Show a time, unless it is what is being typed."""
        if read_clock(self.text()) != text:
            super().put(text)


class DayRow(QWidget):
    """A day: closed, or open from–to, several times if need be. `edited` says its spans."""

    edited = Signal(str, object, bool)

    def __init__(self, day: str) -> None:
        super().__init__()
        self.day = day
        title = DAY_TITLES[day]
        self._switch = Switch(self.tr("Open on {}").format(title), f"open-{day}")
        self._switch.clicked.connect(self._turn)
        said = label(title)
        said.setBuddy(self._switch)
        said.setMinimumWidth(said.fontMetrics().horizontalAdvance("Wednesday") + GRID)
        self._closed = label(self.tr("Closed"), "muted")
        self._spans = QVBoxLayout()
        self._spans.setSpacing(GRID // 2)
        self._clocks: list[tuple[Clock, Clock]] = []
        self._ends: list[Any] = []
        head = column(row(self._switch, said, self._closed), None)
        self.setLayout(row(head, self._spans, None, margins=(0, 2, 0, 2)))

    def spans(self) -> Spans:
        """The from–to times shown."""
        return [[read_clock(start.text()), read_clock(end.text())] for start, end in self._clocks]

    def put(self, spans: Sequence[Sequence[str]]) -> None:
        """Show the day's hours, rebuilding only what changed in number."""
        self._switch.setChecked(bool(spans))
        self._closed.setVisible(not spans)
        if len(spans) != len(self._clocks):
            self._rebuild(len(spans))
        for (start, end), span, ends in zip(self._clocks, spans, self._ends, strict=True):
            start.put(span[0])
            end.put(span[1])
            overnight = len(span[1]) == len(span[0]) == 5 and span[1] < span[0]
            ends.setText(self.tr("next day") if overnight else "")

    def focus_last(self) -> None:
        """Put the cursor where the last from–to begins."""
        if self._clocks:
            self._clocks[-1][0].setFocus()
            self._clocks[-1][0].selectAll()

    def _rebuild(self, count: int) -> None:
        clear(self._spans)
        self._clocks, self._ends = [], []
        for index in range(count):
            title = self._title(index)
            start = Clock(self.tr("{} from").format(title), f"{self.day}-from-{index}")
            end = Clock(self.tr("{} to").format(title), f"{self.day}-to-{index}")
            for clock in (start, end):
                clock.typed.connect(lambda _: self._changed(typed=True))
            ends = label("", "muted")
            self._clocks.append((start, end))
            self._ends.append(ends)
            parts: list[QWidget] = [start, label("–"), end, *self._span_buttons(index), ends]
            self._spans.addLayout(row(*parts, None, gap=6))

    def _title(self, index: int) -> str:
        """The day, and which of its hours are meant."""
        title = DAY_TITLES[self.day]
        if index == 0:
            return title
        return self.tr("{day}, hours {number}:").format(day=title, number=index + 1)

    def _span_buttons(self, index: int) -> list[QWidget]:
        title = self._title(index)
        remove = button("", lambda: self._remove(index), "flat", icon_name="close",
                        name=f"{self.day}-remove-{index}",
                        tip=self.tr("Remove these hours of {}").format(title))  # fmt: skip
        if index:
            return [remove]
        add = button("", self._add, "flat", icon_name="add", name=f"{self.day}-add",
                     tip=self.tr("Add hours to {}").format(title))  # fmt: skip
        return [remove, add]

    def _turn(self, on: bool) -> None:
        self.put([OFFICE] if on else [])
        self._changed()
        self.focus_last()

    def _add(self) -> None:
        last = self.spans()[-1][1] if self._clocks else OFFICE[0]
        self.put([*self.spans(), [last, "20:00" if last < "20:00" else "23:00"]])
        self._changed()
        self.focus_last()

    def _remove(self, index: int) -> None:
        kept = self.spans()
        del kept[index]
        self.put(kept)
        self._changed()

    def _changed(self, *, typed: bool = False) -> None:
        self.edited.emit(self.day, self.spans(), typed)


class Schedule(QFrame):
    """Seven day rows. `edited` says the whole `run_hours`, and a merge key for what is typed."""

    edited = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setObjectName("run-schedule")
        self._hours: Hours = {}
        self._touched = ""
        self._copy = button(self.tr("Copy to all days"), self._copy_to_all, name="copy-to-all")
        title = label(self.tr("Set the run schedule"), "heading")
        self.days = {day: DayRow(day) for day in WEEKDAYS}
        for one in self.days.values():
            one.edited.connect(self._edit)
        self._fault = label("", "fault", wraps=True, name="hours-fault")
        self._helper = label("", "muted", wraps=True, name="hours-helper")
        self.setLayout(
            column(row(title, None, self._copy), *self.days.values(), self._fault, self._helper,
                   gap=GRID // 2, margins=(16, 12, 16, 14))
        )  # fmt: skip

    def show_hours(self, hours: Mapping[str, Any], zone: str, fault: str) -> None:
        """Show a `run_hours` document, in which zone it is meant, and what is wrong with it."""
        self._hours = {day: [list(span) for span in hours.get(day) or ()] for day in WEEKDAYS}
        for day, one in self.days.items():
            one.put(self._hours[day])
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        restyle(self._fault, "fault")
        self._helper.setText(
            self.tr(
                "Times are in the practice's time zone, {zone}. Outside these hours nothing is "
                "sent or done: each contact stands still and goes on at the next opening. An end "
                "before its start is on the next day."
            ).format(zone=zone)
        )
        self._name_source()

    def _source(self) -> str:
        if self._hours.get(self._touched):
            return self._touched
        return next((day for day in WEEKDAYS if self._hours.get(day)), "")

    def _name_source(self) -> None:
        day = self._source()
        self._copy.setEnabled(bool(day))
        words = self.tr("Every day gets the hours of {}").format(DAY_TITLES.get(day, ""))
        self._copy.setToolTip(words if day else "")
        self._copy.setAccessibleDescription(words if day else "")

    def _edit(self, day: str, spans: Spans, typed: bool) -> None:
        self._touched = day
        self._hours[day] = spans
        self._emit(f"run_hours.{day}" if typed else "")
        self._name_source()

    def _copy_to_all(self) -> None:
        spans = self._hours[self._source()]
        for day, one in self.days.items():
            self._hours[day] = [list(span) for span in spans]
            one.put(spans)
        self._emit("")

    def _emit(self, merge: str) -> None:
        self.edited.emit({day: spans for day, spans in self._hours.items() if spans}, merge)

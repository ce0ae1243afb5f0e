"""Who answered a flow and who reached its goal, day by day, more of it when asked for."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.calendar import to_datetime
from engine.timeline import Entry, Timeline, timeline
from engine.wording.times import clock_words, heading_words
from views.ports import Desk, Place
from views.theme import GRID
from views.widgets.fields import Choice
from views.widgets.kit import button, clear, column, label, row

PAGE: Final = 8
ALL: Final = ""
_LINKS: Final = (
    Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
)


class TimelineCard(QFrame):
    """The engagement timeline of one flow."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._flow_id = 0
        self._zone = ZoneInfo("UTC")
        self._today = date.min
        self._day: date | None = None
        self._shown: tuple[Entry, ...] = ()
        self.setProperty("kind", "card")
        self.setObjectName("timeline")
        self.kinds = Choice("", self._offers())
        self.kinds.setObjectName("timeline-kind")
        self.kinds.setAccessibleName(self.tr("Show"))
        self.kinds.setSizeAdjustPolicy(self.kinds.SizeAdjustPolicy.AdjustToContents)
        self.kinds.put(ALL)
        self.kinds.chosen.connect(lambda kind: self._ask(PAGE))
        self._entries = QVBoxLayout()
        self._entries.setSpacing(GRID // 2)
        self._load = button(self.tr("Load more"), self._ask_more, "link", name="timeline-more")
        head = row(gap=GRID)
        head.addWidget(label(self.tr("Engagement timeline"), "heading", wraps=True), 1)
        head.addWidget(self.kinds)
        self.setLayout(
            column(head, self._entries, self._load, None, gap=GRID, margins=(14, 10, 14, 14))
        )

    def _offers(self) -> tuple[tuple[str, str], ...]:
        return (
            (ALL, self.tr("Everything")), ("opened", self.tr("Opened")),
            ("clicked", self.tr("Clicked")), ("replied", self.tr("Replied")),
            ("goal", self.tr("Goal reached")),
        )  # fmt: skip

    def show_flow(self, flow_id: int, today: date, zone: ZoneInfo) -> None:
        """Show the latest of a flow; days and times are those of the practice's zone.

        Of the flow that is shown already as much as before stays in sight.
        """
        if flow_id != self._flow_id:
            self._shown = ()
            clear(self._entries)
            self._load.hide()
        self._flow_id, self._today, self._zone = flow_id, today, zone
        self._ask(max(PAGE, len(self._shown)))

    def _ask(self, limit: int) -> None:
        flow_id, kind = self._flow_id, self.kinds.value() or ALL
        self._desk.ask(
            self, lambda reader: timeline(reader, flow_id, kind, limit), self._hear, "page"
        )

    def _ask_more(self) -> None:
        self._ask(len(self._shown) + 2 * PAGE)

    def _hear(self, page: Timeline) -> None:
        self._load.setVisible(page.more)
        known = len(self._shown)
        if not known or page.entries[:known] != self._shown:
            clear(self._entries)
            self._day, self._shown = None, ()
        if not page.entries:
            words = self.tr("Nobody yet: opens, clicks, replies and goals will stand here.")
            self._entries.addWidget(label(words, "muted", wraps=True))
        for entry in page.entries[len(self._shown) :]:
            moment = to_datetime(entry.at, self._zone)
            if moment.date() != self._day:
                self._day = moment.date()
                self._entries.addWidget(label(heading_words(self._day, self._today), "muted"))
            self._entries.addLayout(self._line(entry, clock_words(moment.time())))
        self._shown = page.entries

    def _line(self, entry: Entry, time: str) -> QHBoxLayout:
        person = Place("contacts", entry.contact_id)
        when = label(time, "muted")
        when.setMinimumWidth(9 * GRID)
        when.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QLabel(f'<a href="#" style="text-decoration: none">{escape(entry.who)}</a> '
                       f"{escape(entry.words)}")  # fmt: skip
        words.setTextFormat(Qt.TextFormat.RichText)
        words.setWordWrap(True)
        words.setObjectName(f"timeline-{entry.kind}-{entry.id}")
        words.setAccessibleName(f"{entry.who} {entry.words}, {time}")
        words.setTextInteractionFlags(_LINKS)
        words.linkActivated.connect(lambda _: self._desk.open(person))
        line = row(gap=GRID)
        line.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        return line

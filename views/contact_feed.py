"""What happened to a person, and why things did or did not happen to them."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.person import Happened, Told, feed, told
from views.icons import icon
from views.ports import Desk
from views.theme import GRID, theme_of
from views.widgets.fields import Choice
from views.widgets.kit import button, card, clear, column, label, row

PAGE: Final = 25
ICON: Final = 14
MOST: Final = 200
"""Sentences that are shown, the latest first."""


class Feed(QWidget):
    """The activity of a person, the latest first; "Show earlier" brings more."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = 0
        self._shown: list[Happened] = []
        self._lines = column(gap=12)
        self._more = button(self.tr("Show earlier"), self._ask_more, name="contact-feed-more")
        self.setLayout(column(self._lines, row(self._more, None), gap=12))

    def show_person(self, contact_id: int) -> None:
        """Show a person's activity from the latest on.

        Of the person who is shown already as much as before stays in sight.
        """
        if contact_id != self._id:
            self._put([])
            self._more.hide()
        self._id = contact_id
        self._ask(max(PAGE, len(self._shown)))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the pictures in the colours of the theme that was switched on."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._put(self._shown)

    def _ask(self, limit: int) -> None:
        question = partial(feed, contact_id=self._id, before=None, limit=limit)
        self._desk.ask(self, question, partial(self._hear, limit), "feed")

    def _ask_more(self) -> None:
        self._ask(len(self._shown) + PAGE)

    def _hear(self, limit: int, lines: list[Happened]) -> None:
        self._more.setVisible(len(lines) == limit)
        if lines != self._shown:
            self._put(lines)

    def _put(self, lines: list[Happened]) -> None:
        self._shown = lines
        clear(self._lines)
        for line in lines:
            self._lines.addLayout(self._line(line))

    def _line(self, line: Happened) -> QHBoxLayout:
        picture = QLabel()
        picture.setPixmap(icon(line.icon, theme_of(self).muted).pixmap(QSize(ICON, ICON)))
        picture.setFixedWidth(ICON + GRID)
        via = f" · {line.via}" if line.via else ""
        words = column(
            label(line.what, wraps=True), label(f"{line.when}{via}", "muted", wraps=True), gap=2
        )
        parts = row(column(2, picture, None), words)
        parts.setStretch(1, 1)
        return parts


class Why(QWidget):
    """The journal of a person in sentences, of one automation or all."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = 0
        self._told: list[Told] | None = None
        self._flow = Choice(self.tr("All automations and sequences"))
        self._flow.setObjectName("contact-why-flow")
        self._flow.setAccessibleName(self.tr("Of which automation or sequence"))
        self._flow.setMinimumContentsLength(24)
        self._flow.chosen.connect(lambda _: self._show())
        self._lines = column(gap=12)
        self.setLayout(column(row(self._flow, None), self._lines, gap=12))

    def show_person(self, contact_id: int) -> None:
        """Ask for a person's journal."""
        if contact_id != self._id:
            self._told = None
            clear(self._lines)
        self._id = contact_id
        self._desk.ask(self, partial(told, contact_id=contact_id), self._hear, "told")

    def _hear(self, lines: list[Told]) -> None:
        if self._told == lines[::-1]:
            return
        self._told = lines[::-1]
        chosen = self._flow.value() or ""
        flows = sorted({line.flow for line in lines}, key=str.casefold)
        every = ("", self.tr("All automations and sequences"))
        self._flow.offer([every, *((flow, flow) for flow in flows)])
        self._flow.put(chosen if chosen in flows else "")
        self._show()

    def _show(self) -> None:
        clear(self._lines)
        wanted = self._flow.value() or ""
        lines = [line for line in self._told or [] if not wanted or line.flow == wanted]
        if not lines:
            said = self.tr("No automation or sequence has had anything to do with them yet.")
            self._lines.addWidget(label(said, "muted", wraps=True))
        for line in lines[:MOST]:
            self._lines.addLayout(
                column(
                    label(line.sentence, wraps=True),
                    label(f"{line.when} · {line.flow}", "muted", wraps=True), gap=2,
                )
            )  # fmt: skip


class Story(QWidget):
    """A card with two tabs: what happened, and why."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self.feed, self.why = Feed(desk), Why(desk)
        self._tabs = {
            "activity": button(self.tr("Activity"), partial(self.choose, "activity"), "tab",
                               name="contact-tab-activity"),
            "why": button(self.tr("Why"), partial(self.choose, "why"), "tab",
                          name="contact-tab-why"),
        }  # fmt: skip
        for tab in self._tabs.values():
            tab.setCheckable(True)
            tab.ensurePolished()
            strong = tab.font()
            strong.setBold(True)
            wide = QFontMetrics(strong).horizontalAdvance(tab.text())
            tab.setMinimumWidth(wide + 3 * GRID)
        tabs = row(*self._tabs.values(), None, gap=0)
        inside = column(tabs, self.feed, self.why, None, gap=12)
        box = card(inside, name="contact-story")
        # A tab has room above its words already.
        inside.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, 2 * GRID)
        self.setLayout(column(box))
        self.choose("activity")

    def show_person(self, contact_id: int) -> None:
        """Show a person's story."""
        self._id = contact_id
        (self.why if self._tabs["why"].isChecked() else self.feed).show_person(contact_id)

    def choose(self, name: str) -> None:
        """Open a tab."""
        for other, tab in self._tabs.items():
            tab.setChecked(other == name)
        self.feed.setVisible(name == "activity")
        self.why.setVisible(name == "why")
        if self._id:
            self.show_person(self._id)

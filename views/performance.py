"""How one automation does: the builder's tab Performance (screens.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QScrollArea, QWidget

from engine.performance import (
    PERIODS,
    Day,
    Performance,
    Step,
    best_steps,
    in_periods,
    performance,
    periods_of,
    practice_day,
)
from engine.stats import rate
from engine.wording.goals import describe_goal
from engine.wording.times import day_words, month_words, short_day
from engine.workspace import Reader
from views.numbers import MESSAGES, Numbers, says
from views.ports import Changes, Desk
from views.tables import Column, cells
from views.theme import GRID
from views.timeline import TimelineCard
from views.widgets.chart import Line, LineChart, prepare
from views.widgets.datatable import DataTable
from views.widgets.daterange import DateRange
from views.widgets.figure import Figure
from views.widgets.funnel import Bar, Bars
from views.widgets.kit import button, column, label, row
from views.widgets.statcard import Change, StatCard, grown, moved, number, percent

ROOM: Final = 1000
"""Pixels from which the timeline stands beside the steps."""


class PerformanceTab(QScrollArea):
    """The numbers of one automation and a range of days."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._flow_id: int | None = None
        self._period = PERIODS[0]
        self._pressed = ""
        """The period that was asked for, if any."""
        self._shown: Performance | None = None
        self._numbers = Numbers(desk)
        self.setObjectName("performance")
        self.setProperty("kind", "page")
        self.setWidgetResizable(True)
        self.dates = DateRange("performance-dates")
        self.dates.picked.connect(self._ask_numbers)
        self.timeline = TimelineCard(desk)
        self._cards = self._make_cards()
        self._periods = self._make_periods()
        self._chart = LineChart(self.tr("Engagement over time"), "performance-chart")
        self._chart.point_chosen.connect(lambda place, line: self._open_bucket(place, line + 1))
        self._over_time = Figure(
            desk, self.tr("Engagement over time"), "performance-over-time", self._chart,
            *self._periods.values(),
        )  # fmt: skip
        self._funnel, self._funnel_figure = self._bars(self.tr("Goal funnel"), "funnel")
        self._best, self._best_figure = self._bars(self.tr("Top performing steps"), "best")
        self._channels, self._channel_figure = self._bars(self.tr("Channels"), "channels")
        self.steps = DataTable(self._columns(), self.tr("Steps"), "performance-steps")
        self._steps_figure = Figure(
            desk, self.tr("Steps"), "performance-steps-figure", self.steps, is_table=True
        )
        self.steps.opened.connect(self._numbers.open_step)
        self._lay_out()
        desk.changed.connect(self._changed)

    def show_flow(self, flow_id: int) -> None:
        """Show the numbers of an automation."""
        self._flow_id = flow_id
        self.ask()

    def ask(self) -> None:
        """Ask again, for the days as they are counted from now."""
        now = self._desk.now()
        self._desk.ask(self, lambda reader: practice_day(reader, now), self._begin, "day")

    def _changed(self, changes: Changes) -> None:
        if self._flow_id is not None and self.isVisible() and changes.about("flows", "numbers"):
            self.ask()

    def _begin(self, day: Day) -> None:
        self.dates.set_today(day.today)
        self._ask_numbers()
        if self._flow_id is not None:
            self.timeline.show_flow(self._flow_id, day.today, day.zone)

    def _ask_numbers(self) -> None:
        flow_id, first, last = self._flow_id, self.dates.first, self.dates.last
        if flow_id is None:
            return

        def wanted(reader: Reader) -> Performance:
            prepare()
            return performance(reader, flow_id, first, last)

        self._desk.ask(self, wanted, self._show, "numbers")

    def _make_cards(self) -> tuple[StatCard, ...]:
        return tuple(
            StatCard(title, f"performance-{name}", partial(self._numbers.open, of))
            for title, name, of in (
                (self.tr("Enrolled"), "enrolled", "enrolled"),
                (self.tr("Completion"), "completion", "completed"),
                (self.tr("Goal reached"), "goal", "goal"),
                (self.tr("Active now"), "active", "active"),
            )
        )

    def _make_periods(self) -> dict[str, QPushButton]:
        words = {"day": self.tr("Day"), "week": self.tr("Week"), "month": self.tr("Month")}
        group = QButtonGroup(self)
        made = {}
        for period in PERIODS:
            each = button(words[period], partial(self._group_by, period), "flat",
                          name=f"performance-{period}")  # fmt: skip
            each.setCheckable(True)
            each.setChecked(period == self._period)
            group.addButton(each)
            made[period] = each
        return made

    def _bars(self, title: str, name: str) -> tuple[Bars, Figure]:
        bars = Bars(title, f"performance-{name}-bars")
        return bars, Figure(self._desk, title, f"performance-{name}", bars)

    def _columns(self) -> tuple[Column, ...]:
        def shares(what: str) -> Callable[[Step], str]:
            return lambda step: _share(step, what)

        def of(what: str) -> Callable[[Step], str]:
            return lambda step: _of(getattr(step, what), step.delivered, self.tr("delivered"))

        return (
            Column(self.tr("Step"), lambda step: step.title, icon=lambda step: step.type,
                   tip=lambda step: step.title),
            Column(self.tr("Entered"), lambda step: number(step.entered), number=True, width=80,
                   tip=lambda step: self.tr("{:,} there now").format(step.here), opens="entered"),
            Column(self.tr("Sent"), _sent, number=True, width=64, opens="sent"),
            Column(self.tr("Opened"), shares("opened"), number=True, width=72,
                   tip=of("opened"), opens="opened"),
            Column(self.tr("Clicked"), shares("clicked"), number=True, width=72,
                   tip=of("clicked"), opens="clicked"),
            Column(self.tr("Replied"), shares("replied"), number=True, width=72,
                   tip=of("replied"), opens="replied"),
            Column(self.tr("Left here"), lambda step: number(step.dropped), number=True, width=80,
                   opens="dropped"),
        )  # fmt: skip

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        for place in range(12):
            self._grid.setColumnStretch(place, 1)
        self._is_wide: bool | None = None
        self._place(True)
        self._words = label(
            self.tr("Nobody was enrolled in these days."), "muted",
        )  # fmt: skip
        top = row(gap=GRID)
        self._beginning = button(
            self.tr("Show from the beginning"), lambda: self.dates.choose("all"), "link",
            name="performance-beginning",
        )  # fmt: skip
        for part in (self._words, self._beginning):
            part.hide()
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.dates, 0, Qt.AlignmentFlag.AlignRight)
        inside = QWidget()
        inside.setProperty("kind", "page")
        cards = row(gap=12)
        for card in self._cards:
            cards.addWidget(card, 1)
        inside.setLayout(column(top, cards, self._grid, None, gap=12,
                                margins=(2 * GRID, 12, 2 * GRID, 2 * GRID)))  # fmt: skip
        self.setWidget(inside)

    def _place(self, is_wide: bool) -> None:
        """Put the cards where there is room for them: beside each other, or the steps alone."""
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        half = 4 if is_wide else 6
        for widget, place in (
            (self._over_time, (1, 0, 1, 8)), (self._funnel_figure, (1, 8, 1, 4)),
            (self._steps_figure, (2, 0, 1, 2 * half)), (self._best_figure, (3, 0, 1, half)),
            (self._channel_figure, (3, half, 1, half)),
            (self.timeline, (2, 8, 2, 4) if is_wide else (4, 0, 1, 12)),
        ):  # fmt: skip
            self._grid.addWidget(widget, *place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards anew where the window became narrow or wide."""
        super().resizeEvent(event)
        self._place(event.size().width() >= ROOM)

    def _group_by(self, period: str) -> None:
        self._period = self._pressed = period
        if self._shown is not None:
            self._show_over_time(self._shown)

    def _suit_periods(self, days: int) -> None:
        possible = periods_of(days)
        self._period = self._pressed if self._pressed in possible else possible[0]
        for period, each in self._periods.items():
            each.setEnabled(period in possible)
            each.setChecked(period == self._period)

    def _show(self, shown: Performance) -> None:
        self._shown = self._numbers.shown = shown
        self.dates.cut(shown.first)
        length = (shown.last - shown.first).days + 1
        self._suit_periods(length)
        self._since = (
            self.tr("the day before") if length == 1
            else self.tr("the {:,} days before").format(length)
        )  # fmt: skip
        self._words.setVisible(not shown.funnel.enrolled)
        self._beginning.setVisible(not shown.funnel.enrolled and self.dates.first is not None)
        self._show_cards(shown)
        self._show_over_time(shown)
        self._show_funnel(shown)
        self._show_best(shown)
        self._show_channels(shown)
        self.steps.rows.show_rows(shown.steps)
        self.steps.fit_rows()
        titles, *counts = cells(self.steps.rows.columns, shown.steps)
        self._steps_figure.show_numbers(titles, counts)

    def _show_cards(self, shown: Performance) -> None:
        enrolled, completion, goal, active = self._cards
        counts, since = shown.funnel, self._since
        enrolled.show_figure(
            number(shown.enrolled.now), grown(shown.enrolled.now, shown.enrolled.before, since),
            shown.enrolled.days,
        )  # fmt: skip
        completion.show_figure(
            percent(shown.completion.now),
            moved(shown.completion.now, shown.completion.before, since), shown.completion.days,
            note=self._part(counts.completed, counts.enrolled),
        )  # fmt: skip
        if shown.goal_name is None:
            goal.show_title(self.tr("Goal reached"))
            goal.show_figure("—", Change(self.tr("this automation has no goal")), ())
        else:
            name = describe_goal(shown.goal_name).title
            goal.show_title(self.tr("Goal reached: {}").format(name))
            goal.show_figure(
                percent(shown.goal.now), moved(shown.goal.now, shown.goal.before, since),
                shown.goal.days, note=self._part(counts.goal, counts.enrolled),
            )  # fmt: skip
        active.show_figure(number(shown.active.now), self._fullest(shown), shown.active.days)

    def _part(self, part: int, whole: int) -> str:
        return self.tr("{part:,} of {whole:,}").format(part=part, whole=whole) if whole else ""

    def _fullest(self, shown: Performance) -> Change:
        step = shown.fullest
        if step is None or not step.here:
            return Change("")
        return Change(self.tr("{here:,} at “{step}”").format(here=step.here, step=step.title))

    def _show_over_time(self, shown: Performance) -> None:
        buckets = in_periods(shown.days, self._period)
        one_year = shown.first.year == shown.last.year
        say = month_words if self._period == "month" else short_day if one_year else day_words
        names = [say(bucket.day) for bucket in buckets]
        titles = (self.tr("Enrolled"), self.tr("Completed"), self.tr("Goal reached"))
        before = self.tr("Enrolled, {}").format(self._since)
        lines = [
            Line(titles[0], "accent", tuple(bucket.enrolled for bucket in buckets)),
            Line(titles[1], "completed", tuple(bucket.completed for bucket in buckets)),
            Line(titles[2], "goal", tuple(bucket.goal for bucket in buckets)),
            Line(before, "muted", tuple(bucket.before for bucket in buckets), dashed=True),
        ]
        if shown.goal_name is None:
            del lines[2]
        self._chart.show_lines(lines, names)
        counts = zip(names, *(map(number, line.values) for line in lines), strict=True)
        head = {"day": self.tr("Day"), "week": self.tr("Week from"), "month": self.tr("Month")}
        self._open_bucket = partial(self._numbers.open_bucket, buckets, len(lines) - 1)
        self._over_time.show_numbers(
            (head[self._period], *(line.title for line in lines)),
            [list(each) for each in counts], self._open_bucket,
        )  # fmt: skip

    def _show_funnel(self, shown: Performance) -> None:
        counts = shown.funnel
        parts = [
            (self.tr("Enrolled"), counts.enrolled, "accent", "enrolled", 1.0),
            (self.tr("Engaged"), counts.engaged, "accent", "engaged", 0.7),
            (self.tr("Completed"), counts.completed, "completed", "completed", 1.0),
            (self.tr("Goal reached"), counts.goal, "goal", "goal", 1.0),
        ]
        if shown.goal_name is None:
            parts.pop()
        bars: list[Bar] = []
        for title, count, colour, of, strength in parts:
            share = rate(count, counts.enrolled)
            words = number(count)
            if bars and share is not None:
                words = f"{words} · {percent(share)}"
            bars.append(
                Bar(title, words, share or 0, colour, partial(self._numbers.open, of), strength)
            )
        self._funnel.show_bars(bars)
        self._numbers_of(
            self._funnel_figure, self.tr("Stage"), [(part[0], part[1]) for part in parts],
            counts.enrolled, [partial(self._numbers.open, part[3]) for part in parts],
        )  # fmt: skip

    def _show_best(self, shown: Performance) -> None:
        best = best_steps(shown.steps)
        opens = [
            partial(self._numbers.open, "replied" if step.type == "send_sms" else "opened", step.id)
            for step in best
        ]
        done = {"send_email": self.tr("{} opened"), "send_sms": self.tr("{} replied")}
        bars = [
            Bar(step.title, done[step.type].format(percent(step.answered)), step.answered or 0,
                "accent", answers)
            for step, answers in zip(best, opens, strict=True)
        ]  # fmt: skip
        self._best.show_bars(bars, self.tr("No message was answered in these days."))
        self._best_figure.show_numbers(
            (self.tr("Step"), self.tr("Answered")),
            [(bar.title, bar.number) for bar in bars],
            lambda line, place: opens[line](),
        )

    def _show_channels(self, shown: Performance) -> None:
        names = {"email": self.tr("Email"), "sms": self.tr("SMS")}
        total = sum(sent for _, sent in shown.channels)
        bars = [
            Bar(names[channel], f"{number(sent)} · {percent(rate(sent, total))}",
                rate(sent, total) or 0, "accent",
                partial(self._numbers.open, "sent", channel=channel),
                1.0 if channel == "email" else 0.7)
            for channel, sent in shown.channels
            if total
        ]  # fmt: skip
        self._channels.show_bars(bars, self.tr("No message went out in these days."))
        self._numbers_of(
            self._channel_figure, self.tr("Channel"),
            [(names[channel], sent) for channel, sent in shown.channels], total,
            [partial(self._numbers.open, "sent", channel=channel) for channel, _ in shown.channels],
        )  # fmt: skip

    def _numbers_of(
        self, figure: Figure, what: str, counts: Sequence[tuple[str, int]], whole: int,
        opens: Sequence[Callable[[], None]],
    ) -> None:  # fmt: skip
        figure.show_numbers(
            (what, self.tr("Number"), self.tr("Share")),
            [(title, number(count), percent(rate(count, whole))) for title, count in counts],
            lambda line, place: opens[line](),
        )


def _sent(step: Step) -> str:
    return number(step.sent) if step.type in MESSAGES else ""


def _share(step: Step, what: str) -> str:
    """A rate of what was delivered; nothing where a text can't be opened."""
    if not says(step, what):
        return ""
    return percent(rate(getattr(step, what), step.delivered))


def _of(part: int, whole: int, what: str) -> str:
    return f"{part:,} of {whole:,} {what}" if whole else ""

"""The Details tab of an automation: General, when it can run, unenrollment (screens.md 2)."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QRadioButton, QScrollArea, QWidget

from engine.problems import EXITS, GOAL, HOURS, NAME
from engine.vocabulary import AUTOMATION_GOALS, DEFAULT_LOOKBACK_DAYS, UNENROL_RULES
from engine.wording.goals import describe_goal
from views.goals import GoalOptions
from views.inspector.form import FormContext
from views.schedule import OFFICE, Schedule
from views.theme import GRID
from views.widgets.fields import Amount, Choice, Field, Line, TextBox, switch_row
from views.widgets.kit import card, column, label, row
from views.widgets.switch import Switch

NO_GOAL: Final = ""
_OFFICE_WEEK: Final = {day: [list(OFFICE)] for day in ("mon", "tue", "wed", "thu", "fri")}
_SIDE_BY_SIDE: Final = 920
"""Pixels from which on the goal options stand beside the form, and not below it."""


class DetailsForm(QScrollArea):
    """Name, description, goal, hours and exits of an automation.

    `edited` says a key of the document, its new value (None takes it out) and a merge key, ""
    for what is chosen.
    """

    edited = Signal(str, object, str)

    def __init__(self) -> None:
        super().__init__()
        self._context: FormContext | None = None
        self._kept_hours: Any = _OFFICE_WEEK
        self.goals = GoalOptions()
        self.goals.picked.connect(self._choose_goal)
        self.goals.goal_met_asked.connect(lambda: self._turn("goal_met", True))
        form = QWidget()
        form.setLayout(
            column(self._general(), self._running(), self._unenrolment(), None, gap=2 * GRID)
        )
        form.setMaximumWidth(90 * GRID)
        beside = QWidget()
        beside.setLayout(column(self.goals, None))
        self._both = row(form, beside, gap=2 * GRID, margins=(24, 24, 24, 24))
        self._both.setStretch(0, 3)
        self._both.setStretch(1, 2)
        self._page = column(self._both, gap=0)
        page = QWidget()
        page.setLayout(self._page)
        self.setWidget(page)
        self.setWidgetResizable(True)

    def head(self, widget: QWidget) -> None:
        """Put something above the form, which scrolls with it."""
        self._page.insertWidget(0, widget)

    def show_details(self, context: FormContext, where: str = NAME) -> None:
        """Show a document, with the focus in its name, or where else there is a problem."""
        self.refresh(context)
        fields: dict[str, QWidget] = {
            GOAL: self._lookback, HOURS: self._only, EXITS: next(iter(self._switches.values())),
        }  # fmt: skip
        field = fields.get(where, self._name)
        field.setFocus()
        self.ensureWidgetVisible(field)

    def refresh(self, context: FormContext) -> None:
        """Show the document as it is now; the focus stays."""
        self._context = context
        document, found = context.document, context.problems
        self._name.put(document.get("name"))
        self._name_field.fault(found.field(NAME, "name"))
        self._description.put(document.get("description"))
        goal, exits = document.get("goal"), document.get("unenroll_on") or ()
        self._goal.put(goal or NO_GOAL)
        self._goal_field.help(describe_goal(goal).rule if goal in AUTOMATION_GOALS else "")
        self._lookback_field.setVisible(goal is not None)
        self._lookback.put(document.get("lookback_days", DEFAULT_LOOKBACK_DAYS))
        self._lookback_field.fault(found.field(GOAL, "lookback_days"))
        self.goals.show_goal(goal, "goal_met" in exits)
        for rule, switch in self._switches.items():
            switch.setChecked(rule in exits)
        warned = [p.words for p in found.warnings if p.where == EXITS]
        self._exits_note.setText("\n".join(warned))
        self._exits_note.setVisible(bool(warned))
        self._show_hours(context)

    def _general(self) -> QWidget:
        self._name = Line(self.tr("New lead welcome series"), 200)
        self._name_field = Field(self.tr("Automation name"), self._name, name="details-name")
        self._name.textEdited.connect(lambda text: self.edited.emit("name", text, "name"))
        self._description = TextBox(self.tr("What it is for, in a sentence or two"), rows=3)
        described = Field(self.tr("Description"), self._description, name="details-description")
        self._description.typed.connect(
            lambda text: self.edited.emit("description", text or None, "description")
        )
        goals = [(goal, describe_goal(goal).title) for goal in AUTOMATION_GOALS]
        self._goal = Choice("", [(NO_GOAL, self.tr("No goal")), *goals])
        self._goal.chosen.connect(self._choose_goal)
        self._goal_field = Field(self.tr("Goal"), self._goal, name="details-goal")
        self._lookback = Amount(1, 3650)
        self._lookback.setMaximumWidth(12 * GRID)
        inside = row(self._lookback, label(self.tr("days after entering")), None)
        self._lookback_field = Field(
            self.tr("Lookback"), self._lookback, name="details-lookback", inside=inside
        )
        self._lookback_field.help(
            self.tr("The goal counts when it is reached within these days, also after the end.")
        )
        self._lookback.typed.connect(
            lambda days: self.edited.emit("lookback_days", days, "lookback_days")
        )
        heading = label(self.tr("General"), "heading")
        parts = (heading, self._name_field, described, self._goal_field, self._lookback_field)
        return card(column(*parts, gap=12), name="details-general")

    def _running(self) -> QWidget:
        self._any_time = QRadioButton(self.tr("Any time"))
        self._any_time.setObjectName("hours-any")
        self._only = QRadioButton(self.tr("Only during specific hours"))
        self._only.setObjectName("hours-only")
        group = QButtonGroup(self)
        for radio in (self._any_time, self._only):
            group.addButton(radio)
        self._any_time.clicked.connect(lambda: self.edited.emit("run_hours", None, ""))
        self._only.clicked.connect(lambda: self.edited.emit("run_hours", self._kept_hours, ""))
        self.schedule = Schedule()
        self.schedule.edited.connect(
            lambda hours, merge: self.edited.emit("run_hours", hours, merge)
        )
        heading = label(self.tr("When can this automation run?"), "heading", wraps=True)
        parts = column(heading, self._any_time, self._only, self.schedule)
        return card(parts, name="details-hours")

    def _unenrolment(self) -> QWidget:
        said = {
            "goal_met": (
                self.tr("Goal met"),
                self.tr("Reaching the goal removes the contact from the automation."),
            ),
            "email_reply": (
                self.tr("Email reply"),
                self.tr("A reply to an email removes the contact from the automation."),
            ),
            "sms_opt_out": (
                self.tr("SMS opt-out"),
                self.tr("STOP reply removes the contact from the automation."),
            ),
        }
        self._switches = {rule: Switch(said[rule][0], f"exit-{rule}") for rule in UNENROL_RULES}
        for rule, switch in self._switches.items():
            switch.clicked.connect(lambda on, rule=rule: self._turn(rule, on))
        rows = [switch_row(switch, *said[rule]) for rule, switch in self._switches.items()]
        self._exits_note = label("", "goal", wraps=True, name="exits-warning")
        heading = label(self.tr("Unenrollment"), "heading")
        return card(column(heading, *rows, self._exits_note, gap=12), name="details-exits")

    def _show_hours(self, context: FormContext) -> None:
        hours = context.document.get("run_hours")
        if hours:
            self._kept_hours = hours
        self._any_time.setChecked(hours is None)
        self._only.setChecked(hours is not None)
        self.schedule.setVisible(hours is not None)
        said = [fault.words for fault in context.problems.faults_at(HOURS)]
        self.schedule.show_hours(hours or {}, context.around.practice.zone.key, "\n".join(said))

    def _choose_goal(self, goal: str) -> None:
        self.edited.emit("goal", goal or None, "")

    def _turn(self, rule: str, on: bool) -> None:
        if self._context is None:
            return
        was = self._context.document.get("unenroll_on") or ()
        now = [one for one in UNENROL_RULES if (on if one == rule else one in was)]
        self.edited.emit("unenroll_on", now or None, "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the goal options beside the form, or below where that is too narrow."""
        wide = self.viewport().width() >= _SIDE_BY_SIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(way)
        super().resizeEvent(event)

"""The panel beside every goal field: what each goal fires on, and what a goal is not (screens.md).

It is shown as `goal-options`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from engine.vocabulary import AUTOMATION_GOALS, MAIN_CAMPAIGN_GOALS, MORE_CAMPAIGN_GOALS
from engine.wording.goals import FACTS, describe_goal
from views.theme import GRID
from views.widgets.kit import button, column, frame, label, row
from views.widgets.rows import RowButton

REACTIVATION = "patient_reactivation"


class GoalRow(RowButton):
    """One goal: its name, its firing rule in a line, and the field it reads."""

    def __init__(self, goal: str, *, campaign: bool) -> None:
        self.goal = goal
        said = describe_goal(goal, campaign=campaign)
        parts = column(
            label(said.title, "heading", wraps=True),
            label(said.rule, wraps=True),
            label(said.field, "muted", wraps=True),
            gap=2,
            margins=(10, 8, 10, 8),
        )
        super().__init__(parts, "option", f"goal-{goal}", said.title)
        self.setAccessibleDescription(f"{said.rule} {said.field}")
        self.setCheckable(True)


class GoalOptions(QFrame):
    """The goals of an automation, or of a campaign. `picked` says the one chosen here.

    `goal_met_asked` says that "Goal met" should be on, as is suggested for a reactivation.
    """

    picked = Signal(str)
    goal_met_asked = Signal()

    def __init__(self, *, campaign: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setObjectName("goal-options")
        self._campaign = campaign
        self.rows: list[GoalRow] = []
        parts: list[QWidget | QVBoxLayout] = [label(self.tr("Goal options"), "heading")]
        if campaign:
            parts += [*self._rows(MAIN_CAMPAIGN_GOALS), *self._more_goals()]
        else:
            parts += [*self._rows(AUTOMATION_GOALS), self._not_an_exit(), self._facts()]
        self.setLayout(column(*parts, None, margins=(16, 14, 16, 16)))

    def show_goal(self, goal: str | None, goal_met: bool = False) -> None:
        """Mark the goal that is chosen; `goal_met`: whether reaching it ends the automation."""
        for one in self.rows:
            one.setChecked(one.goal == goal)
        if self._campaign:
            self._more.setVisible(self._more.isVisibleTo(self) or goal in MORE_CAMPAIGN_GOALS)
        else:
            self._suggestion.setVisible(goal == REACTIVATION and not goal_met)

    def _rows(self, goals: Sequence[str]) -> list[QWidget]:
        made = [GoalRow(goal, campaign=self._campaign) for goal in goals]
        for one in made:
            one.clicked.connect(lambda _=False, one=one: self._pick(one))
        self.rows += made
        return list(made)

    def _pick(self, row: GoalRow) -> None:
        row.setChecked(True)
        self.picked.emit(row.goal)

    def _more_goals(self) -> list[QWidget]:
        self._more = QWidget()
        self._more.setLayout(column(*self._rows(MORE_CAMPAIGN_GOALS)))
        self._more.hide()
        opener: QPushButton = button(self.tr("More goals"), kind="link", name="goal-more")
        opener.clicked.connect(lambda: self._more.setVisible(not self._more.isVisible()))
        return [opener, self._more]

    def _not_an_exit(self) -> QWidget:
        said = label(
            self.tr(
                "Reaching a goal is a measurement, not an exit: it does not end the automation "
                "for the contact unless “Goal met” is on."
            ),
            wraps=True,
        )
        self._suggestion = QWidget()
        why = label(
            self.tr(
                "Once a patient is reactivated, more reactivation messages are noise: turn "
                "“Goal met” on."
            ),
            "goal",
            wraps=True,
        )
        turn_on = button(
            self.tr("Turn on Goal met"), self.goal_met_asked.emit, name="goal-met-suggestion"
        )
        self._suggestion.setLayout(column(why, row(turn_on, None), margins=(0, GRID, 0, 0)))
        self._suggestion.hide()
        return frame("note", column(said, self._suggestion, gap=0, margins=(12, 10, 12, 10)))

    def _facts(self) -> QVBoxLayout:
        looks = ("fact-enrolled", "fact-completed", "fact-goal")
        facts = [
            frame(
                look,
                column(label(title, "heading", wraps=True), label(words, "muted", wraps=True),
                       None, gap=GRID // 2, margins=(10, 8, 8, 8)),
            )
            for look, (title, words) in zip(looks, FACTS.items(), strict=True)
        ]  # fmt: skip
        side_by_side = row(*facts)
        for index in range(len(facts)):
            side_by_side.setStretch(index, 1)
        heading = label(self.tr("Three facts, each by itself"), "heading")
        return column(GRID // 2, heading, side_by_side)

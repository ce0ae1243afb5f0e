"""What every form of the right panel is: the fields of one step, which say its edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from db.errors import KnownError
from engine.compose.tokens import compile_text
from engine.problems import Problems
from engine.surroundings import Surroundings
from engine.vocabulary import TOKENS, TRIGGER
from views.ports import Desk, Question
from views.session import Session
from views.theme import GRID
from views.widgets.fields import Field, Line, Option, TextBox
from views.widgets.kit import button, column, label

Document = Mapping[str, Any]
Step = Mapping[str, Any]
PREVIEW, EDITOR = "preview", "editor"


@dataclass(frozen=True, slots=True)
class FormContext:
    """All a form is filled with beside its step.

    `now` is the practice's instant. Without a desk nothing can be created in place and nothing
    is counted; `matches` gives the question how many contacts a trigger matches today, None if
    that can't be said. `flow_id` is the saved flow's, None of a new one.
    """

    document: Document
    around: Surroundings
    now: int
    problems: Problems = field(default_factory=Problems)
    desk: Desk | None = None
    matches: Callable[[Document], Question[int | None]] | None = None
    flow_id: int | None = None

    def sample(self, text: str) -> str:
        """A text with its tokens filled for an invented contact; one that can't be, as it is."""
        values = {
            "firstname": "Ann",
            "lastname": "Lee",
            "practice": self.around.practice.name,
            "owner": next(iter(self.around.names.users), self.around.practice.name),
        }
        try:
            return compile_text(text, escape=False).fill(values)
        except KnownError:
            return text


def context_of(session: Session, found: Problems | None = None) -> FormContext:
    """What the forms of a flow being edited are filled with; `found` stands for its problems."""
    return FormContext(
        session.flow.value, session.around, session.desk.now(),
        session.problems if found is None else found, session.desk, session.matches,
        None if session.saved is None else session.saved.id,
    )  # fmt: skip


class StepForm(QWidget):
    """The fields of one step, or of the trigger.

    `edited` says the whole step after each change, and a merge key: the field that is typed in,
    so that typing is undone at once; "" for a choice.
    """

    edited = Signal(object, str)
    asked = Signal(str)
    """What the step leads to is wanted: PREVIEW or EDITOR."""

    def __init__(self) -> None:
        super().__init__()
        self.step: dict[str, Any] = {}
        self.context: FormContext | None = None
        self._fields: dict[str, Field] = {}
        self._rows = column(gap=2 * GRID)
        self._warned = label("", "goal", wraps=True, name="step-warning")
        self._rest = label("", "fault", wraps=True, name="step-fault")
        self.setLayout(column(self._rows, self._rest, self._warned, None, gap=2 * GRID))

    def show_step(self, step: Step, context: FormContext) -> None:
        """Show a step, with the focus in its first field."""
        self.refresh(step, context)
        first = self.first()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, step: Step, context: FormContext) -> None:
        """Show the same step as it is now, or with other surroundings; the focus stays."""
        self.step, self.context = dict(step), context
        self.fill(context)
        self._say_faults(context)

    def fill(self, context: FormContext) -> None:
        """Put what the step says into the fields, if there are any, silently."""

    def helpers(self, context: FormContext) -> None:
        """Say again what depends on what was just typed."""

    def first(self) -> QWidget | None:
        """The field that takes the focus."""
        return next((field.control for field in self._fields.values()), None)

    def add(self, key: str, field: Field) -> Field:
        """Put a field of the step's `key` below the others; faults of the key are shown there."""
        self._fields[key] = field
        self._rows.addWidget(field)
        return field

    def put(self, key: str, value: object, typed: bool = False) -> None:
        """Change one key of the step, None takes it out, and say so."""
        self.replace({key: value}, key if typed else "")

    def replace(self, values: Mapping[str, object], merge: str = "") -> None:
        """Change several keys of the step at once, None takes one out, and say so."""
        if self.context is None:
            return
        changed = {**self.step, **values}
        self.step = {key: value for key, value in changed.items() if value is not None}
        self.helpers(self.context)
        self.edited.emit(dict(self.step), merge)

    def _say_faults(self, context: FormContext) -> None:
        where = str(self.step.get("id", TRIGGER))
        shown: set[str] = set()
        for keys, one in self._fields.items():
            names = keys.split("|")
            shown.update(names)
            one.fault(context.problems.field(where, *names))
        rest = [p.words for p in context.problems.faults_at(where) if p.field not in shown]
        self._rest.setText("\n".join(rest))
        self._rest.setVisible(bool(rest))
        warned = [p.words for p in context.problems.warnings if p.where == where]
        self._warned.setText("\n".join(warned))
        self._warned.setVisible(bool(warned))


def tokens_button(target: Line | TextBox, names: Sequence[str] = TOKENS) -> QPushButton:
    """A button whose menu puts a token where the cursor stands in `target`."""
    made = button(QCoreApplication.translate("StepForm", "Insert…"), kind="link")
    made.setToolTip(QCoreApplication.translate("StepForm", "Insert a name"))
    made.setAccessibleName(QCoreApplication.translate("StepForm", "Insert… a name"))
    menu = QMenu(made)
    for name in names:
        token = f"{{{{{name}}}}}"
        menu.addAction(token, partial(_insert, target, token))
    made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
    return made


def _insert(target: Line | TextBox, token: str) -> None:
    if isinstance(target, Line):
        target.insert(token)
        target.textEdited.emit(target.text())
    else:
        target.insertPlainText(token)
    target.setFocus()


def options(names: Mapping[str, Any] | Sequence[str], *first: Option) -> list[Option]:
    """Names to choose from, by the alphabet, after `first`."""
    return [*first, *((name, name) for name in sorted(names, key=str.casefold))]

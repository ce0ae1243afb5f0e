"""The right panel: the fields of the selected card, or the flow in plain English."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from canvas import operations
from engine.building import NO_FIGURES, Figures
from engine.number import Counted
from engine.vocabulary import END, TRIGGER
from engine.wording.flow import flow_paragraph
from engine.wording.steps import called, step_title
from views.editing import Editor
from views.icons import icon
from views.inspector.form import FormContext, StepForm, context_of
from views.inspector.forms import FORMS
from views.places import counted_place
from views.ports import Place
from views.session import Session
from views.theme import GRID, theme_of
from views.widgets.kit import button, clear, column, label, row
from views.widgets.link import Link
from views.widgets.tiles import Tile

MOST_WARNINGS: Final = 20
"""Said below the flow in words; the problems list has them all."""


class Inspector(QFrame):
    """Shows what is selected in the editor, and passes on what is changed there."""

    problem_chosen = Signal(str)
    """Where something was warned about: a card, or a place in Details."""

    asked = Signal(str, str)
    """What a step leads to is wanted: its id, and which of them."""

    def __init__(self, session: Session, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "side-right")
        self.setObjectName("inspector")
        self.setMinimumWidth(224)
        self._session = session
        self._editor = editor
        self._form: StepForm | None = None
        self._shown: str | None = None
        self._figures = NO_FIGURES
        self._told: QVBoxLayout | None = None
        self._body = column(gap=2 * GRID, margins=(16, 16, 16, 16))
        inside = QWidget()
        inside.setLayout(self._body)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(self.tr("What is selected"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self.setLayout(column(area, gap=0))
        session.checked.connect(self.refresh)

    def show_selection(self, ids: list[str], *, focus: bool = False) -> None:
        """Show the fields of the one card selected, else what there is to say."""
        if len(ids) == 1 and ids[0] == self._shown and self._form is not None:
            if focus:
                self._focus_first()
            return
        clear(self._body)
        self._form, self._shown, self._told = None, None, None
        if len(ids) == 1:
            self._show_card(ids[0], focus)
        elif ids:
            self._show_several(len(ids))
        else:
            self._show_flow()

    def show_figures(self, figures: Figures) -> None:
        """Tell the numbers of what is shown, each opening what it counts."""
        self._figures = figures
        self._tell()

    def _tell(self) -> None:
        """The numbers of the card shown; of the whole flow, those of its ends."""
        if self._told is None:
            return
        clear(self._told)
        for card in (TRIGGER, END) if self._shown is None else (self._shown,):
            for told in self._figures.told.get(card, ()):
                opens = partial(self._open, told.of, "" if card in (TRIGGER, END) else card)
                self._told.addWidget(Link(told.words, opens, f"told-{card}-{told.of}", "link"))

    def _open(self, of: str, step: str) -> None:
        saved = self._session.saved
        if saved is not None:
            back = Place("automation", saved.id, "build")
            self._session.desk.open(counted_place(Counted(of, saved.id, step), back))

    def _add_told(self) -> None:
        holder = QWidget()
        self._told = column(gap=GRID // 2)
        holder.setLayout(self._told)
        self._body.addWidget(holder)
        self._tell()

    def refresh(self) -> None:
        """Show again what may have changed, leaving the cursor where it is."""
        if self._form is None:
            self.show_selection(self._editor.selection)
            return
        step = self._step(self._shown or "")
        if step is None:
            self._shown = None
            self.show_selection([])
        else:
            self._form.refresh(step, self._context())

    def _context(self) -> FormContext:
        return context_of(self._session)

    def _step(self, id: str) -> operations.Document | None:
        if id == TRIGGER:
            return dict(self._session.flow.value.get("trigger", {}))
        try:
            return operations.step(self._session.flow.value, id)
        except KeyError:
            return None

    def _show_card(self, id: str, focus: bool) -> None:
        step = self._step(id)
        if step is None:
            self._show_flow()
            return
        kind = TRIGGER if id == TRIGGER else step["type"]
        title = self.tr("Enrollment trigger") if kind == TRIGGER else step_title(kind)
        self._shown = id
        self._body.addLayout(self._head(kind, title))
        self._add_told()
        form = FORMS[kind]()
        form.setObjectName(f"form-{kind}")
        form.edited.connect(
            self._editor.change_trigger if kind == TRIGGER else self._editor.change_step
        )
        form.asked.connect(partial(self.asked.emit, id))
        self._body.addWidget(form)
        self._body.addStretch(1)
        self._form = form
        if focus:
            form.show_step(step, self._context())
        else:
            form.refresh(step, self._context())

    def _focus_first(self) -> None:
        first = self._form.first() if self._form is not None else None
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self, kind: str, title: str) -> QHBoxLayout:
        parts: list[QWidget | None] = [Tile(kind), label(title, "heading"), None]
        if kind != TRIGGER:
            more = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
            more.setIcon(icon("more", theme_of(self).muted))
            more.setProperty("kind", "flat")
            more.setAccessibleName(self.tr("More"))
            more.setObjectName("step-more")
            menu = QMenu(more)
            menu.addAction(self.tr("Duplicate"), self._editor.duplicate)
            menu.addAction(self.tr("Copy"), self._editor.copy)
            menu.addAction(self.tr("Delete"), lambda: self._editor.delete(self._editor.steps))
            more.setMenu(menu)
            parts.append(more)
        return row(*parts)

    def _show_several(self, count: int) -> None:
        self._body.addWidget(label(self.tr("%n cards are selected", "", count), "heading"))
        self._body.addLayout(
            row(
                button(self.tr("Duplicate"), self._editor.duplicate, name="several-duplicate"),
                button(self.tr("Delete"), lambda: self._editor.delete(self._editor.steps), "harm",
                       name="several-delete"),
                None,
            )
        )  # fmt: skip
        self._body.addStretch(1)

    def _show_flow(self) -> None:
        self._body.addWidget(label(self.tr("This automation in words"), "heading"))
        words = flow_paragraph(self._session.flow.value)
        self._body.addWidget(label(words, wraps=True, name="flow-paragraph"))
        self._add_told()
        for number, problem in enumerate(self._session.problems.warnings[:MOST_WARNINGS]):
            name = called(self._session.flow.value, problem.where)
            words = f"{name}: {problem.words}" if name else problem.words
            show = partial(self.problem_chosen.emit, problem.where)
            self._body.addWidget(Link(words, show, f"flow-warning-{number}", "goal"))
        self._body.addStretch(1)

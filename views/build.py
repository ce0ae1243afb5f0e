"""The Build tab: palette, canvas and right panel, working on one flow (screens.md section 2)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QWidget

from canvas.operations import Slot
from canvas.outline import OutlineView
from engine.building import NO_FIGURES, Figures
from engine.problems import FLOW, SETTINGS
from engine.replay.result import Person
from engine.vocabulary import END, TRIGGER
from engine.wording.triggers import enrolment_note
from views.drawing import Drawing
from views.editing import Editor
from views.inspector.form import PREVIEW
from views.narrow import Narrow
from views.palette import Palette
from views.panel import Inspector
from views.picker import Picker
from views.ports import Place
from views.rehearse import RehearsePanel
from views.session import Session
from views.standing import stand
from views.step_mail import StepMail
from views.why import WhyPanel
from views.widgets.kit import column, frame, row

PANEL = 296
"""Pixels of the panel at the right, which the forms are made for."""


class BuildTab(QWidget):
    """Where the flow is drawn. `details_wanted` says which field of Details has a problem."""

    details_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.editor = Editor(session.flow, QApplication.clipboard(), self)
        self.palette_ = Palette()
        self.drawing = Drawing(session.flow)
        self.panel = Inspector(session, self.editor)
        self.picker = Picker(parent=self)
        self._slot: Slot | None = None
        self._wants_focus = False
        self.kept: dict[str, Any] = {}
        """How the next flow is first shown, where another way is wanted than from its start."""
        self._rehearsal: RehearsePanel | None = None
        self._why: WhyPanel | None = None
        side = QScrollArea(widgetResizable=True)
        side.setAccessibleName(self.tr("Steps to add"))
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidget(self.palette_)
        self._left = QStackedWidget()
        self._left.addWidget(side)
        self.outline = OutlineView(self.drawing.scene)
        self._left.addWidget(self.outline)
        left = frame("side", column(self._left, gap=0), name="palette")
        self._right = QStackedWidget()
        self._right.addWidget(self.panel)
        self.mail = StepMail(session)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.drawing)
        self._middle.addWidget(self.mail)
        # What is not shown there takes no room.
        self._middle.setMinimumWidth(self.drawing.minimumSizeHint().width())
        self._side = left
        parts = row(left, self._middle, self._right, gap=0)
        parts.setStretch(1, 1)
        self.setLayout(parts)
        self._right.setFixedWidth(PANEL)
        Narrow(self, left, self._left, self.palette_)
        self._connect_canvas()
        self._connect_parts()

    def show_card(self, where: str) -> None:
        """Select a card and put the cursor in its form; a place in Details is asked for.

        An empty flow's problem is where its first step would stand.
        """
        self.mail.leave()
        if where in self.drawing.scene.faces:
            self.drawing.view.go_to(where)
            self.panel.show_selection([where], focus=True)
        elif where == FLOW:
            self.drawing.view.go_to(Slot(None, "", 0))
            self.drawing.view.setFocus()
        elif where.startswith(SETTINGS):
            self.session.desk.open(Place("settings", tab=where.removeprefix(SETTINGS)))
        else:
            self.details_wanted.emit(where)

    def rehearse(self) -> None:
        """Open the rehearsal of the flow as it is drawn now."""
        if self._rehearsal is None:
            self._rehearsal = RehearsePanel(self.session.desk)
            self._rehearsal.closed.connect(self._show_panel)
            self._rehearsal.path_asked.connect(self._show_person)
            self._right.addWidget(self._rehearsal)
        saved = self.session.saved
        self._right.setCurrentWidget(self._rehearsal)
        self._rehearsal.show_flow(
            self.session.flow.value, None if saved is None else saved.id,
            self.session.around.practice.zone,
        )  # fmt: skip

    def tell_why(self, contact_id: int) -> None:
        """Draw a contact's way through the saved flow."""
        saved = self.session.saved
        if saved is None:
            return
        if self._why is None:
            self._why = WhyPanel(self.session.desk)
            self._why.closed.connect(self._show_panel)
            self._why.path_shown.connect(self.drawing.scene.highlight)
            self._why.step_chosen.connect(self._bring)
            self._right.addWidget(self._why)
        self._right.setCurrentWidget(self._why)
        self._why.show_contact(contact_id, saved.id, self.session.around.practice.zone)

    def _show_panel(self) -> None:
        """The fields again, and no one's way."""
        self.drawing.scene.highlight(())
        self._right.setCurrentWidget(self.panel)

    def _show_person(self, person: Person) -> None:
        passed = [TRIGGER, *dict.fromkeys(mark.step for mark in person.path if mark.step)]
        ended = any(mark.what == "completed" for mark in person.path)
        self.drawing.scene.highlight([*passed, END] if ended else passed)

    def _bring(self, step: str) -> None:
        if step in self.drawing.scene.faces:
            self.drawing.view.centre_on(step)

    def _connect_canvas(self) -> None:
        scene, editor = self.drawing.scene, self.editor
        scene.selection_ids_changed.connect(self._select)
        scene.add_asked.connect(self._pick)
        scene.dropped.connect(self._add)
        scene.moved.connect(editor.move)
        scene.opened.connect(self.show_card)
        scene.delete_asked.connect(editor.delete)
        scene.copy_asked.connect(lambda ids: editor.copy())
        scene.cut_asked.connect(lambda ids: editor.cut())
        scene.duplicate_asked.connect(lambda ids: editor.duplicate())
        scene.paste_asked.connect(editor.paste)
        scene.hinted.connect(self.session.desk.say)

    def _connect_parts(self) -> None:
        session, editor, drawing = self.session, self.editor, self.drawing
        editor.selected.connect(self._show_made)
        editor.hinted.connect(session.desk.say)
        self.picker.chosen.connect(lambda type: self._add(type, self._slot))
        self.palette_.add_asked.connect(lambda type: self._add(type, None))
        drawing.problem_chosen.connect(self.show_card)
        self.panel.problem_chosen.connect(self.show_card)
        drawing.numbers_wanted.connect(self._count)
        drawing.rehearse.clicked.connect(self.rehearse)
        drawing.more.outline_wanted.connect(lambda on: self._left.setCurrentIndex(int(on)))
        session.checked.connect(self._follow)
        session.counted.connect(drawing.show_numbers)
        session.counted.connect(self._tell)
        session.opened.connect(self._start)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.panel, context=here)
        leave.activated.connect(self._leave_form)
        self.panel.asked.connect(self.mail.show_step)
        self.mail.opened.connect(self._show_mail)
        self.mail.closed.connect(self._put_mail_away)

    def _show_mail(self, what: str) -> None:
        """The email in place of the canvas; its step's fields stay beside how it will look."""
        self._middle.setCurrentWidget(self.mail)
        self._side.hide()
        self._right.setVisible(what == PREVIEW)

    def _put_mail_away(self) -> None:
        self._middle.setCurrentWidget(self.drawing)
        self._side.show()
        self._right.show()
        self.panel.show_selection([self.mail.step_id], focus=True)

    def _leave_form(self) -> None:
        self.mail.leave()
        self.drawing.view.setFocus()

    def _start(self) -> None:
        drawing = self.drawing
        self.mail.leave()
        self._show_panel()
        if self._rehearsal is not None:
            self._rehearsal.forget()
        # Those of the flow before stand there still.
        self.panel.show_figures(NO_FIGURES)
        drawing.scene.select(())
        drawing.show_numbers(NO_FIGURES)
        drawing.view.show_start()
        self.panel.show_selection([])
        kept, self.kept = self.kept, {}
        stand(drawing.view, self.session.number, kept)
        if kept.get("flow") == self.session.number:
            self.mail.restore(kept.get("mail"))
        if drawing.numbers.isChecked():
            self.session.count()

    def _follow(self) -> None:
        self.editor.used = self.session.used
        self.drawing.numbers.setVisible(not self.session.is_new)
        self.drawing.show_flow(self.session.problems)
        self.palette_.set_note(enrolment_note(self.session.flow.value.get("trigger", {})))

    def _select(self, ids: list[str]) -> None:
        self.editor.selection = ids
        if ids:
            self._show_panel()
        self.panel.show_selection(ids, focus=self._wants_focus)

    def _pick(self, slot: Slot, at: QPoint) -> None:
        self._slot = slot
        self.picker.open_at(at)

    def _add(self, type: str, slot: Slot | None) -> None:
        """Put a step there, with the cursor in its first field."""
        self._wants_focus = True
        self.editor.add(type, slot)
        self._wants_focus = False

    def _show_made(self, ids: list[str]) -> None:
        # What was made is on the canvas once it is checked.
        self.session.settle()
        self.drawing.scene.select(ids)
        if len(ids) == 1:
            self.drawing.view.go_to(ids[0])
            if self._wants_focus:
                self.panel.show_selection(ids, focus=True)

    def _tell(self, figures: Figures) -> None:
        if self.drawing.numbers.isChecked():
            self.panel.show_figures(figures)

    def _count(self, wanted: bool) -> None:
        self.session.counts = wanted
        if wanted:
            self.session.count()
        else:
            self.drawing.show_numbers(NO_FIGURES)
            self.panel.show_figures(NO_FIGURES)

"""The canvas with what floats over it: problems, numbers, zoom, undo, find and the small map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QLineEdit, QMenu, QPushButton, QWidget

from canvas.document import FlowDocument
from canvas.look import Caption
from canvas.minimap import Minimap
from canvas.operations import Document
from canvas.palette import colours_of
from canvas.scene import FlowScene
from canvas.view import FlowView
from engine.building import NO_FIGURES, Figures
from engine.problems import Problems
from engine.vocabulary import STEP_TYPES, TRIGGER
from engine.wording.conditions import email_names
from engine.wording.steps import every_step, step_summary, step_title
from engine.wording.triggers import trigger_words
from engine.wording.values import plural
from views.flow_menu import FlowMenu
from views.icons import icon
from views.theme import GRID, Theme, theme_of
from views.widgets.folding import fold
from views.widgets.kit import button, restyle, reword, row

ROOMY: Final = 420
TALL: Final = 400
"""Pixels from which on there is room for words, and for the small map."""


class CardWords:
    """The words of the cards of a flow, the first titled `trigger`.

    Those of a step that is the same object are made once.
    """

    def __init__(self, trigger: str) -> None:
        self._trigger = trigger
        self._emails: Mapping[str, str] = {}
        self._mails: list[Document] = []
        self._steps: list[Document] = []
        self._made: dict[str, Caption] = {}

    def of(self, document: Document) -> dict[str, Caption]:
        """The words of every card, by step id or TRIGGER."""
        steps, known = list(every_step(document.get("steps"))), self._steps
        mails = [step for step in steps if step["type"] == "send_email"]
        if mails != self._mails:
            # A branch is called by the emails it asks about.
            self._mails, self._emails = mails, email_names(mails)
            known = [step for step in known if step["type"] != "if_then"]
        same = {id(step) for step in known}
        new = {step["id"]: self._words(step) for step in steps if id(step) not in same}
        made = {**self._made, **new}
        if len(made) > len(steps):
            made = {step["id"]: made[step["id"]] for step in steps}
        self._steps, self._made = steps, made
        return {**made, TRIGGER: Caption(self._trigger, trigger_words(document.get("trigger", {})))}

    def _words(self, step: Document) -> Caption:
        return Caption(step_title(step["type"]), step_summary(step, self._emails))


def card_icons(theme: Theme) -> dict[str, QIcon]:
    """The icon of each kind of card in a theme."""
    return {kind: icon(kind, theme.text) for kind in (TRIGGER, *STEP_TYPES)}


class Drawing(QWidget):
    """The flow on its ground. It edits nothing: `scene` and `view` say what was asked for."""

    problem_chosen = Signal(str)
    """Where the problem is that was picked from the list."""
    numbers_wanted = Signal(bool)

    def __init__(self, flow: FlowDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        theme = theme_of(self)
        self._icons = card_icons(theme)
        self.scene = FlowScene(self._icons, colours_of(asdict(theme)), self)
        self.view = FlowView(self.scene)
        self.view.covers = self._covers
        self.floating: list[QWidget] = []
        self._is_folded = False
        self._numbers = NO_FIGURES
        self._problems = Problems()
        self._words = CardWords(self.tr("Enrollment trigger"))
        self.problems = self._chip()
        self.numbers = button(self.tr("Numbers"), name="canvas-numbers",
                              tip=self.tr("Show on each card what it came to so far"))  # fmt: skip
        self.numbers.setCheckable(True)
        self.numbers.toggled.connect(self.numbers_wanted)
        tip = self.tr("What it would have done, on recorded history")
        self.rehearse = button(self.tr("Rehearse…"), name="canvas-rehearse", tip=tip)
        self.more = FlowMenu(self.scene, lambda: str(flow.value.get("name", "")), self)
        self.more.said.connect(self.scene.hinted)
        self.finder = self._find_field()
        self._lay_out()
        flow.history_changed.connect(self._follow_history)
        self._follow_history()

    def show_flow(self, problems: Problems) -> None:
        """Draw the flow as it is now, with what is wrong on its cards."""
        self._problems = problems
        numbers = self._numbers if self.numbers.isChecked() else NO_FIGURES
        self.scene.show(
            self.flow.value,
            self._words.of(self.flow.value),
            problems.badges(),
            numbers.cards,
            numbers.ways,
        )
        count, warnings = len(problems.faults), len(problems.warnings)
        words = plural(count, self.tr("problem")) if count else self.tr("No problems")
        if warnings and not count:
            words = f"{words}, {plural(warnings, self.tr('warning'))}"
        restyle(self.problems, "chip-fault" if count else "chip-good")
        if words != self.problems.text():
            self.problems.setText(words)
            self.problems.setAccessibleName(words)
            self._fit()

    def show_numbers(self, numbers: Figures) -> None:
        """Lay these over the cards, lanes and edges, while Numbers is on."""
        self._numbers = numbers
        self.show_flow(self._problems)

    def changeEvent(self, event: QEvent, /) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "scene"):
            theme = theme_of(self)
            self._icons.update(card_icons(theme))
            self.scene.set_theme(colours_of(asdict(theme)))

    def _lay_out(self) -> None:
        over = QGridLayout(self)
        over.setContentsMargins(0, 0, 0, 0)
        over.addWidget(self.view, 0, 0, 2, 1)
        # Each row by itself: in columns of one grid they would need more width than they have.
        self._head = row(
            self._floating(self.problems), None, self._floating(self.finder), None,
            self._floating(self.numbers, self.rehearse, self.more), gap=0,
        )  # fmt: skip
        self._foot = self._floating(*self._tools())
        self._corner = self._floating(Minimap(self.view))
        foot = row(self._foot, None, self._corner, gap=0)
        foot.setAlignment(self._foot, Qt.AlignmentFlag.AlignBottom)
        over.addLayout(self._head, 0, 0, Qt.AlignmentFlag.AlignTop)
        over.addLayout(foot, 1, 0, Qt.AlignmentFlag.AlignBottom)

    def minimumSizeHint(self) -> QSize:
        """What it can be worked in, with all folded that folds."""
        return QSize(280, 240)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Where there is little room, show icons for words and no small map."""
        size = event.size()
        self._fit()
        self._corner.setVisible(size.width() >= ROOMY and size.height() >= TALL)
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Words where they have room, however long they are in this language."""
        self._fold(self.width() < ROOMY)
        if self._head.sizeHint().width() > self.width():
            self._fold(True)

    def _fold(self, folded: bool) -> None:
        self._is_folded = folded
        tip = self.tr("Show on each card what it came to so far")
        fold(self.numbers, self.tr("Numbers"), "performance", folded=folded, tip=tip)
        tip = self.tr("What it would have done, on recorded history")
        fold(self.rehearse, self.tr("Rehearse…"), "play", folded=folded, tip=tip)
        for tool in self._foot.findChildren(QPushButton):
            restyle(tool, "mark" if folded else "")
        self._show_head()

    def _show_head(self) -> None:
        """Everything, or in little room the field one finds a step by alone."""
        first, field, last = self.floating[:3]
        field.setVisible(not self.finder.isHidden())
        for part in (first, last):
            part.setVisible(not self._is_folded or self.finder.isHidden())

    def _floating(self, *parts: QWidget) -> QWidget:
        held = QWidget(self)
        margin = GRID * 3 // 2
        held.setLayout(row(*parts, margins=(margin, margin, margin, margin)))
        self.floating.append(held)
        return held

    def _covers(self) -> tuple[QMargins, QMargins]:
        """What is clear of all that floats: above the small map, or to its left."""
        head, foot, corner = (
            max(0 if part.isHidden() else part.sizeHint().height() for part in parts)
            for parts in (self.floating[:3], [self._foot], [self._corner])
        )
        right = 0 if self._corner.isHidden() else self._corner.sizeHint().width()
        beside = QMargins(0, head, right, foot)
        return QMargins(0, head, 0, max(foot, corner)), beside

    def _tools(self) -> list[QWidget]:
        view = self.view
        zoom = button("100 %", lambda: view.zoom_to(1.0), name="canvas-zoom",
                      tip=self.tr("Show at 100 %"))  # fmt: skip
        zoom.setMinimumWidth(zoom.fontMetrics().horizontalAdvance("0000 %") + 3 * GRID)
        view.zoom_changed.connect(lambda scale: reword(zoom, f"{scale:.0%}".replace("%", " %")))
        self.undo = self._tool("undo", self.tr("Undo"), self.flow.undo)
        self.redo = self._tool("redo", self.tr("Redo"), self.flow.redo)
        for keys, clicked in (
            (QKeySequence.StandardKey.Undo, self.undo), (QKeySequence.StandardKey.Redo, self.redo),
        ):  # fmt: skip
            shortcut = QShortcut(keys, self, context=Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(clicked.click)
        return [
            button("−", lambda: view.zoom_by(-1), name="canvas-out", tip=self.tr("Smaller")),
            zoom,
            button("+", lambda: view.zoom_by(1), name="canvas-in", tip=self.tr("Larger")),
            button(self.tr("Fit"), view.fit, name="canvas-fit",
                   tip=self.tr("Show the whole flow")),
            self.undo, self.redo,
        ]  # fmt: skip

    def _tool(self, name: str, tip: str, clicked: Callable[[], None]) -> QPushButton:
        return button("", clicked, icon_name=name, name=f"canvas-{name}", tip=tip)

    def _follow_history(self) -> None:
        stack = self.flow.stack
        for tool, can, words, what in (
            (self.undo, stack.canUndo(), stack.undoText(), self.tr("Undo")),
            (self.redo, stack.canRedo(), stack.redoText(), self.tr("Redo")),
        ):
            tool.setEnabled(can)
            tool.setToolTip(f"{what}: {words}" if words else what)

    def _chip(self) -> QPushButton:
        chip = button("", self._list_problems, "chip-good", name="canvas-problems")
        return chip

    def _list_problems(self) -> None:
        """Every fault and warning, each leading to its card."""
        menu = QMenu(self)
        for problem in (*self._problems.faults, *self._problems.warnings):
            action = menu.addAction(f"{self._where(problem.where)}: {problem.words}")
            action.triggered.connect(
                lambda checked=False, where=problem.where: self.problem_chosen.emit(where)
            )
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing is wrong with this flow.")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.problems.mapToGlobal(self.problems.rect().bottomLeft()))

    def _where(self, where: str) -> str:
        face = self.scene.faces.get(where)
        if face is None:
            return where.partition(":")[0].capitalize()
        return face.title if where == TRIGGER else f"{face.title} “{face.summary}”"

    def _find_field(self) -> QLineEdit:
        field = QLineEdit(placeholderText=self.tr("Find a step"))
        field.setObjectName("canvas-find")
        field.setAccessibleName(self.tr("Find a step"))
        field.setMinimumWidth(120)
        field.setMaximumWidth(220)
        field.hide()
        self.scene.find_asked.connect(self._open_finder)
        field.returnPressed.connect(self._find_next)
        hide = QShortcut(QKeySequence(Qt.Key.Key_Escape), field,
                         context=Qt.ShortcutContext.WidgetShortcut)  # fmt: skip
        hide.activated.connect(self._close_finder)
        return field

    def _open_finder(self) -> None:
        self.finder.show()
        self._show_head()
        self.finder.setFocus()
        self.finder.selectAll()

    def _close_finder(self) -> None:
        self.finder.hide()
        self._show_head()
        self.view.setFocus()

    def _find_next(self) -> None:
        found = self.view.find_steps(self.finder.text())
        if not found:
            self.scene.hinted.emit(self.tr("No step says “{}”.").format(self.finder.text()))
            return
        here = self.scene.current
        place = found.index(here) + 1 if here in found else 0
        self.view.go_to(found[place % len(found)])

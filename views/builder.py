"""The automation builder: one page that creates and edits (screens.md sections 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from canvas.operations import Document
from engine.building import Opened
from engine.commands.drafts import Saved
from engine.impact import Group, impact
from engine.number import Counted
from engine.problems import NAME, Problems
from engine.wording.values import plural
from views.bar import BuilderBar
from views.build import BuildTab
from views.details import DetailsForm
from views.flow_actions import flow_actions
from views.inspector.form import FormContext, context_of
from views.notice import Notice
from views.performance import PerformanceTab
from views.places import counted_place
from views.ports import Action, Desk, Place
from views.recipes import RecipeChoice
from views.session import BLANK, Session
from views.standing import standing
from views.starting import StartFrom
from views.turning import Turning
from views.whose import Whose
from views.widgets.kit import button, column, frame, reword, row

LIST: Final = "automations"
PAGE: Final = "automation"
DETAILS, BUILD, PERFORMANCE = "details", "build", "performance"


class BuilderPage(QWidget):
    """Shows one automation: `Place.record` says which, None begins a new one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.desk = desk
        self.session = Session(desk, self)
        self.turning = Turning(self.session)
        self.bar = BuilderBar(
            self.tr("CRM / Automation"),
            [(DETAILS, self.tr("Details")), (BUILD, self.tr("Build")),
             (PERFORMANCE, self.tr("Performance"))],
            self,
        )  # fmt: skip
        self.notice = Notice()
        self.whose = Whose(self.session, self.notice, self._update)
        self.recipes = RecipeChoice()
        self.details = DetailsForm()
        self.build = BuildTab(self.session)
        self.performance = PerformanceTab(desk)
        self.details.setAccessibleName(self.tr("Details"))
        self.performance.setAccessibleName(self.tr("Performance"))
        self._tab = BUILD
        self._tried = False
        self._whose: str | None = None
        self._announced: Place | None = None
        self._previous, self._next = self._wizard_buttons()
        self._footer = frame("status", row(
            button(self.tr("Cancel"), self._cancel, name="create-cancel"), None,
            self._previous, self._next, margins=(16, 8, 16, 8),
        ), name="create-footer")  # fmt: skip
        self._pages = QStackedWidget()
        self._start = self._begin_from()
        self._pages.addWidget(self.details)
        self._pages.addWidget(self.build)
        self._pages.addWidget(self.performance)
        parts = column(self.bar, self.notice, self._pages, self._footer, gap=0)
        parts.setStretch(2, 1)
        self.setLayout(parts)
        self._connect()

    def go(self, place: Place) -> None:
        """Open an automation on a tab, or begin a new one."""
        tab = place.tab if place.tab in self.bar.tabs else BUILD
        self._whose = dict(place.options).get("contact")
        if self._has_open(place):
            if tab != self._tab:
                self._show_tab(tab)
            self._tell_why()
            return
        self._announced = None
        self.notice.hide()
        self._tried = False
        if place.record is None:
            self._tab = DETAILS
            self.session.begin()
        else:
            self._tab = tab
            self.session.open(place.record)

    def _has_open(self, place: Place) -> bool:
        if place.record is None or not self.session.has_open(place.record):
            return False
        # Of one that was not begun yet another window, or Undo, may have kept a draft.
        blank = self.session.is_new and not self.session.is_unsaved
        return not blank or place == self._announced

    def kept(self) -> dict[str, Any]:
        """How the canvas stands, for the next start."""
        stands = standing(self.build.drawing.view, self.session.number)
        return self.build.kept or {**stands, "mail": self.build.mail.kept()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Show the first flow as it was left."""
        self.build.kept = dict(kept)

    def offers(self) -> list[Action]:
        """What the command palette offers of the flow that is open."""
        return flow_actions(self.bar, self.build.drawing, lambda: self._choose_tab(BUILD))

    def flush(self) -> None:
        """Keep at once what would be kept a moment later."""
        self.session.flush()

    def showEvent(self, event: QShowEvent, /) -> None:
        """Follow what changes."""
        super().showEvent(event)
        self.session.follow(True)

    def hideEvent(self, event: QHideEvent, /) -> None:
        """Ask nothing while nobody looks."""
        super().hideEvent(event)
        self.session.follow(False)

    # What is shown

    def _connect(self) -> None:
        bar, session = self.bar, self.session
        bar.back.connect(self._back)
        bar.update_asked.connect(self._update)
        bar.renamed.connect(lambda text: self._change("name", text, "name"))
        bar.switched.connect(self._switch)
        bar.tab_chosen.connect(self._choose_tab)
        self.details.edited.connect(self._change)
        self.build.details_wanted.connect(self._show_field)
        session.opened.connect(self._open)
        session.checked.connect(self._refresh)
        session.overtaken.connect(self.whose.ask)
        session.gone.connect(self._leave_gone)
        session.resumed.connect(self._tell_resumed)
        for keys in ("Ctrl+S", "Ctrl+Return"):
            here = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=here).activated.connect(self._go_ahead)

    def _begin_from(self) -> StartFrom:
        start = StartFrom(self.session, self.recipes)
        # Shown for what is new alone: it would widen the window before that is known.
        start.hide()
        self.details.head(start)
        return start

    def _wizard_buttons(self) -> tuple[QPushButton, QPushButton]:
        previous = button(self.tr("Previous"), lambda: self._show_tab(DETAILS),
                          name="create-previous")  # fmt: skip
        following = button(self.tr("Next"), self._go_on, "primary", name="create-next")
        return previous, following

    def _open(self) -> None:
        new = self.session.is_new
        self.bar.number_tabs(new)
        self._footer.setVisible(new)
        self._start.setVisible(new)
        if new and self.session.flow.value == BLANK:
            self.recipes.choose(-1)
            self._start.unfold()
        elif new:
            self._start.fold()
        self._refresh()
        if new and self._announced is None and self.isVisible():
            # From now on it is this one, for Back and for the next start.
            self._announced = Place(PAGE, self.session.number, self._tab)
            self.desk.open(self._announced)
        self._show_tab(self._tab)
        self._tell_why()

    def _tell_why(self) -> None:
        if self._whose is not None:
            self._show_tab(BUILD)
            self.build.tell_why(int(self._whose))
            self._whose = None

    def _refresh(self) -> None:
        self._show_head()
        self.details.refresh(self._context())

    def _show_head(self) -> None:
        saved, name = self.session.saved, self.session.flow.value.get("name", "")
        self.bar.show_flow(
            str(name), None if saved is None else saved.status, unsaved=self.session.is_unsaved
        )

    def _context(self) -> FormContext:
        # Nobody is told what is missing before they went on.
        silent = self.session.is_new and not self._tried
        return context_of(self.session, Problems() if silent else None)

    def _show_tab(self, name: str) -> None:
        self._tab = name
        self.bar.show_tab(name)
        self._pages.setCurrentIndex(list(self.bar.tabs).index(name))
        self._previous.setVisible(name != DETAILS)
        last = name != DETAILS
        reword(self._next, self.tr("Save automation") if last else self.tr("Next"))
        if name == DETAILS:
            self.details.show_details(self._context())
        elif name == BUILD:
            self.build.drawing.view.setFocus()
        elif self.session.saved is not None:
            self.performance.show_flow(self.session.saved.id)

    def _choose_tab(self, name: str) -> None:
        if self.session.is_new and name == BUILD:
            self._go_on()
            return
        self._show_tab(name)
        if self.session.saved is not None:
            self.desk.open(Place(PAGE, self.session.saved.id, name))

    def _show_field(self, where: str) -> None:
        self._show_tab(DETAILS)
        self.details.show_details(self._context(), where)

    # What is done

    def _change(self, key: str, value: object, merge: str) -> None:
        self.build.editor.change_value(key, value, merge)

    def _go_ahead(self) -> None:
        """What the blue button would do."""
        (self._go_on if self.session.is_new else self._update)()

    def _go_on(self) -> None:
        """Next, refused with the reason beside the field; or save what is new."""
        self._tried = True
        self.session.settle()
        if self._tab == DETAILS:
            fault = self.session.problems.field(NAME, "name")
            if fault:
                self.details.show_details(self._context())
                self.desk.say(fault)
            else:
                self._show_tab(BUILD)
        else:
            self.build.mail.finish(self._save_new)

    def _save_new(self) -> None:
        if not self._is_faulty():
            self.session.save(self._saved_new)

    def _saved_new(self, saved: Saved) -> None:
        self._open()
        self.desk.say(self.tr("Saved. It is off until you turn it on."))
        self.desk.open(Place(PAGE, saved.flow_id, self._tab))

    def _is_faulty(self) -> bool:
        """Show the first problem, if there is one that refuses the flow."""
        self.session.settle()
        faults = self.session.problems.faults
        if not faults:
            return False
        self._show_tab(BUILD)
        self.build.show_card(faults[0].where)
        self.desk.say(faults[0].words)
        return True

    def _cancel(self) -> None:
        is_begun = self.session.is_unsaved
        let_go = self.session.discard(self._leave)
        if is_begun:
            again = partial(self.session.bring_back, let_go, self._open_number)
            self.desk.say(self.tr("What you began was let go."), again)

    def _open_number(self, number: int) -> None:
        self.desk.open(Place(PAGE, number))

    def _leave(self) -> None:
        self.desk.open(Place(LIST))

    def _leave_gone(self, words: str) -> None:
        self._leave()
        self.desk.say(words)

    def _update(self) -> None:
        self.build.mail.finish(partial(self._save_then, self._leave))

    def _back(self) -> None:
        self.build.mail.finish(self._go_back)

    def _go_back(self) -> None:
        """The same as Update; what can't be saved yet is kept as a draft, and that is said."""
        self.session.settle()
        if not self.session.is_unsaved:
            (self.session.discard if self.session.is_new else self.session.flush)()
            self._leave()
        elif self.session.is_new:
            self._keep_draft(self.tr("Kept as a draft: it stands in the list until you save it."))
        elif self.session.problems.faults:
            problems = plural(len(self.session.problems.faults), self.tr("problem"))
            said = self.tr("Kept as a draft: {problems} to mend first. Open it to go on, or to "
                           "discard what you changed.")  # fmt: skip
            self._keep_draft(said.format(problems=problems))
        else:
            self._save_then(self._leave)

    def _keep_draft(self, words: str) -> None:
        self.session.keep()
        again = partial(self._open_number, self.session.number or 0)
        self.desk.say(words, again)
        self._leave()

    def _save_then(self, done: Callable[[], None]) -> None:
        """Save; of a live flow say first what becomes of everyone in it."""
        saved = self.session.saved
        if saved is None or self._is_faulty():
            return
        if not self.session.is_unsaved:
            done()
            return
        if self.session.is_contested:
            self.whose.ask()
            return
        document = self.session.flow.value
        self.desk.ask(
            self, lambda reader: impact(reader, saved.id, document),
            self.session.current(lambda groups: self._tell_impact(groups, document, done)),
            "impact",
        )  # fmt: skip

    def _tell_impact(self, groups: list[Group], asked: Document, done: Callable[[], None]) -> None:
        session = self.session

        def save() -> None:
            if session.flow.value != asked:
                # What was said is of a flow that was edited since.
                self._save_then(done)
            else:
                session.save(partial(self._saved, session.saved, done))

        if all(group.becomes == "stays" for group in groups):
            save()
            return
        self.notice.ask(
            self.tr("This is what Update does to the people in this automation"),
            [(group.sentence, partial(self._open_group, group)) for group in groups],
            [("impact-update", self.tr("Update"), "primary", save),
             ("impact-keep", self.tr("Keep editing"), "", lambda: None)],
        )  # fmt: skip

    def _saved(self, before: Opened | None, done: Callable[[], None], result: Saved) -> None:
        self.notice.hide()
        undo = None if before is None else partial(self.session.take_back, result, before.document)
        self.desk.say(self.tr("Saved."), undo)
        done()

    def _open_group(self, group: Group) -> None:
        """Show who they are whom an Update is about; the draft stays."""
        saved = self.session.saved
        if saved is not None:
            self.session.keep()
            back = Place("automation", saved.id, BUILD)
            self.desk.open(counted_place(Counted("active", saved.id, group.step), back))

    def _switch(self, on: bool) -> None:
        """Turn the flow on or off, as it is saved."""
        # Only the answer turns it.
        self._show_head()
        saved = self.session.saved
        if saved is None:
            return
        if on and self.session.is_unsaved:
            self._save_then(lambda: self.turning.turn(on))
        else:
            self.turning.turn(on)

    def _tell_resumed(self, words: str) -> None:
        self.notice.ask(words, [], [
            ("draft-keep", self.tr("Go on with it"), "primary", lambda: None),
            ("draft-discard", self.tr("Discard it"), "", self._discard),
        ], passing=True)  # fmt: skip

    def _discard(self) -> None:
        let_go = self.session.discard()
        draft = let_go.draft
        again = self.session.current(lambda _: self.session.flow.restore(
            draft.document, draft.history, draft.position
        ))  # fmt: skip
        self.desk.say(self.tr("What was not saved was let go."), partial(again, None))

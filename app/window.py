"""The frame of the window: sidebar, pages, status bar, toasts, palette (screens.md section 0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.pages import Page, PageSpec
from app.sidebar import Sidebar
from app.work import Work
from engine.frame import Overview, read_overview
from views.ports import Action, Changes, Place, Sample
from views.theme import GRID
from views.widgets.kit import column, frame, ink_icons, label, row
from views.widgets.reserved import ReservedKey
from views.widgets.status import PAUSED, EngineState, StatusBar

if TYPE_CHECKING:
    from views.widgets.commands import CommandPalette
    from views.widgets.toast import Toast

SIZE = QSize(1280, 800)
ROOMY = 985
"""Pixels of the window below which its sidebar folds to icons."""
KEPT_EVERY = 1_000
"""Milliseconds: so much of where one was may a sudden end cost (quality.md, "For people" 18)."""
MOST_VISITED = 50


@runtime_checkable
class Remembers(Protocol):
    """A page that comes back as it was left, also after the program was closed."""

    def kept(self) -> dict[str, Any]:
        """How it stands, as plain JSON without anybody's data."""

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Stand like that again, as far as it can be."""


@runtime_checkable
class Keeps(Protocol):
    """A page that keeps what is changed on it a moment later."""

    def flush(self) -> None:
        """Keep it now."""


@runtime_checkable
class Offers(Protocol):
    """A page with actions of its own for the command palette."""

    def offers(self) -> list[Action]:
        """What can be done there now."""


class MainWindow(QWidget):
    """The window on one store. `keep` is told where one is, whenever that changed.

    `sample` is the sample practice that an empty store offers; `sample_asked` says that it is
    built and wanted.
    """

    sample_asked = Signal()

    def __init__(
        self,
        work: Work,
        pages: Sequence[PageSpec],
        store: str,
        user: str,
        kept: Mapping[str, Any],
        keep: Callable[[Mapping[str, Any]], None] = lambda state: None,
        sample: Sample | None = None,
    ) -> None:
        super().__init__()
        self._work = work
        self._sample = sample
        self._specs = {spec.name: spec for spec in pages}
        self._made: dict[str, QWidget] = {}
        self._visited: list[Place] = []
        self._keep, self._kept = keep, dict(kept)
        self._overview = Overview(self.tr("Practice CRM"), ZoneInfo("UTC"), False)
        self._engine = EngineState()
        self._begun = False
        self.setWindowTitle(self.tr("Practice CRM"))
        self._crumb = label("", "crumb", name="crumb")
        self._stack = QStackedWidget()
        self.status = StatusBar(store, user, in_sample=work.in_sample)
        self._build()
        self.status.waiting_asked.connect(self._show_waiting)
        self.status.leave_asked.connect(work.leave_sample)
        work.opened.connect(self.go)
        work.said.connect(self._say)
        work.changed.connect(self._hear)
        self._timer = QTimer(self, interval=KEPT_EVERY)
        self._timer.timeout.connect(self._note)
        self._add_keys()
        self._resize()
        self._stack.setFocus()
        work.ask(self, read_overview, self._begin, "overview")

    @property
    def page(self) -> QWidget | None:
        """The page that is shown."""
        return self._stack.currentWidget()

    def go(self, place: Place) -> None:
        """Show a page; one this version lacks is said."""
        spec = self._specs.get(place.page)
        if spec is None:
            self._work.say(self.tr("That page is not part of this version."))
            return
        page = self._page(spec)
        focused: QWidget | None = self.focusWidget()
        within = focused is not None and self._stack.isAncestorOf(focused)
        self._stack.setCurrentWidget(page)
        if within:
            # Not on to whatever is next in the sidebar, with the page that had it.
            self._stack.setFocus()
        # A page under another has a head of its own, with the way back in it.
        self._head.setVisible(not spec.under)
        self._crumb.setText(self.tr("CRM / {0}").format(self.tr(spec.title)))
        self._side.mark(spec.under or spec.name)
        if isinstance(page, Page):
            page.go(place)
        self._remember(place)

    def _remember(self, place: Place) -> None:
        before = self._visited[-1] if self._visited else None
        begun = before is not None and before.page == place.page and (before.record or 0) <= 0
        if begun and place.record is not None and self._specs[place.page].under:
            # What was begun there is this record: going back begins nothing new.
            self._visited.pop()
        if before != place:
            self._visited = [*self._visited[-MOST_VISITED:], place]

    def go_back(self) -> None:
        """Show the page before this one."""
        if len(self._visited) > 1:
            self._visited.pop()
            self.go(self._visited.pop())

    def show_engine(self, state: EngineState) -> None:
        """Say in the status bar how the engine does."""
        self._engine = state
        self.status.show_state(state, self._work.now(), self._overview.zone)

    # Made when they are first wanted, which is after the first picture.

    @cached_property
    def _toast(self) -> Toast:
        from views.widgets.toast import Toast

        return Toast(self, above=self.status.sizeHint().height())

    @cached_property
    def _palette(self) -> CommandPalette:
        from views.widgets.commands import CommandPalette

        return CommandPalette(self._work, self)

    def _say(self, words: str, undo: Callable[[], None] | None) -> None:
        self._toast.say(words, undo)

    def open_palette(self) -> None:
        """Offer every page, record and action."""
        self._palette.open(self._actions())

    def changeEvent(self, event: QEvent) -> None:
        """Draw icons in the colours of the theme that was switched on."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            ink_icons(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the pages the room they need."""
        super().resizeEvent(event)
        self._side.fold(event.size().width() < ROOMY)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where one was, and what was changed a moment ago."""
        self._note()
        for page in self._made.values():
            if isinstance(page, Keeps):
                page.flush()
        super().closeEvent(event)

    def _build(self) -> None:
        self._side = Sidebar(self._shown_specs())
        self._side.chosen.connect(lambda page: self.go(Place(page)))
        self._side.find_asked.connect(self.open_palette)
        self._head = frame("bar", column(self._crumb, margins=(2 * GRID,) * 4), name="head")
        self._head.hide()
        right = column(self._head, self._stack, gap=0)
        right.setStretch(1, 1)
        middle = row(self._side, right, gap=0)
        middle.setStretch(1, 1)
        whole = column(middle, self.status, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.status.folder_asked.connect(lambda key: self.go(Place("settings", tab=key)))

    def _shown_specs(self) -> list[PageSpec]:
        return [spec for spec in self._specs.values() if not spec.under]

    def _opener(self, name: str) -> Callable[[], None]:
        return lambda: self.go(Place(name))

    def _add_keys(self) -> None:
        keys: list[tuple[str, Callable[[], None]]] = [
            ("Ctrl+K", self.open_palette), ("Alt+Left", self.go_back), ("Ctrl+Q", self._leave),
        ]  # fmt: skip
        for number, spec in enumerate(self._shown_specs()[:9], 1):
            keys.append((f"Ctrl+{number}", self._opener(spec.name)))
        for key, run in keys:
            QShortcut(QKeySequence(key), self).activated.connect(run)
        self._reserved = ReservedKey("Ctrl+K", self)

    def _leave(self) -> None:
        self.close()

    def _resize(self) -> None:
        size = self._kept.get("size")
        good = isinstance(size, list) and len(size) == 2 and all(isinstance(n, int) for n in size)
        self.resize(QSize(*size).expandedTo(QSize(640, 400)) if good and size else SIZE)
        # Before it is shown: it is never shown smaller than what stands in it.
        self._side.fold(self.width() < ROOMY)
        if self._kept.get("maximized") is True:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _hear(self, changes: Changes) -> None:
        if changes.about("settings", "contacts", "flows"):
            self._work.ask(self, read_overview, self._show_overview, "overview")

    def _begin(self, overview: Overview) -> None:
        self._show_overview(overview)
        self._begun = True
        if self._work.in_sample:
            self._work.say(self.tr("This is the sample practice: try anything, nobody is "
                                   "written to."))  # fmt: skip
        self._timer.start()
        if overview.empty:
            self.offer_start()
            return
        place = self._kept_place()
        if place is not None and place.page in self._specs:
            self.go(place)
        else:
            self._open_first()

    def offer_start(self) -> None:
        """Offer the ways to begin."""
        from views.start import StartPage

        start = StartPage(self._work, self._sample)
        start.sample_built.connect(self.sample_asked)
        start.finished.connect(self._open_first)
        self._stack.addWidget(start)
        self._stack.setCurrentWidget(start)
        start.ask()

    def _show_waiting(self) -> None:
        """The messages that are to go out."""
        # Nobody waits for it before the first picture.
        from engine.number import Counted
        from views.places import counted_place

        here = self._visited[-1] if self._visited else Place("automations")
        self.go(counted_place(Counted("waiting"), here))

    def _show_overview(self, overview: Overview) -> None:
        self._overview = overview
        self._side.show_practice(overview.practice)
        self.setWindowTitle(self.tr("{0} – Practice CRM").format(overview.practice))
        self.show_engine(self._engine)
        self.status.show_folder(overview.to_folder)

    def _open_first(self) -> None:
        names = [spec.name for spec in self._shown_specs()]
        if names:
            self.go(Place("automations" if "automations" in names else names[0]))

    def _page(self, spec: PageSpec) -> QWidget:
        if spec.name not in self._made:
            page = spec.factory(self._work)
            self._made[spec.name] = page
            self._stack.addWidget(page)
            kept = self._kept.get("pages")
            before = kept.get(spec.name) if isinstance(kept, dict) else None
            if isinstance(page, Remembers) and isinstance(before, dict):
                page.restore(before)
        return self._made[spec.name]

    def _actions(self) -> list[Action]:
        pages = [
            Action(self.tr(spec.title), self.tr("Page"), spec.icon, self._opener(spec.name))
            for spec in self._shown_specs()
        ]
        paused = self._engine.mood == PAUSED
        words = self.tr("Resume the engine") if paused else self.tr("Pause the engine")
        actions = [
            Action(words, "", "play" if paused else "pause",
                   lambda: self.status.pause_asked.emit(not paused)),
            Action(self.tr("Back to the page before"), "Alt+Left", "back", self.go_back),
            Action(self.tr("Close the window"), "Ctrl+Q", "close", self._leave),
        ]  # fmt: skip
        actions = [*self._beginnings(), *actions]
        if self._work.in_sample:
            leave = self.tr("Leave the sample practice")
            actions.append(Action(leave, "", "back", self._work.leave_sample))
        page: object = self.page
        here = page.offers() if isinstance(page, Offers) else []
        return [*here, *pages, *actions]

    def _beginnings(self) -> list[Action]:
        """What can be begun from anywhere."""
        ways = (
            (self.tr("Create an automation"), "add", Place("automation")),
            (self.tr("Add contact"), "add", Place("contacts", options=(("add", "manual"),))),
            (self.tr("Add walk-in"), "add", Place("contacts", options=(("add", "walk_in"),))),
            (self.tr("Import contacts"), "import",
             Place("contacts", options=(("import", "choose"),))),
            (self.tr("New list"), "add", Place("lists", tab="new")),
        )  # fmt: skip
        return [
            Action(title, "", picture, partial(self._work.open, place))
            for title, picture, place in ways
            if place.page in self._specs
        ]

    def _kept_place(self) -> Place | None:
        page, record, tab = (self._kept.get(key) for key in ("page", "record", "tab"))
        if not isinstance(page, str) or not isinstance(record, int | None):
            return None
        # Only of a number does it say where to; elsewhere it would be done once more.
        options = self._kept.get("options") if page == "counted" else None
        return Place(page, record, tab if isinstance(tab, str) else "", _pairs(options))

    def _note(self) -> None:
        if not self._begun:
            return
        state = dict(self._kept)
        state["size"] = [self.normalGeometry().width(), self.normalGeometry().height()]
        state["maximized"] = self.isMaximized()
        if self._visited:
            place = self._visited[-1]
            state |= {"page": place.page, "record": place.record, "tab": place.tab,
                      "options": [list(pair) for pair in place.options]}  # fmt: skip
        pages = {
            name: page.kept() for name, page in self._made.items() if isinstance(page, Remembers)
        }
        state["pages"] = {**(self._kept.get("pages") or {}), **pages}
        if state != self._kept:
            self._kept = state
            self._keep(state)


def _pairs(kept: object) -> tuple[tuple[str, str], ...]:
    """The options of a place as they were kept; none of what is damaged."""
    pairs = kept if isinstance(kept, list) else []
    return tuple(
        (str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2
    )

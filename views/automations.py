"""The automations side by side: how they do, what is on, and what can be done with each.

screens.md section 1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QStackedLayout, QWidget

from engine.number import Counted
from engine.overview import Overview, Page, Row, automations, overview
from engine.workspace import Workspace
from views.automation_columns import automation_columns, title
from views.icons import icon
from views.places import counted_place
from views.ports import Changes, Desk, Place
from views.saving import as_csv, ask_file, file_name, save_text
from views.tables import cells
from views.theme import GRID, theme_of
from views.unfinished import let_go
from views.widgets.confirm import Confirm
from views.widgets.datatable import DataTable
from views.widgets.kit import Empty, button, card, column, row
from views.widgets.pager import Pager
from views.widgets.search import SearchLine
from views.widgets.statcard import Change, StatCard, grown, moved, number, percent

MOST: Final = 100_000
"""Rows in a saved table."""
HERE: Final = Place("automations")
COUNTS: Final = ("enrolled", "completed", "goal")
"""The columns whose numbers open what they count."""
BUILDER: Final = "automation"
"""The page that creates and edits one of them."""


class AutomationsPage(QWidget):
    """The list of automations."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("kind", "page")
        self._days: tuple[date, date] | None = None
        self._is_only_on = False
        self._cards = self._make_cards()
        self.search = SearchLine("automation-search", self.tr("Search automations"))
        self.search.settled.connect(self._restart)
        create = button(self.tr("Create Automation"), self._create, "primary",
                        name="automation-create")  # fmt: skip
        self.confirm = Confirm("automation-delete")
        self.table = DataTable(automation_columns(), self.tr("Automations"), "automation-table")
        self.table.show_sort("name", False)
        self.pager = Pager("automation")
        self._body = self._make_body()
        self.only_on = button(self.tr("Only those turned on"), self._show_all, "chip-on",
                              icon_name="close", name="automation-only-on",
                              tip=self.tr("Show all automations"))  # fmt: skip
        self.only_on.hide()
        save = button("", self._ask_table_file, "flat", icon_name="export",
                      name="automation-save", tip=self.tr("Save the table…"))  # fmt: skip
        toolbar = row(self.search, self.only_on, None, save, create)
        cards = row(*self._cards, gap=12)
        holder = self._body.parentWidget()
        inside = column(cards, toolbar, self.confirm, holder, self.pager, gap=12,
                        margins=(2 * GRID, 2 * GRID, 2 * GRID, GRID))  # fmt: skip
        inside.setStretch(3, 1)
        self.setLayout(inside)
        self._listen()

    def _listen(self) -> None:
        self.table.sort_asked.connect(self._restart)
        self.table.opened.connect(lambda row, tab: self._open(row, tab or "build"))
        self.table.switched.connect(self._switch)
        self.table.acted.connect(self._act)
        self.table.menu_asked.connect(self._show_menu)
        self.pager.turned.connect(self.ask)
        self._desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show the list as it stands now."""
        self.ask()

    def ask(self) -> None:
        """Ask for the cards and the page of rows again."""
        now = self._desk.now()
        self._desk.ask(self, lambda reader: overview(reader, now), self._show_cards, "cards")
        wanted = partial(
            automations, desk=self._desk.name, search=self.search.text(), is_on=self._is_only_on,
            sort=self.table.sort, descending=self.table.descending, offset=self.pager.offset,
            limit=self.pager.per_page,
        )  # fmt: skip
        self._desk.ask(self, wanted, self._show_page, "page")

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("flows", "numbers", "drafts"):
            self.ask()

    def _make_cards(self) -> tuple[StatCard, ...]:
        return (
            StatCard(self.tr("Active automations"), "automation-active", self._show_only_on),
            StatCard(self.tr("Enrolled, last 30 days"), "automation-enrolled",
                     partial(self._show_counted, "enrolled")),
            StatCard(self.tr("Completion rate"), "automation-completion",
                     partial(self._show_counted, "completed")),
            StatCard(self.tr("Goal reached"), "automation-goal",
                     partial(self._show_counted, "goal")),
        )  # fmt: skip

    def _make_body(self) -> QStackedLayout:
        body = QStackedLayout(QWidget(self))
        body.addWidget(self.table)
        first = button(self.tr("Create Automation"), self._create, "primary",
                       name="automation-create-first")  # fmt: skip
        words = self.tr(
            "An automation does the following up for you: it welcomes new leads, reminds, asks "
            "for reviews and wins people back, each at the right moment."
        )
        body.addWidget(card(column(Empty(words, first))))
        again = button(self.tr("Show all automations"), self._show_all, name="automation-clear")
        body.addWidget(card(column(Empty(self.tr("No automation is like that."), again))))
        return body

    def _show_cards(self, cards: Overview) -> None:
        since = self.tr("the 30 days before")
        active, enrolled, completion, goal = self._cards
        self._days = cards.first, cards.last
        active.show_figure(
            number(cards.active.now), self._more(cards), cards.active.days,
            aside=self.tr("of {:,}").format(cards.automations),
        )  # fmt: skip
        enrolled.show_figure(
            number(cards.enrolled.now),
            grown(cards.enrolled.now, cards.enrolled.before, since), cards.enrolled.days,
        )  # fmt: skip
        completion.show_figure(
            percent(cards.completion.now),
            moved(cards.completion.now, cards.completion.before, since), cards.completion.days,
        )  # fmt: skip
        goal.show_figure(
            number(cards.goals), moved(cards.goal.now, cards.goal.before, since),
            cards.goal.days, aside="" if cards.goal.now is None else percent(cards.goal.now),
            note=self.tr("of {:,} with a goal").format(cards.aiming),
        )  # fmt: skip

    def _more(self, cards: Overview) -> Change:
        more = int((cards.active.now or 0) - (cards.active.before or 0))
        if more == 0:
            return Change(self.tr("as many as 30 days ago"))
        if more > 0:
            return Change(self.tr("{:,} more than 30 days ago").format(more), "good")
        return Change(self.tr("{:,} fewer than 30 days ago").format(-more), "goal")

    def _show_page(self, page: Page) -> None:
        self.table.rows.show_rows(page.rows)
        if page.total:
            self._body.setCurrentIndex(0)
        else:
            narrowed = self._is_only_on or bool(self.search.text().strip())
            self._body.setCurrentIndex(2 if narrowed else 1)
        self.pager.setVisible(bool(page.total))
        self.pager.show_total(len(page.rows), page.total)

    def _restart(self) -> None:
        self.pager.restart()
        self.ask()

    def _show_only_on(self) -> None:
        """The automations that are turned on: what the first card counts."""
        self._keep_on(True)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_all(self) -> None:
        self.search.clear()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._keep_on(False)

    def _keep_on(self, is_only_on: bool) -> None:
        self._is_only_on = is_only_on
        self.only_on.setVisible(is_only_on)
        if is_only_on:
            self.search.clear()
        self._restart()

    def _show_counted(self, of: str) -> None:
        """Who of all automations a card counts."""
        if self._days is not None:
            first, last = self._days
            self._desk.open(counted_place(Counted(of, first=first, last=last), HERE))

    def _create(self) -> None:
        self._desk.open(Place(BUILDER, None, "create"))

    def _open(self, row: Row, tab: str) -> None:
        if row.is_new:
            self._desk.open(Place(BUILDER, row.id, "build"))
        elif tab in COUNTS and getattr(row, tab) is not None:
            self._desk.open(counted_place(Counted(tab, row.id), HERE))
        else:
            self._desk.open(Place(BUILDER, row.id, "performance" if tab in COUNTS else tab))

    def _act(self, row: Row, action: str) -> None:
        doing: dict[str, Callable[[Row], None]] = {
            "performance": lambda row: self._open(row, "performance"),
            "duplicate": self._duplicate,
            "export": self._export,
            "delete": self._delete,
        }
        doing[action](row)

    def _show_menu(self, row: Row, place: QPoint) -> None:
        menu = self.menu(row)
        menu.popup(place)

    def menu(self, row: Row) -> QMenu:
        """Everything that can be done with a row; it goes when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        muted = theme_of(self).muted
        switch = self.tr("Turn off") if row.status == "active" else self.tr("Turn on")
        menu.addAction(icon("edit", muted), self.tr("Open"), lambda: self._open(row, "build"))
        if not row.is_new:
            menu.addAction(
                icon("pause" if row.status == "active" else "play", muted), switch,
                lambda: self._switch(row),
            )  # fmt: skip
        last = self.table.rows.columns[-1]
        for action in last.actions:
            if last.acts is not None and not last.acts(row, action):
                continue
            if action.name == "delete":
                self.table.add_sorting(menu)
                menu.addSeparator()
            act = partial(self._act, row, action.name)
            menu.addAction(icon(action.icon, muted), action.words, act)
        return menu

    def _switch(self, row: Row) -> None:
        if row.status == "active":
            self._turn(row, on=False, then=partial(self._turn, row, on=True, then=None))
        else:
            self._turn(row, on=True, then=None)

    def _turn(self, row: Row, *, on: bool, then: Callable[[], None] | None) -> None:
        """Switch on or off and say so; `then` undoes it."""
        words = self.tr("“{}” is on.") if on else self.tr(
            "“{}” is off: nobody new enters, and those inside stand still."
        )  # fmt: skip

        in_sample = self._desk.in_sample

        def turned(lacks: str) -> None:
            said = words.format(row.name)
            self._desk.say(f"{said} {lacks}." if lacks and not in_sample else said, then)

        self._desk.do(
            self, partial(_turn, row.id, on), turned,
            about=frozenset({"flows", "numbers"}),
        )  # fmt: skip

    def _duplicate(self, row: Row) -> None:
        def copied(flow_id: int) -> None:
            words = self.tr("“{}” was copied; the copy is off.").format(row.name)
            self._desk.say(words, partial(self._remove, flow_id))

        self._desk.do(
            self, partial(_duplicate, row.id), copied,
            about=frozenset({"flows"}),
        )  # fmt: skip

    def _export(self, row: Row) -> None:
        title = self.tr("Export “{}”").format(row.name)
        name = f"{file_name(row.name)}.automation.json"
        kinds = self.tr("Automations (*.automation.json)")
        ask_file(self, title, name, kinds, partial(self._write, row))

    def _write(self, row: Row, file: Path) -> None:
        said = self.tr("“{name}” is in {file}.").format(name=row.name, file=file.name)
        self._desk.work(
            self, lambda workspace, progress, cancelled: _written(workspace, row.name, file),
            lambda _: self._desk.say(said), lambda share: None,
        )  # fmt: skip

    def _ask_table_file(self) -> None:
        kinds = self.tr("Tables (*.csv)")
        ask_file(self, self.tr("Save the table"), "automations.csv", kinds, self.save_table)

    def save_table(self, file: Path) -> None:
        """Write every row that is searched for, sorted as it is shown, to a CSV file."""
        wanted = partial(
            automations, desk=self._desk.name, search=self.search.text(), is_on=self._is_only_on,
            sort=self.table.sort, descending=self.table.descending, limit=MOST,
        )  # fmt: skip

        def save(page: Page) -> None:
            text = as_csv(cells(self.table.rows.columns, page.rows))
            save_text(self._desk, self, file, text)

        self._desk.ask(self, wanted, save, "table")

    def _delete(self, row: Row) -> None:
        if row.is_new:
            let_go(self._desk, self, row.id, title(row))
            return
        if row.active == 1:
            inside = self.tr("One person is in it and leaves it now. ")
        elif row.active:
            inside = self.tr("{:,} people are in it and leave it now. ").format(row.active)
        else:
            inside = self.tr("Nobody is in it. ")
        words = inside + self.tr("What it did stays in everybody's history. This can't be undone.")
        self.confirm.ask(
            self.tr("Delete “{}”?").format(row.name), words, self.tr("Delete automation"),
            partial(self._remove, row.id, row.name), back=self.table,
        )  # fmt: skip

    def _remove(self, flow_id: int, name: str = "") -> None:
        def done(_: None) -> None:
            if name:
                self._desk.say(self.tr("“{}” was deleted.").format(name))

        self._desk.do(
            self, partial(_delete, flow_id), done,
            about=frozenset({"flows", "numbers"}),
        )  # fmt: skip


# What is done to an automation is read when it is first done: the list stands before.


def _turn(flow_id: int, on: bool, workspace: Workspace, at: int) -> str:
    """What the automation that was turned on lacks to reach people, or nothing."""
    from engine.building import open_flow
    from engine.commands import flows
    from engine.problems import unsent
    from engine.surroundings import read_surroundings

    (flows.activate if on else flows.pause)(workspace, flow_id, at)
    if not on:
        return ""
    with workspace.store.read() as reader:
        document = open_flow(reader, flow_id).document
        found = unsent(document, read_surroundings(reader).to_folder)
    return found[0].words if found else ""


def _duplicate(flow_id: int, workspace: Workspace, at: int) -> int:
    from engine.commands.copying import duplicate_flow

    return duplicate_flow(workspace, flow_id, at)


def _delete(flow_id: int, workspace: Workspace, at: int) -> None:
    from engine.commands import flows

    flows.delete(workspace, flow_id, at)


def _written(workspace: Workspace, name: str, file: Path) -> None:
    from engine.exports import write_document

    with workspace.store.read() as reader:
        write_document(reader, "automation", name, file)

"""Lists: who is on which, by hand or by a rule, and what uses them (screens.md section 8)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedLayout, QWidget

from engine.commands.removal import remove
from engine.commands.settings import add_list
from engine.lists_page import ListRow, lists
from views.list_members import ABOUT, MembersPage
from views.once import do_once
from views.ports import Changes, Desk, Place
from views.saving import save_button, save_rows
from views.tables import Action, Column
from views.theme import GRID
from views.widgets.confirm import Confirm
from views.widgets.datatable import DataTable
from views.widgets.fields import Field, Line
from views.widgets.kit import Empty, button, card, column, popup_menu, row


class ListsPage(QWidget):
    """All lists; with a record, who is on one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lists: list[ListRow] = []
        self.setProperty("kind", "page")
        self.members = MembersPage(desk)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._make_lists())
        self._stack.addWidget(self.members)
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show all lists, or the one of a record; the tab `new` begins another."""
        if place.record is not None:
            self._stack.setCurrentWidget(self.members)
            self.members.go(place)
            return
        self._stack.setCurrentIndex(0)
        self._ask()
        if place.tab == "new":
            self._begin_new()

    def _make_lists(self) -> QWidget:
        self.search = QLineEdit()
        self.search.setObjectName("list-search")
        self.search.setPlaceholderText(self.tr("Search lists"))
        self.search.setAccessibleName(self.tr("Search lists"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(280)
        self.search.textChanged.connect(lambda: self._show())
        create = button(self.tr("New list"), self._begin_new, "primary", icon_name="add",
                        name="list-new")  # fmt: skip
        self.confirm = Confirm("list-delete")
        self.table = self._make_table()
        self._new = self._make_new()
        self._body = self._make_body()
        save = save_button(self, "list-save", "lists.csv", self.save_table)
        holder = self._body.parentWidget()
        tools = row(self.search, None, save, create)
        whole = column(tools, self._new, self.confirm, holder, gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(3, 1)
        page = QWidget()
        page.setLayout(whole)
        return page

    def _make_body(self) -> QStackedLayout:
        nothing = Empty(
            self.tr("Lists gather people: by hand, by an automation, or by a rule. Automations "
                    "can start when somebody joins one."),
            button(self.tr("New list"), self._begin_new, "primary", name="list-first"),
        )  # fmt: skip
        unknown = Empty(
            self.tr("No list is called that."),
            button(self.tr("Show all lists"), self.search.clear, name="list-show-all"),
        )
        body = QStackedLayout(QWidget(self))
        for each in (self.table, nothing, unknown):
            body.addWidget(each)
        return body

    def _make_table(self) -> DataTable:
        table = DataTable(
            (
                Column(self.tr("List"), lambda row: row.name, sort="name",
                       under=lambda row: row.rule and self.tr("Who: {}").format(row.rule)
                       or self.tr("Filled by hand and by automations"),
                       opens="members", tip=lambda row: row.rule),
                Column(self.tr("Kind"), lambda row: self.tr("Static") if row.static
                       else self.tr("Dynamic"), sort="static", width=100),
                Column(self.tr("People"), lambda row: f"{row.size:,}", sort="size", number=True,
                       opens="members", width=90),
                Column(self.tr("Used by"), lambda row: row.used_by or "—", sort="used_by",
                       tip=lambda row: row.used_by, width=290),
                Column("", lambda row: "", width=64, actions=(
                    Action("delete", "delete", self.tr("Delete list")),
                )),
            ),
            self.tr("Lists"), "list-table",
        )  # fmt: skip
        table.show_sort("name", False)
        table.sort_asked.connect(lambda sort, descending: self._show())
        table.opened.connect(lambda row, _: self._open(row))
        table.acted.connect(lambda row, _: self._ask_delete(row))
        table.menu_asked.connect(self._show_menu)
        return table

    def _make_new(self) -> QFrame:
        self._name = Line(self.tr("Allergy season"), 200)
        self._name.returnPressed.connect(self._create)
        self._field = Field(self.tr("Name of the new list"), self._name, name="list-name")
        self._make = button(self.tr("Create"), self._create, "primary", name="list-create")
        cancel = button(self.tr("Cancel"), lambda: self._new.hide(), name="list-cancel")
        box = card(column(self._field, row(None, cancel, self._make), gap=12),
                   name="list-new-panel")  # fmt: skip
        box.hide()
        return box

    def _begin_new(self) -> None:
        self._name.clear()
        self._field.fault("")
        self._new.show()
        self._name.setFocus()

    def _create(self) -> None:
        name = " ".join(self._name.text().split())
        if not name:
            self._field.fault(self.tr("Give the list a name."))
            return
        do_once(
            self._desk, self._make,
            lambda workspace, now: add_list(workspace, {"name": name, "type": "static"}),
            self._created, lambda fault: self._field.fault(fault.sentence), about=ABOUT,
        )  # fmt: skip

    def _created(self, list_id: int) -> None:
        self._new.hide()
        self._desk.open(Place("lists", record=list_id))

    def _ask(self) -> None:
        self._desk.ask(self, lists, self._hear, "lists")

    def _hear(self, found: list[ListRow]) -> None:
        self._lists = found
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().casefold().strip()
        shown = [each for each in self._lists if wanted in each.name.casefold()]
        shown.sort(key=lambda each: each.name.casefold())
        shown.sort(key=lambda each: getattr(each, self.table.sort), reverse=self.table.descending)
        self.table.rows.show_rows(shown)
        self._body.setCurrentIndex(0 if shown else 2 if self._lists else 1)

    def save_table(self, file: Path) -> None:
        """Write every list that is found, in the order shown, to a CSV file."""
        save_rows(self._desk, self, file, self.table.rows.columns, self.table.rows.rows)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("lists", "flows", "campaigns"):
            self._ask()

    def _open(self, entry: ListRow) -> None:
        self._desk.open(Place("lists", record=entry.id))

    def _show_menu(self, entry: ListRow, at: QPoint) -> None:
        menu = popup_menu(self, "list-menu")
        menu.addAction(self.tr("Show who is on it"), partial(self._open, entry))
        menu.addAction(self.tr("Delete…"), partial(self._ask_delete, entry))
        self.table.add_sorting(menu)
        menu.popup(at)

    def _ask_delete(self, entry: ListRow) -> None:
        people = self.tr("{:,} people are on it; they stay contacts.").format(entry.size)
        self.confirm.ask(
            self.tr("Delete the list “{}”?").format(entry.name), people, self.tr("Delete list"),
            partial(self._delete, entry.name), back=self.table,
        )  # fmt: skip

    def _delete(self, name: str) -> None:
        self._desk.do(
            self, lambda workspace, now: remove(workspace, "list", name),
            lambda _: self._desk.say(self.tr("The list is deleted.")), about=ABOUT,
        )  # fmt: skip

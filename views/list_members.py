"""Who is on a list; on a static one people can be put, and taken off (screens.md section 8)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from engine.commands.membership import put_on_list
from engine.lists_page import PAGE, ListRow, Members, everyone_on, list_row, members
from engine.people import Person
from engine.workspace import Reader
from views.finder import PersonFinder
from views.people_saving import SavePeople
from views.ports import Changes, Desk, Place
from views.saving import save_button
from views.status import status_words
from views.tables import Action, Column
from views.theme import GRID
from views.widgets.datatable import DataTable
from views.widgets.kit import Empty, button, column, label, popup_menu, row

ABOUT: Final = frozenset({"contacts", "lists", "flows", "tasks", "numbers"})


class MembersPage(QWidget):
    """Who is on a list; on a static one people can be put, and taken off."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = 0
        self._entry: ListRow | None = None
        self._people: list[Person] = []
        self._title = label("", "title", wraps=True, name="list-title")
        self._note = label("", "muted", wraps=True, name="list-note")
        back = button("", lambda: desk.open(Place("lists")), "flat", icon_name="back",
                      name="list-back", tip=self.tr("Back to all lists"))  # fmt: skip
        self.finder = PersonFinder(desk, self.tr("Add somebody by name, phone or email"),
                                   "list-add")  # fmt: skip
        self.finder.chosen.connect(self._add)
        self.table = self._make_table()
        self._more = button(self.tr("Show more"), self._ask_more, name="list-more")
        self._empty = Empty(
            self.tr("Nobody is on this list yet."),
            button(self.tr("Choose from all contacts"), lambda: desk.open(Place("contacts")),
                   name="list-choose"),
        )  # fmt: skip
        self._saving = SavePeople(desk)
        save = save_button(self, "list-members-save", "list.csv", self.save_table)
        head = row(back, column(self._title, self._note, gap=4), save)
        head.setStretch(1, 1)
        whole = column(head, self._saving, self.finder, self.table, self._empty,
                       row(self._more, None), gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(3, 1)
        whole.setStretch(4, 1)
        self.setLayout(whole)
        desk.changed.connect(self._changed)

    def _make_table(self) -> DataTable:
        table = DataTable(
            (
                Column(self.tr("Name"), lambda row: row.name or "—", opens="record"),
                Column(self.tr("Status"), lambda row: status_words(row.status), width=110),
                Column(self.tr("Phone"), lambda row: row.phone or "—", width=130),
                Column(self.tr("Email"), lambda row: row.email or "—", width=230),
                Column(self.tr("Last activity"), lambda row: row.last_activity, number=True,
                       width=120),
                Column("", lambda row: "", width=64, actions=(
                    Action("off", "close", self.tr("Take off the list")),
                )),
            ),
            self.tr("Who is on the list"), "list-members",
        )  # fmt: skip
        table.opened.connect(lambda row, _: self._desk.open(Place("contacts", record=row.id)))
        table.acted.connect(lambda row, _: self._take_off(row))
        table.menu_asked.connect(self._show_menu)
        return table

    def go(self, place: Place) -> None:
        """Show a list."""
        if place.record != self._id:
            self._people = []
        self._id = place.record or 0
        self._ask(len(self._people))

    def _ask(self, most: int) -> None:
        list_id, most = self._id, max(most, PAGE)

        def read(reader: Reader) -> tuple[ListRow | None, Members]:
            return list_row(reader, list_id), members(reader, list_id, most)

        self._desk.ask(self, read, self._hear, "members")

    def _hear(self, answer: tuple[ListRow | None, Members]) -> None:
        self._entry, found = answer
        if self._entry is None:
            self._title.setText(self.tr("This list is gone."))
            self._note.setText("")
            found = Members([], False)
        else:
            people = self.tr("1 person") if self._entry.size == 1 else self.tr("{:,} people")
            how = self.tr("filled by its rule: {}").format(self._entry.rule)
            by = self.tr("filled by hand and by automations") if self._entry.static else how
            used = f" · {self.tr('used by')} {self._entry.used_by}" if self._entry.used_by else ""
            self._title.setText(self._entry.name)
            self._note.setText(f"{people.format(self._entry.size)} · {by}{used}")
        static = self._entry is not None and self._entry.static
        self.finder.setVisible(static)
        self.table.setColumnHidden(len(self.table.rows.columns) - 1, not static)
        self._show_people(found)

    def _ask_more(self) -> None:
        self._ask(len(self._people) + PAGE)

    def save_table(self, file: Path) -> None:
        """Write everybody who is on the list to a CSV file."""
        self._saving.save(partial(everyone_on, list_id=self._id), file)

    def _show_people(self, found: Members) -> None:
        if self._people != found.people:
            self._people = found.people
            self.table.rows.show_rows(self._people)
        self.table.setVisible(bool(self._people))
        self._empty.setVisible(not self._people)
        self._more.setVisible(found.more)

    def _changed(self, changes: Changes) -> None:
        if self._id and self.isVisible() and changes.about("lists", "contacts"):
            self._ask(len(self._people))

    def _show_menu(self, person: Person, at: QPoint) -> None:
        menu = popup_menu(self, "list-member-menu")
        menu.addAction(self.tr("Open contact"),
                       lambda: self._desk.open(Place("contacts", record=person.id)))  # fmt: skip
        if self._entry is not None and self._entry.static:
            menu.addAction(self.tr("Take off the list"), partial(self._take_off, person))
        menu.popup(at)

    def _add(self, person: Person) -> None:
        self._move(self._id, person, joins=True)

    def _take_off(self, person: Person) -> None:
        self._move(self._id, person, joins=False)

    def _move(self, list_id: int, person: Person, *, joins: bool) -> None:
        words = self.tr("{} is on the list.") if joins else self.tr("{} is off the list.")

        def back() -> None:
            self._move(list_id, person, joins=not joins)

        self._desk.do(
            self,
            lambda workspace, now: put_on_list(workspace, list_id, [person.id], now, joins=joins),
            lambda _: self._desk.say(words.format(person.name), back), about=ABOUT,
        )  # fmt: skip

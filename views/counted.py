"""What a number counts: the list it opens, exactly as long as it says (quality.md, "For people").

Every screen opens the same page: `views.places` says where, `CountedPage` shows it.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from engine.counted import PAGE, Entries, Entry, Where, entries
from engine.counted_words import Heading, heading
from engine.number import Counted, read_counted
from engine.workspace import Reader
from views.ports import Changes, Desk, Place
from views.status import status_words
from views.tables import Column
from views.theme import GRID
from views.widgets.datatable import DataTable
from views.widgets.kit import Empty, button, column, label, popup_menu, row

_NOTHING: Final = Place("automations")


class EntryTable(DataTable):
    """A table of `engine.counted.Entry`; a row opens whose it is. `narrow`: without the address."""

    def __init__(self, desk: Desk, name: str, *, narrow: bool = False) -> None:
        words = self.tr("Contact")
        columns: tuple[Column, ...] = (
            Column(words, _name, opens="record"),
            Column(self.tr("Status"), lambda entry: status_words(entry.person.status), width=90,
                   spare=True),
            Column(self.tr("Phone"), lambda entry: entry.person.phone or "—", width=130,
                   spare=True),
            Column(self.tr("Email"), lambda entry: entry.person.email or "—", width=230,
                   spare=True),
            Column(self.tr("When"), lambda entry: entry.when or "—", width=208),
        )  # fmt: skip
        if narrow:
            columns = (Column(words, _name, under=lambda entry: entry.when, opens="record"),)
        super().__init__(columns, words, name)
        self._desk = desk
        self.opened.connect(lambda entry, _: self._open(entry))
        self.menu_asked.connect(self._show_menu)

    def _open(self, entry: Entry) -> None:
        self._desk.open(Place("contacts", record=entry.person.id))

    def _show_menu(self, entry: Entry, at: QPoint) -> None:
        menu = popup_menu(self, f"{self.objectName().removesuffix('-table')}-menu")
        menu.addAction(self.tr("Open contact"), partial(self._open, entry))
        menu.popup(at)


def _name(entry: Entry) -> str:
    return entry.person.name or "—"


class CountedPage(QWidget):
    """The entries behind one number, with the way back to it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counted: Counted | None = None
        self._back = _NOTHING
        self._heading = Heading("", "")
        self._entries: list[Entry] = []
        self._next: Where | None = None
        self._most = PAGE
        self.setProperty("kind", "page")
        self._title = label("", "title", wraps=True, name="counted-title")
        self._note = label("", "muted", wraps=True, name="counted-note")
        back = button("", lambda: desk.open(self._back), "flat", icon_name="back",
                      name="counted-back", tip=self.tr("Back to the number"))  # fmt: skip
        self.table = EntryTable(desk, "counted-table")
        self._empty = Empty(
            self.tr("Nobody is counted here."),
            button(self.tr("Back"), lambda: desk.open(self._back), name="counted-leave"),
        )
        self._more = button(self.tr("Show more"), self._ask_more, name="counted-more")
        head = row(back, column(self._title, self._note, gap=4))
        head.setStretch(1, 1)
        whole = column(head, self.table, self._empty, row(self._more, None), gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show what a place counts; of one that says nothing, that."""
        options = dict(place.options)
        record = options.get("record", "")
        self._back = _NOTHING
        if "page" in options:
            self._back = Place(options["page"], int(record) if record else None,
                               options.get("tab", ""))  # fmt: skip
        counted = read_counted(place.tab)
        if counted != self._counted:
            self._forget()
        self._counted = counted
        self._ask()

    def _forget(self) -> None:
        self._entries, self._next, self._most = [], None, PAGE
        self._title.setText("")
        self._note.setText("")
        self.table.rows.show_rows([])
        self._empty.hide()
        self._more.hide()

    def _ask(self) -> None:
        counted, now, most = self._counted, self._desk.now(), self._most
        if counted is None:
            self._hear((Heading(self.tr("Nothing is counted here."), ""), Entries((), None)))
            return

        def read(reader: Reader) -> tuple[Heading, Entries]:
            return heading(reader, counted), entries(reader, counted, now, limit=most)

        self._desk.ask(self, read, self._hear, "entries")

    def _hear(self, answer: tuple[Heading, Entries]) -> None:
        said, found = answer
        self._heading = said
        self._title.setText(said.title)
        self._entries = []
        self._add(found)

    def _ask_more(self) -> None:
        if self._counted is not None:
            # Should it be asked for anew before this is answered, then as much of it.
            self._most = len(self._entries) + PAGE
            question = partial(
                entries, counted=self._counted, now=self._desk.now(), after=self._next
            )
            self._desk.ask(self, question, self._add, "entries")

    def _add(self, found: Entries) -> None:
        self._entries += found.entries
        self._next = found.more
        count = f"{len(self._entries):,}"
        shown = self.tr("The first {}").format(count) if found.more else count
        self._note.setText(" ".join(part for part in (shown, self._heading.note) if part))
        self.table.rows.show_rows(self._entries)
        self.table.setVisible(bool(self._entries))
        self._empty.setVisible(not self._entries)
        self._more.setVisible(found.more is not None)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("contacts", "flows") and self._next is None:
            self._ask()

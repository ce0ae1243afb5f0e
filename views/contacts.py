"""Contacts: a table over any number of people, and one person's page (screens.md section 8)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QProgressBar,
    QStackedLayout,
    QWidget,
)

from engine.commands.membership import Moved, put_chosen_on_list
from engine.people import Order, Person
from engine.person import static_lists
from views.add_person import AddPerson
from views.bigtable import BigTable
from views.contact import ContactPage
from views.import_people import ImportPeople
from views.people_chosen import Chosen
from views.people_saving import SavePeople
from views.people_source import PeopleSource
from views.ports import Changes, Desk, Job, Place
from views.saving import ask_sheet, save_button
from views.status import status_words
from views.tables import Column
from views.theme import GRID
from views.widgets.kit import Empty, button, column, frame, label, popup_menu, row
from views.widgets.search import SearchLine

SPARE: Final = (4, 5)
"""The columns left out beside a panel."""
PAUSE: Final = 15
"""Milliseconds without a key before what was typed is searched for."""


class ContactsPage(QWidget):
    """The people of the practice; with a record, one of them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("kind", "page")
        self.table = PeopleTable(desk)
        self._person: ContactPage | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.table)

    def go(self, place: Place) -> None:
        """Show a person, or the table; `options` may say what to search for, add or import."""
        if place.record is not None:
            if self._person is None:
                self._person = ContactPage(self._desk)
                self._stack.addWidget(self._person)
            self._stack.setCurrentWidget(self._person)
            self._person.go(place)
            return
        self._stack.setCurrentWidget(self.table)
        self.table.go(place)


class PeopleTable(QWidget):
    """The table with its toolbar, what can be done with many people, and the panels beside it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._busy = False
        self._stale = True
        self._place: Place | None = None
        self.view = BigTable(self._columns(), self.tr("Contacts"), "contact-table")
        self.view.show_sort("name", descending=False)
        self.source = PeopleSource(desk, self.view.rows, self)
        self._people = Chosen(desk, self.view, self.source)
        self.search = SearchLine(
            "contact-search", self.tr("Search by name, phone or email"), PAUSE,
            title=self.tr("Search contacts by name, phone or email"),
        )  # fmt: skip
        self._count = label("", "muted", name="contact-count")
        self._adding = AddPerson(desk)
        self._importing = ImportPeople(desk)
        self._saving = SavePeople(desk)
        self._many = self._make_many()
        self._body = self._make_body()
        self._lay_out()
        self._listen()

    def go(self, place: Place) -> None:
        """Show the table, with what the place asks for."""
        options = dict(place.options)
        # Coming back to a place begins nothing again.
        again, self._place = place is self._place, place
        if "search" in options:
            self.search.setText(options["search"])
        if "import" in options and not again:
            self._import()
        elif "add" in options and not again:
            self._add(options["add"])
        elif self._adding.isHidden():
            self.search.setFocus()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(self.tr("Name"), lambda row: row.name or "—", sort="name", opens="record",
                   width=190),
            Column(self.tr("Status"), self._status, width=120, tip=self._status),
            Column(self.tr("Phone"), lambda row: row.phone or "—", width=130),
            Column(self.tr("Email"), lambda row: row.email or "—"),
            Column(self.tr("Owner"), lambda row: row.owner or "—", width=90,
                   spare=True),
            Column(self.tr("Last activity"), lambda row: row.last_activity, sort="last_activity",
                   number=True, width=120, spare=True),
        )  # fmt: skip

    def _status(self, person: Person) -> str:
        status = status_words(person.status)
        for applies, words in (
            (person.deceased, self.tr("deceased")),
            (person.do_not_contact, self.tr("do not contact")),
            (person.archived, self.tr("archived")),
        ):
            if applies:
                return f"{status}, {words}"
        return status

    def _make_many(self) -> QFrame:
        self._chosen = label("", "heading", name="contact-chosen")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(160)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self._to_list = button(self.tr("Add to list…"), self._offer_lists, icon_name="lists",
                               name="contact-add-to-list")  # fmt: skip
        self._stop = button(self.tr("Stop"), self._cancel, name="contact-stop")
        self._none = button(self.tr("Clear"), self._choose_none, "flat", name="contact-none")
        parts = row(self._chosen, None, self._bar, self._stop, self._to_list, self._none,
                    margins=(12, GRID, 12, GRID))  # fmt: skip
        many = frame("note", parts, name="contact-many")
        many.hide()
        for each in (self._bar, self._stop):
            each.hide()
        return many

    def _make_body(self) -> QStackedLayout:
        nobody = Empty(
            self.tr("Everyone the practice knows stands here: leads, patients, whoever called. "
                    "Automations start from what happens to them."),
            button(self.tr("Add contact"), partial(self._add, "manual"), "primary",
                   icon_name="add", name="contact-first"),
            button(self.tr("Import…"), self._import, icon_name="import",
                   name="contact-first-import"),
        )  # fmt: skip
        unknown = Empty(
            self.tr("Nobody is found by that. Try the beginning of a name, of an email address "
                    "or of a phone number."),
            button(self.tr("Show everyone"), self.search.clear, name="contact-show-all"),
            button(self.tr("Add contact"), partial(self._add, "manual"), icon_name="add",
                   name="contact-add-unknown"),
        )  # fmt: skip
        body = QStackedLayout(QWidget(self))
        for each in (self.view, nobody, unknown):
            body.addWidget(each)
        return body

    def _lay_out(self) -> None:
        tools = row(
            self.search, self._count, None,
            save_button(self, "contact-save-table", "contacts.csv", self.save_table),
            button(self.tr("Import…"), self._import, icon_name="import", name="contact-import"),
            button(self.tr("Add walk-in"), partial(self._add, "walk_in"), name="contact-walk-in"),
            button(self.tr("Add contact"), partial(self._add, "manual"), "primary",
                   icon_name="add", name="contact-add"),
        )  # fmt: skip
        holder = self._body.parentWidget()
        beside = row(holder, self._adding, self._importing, gap=12)
        beside.setStretch(0, 1)
        whole = column(tools, self._saving, self._many, beside, gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def _listen(self) -> None:
        self.search.settled.connect(self._show)
        self.search.returnPressed.connect(self.view.setFocus)
        self.source.counted.connect(self._say_count)
        self.view.sort_asked.connect(lambda sort, descending: self._show())
        self.view.opened.connect(lambda row: self._desk.open(Place("contacts", record=row.id)))
        self._people.changed.connect(self._say_chosen)
        self._adding.added.connect(self._added)
        for panel in (self._adding, self._importing):
            panel.closed.connect(self._make_room)
        self._desk.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is shown, and what changed while it was not."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            if self.source.total is None:
                self._show()
            else:
                self.source.refresh()

    def _show(self) -> None:
        self.view.clearSelection()
        self.view.scrollToTop()
        recent = self.view.sort == "last_activity"
        order = Order("last_activity" if recent else "name", self.view.descending)
        self.source.show(self.search.text(), order)

    def save_table(self, file: Path) -> None:
        """Write everybody who is found, in the order shown, to a CSV file."""
        self._saving.save(self.source.in_order(), file)

    def _changed(self, changes: Changes) -> None:
        if changes.about("contacts"):
            if self.isVisible():
                self.source.refresh()
            else:
                self._stale = True

    def _say_count(self, total: int | None) -> None:
        if total is None:
            self._count.setText("")
            self._body.setCurrentIndex(0)
            return
        words = self.tr("1 contact") if total == 1 else self.tr("{:,} contacts").format(total)
        found = self.tr("1 found") if total == 1 else self.tr("{:,} found").format(total)
        self._count.setText(found if self.source.text else words)
        self._body.setCurrentIndex(0 if total else 2 if self.source.text else 1)
        self._say_chosen()

    def _say_chosen(self) -> None:
        if self._busy:
            return
        total = self.source.total if self.source.total is not None else self.view.rows.rowCount()
        number = self._people.number
        if self.view.everything:
            words = self.tr("All {:,} chosen").format(total)
        else:
            words = self.tr("{:,} chosen").format(number)
        self._chosen.setText(words)
        self._to_list.setEnabled(self._people.ids is not None)
        self._many.setVisible(number > 1 or (self.view.everything and total > 0))

    def _choose_none(self) -> None:
        self.view.clearSelection()
        self.view.setFocus()

    def _offer_lists(self) -> None:
        self._desk.ask(self, static_lists, self._show_lists, "lists")

    def _show_lists(self, lists: dict[str, int]) -> None:
        menu = popup_menu(self, "contact-lists")
        for name, list_id in lists.items():
            menu.addAction(name, partial(self.add_to_list, list_id, name))
        if lists:
            menu.addSeparator()
        menu.addAction(self.tr("New list…"), lambda: self._desk.open(Place("lists", tab="new")))
        menu.popup(self._to_list.mapToGlobal(self._to_list.rect().bottomLeft()))

    def add_to_list(self, list_id: int, name: str) -> None:
        """Put everybody who is chosen on a static list."""
        choose = self._people.question()
        now = self._desk.now()
        self._set_busy(busy=True)
        self._chosen.setText(self.tr("Adding to “{}”…").format(name))
        self._job = self._desk.work(
            self,
            lambda workspace, progress, cancelled: put_chosen_on_list(
                workspace, list_id, choose, now, progress, cancelled
            ),
            partial(self._moved, name),
            lambda share: self._bar.setValue(round(100 * share)),
            lambda fault: self._ended(fault.sentence),
        )  # fmt: skip

    def _moved(self, name: str, moved: Moved) -> None:
        words = self.tr("{changed:,} of {people:,} contacts were added to “{name}”; "
                        "{known:,} were on it.")  # fmt: skip
        known = moved.people - moved.changed
        if not known:
            words = self.tr("{changed:,} contacts were added to “{name}”.")
        self._ended(
            words.format(changed=moved.changed, people=moved.people, name=name, known=known)
        )

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._ended(self.tr("Stopped. Those who were added before stay on the list."))

    def _ended(self, words: str) -> None:
        self._set_busy(busy=False)
        self._say_chosen()
        self._desk.say(words)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self._bar.setValue(0)
        for each in (self._bar, self._stop):
            each.setVisible(busy)
        for other in (self._to_list, self._none):
            other.setVisible(not busy)

    def _add(self, source: str) -> None:
        self._importing.leave()
        self._adding.open(source)
        self._make_room()

    def _added(self, contact_id: int) -> None:
        self._desk.say(self.tr("The contact was added."))
        self._desk.open(Place("contacts", record=contact_id))

    def _import(self) -> None:
        ask_sheet(self, self.tr("Import contacts"), self.import_file)

    def import_file(self, file: Path) -> None:
        """Show what a file of people says, and offer to bring them in."""
        self._adding.leave()
        self._importing.look_at(file)
        self._make_room()

    def _make_room(self) -> None:
        """Beside a panel there is room for who they are and how to reach them."""
        beside = not (self._adding.isHidden() and self._importing.isHidden())
        for place in SPARE:
            self.view.setColumnHidden(place, beside)

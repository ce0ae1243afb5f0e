"""Communication: the library of emails and texts, and what uses each (screens.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.commands.removal import remove
from engine.templates_page import TemplateRow, templates
from views.one_template import EDIT, PREVIEW, OneTemplate
from views.ports import Changes, Desk, Place
from views.saving import save_button, save_rows
from views.tables import Action, Column
from views.theme import GRID
from views.widgets.confirm import Confirm
from views.widgets.datatable import DataTable
from views.widgets.kit import Empty, button, column, popup_menu, row
from views.widgets.search import SearchLine

ABOUT: Final = frozenset({"templates"})
HERE: Final = Place("templates")


class TemplatesPage(QWidget):
    """All templates; each can be corrected, and deleted while nothing uses it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._templates: list[TemplateRow] = []
        self.setProperty("kind", "page")
        self.search = SearchLine("template-search", self.tr("Search emails and texts"))
        self.search.textChanged.connect(lambda: self._show())
        self.confirm = Confirm("template-delete")
        self.table = self._make_table()
        self._body = QStackedWidget()
        for each in (self.table, self._nothing(), self._unknown()):
            self._body.addWidget(each)
        save = save_button(self, "template-save", "emails-and-texts.csv", self.save_table)
        whole = column(row(self.search, None, save), self.confirm, self._body, gap=12,
                       margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(2, 1)
        self._library = QWidget()
        self._library.setLayout(whole)
        self.one = OneTemplate(desk)
        self._rooms = QStackedWidget()
        self._rooms.addWidget(self._library)
        self._rooms.addWidget(self.one)
        self.setLayout(column(self._rooms, gap=0))
        self.one.closed.connect(self._leave_one)
        self.one.shown.connect(partial(self._rooms.setCurrentWidget, self.one))
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show them as they are now, or one of them: `tab` is preview or edit."""
        self._ask()
        if place.record is not None:
            self.one.show_one(place.record, place.tab)
        elif self.one.is_unsaved:
            self.one.resume()
        else:
            self.one.leave()
            self._rooms.setCurrentWidget(self._library)

    def kept(self) -> dict[str, Any]:
        """What is being written, for the next start."""
        return self.one.kept()

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on with what was being written."""
        self.one.restore(kept)

    def _leave_one(self) -> None:
        self._rooms.setCurrentWidget(self._library)
        self._desk.open(HERE)
        self.table.setFocus()

    def _open(self, entry: TemplateRow, tab: str) -> None:
        self._desk.open(Place(HERE.page, entry.id, tab))

    def _nothing(self) -> QWidget:
        return Empty(
            self.tr("Emails and texts that are sent more than once stand here. The steps Send "
                    "email and Send SMS of an automation write new ones."),
            button(self.tr("See the automations"),
                   lambda: self._desk.open(Place("automations")), "primary",
                   name="template-automations"),
        )  # fmt: skip

    def _unknown(self) -> QWidget:
        return Empty(
            self.tr("No email or text is called that."),
            button(self.tr("Show all"), self.search.clear, name="template-show-all"),
        )

    def _make_table(self) -> DataTable:
        table = DataTable(
            (
                Column(self.tr("Name"), lambda row: row.name, sort="name",
                       under=lambda row: row.says, tip=lambda row: row.says, opens=EDIT,
                       icon=lambda row: f"send_{row.channel}"),
                Column(self.tr("Kind"), lambda row: self.tr("Email") if row.channel == "email"
                       else self.tr("Text"), sort="channel", width=90),
                Column(self.tr("Used by"), lambda row: row.used_by or "—", sort="used_by",
                       tip=lambda row: row.all_users, width=272),
                Column("", lambda row: "", width=104, actions=(
                    Action(PREVIEW, "preview", self.tr("Preview")),
                    Action("delete", "delete", self.tr("Delete template")),
                )),
            ),
            self.tr("Emails and texts"), "template-table",
        )  # fmt: skip
        table.show_sort("name", False)
        table.sort_asked.connect(lambda sort, descending: self._show())
        table.acted.connect(self._act)
        table.opened.connect(lambda row, tab: self._open(row, tab or EDIT))
        table.menu_asked.connect(self._show_menu)
        return table

    def _ask(self) -> None:
        self._desk.ask(self, templates, self._hear, "templates")

    def _hear(self, found: list[TemplateRow]) -> None:
        self._templates = found
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().casefold().strip()
        shown = [each for each in self._templates if wanted in each.name.casefold()]
        shown.sort(key=lambda each: each.name.casefold())
        shown.sort(key=lambda each: str(getattr(each, self.table.sort)).casefold(),
                   reverse=self.table.descending)  # fmt: skip
        self.table.rows.show_rows(shown)
        self._body.setCurrentIndex(0 if shown else 2 if self._templates else 1)

    def save_table(self, file: Path) -> None:
        """Write all that is found, in the order shown, to a CSV file."""
        save_rows(self._desk, self, file, self.table.rows.columns, self.table.rows.rows)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.about("templates", "flows", "campaigns"):
            self._ask()

    def _show_menu(self, entry: TemplateRow, at: QPoint) -> None:
        menu = popup_menu(self, "template-menu")
        menu.addAction(self.tr("Open editor"), partial(self._open, entry, EDIT))
        menu.addAction(self.tr("Preview"), partial(self._open, entry, PREVIEW))
        menu.addAction(self.tr("Delete…"), partial(self._ask_delete, entry))
        self.table.add_sorting(menu)
        menu.popup(at)

    def _act(self, entry: TemplateRow, action: str) -> None:
        if action == PREVIEW:
            self._open(entry, PREVIEW)
        else:
            self._ask_delete(entry)

    def _ask_delete(self, entry: TemplateRow) -> None:
        if entry.used_by:
            words = self.tr("“{name}” is used by {users}: choose another one there first.")
            users = ", ".join(f"{user.kind} “{user.name}”" for user in entry.users)
            self._desk.say(words.format(name=entry.name, users=users))
            return
        self.confirm.ask(
            self.tr("Delete “{}”?").format(entry.name),
            self.tr("What was sent with it stays in everybody's history. This can't be undone."),
            self.tr("Delete template"), partial(self._delete, entry), back=self.table,
        )  # fmt: skip

    def _delete(self, entry: TemplateRow) -> None:
        self._desk.do(
            self, lambda workspace, now: remove(workspace, entry.channel, entry.name),
            lambda _: self._desk.say(self.tr("“{}” was deleted.").format(entry.name)), about=ABOUT,
        )  # fmt: skip

"""One person: who they are, what is planned, what happened and why (screens.md section 8)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from engine.commands import appointments, events, tasks
from engine.commands.membership import put_on_list
from engine.person import Choices, Profile, choices, profile
from engine.workspace import Reader
from views.contact_actions import ABOUT, ActionPanel, Do
from views.contact_feed import Story
from views.contact_fields import ContactFields
from views.contact_parts import Cards, consent_line, list_line, task_line, visit_line
from views.ports import Changes, Desk, Place
from views.status import status_words
from views.theme import GRID
from views.widgets.beside import Beside
from views.widgets.confirm import Confirm
from views.widgets.kit import button, column, frame, label, popup_menu, restyle, reword, row

MANY: Final = 12
"""Lines of a card that are shown."""


class ContactPage(QWidget):
    """The page of one person; asked again whenever contacts, lists, tasks or messages change."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = 0
        self._profile: Profile | None = None
        self._choices: Choices | None = None
        self._name = label("", "title", wraps=True, name="contact-name")
        self._state = label("", "chip", name="contact-state")
        self._state.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._barred = label("", "fault", wraps=True, name="contact-barred")
        self.action = ActionPanel(desk)
        self.confirm = Confirm("contact-bar")
        reword(self.confirm.no, self.tr("Keep contacting them"))
        self.fields = ContactFields(desk)
        self.story = Story(desk)
        self._gone = label(self.tr("This contact is gone: they may have been merged."), "muted",
                           wraps=True)  # fmt: skip
        self._make_cards()
        self._lay_out()
        desk.changed.connect(self._changed)

    def go(self, place: Place) -> None:
        """Show a person."""
        if place.record != self._id:
            self._blank()
        self._id = place.record or 0
        if place.tab in ("activity", "why"):
            self.story.choose(place.tab)
        self._ask()
        self.story.show_person(self._id)

    def _blank(self) -> None:
        """Show nobody, and let nothing be done, until the answer about the next is here."""
        self._profile = None
        self._name.setText("")
        for each in (self._state, self._note, self.action, self.confirm, self._area, self._gone):
            each.hide()
        self._let(act=False)

    def _let(self, *, act: bool) -> None:
        for each in self._acts:
            each.setEnabled(act)

    def _make_cards(self) -> None:
        self._add_list = button(self.tr("Add…"), self._offer_lists, "flat", icon_name="add",
                                name="contact-list-add")  # fmt: skip
        self._lists = Cards(self.tr("Lists"), self.tr("They are on no list."), "contact-lists-card",
                            self._add_list)  # fmt: skip
        self._visits = Cards(
            self.tr("Appointments"), self.tr("No appointment stands in the book."),
            "contact-visits-card",
        )  # fmt: skip
        self._tasks = Cards(
            self.tr("Open tasks"), self.tr("Nothing is to be done about them."),
            "contact-tasks-card",
        )  # fmt: skip
        self._consents = Cards(
            self.tr("Consent log"), self.tr("They never opted out of anything."),
            "contact-consent-card",
        )  # fmt: skip

    def _head(self) -> QWidget:
        back = button("", self._leave, "flat", icon_name="back", name="contact-back",
                      tip=self.tr("Back to all contacts"))  # fmt: skip
        self._bar = button(self.tr("Do not contact"), self._ask_bar, "harm", name="contact-dnc")
        self._more = button(self.tr("Record…"), self._offer_more, name="contact-record")
        self._acts = (
            self._bar, self._more,
            button(self.tr("Log reply…"), partial(self._act, self.action.reply),
                   name="contact-reply"),
            button(self.tr("Submit form…"), partial(self._act, self.action.submit),
                   name="contact-submit"),
            button(self.tr("Book appointment"), partial(self._act, self.action.book), "primary",
                   icon_name="calendar", name="contact-book"),
        )  # fmt: skip
        return Beside(row(back, self._name, self._state, None), row(*self._acts))

    def _lay_out(self) -> None:
        left = column(self.fields, self._lists, self._consents, None, gap=12)
        planned = Beside(row(self._visits), row(self._tasks), even=True)
        right = column(planned, self.story, None, gap=12)
        sides = row(left, right, gap=12)
        sides.setStretch(0, 2)
        sides.setStretch(1, 5)
        right.setStretch(1, 1)
        inside = QWidget()
        inside.setLayout(sides)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setAccessibleName(self.tr("Contact"))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._note = frame("note", row(self._barred, margins=(12, GRID, 12, GRID)))
        whole = column(self._head(), self._note, self.confirm, self.action, self._gone, self._area,
                       gap=12, margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID))  # fmt: skip
        whole.setStretch(5, 1)
        self.setLayout(whole)
        self._note.hide()
        self._gone.hide()

    def _ask(self) -> None:
        contact_id, now = self._id, self._desk.now()

        def read(reader: Reader) -> tuple[Profile | None, Choices]:
            return profile(reader, contact_id, now), choices(reader)

        self._desk.ask(self, read, self._hear, "profile")

    def _hear(self, answer: tuple[Profile | None, Choices]) -> None:
        self._profile, self._choices = answer
        self._area.setVisible(self._profile is not None)
        self._gone.setVisible(self._profile is None)
        self._let(act=self._profile is not None)
        if self._profile is not None:
            self._show(self._profile, self._choices)

    def _show(self, who: Profile, offered: Choices) -> None:
        patient = who.values["status"] == "patient"
        self._name.setText(who.name)
        self._state.setText(status_words(who.values["status"]))
        self._state.show()
        restyle(self._state, "chip-on" if patient else "chip")
        self._barred.setText(who.barred)
        self._note.setVisible(bool(who.barred))
        self._bar.setVisible(not who.barred)
        self.fields.show_person(who, offered)
        self._lists.fill(who.lists, lambda each: list_line(each, self._open_list, self._leave_list))
        self._visits.fill(
            who.visits[:MANY], lambda each: visit_line(each, self._complete, self._cancel)
        )
        self._tasks.fill(who.tasks[:MANY], lambda each: task_line(each, self._finish))
        self._consents.fill(who.consents[:MANY], consent_line)

    def _changed(self, changes: Changes) -> None:
        if self._id and self.isVisible() and changes.about(
            "contacts", "lists", "tasks", "messages", "flows"
        ):  # fmt: skip
            self._ask()
            self.story.show_person(self._id)

    def _leave(self) -> None:
        self._desk.open(Place("contacts"))

    def _act(self, action: Callable[[int, Choices], None]) -> None:
        if self._profile is not None and self._choices is not None:
            action(self._profile.id, self._choices)

    def _record(self, command: Do, words: str) -> None:
        self._desk.do(self, command, lambda _: self._desk.say(words), about=ABOUT)

    def _complete(self, visit: int) -> None:
        self._record(lambda workspace, now: appointments.complete(workspace, visit, now),
                     self.tr("The visit took place."))  # fmt: skip

    def _cancel(self, visit: int) -> None:
        self._record(lambda workspace, now: appointments.cancel(workspace, visit, now),
                     self.tr("The visit is cancelled."))  # fmt: skip

    def _finish(self, task: int) -> None:
        def undo() -> None:
            self._desk.do(self, lambda workspace, now: tasks.reopen(workspace, task),
                          about=frozenset({"tasks"}))  # fmt: skip

        self._desk.do(
            self, lambda workspace, now: tasks.finish(workspace, task, now),
            lambda _: self._desk.say(self.tr("Done."), undo), about=frozenset({"tasks"}),
        )  # fmt: skip

    def _open_list(self, list_id: int) -> None:
        self._desk.open(Place("lists", record=list_id))

    def _leave_list(self, list_id: int) -> None:
        if self._profile is not None:
            self._move(self._profile.id, list_id, joins=False)

    def _move(self, contact_id: int, list_id: int, *, joins: bool) -> None:
        def back() -> None:
            self._move(contact_id, list_id, joins=not joins)

        words = self.tr("They are on the list.") if joins else self.tr("They are off the list.")
        self._desk.do(
            self,
            lambda workspace, now: put_on_list(workspace, list_id, [contact_id], now, joins=joins),
            lambda _: self._desk.say(words, back), about=ABOUT,
        )  # fmt: skip

    def _offer_lists(self) -> None:
        if self._choices is None or self._profile is None:
            return
        on = {each.id for each in self._profile.lists}
        menu = popup_menu(self, "contact-list-menu")
        for name, list_id in self._choices.static_lists.items():
            if list_id not in on:
                menu.addAction(name, partial(self._move, self._profile.id, list_id, joins=True))
        menu.addAction(self.tr("New list…"), lambda: self._desk.open(Place("lists", tab="new")))
        menu.popup(self._add_list.mapToGlobal(self._add_list.rect().bottomLeft()))

    def _offer_more(self) -> None:
        if self._profile is None:
            return
        menu = popup_menu(self, "contact-record-menu")
        for words, kind, said in (
            (self.tr("A review on Google"), "review_submitted", "google"),
            (self.tr("A review given to us"), "review_submitted", "internal"),
            (self.tr("A review on the intake form"), "review_submitted", "intake form"),
            (self.tr("Patient portal activated"), "portal_activated", None),
            (self.tr("Event registration or RSVP"), "event_registered", None),
            (self.tr("Unsubscribed from emails"), "email_unsubscribed", None),
        ):
            menu.addAction(words, partial(self._record_event, self._profile.id, kind, said))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _record_event(self, contact_id: int, kind: str, said: str | None = None) -> None:
        self._record(
            lambda workspace, now: events.record(workspace, contact_id, kind, now, new=said),
            self.tr("Recorded."),
        )

    def _ask_bar(self) -> None:
        if self._profile is None:
            return
        self.confirm.ask(
            self.tr("Never contact {} again?").format(self._profile.name),
            self.tr("They leave every automation and sequence, and nothing is sent to them any "
                    "more. This cannot be undone."),
            self.tr("Do not contact"),
            partial(self._record_event, self._profile.id, "do_not_contact"),
            back=self._bar,
        )  # fmt: skip

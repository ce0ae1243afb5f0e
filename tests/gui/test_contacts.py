"""Contacts: a table over any number of people, and one person's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.calendar import DAY
from engine.commands import appointments
from engine.commands.settings import add_named
from engine.commands.signals import hear_text
from engine.lists_page import lists, members
from engine.person import profile
from engine.workspace import Reader
from tests.gui.fakes import DirectDesk
from tests.gui.people import NAMES, add_many, add_people, static_list
from views.bigtable import KEPT, PAGE, PLACEHOLDER
from views.contacts import ContactsPage
from views.ports import Place, Question
from views.theme import GRID

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


def shown(page: ContactsPage, qtbot: QtBot, record: int | None = None) -> ContactsPage:
    qtbot.addWidget(page)
    page.resize(1080, 720)
    with qtbot.waitExposed(page):
        page.show()
    page.go(Place("contacts", record=record))
    return page


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> ContactsPage:
    return shown(ContactsPage(desk), qtbot)


def part(page: QWidget, kind: type[W], name: str) -> W:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def press(page: QWidget, name: str) -> None:
    part(page, QPushButton, name).click()


def names(page: ContactsPage) -> list[str]:
    model = page.table.view.rows
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def type_in(page: ContactsPage, text: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.table.source.counted):
        page.table.search.setText(text)


def test_an_empty_practice_offers_the_first_action(page: ContactsPage, qtbot: QtBot) -> None:
    assert part(page, QPushButton, "contact-first").isVisible()
    press(page, "contact-first")
    assert part(page, QLineEdit, "add-contact-first-name").hasFocus()


def test_the_first_people_are_seen_at_once(
    desk: DirectDesk, page: ContactsPage, qtbot: QtBot
) -> None:
    desk.do(page, lambda workspace, now: add_people(workspace, now), about=frozenset({"contacts"}))
    assert part(page, QLabel, "contact-count").text() == f"{len(NAMES)} contacts"


def test_rows_far_down_come_when_they_are_looked_at(desk: DirectDesk, qtbot: QtBot) -> None:
    add_many(desk.workspace, 12_000, desk.at)
    page = shown(ContactsPage(desk), qtbot)
    view, model = page.table.view, page.table.view.rows
    assert part(page, QLabel, "contact-count").text() == "12,000 contacts"
    assert model.index(11_999, 0).data() == PLACEHOLDER
    with qtbot.waitSignal(model.dataChanged):
        view.scrollToBottom()
    qtbot.waitUntil(lambda: model.index(11_999, 0).data() == "First11999 Last11999")
    for place in range(0, 12_000, PAGE):
        model.put(place // PAGE, [None] * PAGE)
    assert all(model.row(number * PAGE) is None for number in range(1_000))
    assert len(model._pages) == KEPT


def test_only_the_last_search_shows(desk: DirectDesk, qtbot: QtBot) -> None:
    class Late(DirectDesk):
        """Holds back the answers to what was typed; a later one may come before an earlier."""

        def __init__(self) -> None:
            super().__init__(desk.workspace, desk.at)
            self.held: list[Callable[[], None]] = []

        def ask(
            self, owner: QObject, question: Question[T], answer: Callable[[T], None],
            name: str = "",
        ) -> None:  # fmt: skip
            ask = super().ask
            self.held.append(lambda: ask(owner, question, answer, name))

    add_people(desk.workspace, desk.at)
    late = Late()
    page = shown(ContactsPage(late), qtbot)
    late.held.clear()
    for text in ("an", "do"):
        page.table.search.setText(text)
        qtbot.waitUntil(lambda: bool(late.held))
        first, late.held = late.held, late.held[:0] if text == "do" else late.held
        if text == "an":
            waiting = list(first)
            late.held = []
        else:
            for each in (*first, *waiting):
                each()
    assert names(page) == ["Dora Lee"]
    assert part(page, QLabel, "contact-count").text() == "1 found"


def test_a_search_without_an_answer_offers_a_way_back(
    desk: DirectDesk, page: ContactsPage, qtbot: QtBot
) -> None:
    add_people(desk.workspace, desk.at)
    type_in(page, "zzz", qtbot)
    with qtbot.waitSignal(page.table.source.counted):
        press(page, "contact-show-all")
    assert names(page)[0] == "Carla Diaz"


def test_it_is_sorted_by_its_headers(desk: DirectDesk, qtbot: QtBot) -> None:
    ids = add_people(desk.workspace, desk.at)
    desk.at += DAY
    hear_text(desk.workspace, ids[1], "hello", desk.at)
    page = shown(ContactsPage(desk), qtbot)
    view = page.table.view
    assert names(page) == ["Carla Diaz", "Ann Lee", "Dora Lee", "Bob Ray", "Ernest Young"]
    for column, first in ((5, "Bob Ray"), (0, "Carla Diaz"), (0, "Ernest Young")):
        view.horizontalHeader().sectionClicked.emit(column)
        assert names(page)[0] == first


def test_all_that_match_are_chosen_by_word_and_counted_exactly(
    desk: DirectDesk, qtbot: QtBot
) -> None:
    add_many(desk.workspace, 5_000, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    page = shown(ContactsPage(desk), qtbot)
    type_in(page, "first001", qtbot)
    QTest.keyClick(page.table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert part(page, QLabel, "contact-chosen").text() == "All 100 chosen"
    page.table.add_to_list(list_id, "Spring")
    assert desk.words[-1] == "100 contacts were added to “Spring”."
    type_in(page, "", qtbot)
    page.table.view.selectAll()
    page.table.add_to_list(list_id, "Spring")
    assert desk.words[-1] == ("4,900 of 5,000 contacts were added to “Spring”; 100 were on it.")
    with desk.workspace.store.read() as connection:
        assert lists(connection)[0].size == 5_000
    assert not part(page, QPushButton, "contact-stop").isVisible()


def test_rows_chosen_by_hand_are_those_and_no_others(desk: DirectDesk, qtbot: QtBot) -> None:
    add_people(desk.workspace, desk.at)
    list_id = static_list(desk.workspace, "Spring")
    page = shown(ContactsPage(desk), qtbot)
    view = page.table.view
    view.setFocus()
    view.setCurrentIndex(view.rows.index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert part(page, QLabel, "contact-chosen").text() == "2 chosen"
    page.table.add_to_list(list_id, "Spring")
    assert people_on(desk, list_id) == ["Ann Lee", "Dora Lee"]
    press(page, "contact-none")
    assert not part(page, QWidget, "contact-many").isVisible()


def people_on(desk: DirectDesk, list_id: int) -> list[str]:
    with desk.workspace.store.read() as connection:
        return [person.name for person in members(connection, list_id, 10).people]


def test_a_walk_in_is_added_with_faults_beside_the_fields(
    desk: DirectDesk, page: ContactsPage, qtbot: QtBot
) -> None:
    press(page, "contact-walk-in")
    part(page, QLineEdit, "add-contact-email").setText("nowhere")
    press(page, "add-contact-save")
    fault = part(page, QLabel, "add-contact-email-fault")
    assert (fault.isVisible(), fault.text()) == (True, "Write an address like ann@example.org.")
    part(page, QLineEdit, "add-contact-email").setText("zoe@example.org")
    QTest.keyClick(part(page, QLineEdit, "add-contact-email"), Qt.Key.Key_Return)
    assert desk.places[-1] == Place("contacts", record=1)
    assert ask(desk, lambda reader: source_of(reader, 1)) == "walk_in"


def ask(desk: DirectDesk, question: Callable[[Reader], Any]) -> Any:
    with desk.workspace.store.read() as connection:
        return question(connection)


def source_of(reader: Reader, contact_id: int) -> str:
    found = profile(reader, contact_id, 0)
    assert found is not None
    return found.source


@pytest.fixture
def person(desk: DirectDesk, qtbot: QtBot) -> ContactsPage:
    add_people(desk.workspace, desk.at)
    add_named(desk.workspace, "form", "Request a callback")
    add_named(desk.workspace, "provider", "Dr Okafor")
    return shown(ContactsPage(desk), qtbot, record=1)


def wait_for(words: str, page: QWidget, qtbot: QtBot) -> None:
    """Lines that are made anew are shown by the next turn of the loop."""
    qtbot.waitUntil(lambda: words in said(page))


def said(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_details_are_changed_and_faults_stand_beside_them(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    email = part(person, QLineEdit, "contact-email")
    email.setText("nowhere")
    email.textEdited.emit("nowhere")
    press(person, "contact-save")
    assert part(person, QLabel, "contact-email-fault").isVisible()
    email.setText("ann@new.example")
    email.textEdited.emit("ann@new.example")
    press(person, "contact-save")
    assert desk.words[-1] == "Saved."
    assert not part(person, QPushButton, "contact-save").isEnabled()
    wait_for("Email changed from ann.lee@example.org to ann@new.example", person, qtbot)


def test_a_visit_is_booked_and_takes_place(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    press(person, "contact-book")
    press(person, "contact-action-do")
    assert part(person, QLabel, "contact-state").text() == "Patient"
    wait_for("Tue Jan 6, 2026, 9:00 AM", person, qtbot)
    press(person, "visit-complete-1")
    wait_for("Came to an appointment", person, qtbot)
    assert person.findChild(QPushButton, "visit-complete-1") is None


def test_a_visit_that_is_gone_is_refused_in_words(desk: DirectDesk, person: ContactsPage) -> None:
    press(person, "contact-book")
    press(person, "contact-action-do")
    appointments.cancel(desk.workspace, 1, desk.at)
    press(person, "visit-cancel-1")
    assert desk.words[-1].startswith("This visit is not booked any more")


def test_a_form_and_a_reply_are_recorded(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    press(person, "contact-submit")
    press(person, "contact-action-do")
    assert part(person, QLabel, "contact-action-fault").text() == "Choose the form."
    part(person, QComboBox, "submit-form").setCurrentIndex(0)
    press(person, "contact-action-do")
    wait_for("Submitted “Request a callback”", person, qtbot)
    press(person, "contact-reply")
    reply = person.findChild(QWidget, "reply-text")
    assert reply is not None
    reply.setProperty("plainText", "STOP")
    press(person, "contact-action-do")
    wait_for("Texts: opted out", person, qtbot)
    assert not part(person, QComboBox, "contact-sms-subscription").isEnabled()


def test_never_contacting_somebody_is_asked_by_name(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    press(person, "contact-dnc")
    assert part(person, QLabel, "contact-bar-title").text() == "Never contact Ann Lee again?"
    press(person, "contact-bar-no")
    assert "Must not be contacted any more" not in said(person)
    press(person, "contact-dnc")
    press(person, "contact-bar-yes")
    wait_for("Must not be contacted any more", person, qtbot)
    assert part(person, QLabel, "contact-barred").isVisible()
    assert not part(person, QPushButton, "contact-dnc").isVisible()


def test_why_tells_the_journal_of_all_flows_or_one(sample_desk: DirectDesk, qtbot: QtBot) -> None:
    contact_id = add_people(sample_desk.workspace, sample_desk.at)[0]
    page = shown(ContactsPage(sample_desk), qtbot, record=contact_id)
    press(page, "contact-tab-why")
    wait_for("They entered “New lead welcome series”.", page, qtbot)
    flow = part(page, QComboBox, "contact-why-flow")
    place = flow.findText("New lead welcome series")
    flow.setCurrentIndex(place)
    flow.activated.emit(place)
    wait_for("They entered “New lead welcome series”.", page, qtbot)


def test_a_contact_that_is_gone_says_so(desk: DirectDesk, qtbot: QtBot) -> None:
    page = shown(ContactsPage(desk), qtbot, record=77)
    wait_for("This contact is gone", page, qtbot)


def test_more_of_the_activity_is_shown_on_demand(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    for number in range(30):
        hear_text(desk.workspace, 1, f"message {number}", desk.at + number)
    person.go(Place("contacts", record=1))
    assert "message 0”" not in said(person)
    press(person, "contact-feed-more")
    wait_for("message 0”", person, qtbot)
    assert not part(person, QPushButton, "contact-feed-more").isVisible()


def test_everything_that_takes_the_focus_says_what_it_is(person: ContactsPage) -> None:
    silent = [
        widget.objectName() or type(widget).__name__
        for widget in person.findChildren(QWidget)
        if widget.isVisible()
        and isinstance(widget, QPushButton | QLineEdit | QComboBox)
        and not widget.accessibleName()
    ]
    assert silent == []


def test_no_timer_is_left_running(page: ContactsPage) -> None:
    assert [timer for timer in page.findChildren(QTimer) if timer.isActive()] == []


def test_an_answer_to_an_invitation_is_recorded(
    desk: DirectDesk, person: ContactsPage, qtbot: QtBot
) -> None:
    press(person, "contact-record")
    menu = part(person, QMenu, "contact-record-menu")
    (action,) = [each for each in menu.actions() if "event" in each.text().lower()]
    assert action.text() == "Event registration or RSVP"
    action.trigger()
    assert desk.words[-1] == "Recorded."
    menu.close()


def test_the_tabs_stand_at_the_top_of_their_card(person: ContactsPage, qtbot: QtBot) -> None:
    card, tab = part(person, QWidget, "contact-story"), part(person, QWidget, "contact-tab-why")
    qtbot.waitUntil(lambda: 0 <= tab.mapTo(card, QPoint(0, 0)).y() <= GRID)

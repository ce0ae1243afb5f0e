"""Settings: shown as they are kept, checked beside their fields, saved at once."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.commands.settings import put_settings
from engine.settings_page import values
from tests.gui.fakes import DirectDesk
from views.ports import Changes, Place
from views.settings import SettingsPage
from views.widgets.switch import Switch

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(desk)
    qtbot.addWidget(made)
    made.resize(1080, 720)
    with qtbot.waitExposed(made):
        made.show()
    made.go(Place("settings"))
    return made


def part(page: QWidget, kind: type[W], name: str) -> W:
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def write(page: SettingsPage, name: str, text: str) -> None:
    line = part(page, QLineEdit, name)
    line.setText(text)
    line.textEdited.emit(text)


def save(page: SettingsPage) -> None:
    part(page, QPushButton, "settings-save").click()


def kept(desk: DirectDesk) -> dict[str, str]:
    with desk.workspace.store.read() as connection:
        return values(connection)


def test_what_was_changed_is_saved_and_nothing_else(desk: DirectDesk, page: SettingsPage) -> None:
    before = kept(desk)
    assert not part(page, QPushButton, "settings-save").isEnabled()
    write(page, "setting-practice-name", "Oak Street Practice")
    write(page, "setting-sms-quiet-hours-from", "8pm")
    write(page, "setting-sms-quiet-hours-to", "9")
    part(page, Switch, "setting-messages-cap-on").click()
    write(page, "setting-messages-cap-messages", "3")
    save(page)
    changed = {key: value for key, value in kept(desk).items() if before[key] != value}
    assert changed == {
        "practice.name": "Oak Street Practice", "sms.quiet_hours": "20:00-09:00",
        "messages.cap": "3/7",
    }  # fmt: skip
    assert desk.words == ["The settings are saved."]
    assert not part(page, QPushButton, "settings-save").isEnabled()


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    desk: DirectDesk, page: SettingsPage
) -> None:
    before = kept(desk)
    write(page, "setting-practice-name", "Oak Street Practice")
    write(page, "setting-practice-timezone", "Mars")
    save(page)
    assert part(page, QLabel, "setting-practice-timezone-fault").isVisible()
    assert not part(page, QLabel, "setting-practice-name-fault").isVisible()
    assert kept(desk) == before
    part(page, QPushButton, "settings-discard").click()
    assert part(page, QLineEdit, "setting-practice-timezone").text() == before["practice.timezone"]
    assert not part(page, QLabel, "setting-practice-timezone-fault").isVisible()


def test_a_mail_server_is_asked_for_where_there_is_one(
    desk: DirectDesk, page: SettingsPage
) -> None:
    host = part(page, QLineEdit, "setting-email-smtp-host")
    assert not host.isVisible()
    where = part(page, QComboBox, "setting-email-transport")
    where.setCurrentIndex(1)
    where.activated.emit(1)
    assert host.isVisibleTo(page)
    write(page, "setting-email-smtp-host", "smtp.example.org")
    save(page)
    assert kept(desk)["email.transport"] == "smtp"


def test_what_is_being_typed_survives_a_change_from_elsewhere(
    desk: DirectDesk, page: SettingsPage
) -> None:
    write(page, "setting-practice-name", "Oak")
    put_settings(desk.workspace, {"practice.address": "1 Elm Street"})
    desk.changed.emit(Changes(frozenset({"settings"})))
    assert part(page, QLineEdit, "setting-practice-name").text() == "Oak"
    assert part(page, QLineEdit, "setting-practice-address").text() == "1 Elm Street"


def test_the_zone_and_the_country_go_by_their_names(desk: DirectDesk, page: SettingsPage) -> None:
    country = part(page, QLineEdit, "setting-practice-region")
    assert country.text() == "United States"
    write(page, "setting-practice-timezone", "new york, united")
    write(page, "setting-practice-region", "Germany")
    save(page)
    assert kept(desk)["practice.timezone"] == "America/New_York"
    assert kept(desk)["practice.region"] == "DE"
    zone = part(page, QLineEdit, "setting-practice-timezone")
    assert zone.text() == "New York, United States (Eastern Time)"
    offered = country.completer()
    offered.setCompletionPrefix("kingdom")
    assert offered.currentCompletion() == "United Kingdom"
    QTest.keyClick(country, Qt.Key.Key_Down)
    assert offered.completionCount() > 200
    offered.activated.emit("Austria")
    save(page)
    assert kept(desk)["practice.region"] == "AT"


def test_quiet_hours_and_the_most_messages_can_be_turned_off(
    desk: DirectDesk, page: SettingsPage
) -> None:
    put_settings(desk.workspace, {"messages.cap": {"messages": 4, "days": 30}})
    desk.changed.emit(Changes(frozenset({"settings"})))
    days = part(page, QLineEdit, "setting-messages-cap-days")
    assert (days.text(), days.isVisibleTo(page)) == ("30", True)
    for key in ("sms-quiet-hours", "messages-cap"):
        part(page, Switch, f"setting-{key}-on").click()
    assert not days.isVisibleTo(page)
    save(page)
    assert (kept(desk)["sms.quiet_hours"], kept(desk)["messages.cap"]) == ("off", "off")


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("practice-name", " ", "Write the practice's name."),
        ("practice-timezone", "Mars",
         "Type the name of a city, and choose it from those offered."),
        ("practice-check-time", "25", "Write a time from 00:00 to 23:59, like 9:00."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_words_of_the_screen(
    page: SettingsPage, name: str, typed: str, said: str
) -> None:
    write(page, f"setting-{name}", typed)
    save(page)
    assert part(page, QLabel, f"setting-{name}-fault").text() == said

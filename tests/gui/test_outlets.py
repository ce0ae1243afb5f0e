"""Passwords and a test of the mail: given on the settings screen, never shown there again."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app import secrets
from db.sql import query
from engine.commands.settings import put_settings
from tests.gui.fakes import COMMAND, JOB, DirectDesk, HeldDesk
from tests.gui.test_settings_page import part, write
from tests.servers import MailPeer
from views.ports import Changes, Place
from views.settings import SettingsPage

PASSWORD = "setting-email-smtp-password"
SECRET = "correct horse"


@pytest.fixture(autouse=True)
def private_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_CRM_KEYRING", "off")


def opened(desk: DirectDesk | HeldDesk, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(desk)
    qtbot.addWidget(made)
    made.resize(1080, 720)
    with qtbot.waitExposed(made):
        made.show()
    made.go(Place("settings"))
    return made


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> SettingsPage:
    put_settings(desk.workspace, {"email.transport": "smtp", "email.smtp.host": "127.0.0.1"})
    return opened(desk, qtbot)


def press(page: SettingsPage, name: str) -> None:
    part(page, QPushButton, name).click()


def test_a_password_is_given_kept_and_never_shown(desk: DirectDesk, page: SettingsPage) -> None:
    said: list[Changes] = []
    desk.changed.connect(said.append)
    state, line = part(page, QLabel, f"{PASSWORD}-state"), part(page, QLineEdit, PASSWORD)
    assert (state.text(), line.isVisible()) == ("Not set yet", False)
    press(page, f"{PASSWORD}-change")
    assert line.isVisible()
    assert line.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(line, SECRET)
    press(page, f"{PASSWORD}-keep")
    assert (state.text(), line.isVisible(), line.text()) == ("Kept, not shown", False, "")
    assert secrets.find(desk.workspace.store, "email.smtp.password") == SECRET
    assert said == [Changes(frozenset({"settings"}))]
    with desk.workspace.store.read() as connection:
        stored = [row.value for row in query(connection, "SELECT value FROM setting")]
    assert not any(SECRET in str(value) for value in stored)


def test_a_page_opened_later_says_that_it_is_kept(desk: DirectDesk, qtbot: QtBot) -> None:
    put_settings(desk.workspace, {"sms.transport": "twilio"})
    secrets.keep(desk.workspace.store, "sms.twilio.token", "t0ken")
    page = opened(desk, qtbot)
    assert part(page, QLabel, "setting-sms-twilio-token-state").text() == "Kept, not shown"
    assert not part(page, QLabel, f"{PASSWORD}-state").isVisible()


def test_esc_forgets_what_was_typed(desk: DirectDesk, page: SettingsPage) -> None:
    press(page, f"{PASSWORD}-change")
    line = part(page, QLineEdit, PASSWORD)
    QTest.keyClicks(line, SECRET)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert (line.text(), line.isVisible()) == ("", False)
    assert secrets.find(desk.workspace.store, "email.smtp.password") is None


def test_an_empty_password_is_refused_beside_its_field(page: SettingsPage) -> None:
    press(page, f"{PASSWORD}-change")
    press(page, f"{PASSWORD}-keep")
    assert part(page, QLabel, f"{PASSWORD}-fault").isVisible()


def test_a_test_goes_to_the_address_by_the_saved_server(
    desk: DirectDesk, page: SettingsPage, mail_peer: MailPeer
) -> None:
    put_settings(
        desk.workspace,
        {"email.smtp.port": mail_peer.port, "email.smtp.security": "none", "practice.name": "Élan"},
    )
    part(page, QLineEdit, "mail-test").setText("me@example.org")
    press(page, "mail-test-send")
    assert part(page, QLabel, "mail-test-help").text() == (
        "Sent to me@example.org: look whether it came."
    )
    [received] = mail_peer.received
    assert received.rcpt_to == ("me@example.org",)
    message = message_from_bytes(received.content)
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "the mail of Élan goes out" in body.decode()


def test_what_is_wrong_with_the_server_is_said_beside_the_address(
    desk: DirectDesk, page: SettingsPage
) -> None:
    put_settings(desk.workspace, {"email.smtp.user": "oak"})
    part(page, QLineEdit, "mail-test").setText("me@example.org")
    press(page, "mail-test-send")
    fault = part(page, QLabel, "mail-test-fault")
    assert (fault.isVisible(), "password is missing" in fault.text()) == (True, True)
    assert part(page, QPushButton, "mail-test-send").isEnabled()


def test_a_folder_says_that_nothing_is_sent(desk: DirectDesk, page: SettingsPage) -> None:
    put_settings(desk.workspace, {"email.transport": "folder"})
    part(page, QLineEdit, "mail-test").setText("me@example.org")
    press(page, "mail-test-send")
    assert "not sent" in part(page, QLabel, "mail-test-help").text()


def test_a_test_waits_until_the_settings_are_saved(desk: DirectDesk, page: SettingsPage) -> None:
    send = part(page, QPushButton, "mail-test-send")
    write(page, "setting-email-smtp-host", "smtp.example.org")
    assert not send.isEnabled()
    assert "Save first" in part(page, QLabel, "mail-test-help").text()
    press(page, "settings-save")
    assert send.isEnabled()
    where = part(page, QComboBox, "setting-email-transport")
    assert where.currentText() == "A mail server"


def test_one_test_at_a_time(desk: DirectDesk, qtbot: QtBot) -> None:
    held = HeldDesk(desk.workspace, desk.at)
    page = opened(held, qtbot)
    held.settle()
    part(page, QLineEdit, "mail-test").setText("me@example.org")
    press(page, "mail-test-send")
    press(page, "mail-test-send")
    QTest.keyClick(part(page, QLineEdit, "mail-test"), Qt.Key.Key_Return)
    assert held.held == [JOB]
    held.settle()
    assert part(page, QPushButton, "mail-test-send").isEnabled()


def test_a_password_is_kept_once_and_what_is_typed_since_stays(
    desk: DirectDesk, qtbot: QtBot
) -> None:
    put_settings(desk.workspace, {"email.transport": "smtp", "email.smtp.host": "127.0.0.1"})
    held = HeldDesk(desk.workspace, desk.at)
    page = opened(held, qtbot)
    held.settle()
    line = part(page, QLineEdit, PASSWORD)
    press(page, f"{PASSWORD}-change")
    QTest.keyClicks(line, SECRET)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert held.held == [COMMAND]
    QTest.keyClicks(line, " battery")
    held.settle()
    assert (line.isVisible(), line.text()) == (True, f"{SECRET} battery")
    assert part(page, QLabel, f"{PASSWORD}-state").text() == "Kept, not shown"

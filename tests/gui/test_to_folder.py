"""Where no provider is set, messages reach nobody: that is said wherever it matters."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.commands.settings import put_settings
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part, shown
from tests.gui.session_kit import WELCOME, opened
from views.automations import AutomationsPage
from views.builder import BuilderPage
from views.ports import Place
from views.widgets.status import RUNNING, EngineState, StatusBar

ROUTE = "go to a folder, not to people"


@pytest.mark.parametrize(
    ("channels", "words", "key"),
    [
        ({"email", "sms"}, "Messages", "email.transport"),
        ({"email"}, "Emails", "email.transport"),
        ({"sms"}, "Texts", "sms.transport"),
    ],
)
def test_the_status_bar_says_so_and_leads_to_the_setting(
    qtbot: QtBot, channels: set[str], words: str, key: str
) -> None:
    bar = shown(StatusBar("practice.db", "sarah"), qtbot)
    bar.show_state(EngineState(RUNNING), NOW, ZoneInfo("UTC"))
    bar.show_folder(frozenset(channels))
    link = part(bar, QPushButton, "status-folder")
    assert link.text() == f"{words} {ROUTE}"
    with qtbot.waitSignal(bar.folder_asked) as asked:
        link.click()
    assert asked.args == [key]
    bar.show_folder(frozenset())
    assert not link.isVisible()


def test_the_sample_practice_says_it_once(qtbot: QtBot) -> None:
    bar = shown(StatusBar("practice.db", "sarah", in_sample=True), qtbot)
    bar.show_folder(frozenset({"email"}))
    assert not part(bar, QPushButton, "status-folder").isVisible()


def test_the_builder_warns_of_it(qtbot: QtBot, sample_desk: DirectDesk) -> None:
    page = shown(BuilderPage(sample_desk), qtbot)
    opened(sample_desk, page, WELCOME)
    page.session.settle()
    (found,) = [each for each in page.session.problems.warnings if ROUTE in each.words]
    page.build.show_card(found.where)
    assert sample_desk.places[-1] == Place("settings", tab="email.transport")
    page.turning.turn(False)
    page.turning.turn(True)
    assert ROUTE in sample_desk.words[-1]


def test_with_providers_nothing_is_said(qtbot: QtBot, sample_desk: DirectDesk) -> None:
    providers = {"email.transport": "smtp", "sms.transport": "twilio"}
    put_settings(sample_desk.workspace, providers)
    page = shown(BuilderPage(sample_desk), qtbot)
    opened(sample_desk, page, WELCOME)
    page.session.settle()
    assert not any(ROUTE in each.words for each in page.session.problems.warnings)


def test_the_list_says_it_when_one_is_turned_on(qtbot: QtBot, sample_desk: DirectDesk) -> None:
    page = shown(AutomationsPage(sample_desk), qtbot)
    page.go(Place("automations"))
    for _ in ("off", "on"):
        row = next(row for row in page.table.rows.rows if row.name == WELCOME)
        page.table.switched.emit(row)
    assert "is on." in sample_desk.words[-1]
    assert ROUTE in sample_desk.words[-1]

"""Where the builder stands: on which flow, tab and field, and what the window remembers of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.pages import PAGES
from app.window import MainWindow
from app.work import Work
from canvas.operations import Slot
from engine.building import open_flow
from engine.commands import flows
from engine.commands.settings import put_settings, put_template
from engine.drafts import DraftKey, read_draft
from engine.listing import show
from engine.naming import load_names
from engine.problems import EXITS, GOAL, HOURS, NO_SUBJECT, Problem
from engine.sample import set_up
from engine.vocabulary import TRIGGER
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk
from tests.gui.people import add_people
from views.builder import BUILD, DETAILS, PERFORMANCE, BuilderPage
from views.inspector.send_email import SendEmailForm
from views.ports import KINDS, Changes, Place
from views.widgets.link import Link
from views.widgets.sender import NAMED

PROVIDERS = {"email.transport": "smtp", "sms.transport": "twilio"}

HOT, WELCOME = "Hot lead", "New lead welcome series"


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[BuilderPage]:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    page.show()
    yield page


def number(workspace: Workspace, name: str) -> int:
    with workspace.store.read() as reader:
        return load_names(reader).automations[name]


def status(desk: DirectDesk, flow_id: int) -> str:
    with desk.workspace.store.read() as reader:
        return open_flow(reader, flow_id).status


def press(page: BuilderPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None and button.isVisible(), name
    button.click()


def paused(page: BuilderPage, desk: DirectDesk, name: str = HOT) -> int:
    flow_id = number(desk.workspace, name)
    if status(desk, flow_id) == "active":
        flows.pause(desk.workspace, flow_id, NOW)
    page.go(Place("automation", flow_id))
    return flow_id


def test_the_switch_says_what_is_so_while_turning_on_is_refused(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = paused(page, sample_desk)
    page.build.editor.add("send_email")
    page.bar.switch.click()
    assert sample_desk.words[-1] == "Choose an email"
    assert not page.bar.switch.isChecked()
    page.session.flow.undo()
    page.session.settle()
    page.bar.switch.click()
    assert page.bar.switch.isChecked()
    assert status(sample_desk, flow_id) == "active"


def test_another_flow_s_rehearsal_and_way_are_not_shown(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation", number(sample_desk.workspace, HOT)))
    page.build.rehearse()
    page.build.drawing.scene.highlight([TRIGGER])
    page.go(Place("automation", number(sample_desk.workspace, WELCOME)))
    assert page.build.panel.isVisible()
    assert page.build.drawing.scene.path == ()


def test_why_is_told_of_a_flow_that_is_being_changed(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    ann = add_people(sample_desk.workspace, NOW)[0]
    flow_id = number(sample_desk.workspace, HOT)
    page.go(Place("automation", flow_id, DETAILS))
    page.build.editor.add("delay")
    drawn = page.session.flow.value
    page.go(Place("automation", flow_id, BUILD, (("contact", str(ann)),)))
    assert page.session.flow.value == drawn
    close = page.findChild(QPushButton, "why-close")
    assert close is not None and close.isVisible()


def test_the_sender_s_fields_stay_while_the_name_is_typed_anew(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation", number(sample_desk.workspace, HOT)))
    page.build.editor.add("send_email")
    form = page.build.panel.findChildren(SendEmailForm)[-1]
    form._from._choose(NAMED)
    name = form.findChild(QLineEdit, "email-from-name")
    assert name is not None and name.isVisibleTo(form)
    for text in ("D", "", "{{owner}}", ""):
        name.setText(text)
        name.textEdited.emit(text)
        page.session.settle()
        assert name.isVisibleTo(form), text
    sample_desk.changed.emit(Changes(KINDS))
    assert name.isVisibleTo(form)
    page.build.editor.add("send_email")
    assert page.build.panel.findChildren(SendEmailForm)[-1]._from.name.isHidden()


def test_a_flow_without_steps_is_shown_where_its_first_would_stand(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation"))
    page.build.editor.change_value("name", "Mine", "name")
    press(page, "create-next")
    press(page, "create-next")
    assert sample_desk.words[-1] == "Add a first step"
    assert page.bar.tabs[BUILD].isChecked()
    assert page.build.drawing.scene.current == Slot(None, "", 0)


@pytest.mark.parametrize(
    ("where", "name"),
    [(GOAL, "details-lookback"), (HOURS, "hours-only"), (EXITS, "exit-goal_met")],
)
def test_a_problem_in_details_has_the_focus(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk, where: str, name: str
) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.go(Place("automation", number(sample_desk.workspace, HOT)))
    page.build.editor.change_value("goal", "book_appointment", "")
    page.session.settle()
    page.build.show_card(where)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == name


def test_a_new_flow_that_is_saved_is_a_place_to_come_back_to(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    page.go(Place("automation"))
    page.build.editor.change_value("name", "Mine", "name")
    press(page, "create-next")
    page.build.editor.add("delay")
    press(page, "create-next")
    flow_id = number(sample_desk.workspace, "Mine")
    assert sample_desk.places[-1] == Place("automation", flow_id, BUILD)
    page.bar.tabs[PERFORMANCE].click()
    assert sample_desk.places[-1] == Place("automation", flow_id, PERFORMANCE)


def test_another_tab_leaves_the_drawing_as_it_is(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    flow_id = number(sample_desk.workspace, HOT)
    page.go(Place("automation", flow_id))
    page.build.editor.add("delay")
    page.session.save(lambda result: None)
    chosen = page.build.editor.selection
    assert len(chosen) == 1
    page.go(Place("automation", flow_id, PERFORMANCE))
    page.go(Place("automation", flow_id, BUILD))
    assert page.build.editor.selection == chosen
    assert page.session.flow.stack.canUndo()


@pytest.fixture
def work(workspace: Workspace) -> Iterator[Work]:
    set_up(workspace, NOW)
    work = Work(workspace, lambda: NOW, name="here")
    yield work
    work.close()


def test_the_window_comes_back_to_what_was_begun_and_saved_in_it(
    qtbot: QtBot, desk: DirectDesk, work: Work
) -> None:
    states: list[Mapping[str, Any]] = []
    window = MainWindow(work, PAGES, "practice.db", "sarah", {}, states.append)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not work.busy)
    work.open(Place("automation"))
    page = window.page
    assert isinstance(page, BuilderPage)
    qtbot.waitUntil(lambda: not work.busy)
    page.build.editor.change_value("name", "Mine", "name")
    press(page, "create-next")
    page.build.editor.add("delay")
    press(page, "create-next")
    qtbot.waitUntil(lambda: not work.busy)
    flow_id = number(work.workspace, "Mine")
    window.close()
    assert (states[-1]["page"], states[-1]["record"]) == ("automation", flow_id)
    window.go_back()
    assert not isinstance(window.page, BuilderPage)


def test_what_was_drawn_a_moment_before_the_window_closes_is_kept(
    qtbot: QtBot, desk: DirectDesk, work: Work
) -> None:
    flow_id = number(work.workspace, HOT)
    window = MainWindow(work, PAGES, "practice.db", "sarah", {})
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not work.busy)
    work.open(Place("automation", flow_id))
    qtbot.waitUntil(lambda: not work.busy)
    page = window.page
    assert isinstance(page, BuilderPage)
    page.build.editor.add("delay")
    window.close()
    work.close()
    with work.workspace.store.read() as reader:
        draft = read_draft(reader, DraftKey("here", "automation", flow_id)).draft
    assert draft is not None and draft.unsaved
    assert draft.document == page.session.flow.value


def test_a_warning_names_its_card_and_leads_there(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    put_settings(sample_desk.workspace, PROVIDERS)
    paused(page, sample_desk)
    trigger = page.session.flow.value["trigger"]
    wait = {"id": "late", "type": "delay", "amount": 2, "unit": "days"}
    page.session.flow.edit("Wait", {**page.session.flow.value, "steps": [wait], "trigger": trigger})
    page.session.settle()
    page.build.panel.show_selection([])
    link = page.findChild(Link, "flow-warning-0")
    assert link is not None
    assert link.text() == "Delay “2 days”: Nothing comes after this wait"
    page.build.drawing.problems.click()
    menu = page.build.drawing.findChild(QMenu)
    assert menu is not None and link.text() in [action.text() for action in menu.actions()]
    menu.close()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert page.build.editor.selection == ["late"]


def test_emails_without_a_postal_address_are_warned_about_not_refused(
    page: BuilderPage, sample_desk: DirectDesk
) -> None:
    put_settings(sample_desk.workspace, {"practice.address": "", **PROVIDERS})
    flow_id = paused(page, sample_desk, WELCOME)
    page.bar.switch.click()
    assert status(sample_desk, flow_id) == "active"
    assert "carry no postal address" in sample_desk.words[-1]
    page.build.panel.show_selection([])
    link = page.findChild(Link, "flow-warning-0")
    assert link is not None and link.text().startswith("Emails will carry no postal address")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert sample_desk.places[-1] == Place("settings", tab="practice.address")
    put_settings(sample_desk.workspace, {"practice.address": "1 Oak Street"})
    sample_desk.changed.emit(Changes(frozenset({"settings"})))
    assert not page.session.problems.warnings


def test_an_email_without_a_subject_is_warned_of_until_it_or_its_step_has_one(
    qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk
) -> None:
    put_settings(sample_desk.workspace, PROVIDERS)
    paused(page, sample_desk, WELCOME)
    mail = next(s for s in page.session.flow.value["steps"] if s["type"] == "send_email")
    assert not page.session.problems.warnings
    with sample_desk.workspace.store.read() as reader:
        email = show(reader, "email", mail["template"])
    put_template(sample_desk.workspace, {**email, "subject": ""})
    sample_desk.changed.emit(Changes(frozenset({"templates"})))
    assert page.session.problems.warnings == (Problem(mail["id"], "subject", NO_SUBJECT),)
    page.build.editor.change_step({**mail, "subject": "Welcome"}, "")
    qtbot.waitUntil(lambda: not page.session.problems.warnings)

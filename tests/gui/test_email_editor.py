"""An email of the library is corrected, from a step and from Communication; nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.commands.settings import put_template
from engine.compose.writing import Block, Run
from engine.listing import show
from engine.naming import load_names
from tests.gui.fakes import DirectDesk, HeldDesk
from tests.gui.page_kit import part
from tests.gui.page_kit import shown as shown_page
from tests.gui.session_kit import WELCOME, opened
from views.builder import BuilderPage
from views.email_editor import EmailEditor
from views.inspector.send_email import SendEmailForm
from views.ports import Place
from views.templates import TemplatesPage
from views.text_editor import TextEditor

Shown = Callable[[DirectDesk | HeldDesk], BuilderPage]
HELLO = "Welcome to Practice EHR"
RICH = '<h1 style="color:red">Hi {{firstname}}</h1><table><tr><td>A</td></tr></table>'


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> TemplatesPage:
    made = TemplatesPage(sample_desk)
    sample_desk.opened.connect(made.go)
    made.go(Place("templates"))
    return shown_page(made, qtbot)


def stands(desk: DirectDesk, name: str = HELLO, kind: str = "email") -> dict[str, Any]:
    with desk.workspace.store.read() as reader:
        return show(reader, kind, name)


def edit(page: TemplatesPage, desk: DirectDesk, name: str = HELLO) -> EmailEditor:
    with desk.workspace.store.read() as reader:
        id = load_names(reader).emails[name]
    page.go(Place("templates", id, "edit"))
    assert page.one.email.isVisible()
    return page.one.email


def write(editor: QWidget, name: str, text: str) -> None:
    line = part(editor, QLineEdit, name)
    line.setText(text)
    line.textEdited.emit(text)


def text_of(whole: QWidget) -> str:
    """All that its visible labels say."""
    return "\n".join(each.text() for each in whole.findChildren(QLabel) if not each.isHidden())


def save(editor: EmailEditor | TextEditor) -> None:
    part(editor, QPushButton, f"{editor.objectName()}-save").click()


def test_what_is_typed_is_seen_at_once_and_saved(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    before = stands(sample_desk)
    editor = edit(page, sample_desk)
    users = part(editor, QLabel, "email-editor-users").text()
    assert users.startswith("Used by automation “New lead welcome series”")
    write(editor, "editor-subject", "Good day, {{firstname}}")
    assert part(editor, QLabel, "preview-subject").text() == "Good day, Ann"
    save(editor)
    assert stands(sample_desk) == {**before, "subject": "Good day, {{firstname}}"}
    assert page.table.isVisible() and sample_desk.words[-1] == f"“{HELLO}” was saved."
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert stands(sample_desk) == before


def test_the_body_is_written_with_marks_and_names(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    editor = edit(page, sample_desk)
    editor.box.put(())
    QTest.keyClicks(editor.box, "Dear ")
    part(editor, QPushButton, "body-token").click()
    fallback = part(editor, QLineEdit, "token-fallback")
    QTest.keyClicks(fallback, "friend")
    QTest.keyClick(fallback, Qt.Key.Key_Return)
    part(editor, QPushButton, "body-bold").click()
    QTest.keyClicks(editor.box, "!")
    assert "Dear Ann!" in editor.preview.mail.toPlainText()
    QTest.keyClick(editor.box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    body = '<p>Dear {{firstname|default("friend")}}<strong>!</strong></p>'
    assert stands(sample_desk)["body"] == body


def test_a_link_leads_to_a_page_or_a_mail(page: TemplatesPage, sample_desk: DirectDesk) -> None:
    editor = edit(page, sample_desk)
    editor.box.put(())
    address = part(editor, QLineEdit, "link-address")
    fault = part(editor, QLabel, "link-fault")
    part(editor, QPushButton, "body-link").click()
    QTest.keyClicks(address, "javascript:alert(1)")
    QTest.keyClick(address, Qt.Key.Key_Return)
    assert fault.isVisible() and address.isVisible()
    address.clear()
    QTest.keyClicks(address, "www.exa mple")
    QTest.keyClick(address, Qt.Key.Key_Return)
    assert fault.isVisible() and address.isVisible()
    address.clear()
    QTest.keyClicks(address, "example.org/book")
    QTest.keyClick(address, Qt.Key.Key_Return)
    assert not fault.isVisible()
    assert editor.box.writing()[0].runs[0].link == "https://example.org/book"


def test_what_is_begun_anew_is_no_link(page: TemplatesPage, sample_desk: DirectDesk) -> None:
    editor = edit(page, sample_desk)
    editor.box.put((Block("p", (Run("Book", bold=True, link="https://example.org"),)),))
    editor.box.selectAll()
    QTest.keyClicks(editor.box, "New")
    assert editor.box.writing() == (Block("p", (Run("New"),)),)


def test_what_was_not_touched_stays_as_it_was_written(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    put_template(sample_desk.workspace, {**stands(sample_desk), "body": "<p>Hi  <b>you</b></p>"})
    editor = edit(page, sample_desk)
    write(editor, "editor-subject", "Other")
    save(editor)
    assert stands(sample_desk)["body"] == "<p>Hi  <b>you</b></p>"


def test_html_made_elsewhere_is_kept_to_the_letter(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    put_template(sample_desk.workspace, {**stands(sample_desk), "body": RICH})
    editor = edit(page, sample_desk)
    assert editor.source.isVisible() and not editor.box.isVisible()
    assert "nothing of it is lost" in part(editor, QLabel, "editor-html-note").text()
    assert "Hi Ann" in editor.preview.mail.toPlainText()
    editor.source.setPlainText(RICH + "<p>More</p>")
    save(editor)
    assert stands(sample_desk)["body"] == RICH + "<p>More</p>"


def test_cancel_loses_nothing(page: TemplatesPage, sample_desk: DirectDesk) -> None:
    before = stands(sample_desk)
    editor = edit(page, sample_desk)
    write(editor, "editor-subject", "Halfway")
    part(editor, QPushButton, "email-editor-cancel").click()
    assert page.table.isVisible() and stands(sample_desk) == before
    assert sample_desk.undo is not None
    sample_desk.undo()
    assert editor.isVisible()
    assert part(editor, QLineEdit, "editor-subject").text() == "Halfway"
    save(editor)
    assert stands(sample_desk)["subject"] == "Halfway"


@pytest.mark.parametrize(("way", "kept"), [("whose-mine", "Ours"), ("whose-theirs", "Theirs")])
def test_another_desk_s_version_is_said_and_neither_is_lost(
    page: TemplatesPage, sample_desk: DirectDesk, way: str, kept: str
) -> None:
    editor = edit(page, sample_desk)
    write(editor, "editor-subject", "Ours")
    put_template(sample_desk.workspace, {**stands(sample_desk), "subject": "Theirs"})
    save(editor)
    assert stands(sample_desk)["subject"] == "Theirs" and editor.notice.isVisible()
    assert part(editor, QLineEdit, "editor-subject").text() == "Ours"
    part(editor, QPushButton, way).click()
    assert stands(sample_desk)["subject"] == kept
    if way == "whose-theirs":
        assert sample_desk.undo is not None
        sample_desk.undo()
        assert part(editor, QLineEdit, "editor-subject").text() == "Ours"


def test_what_is_wrong_is_said_beside_save(page: TemplatesPage, sample_desk: DirectDesk) -> None:
    editor = edit(page, sample_desk)
    write(editor, "editor-name", "How to book")
    save(editor)
    fault = part(editor, QLabel, "email-editor-fault")
    assert fault.text().startswith("Another email is called “How to book” already")
    write(editor, "editor-name", "Hello all")
    assert not fault.isVisible()
    save(editor)
    assert stands(sample_desk, "Hello all")["name"] == "Hello all"


def test_a_text_is_corrected_with_what_it_costs(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    with sample_desk.workspace.store.read() as reader:
        id = load_names(reader).texts["Ready to book"]
    page.go(Place("templates", id, "edit"))
    editor = page.one.text
    assert editor.isVisible()
    editor.message.setPlainText("Hi")
    assert part(editor, QLabel, "sms-cost").text() == "24 characters · 1 segment"
    assert part(editor, QLabel, "sms-appended").text() == "Reply STOP to opt out"
    save(editor)
    assert stands(sample_desk, "Ready to book", "sms")["body"] == "Hi"


def test_a_row_s_name_opens_the_editor_and_its_eye_the_preview(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    row = next(row for row in page.table.rows.rows if row.name == HELLO)
    page.table.opened.emit(row, "edit")
    assert page.one.email.isVisible()
    page.one.email.let_go()
    page.table.acted.emit(row, "preview")
    assert page.one.preview.isVisible() and not page.one.preview.edit.isHidden()
    part(page.one.preview, QPushButton, "preview-edit").click()
    assert page.one.email.isVisible()


@pytest.fixture
def builder(shown: Shown, sample_desk: DirectDesk) -> BuilderPage:
    made = shown(sample_desk)
    opened(sample_desk, made, WELCOME)
    return made


@pytest.fixture
def of_step(qtbot: QtBot, builder: BuilderPage) -> EmailEditor:
    """The editor of the first email of a flow."""
    steps = builder.session.flow.value["steps"]
    builder.build.show_card(next(step["id"] for step in steps if step["type"] == "send_email"))
    form = builder.build.panel.findChildren(SendEmailForm)[-1]
    part(form, QPushButton, "email-editor-open").click()
    qtbot.waitUntil(builder.build.mail.editor.isVisible)
    return builder.build.mail.editor


@pytest.mark.parametrize("leave", ["builder-update", "builder-back"])
def test_leaving_the_flow_saves_the_email_that_is_being_written(
    builder: BuilderPage, of_step: EmailEditor, sample_desk: DirectDesk, leave: str
) -> None:
    write(of_step, "editor-subject", "Other")
    part(builder, QPushButton, leave).click()
    assert stands(sample_desk)["subject"] == "Other"
    assert sample_desk.places[-1] == Place("automations")


def test_a_step_with_its_own_subject_says_so_beside_the_email_s(
    builder: BuilderPage, of_step: EmailEditor
) -> None:
    told = part(of_step, QLineEdit, "editor-subject").parentWidget()
    assert told is not None and "instead" not in text_of(told)
    part(of_step, QPushButton, "email-editor-cancel").click()
    form = builder.build.panel.findChildren(SendEmailForm)[-1]
    write(form, "email-subject", "Hello there")
    part(form, QPushButton, "email-editor-open").click()
    assert "its own subject instead: “Hello there”" in text_of(told)


def test_one_stays_where_the_email_can_t_be_saved(
    builder: BuilderPage, of_step: EmailEditor, sample_desk: DirectDesk
) -> None:
    write(of_step, "editor-subject", "Other {{ $$$")
    part(builder, QPushButton, "builder-update").click()
    assert Place("automations") not in sample_desk.places
    assert of_step.isVisible() and of_step.is_unsaved
    fault = part(of_step, QLabel, "email-editor-fault").text()
    assert fault == "The subject: a token is opened and never closed."


def test_from_a_step_save_comes_back_to_its_form(
    qtbot: QtBot, builder: BuilderPage, of_step: EmailEditor, sample_desk: DirectDesk
) -> None:
    page, editor = builder, of_step
    assert not part(editor, QLineEdit, "editor-name").isVisible()
    write(editor, "editor-subject", "Other")
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert stands(sample_desk)["subject"] == "Other"
    qtbot.waitUntil(page.build.panel.findChildren(SendEmailForm)[-1].isVisible)
    assert page.build.drawing.isVisible() and not page.session.is_unsaved


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (RICH + "<script>x</script>", "The message holds a <script> element, which no email"),
        ("<p>{{nobody}}</p>", "{{nobody}}"),
        ("", "The message is missing"),
    ],
)
def test_what_no_email_may_say_is_refused_beside_save(
    page: TemplatesPage, sample_desk: DirectDesk, body: str, words: str
) -> None:
    put_template(sample_desk.workspace, {**stands(sample_desk), "body": RICH})
    editor = edit(page, sample_desk)
    editor.source.setPlainText(body)
    save(editor)
    fault = part(editor, QLabel, "email-editor-fault")
    assert fault.isVisible() and words in fault.text(), fault.text()
    assert stands(sample_desk)["body"] == RICH


def written_on(desk: DirectDesk, kept: dict[str, Any], qtbot: QtBot) -> TemplatesPage:
    """The page of the next start."""
    made = TemplatesPage(desk)
    desk.opened.connect(made.go)
    made.restore(json.loads(json.dumps(kept)))
    made.go(Place("templates"))
    return shown_page(made, qtbot)


def test_what_was_being_written_is_there_at_the_next_start(
    qtbot: QtBot, page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    assert page.kept() == {}
    write(edit(page, sample_desk), "editor-subject", "Half a sen")
    again = written_on(sample_desk, page.kept(), qtbot)
    editor = again.one.email
    assert editor.isVisible() and "is here again" in sample_desk.words[-1]
    assert part(editor, QLineEdit, "editor-subject").text() == "Half a sen"
    save(editor)
    assert stands(sample_desk)["subject"] == "Half a sen"
    assert again.kept() == {} and again.table.isVisible()


@pytest.mark.parametrize("kept", [{"id": "x"}, {"id": 1, "base": {}, "typed": []}, {"id": 10**9}])
def test_what_is_kept_and_damaged_is_left(
    qtbot: QtBot, sample_desk: DirectDesk, kept: dict[str, Any]
) -> None:
    assert written_on(sample_desk, kept, qtbot).table.isVisible()


def test_a_deleted_one_that_was_being_written_is_told_of(
    qtbot: QtBot, page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    write(edit(page, sample_desk), "editor-subject", "Half")
    kept = page.kept() | {"id": 10**9}
    assert written_on(sample_desk, kept, qtbot).table.isVisible()
    assert sample_desk.words[-1] == "This email or text is no longer there."


def test_another_page_and_back_finds_it_still_being_written(
    page: TemplatesPage, sample_desk: DirectDesk
) -> None:
    editor = edit(page, sample_desk)
    write(editor, "editor-subject", "Half")
    page.go(Place("templates"))
    assert editor.isVisible() and editor.is_unsaved


def test_from_a_step_it_is_there_at_the_next_start_too(
    shown: Shown, builder: BuilderPage, of_step: EmailEditor, sample_desk: DirectDesk, qtbot: QtBot
) -> None:
    write(of_step, "editor-subject", "Half")
    again = shown(sample_desk)
    again.restore(json.loads(json.dumps(builder.kept())))
    opened(sample_desk, again, WELCOME)
    qtbot.waitUntil(again.build.mail.editor.isVisible)
    assert part(again.build.mail.editor, QLineEdit, "editor-subject").text() == "Half"

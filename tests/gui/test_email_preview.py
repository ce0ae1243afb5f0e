"""An email is shown as it will be sent, and what shows it runs nothing and reaches nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtNetwork import QHostAddress, QTcpServer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.commands.settings import put_template
from engine.preview import Written
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk, HeldDesk
from tests.gui.page_kit import W, part, shown
from tests.gui.people import add_people
from tests.gui.session_kit import WELCOME, opened
from views.builder import BuilderPage
from views.inspector.send_email import SendEmailForm
from views.ports import KINDS, Changes
from views.preview import DESKTOP, MOBILE, EmailPreview

Shown = Callable[[DirectDesk | HeldDesk], BuilderPage]
HARMFUL = (
    "<script>fetch('{at}')</script>", "<p onclick=\"x()\">Hi</p>",
    "<p><a href='javascript:x()'>Hi</a></p>",
)  # fmt: skip


def said(preview: EmailPreview, name: str) -> str:
    return part(preview, QLabel, f"preview-{name}").text()


@pytest.fixture
def preview(qtbot: QtBot, sample_desk: DirectDesk) -> EmailPreview:
    return shown(EmailPreview(sample_desk), qtbot)


def on_form(page: BuilderPage, kind: type[W], name: str) -> W:
    return part(page.build.panel.findChildren(SendEmailForm)[-1], kind, name)


def on_the_step(page: BuilderPage, desk: DirectDesk, name: str = WELCOME) -> EmailPreview:
    opened(desk, page, name)
    steps = page.session.flow.value["steps"]
    page.build.show_card(next(step["id"] for step in steps if step["type"] == "send_email"))
    return page.build.mail.preview


def test_what_is_drawn_is_what_is_sent(preview: EmailPreview) -> None:
    written = Written("Hi {{firstname}}", "From {{owner}}", "", "", "<p>Dear {{lastname}}</p>")
    preview.show_email("Hello", written, {"subject": "Book, {{firstname}}"})
    assert said(preview, "subject") == "Book, Ann" and said(preview, "text") == "From Sarah"
    assert said(preview, "from") == "Maple Grove Family Practice <support@practiceehr.com>"
    words = preview.mail.toPlainText()
    assert "Dear Lee" in words and "12 Maple Grove Lane" in words and "Unsubscribe" in words
    assert said(preview, "as") == "As Ann Lee (sample person)"
    assert not part(preview, QLabel, "preview-doubts").isVisible()


def test_it_is_as_wide_as_on_either_screen(preview: EmailPreview) -> None:
    for name, width in (("mobile", MOBILE), ("desktop", DESKTOP)):
        press_in(preview, f"preview-{name}")
        assert preview._paper.width() == width + 2


def press_in(preview: EmailPreview, name: str) -> None:
    part(preview, QPushButton, name).click()


def test_a_contact_is_found_and_reads_it(
    preview: EmailPreview, sample_desk: DirectDesk, qtbot: QtBot
) -> None:
    add_people(sample_desk.workspace, NOW)
    preview.show_email("Hello", Written("Hi {{firstname}}", body="<p>{{owner}}</p>"), {})
    line = part(preview, QLineEdit, "preview-find")
    QTest.keyClicks(line, "Carla")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert said(preview, "subject") == "Hi Carla" and said(preview, "as") == "As Carla Diaz"
    assert said(preview, "doubts").startswith("Carla Diaz has no owner: “Maple Grove")
    press_in(preview, "preview-sample")
    assert said(preview, "subject") == "Hi Ann"


@pytest.mark.parametrize("body", HARMFUL)
def test_nothing_that_could_run_is_drawn(preview: EmailPreview, body: str) -> None:
    preview.show_email("Hello", Written("Hi", body="<p>First</p>"), {})
    preview.show_email("Hello", Written("Hi", body=body), {})
    assert "which no email may carry: take it out." in said(preview, "fault")
    assert not preview.mail.isVisible()
    preview.mail.show_mail(body)
    drawn = preview.mail.toHtml()
    assert not any(bad in drawn for bad in ("fetch", "onclick", "javascript"))


def test_nothing_is_fetched(qtbot: QtBot, preview: EmailPreview) -> None:
    server = QTcpServer()
    assert server.listen(QHostAddress.SpecialAddress.LocalHost)
    at = f"http://127.0.0.1:{server.serverPort()}"
    body = (
        f"<style>@import url('{at}/a.css'); p {{ background: url('{at}/b.png') }}</style>"
        f"<p style=\"background-image:url('{at}/c.png')\">Hi</p>"
        f'<img alt="" src="{at}/d.png"><table background="{at}/e.png"><tr><td>x</td></tr></table>'
    )
    preview.show_email("Hello", Written("Hi", body=body), {})
    preview.mail.grab()
    assert not server.waitForNewConnection(200)[0]
    assert not server.hasPendingConnections()


def test_no_file_is_read_and_no_link_followed(preview: EmailPreview) -> None:
    mail = preview.mail
    kinds = QTextDocument.ResourceType
    for kind in (kinds.HtmlResource, kinds.StyleSheetResource, kinds.MarkdownResource):
        assert mail.loadResource(kind.value, QUrl("file:///etc/hostname")) is None
    assert not mail.openLinks() and not mail.openExternalLinks()
    field = mail.loadResource(kinds.ImageResource.value, QUrl("file:///a.png"))
    assert not field.isNull()


def test_the_step_s_preview_follows_what_is_typed(
    qtbot: QtBot, shown: Shown, sample_desk: DirectDesk
) -> None:
    page = shown(sample_desk)
    preview = on_the_step(page, sample_desk)
    on_form(page, QPushButton, "email-preview-open").click()
    assert preview.isVisible() and said(preview, "title") == "Welcome to Practice EHR"
    assert not page.build.drawing.isVisible()
    line = on_form(page, QLineEdit, "email-subject")
    qtbot.waitUntil(line.isVisible)
    line.setText("Now, {{firstname}}")
    line.textEdited.emit(line.text())
    assert said(preview, "subject") == "Now, Ann"
    QTest.keyClick(preview, Qt.Key.Key_Escape)
    assert page.build.drawing.isVisible() and not preview.isVisible()
    assert page.isAncestorOf(QApplication.focusWidget() or page)


def test_it_follows_what_another_desk_saves(shown: Shown, sample_desk: DirectDesk) -> None:
    page = shown(sample_desk)
    preview = on_the_step(page, sample_desk)
    on_form(page, QPushButton, "email-preview-open").click()
    put_template(sample_desk.workspace, {
        "format": "practice-crm/template@1", "channel": "email",
        "name": "Welcome to Practice EHR", "subject": "Theirs", "body": "<p>Hi</p>",
    })  # fmt: skip
    sample_desk.changed.emit(Changes(KINDS))
    assert said(preview, "subject") == "Theirs"


def test_it_goes_with_its_step(shown: Shown, sample_desk: DirectDesk) -> None:
    page = shown(sample_desk)
    preview = on_the_step(page, sample_desk)
    on_form(page, QPushButton, "email-preview-open").click()
    page.build.editor.delete(page.build.editor.steps)
    assert not preview.isVisible() and page.build.drawing.isVisible()


def test_without_an_email_there_is_nothing_to_preview(
    shown: Shown, sample_desk: DirectDesk
) -> None:
    page = shown(sample_desk)
    opened(sample_desk, page, WELCOME)
    page.build.editor.add("send_email")
    for name in ("email-preview-open", "email-editor-open"):
        assert not on_form(page, QPushButton, name).isEnabled()

"""What stands on the cards is said anew only where something changed, and drawn once an edit."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from canvas.operations import replace_step
from engine.naming import load_names
from engine.vocabulary import TRIGGER
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.drawing import CardWords
from views.ports import Place

FLOW: dict[str, Any] = {
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "hello", "type": "send_email", "subject": "Hello"},
        {"id": "wait", "type": "delay", "amount": 1, "unit": "days"},
        {"id": "ask", "type": "if_then", "condition": {"type": "opened_email", "step": "hello"},
         "yes": [{"id": "text", "type": "send_sms", "text": "Hi"}], "no": []},
    ],
}  # fmt: skip


def test_a_step_that_stays_keeps_its_words() -> None:
    words = CardWords("Enrollment trigger")
    before = words.of(FLOW)
    after = words.of(replace_step(FLOW, "text", {"id": "text", "type": "send_sms", "text": "Bye"}))
    assert after["text"].summary == "Bye"
    assert after["hello"] is before["hello"]
    assert after["wait"] is before["wait"]
    assert after[TRIGGER].title == "Enrollment trigger"


def test_a_branch_follows_the_email_it_asks_about() -> None:
    words = CardWords("Enrollment trigger")
    assert words.of(FLOW)["ask"].summary == "Opened “Hello”"
    renamed = {"id": "hello", "type": "send_email", "subject": "Welcome"}
    assert words.of(replace_step(FLOW, "hello", renamed))["ask"].summary == "Opened “Welcome”"


def test_steps_that_went_are_forgotten() -> None:
    words = CardWords("Enrollment trigger")
    words.of(FLOW)
    assert words.of({**FLOW, "steps": FLOW["steps"][:1]}).keys() == {TRIGGER, "hello"}


def test_an_edit_is_drawn_once(qtbot: QtBot, sample_desk: DirectDesk) -> None:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    page.show()
    with sample_desk.workspace.store.read() as connection:
        flow_id = load_names(connection).automations["Hot lead"]
    page.go(Place("automation", flow_id))
    drawn: list[None] = []
    page.build.drawing.scene.shown.connect(lambda: drawn.append(None))
    page.build.editor.change_value("description", "Another", "description")
    page.session.settle()
    assert len(drawn) == 1
    page.build.editor.add("delay")
    assert page.build.drawing.scene.selected_ids() == page.build.editor.steps
    page.session.settle()
    assert len(drawn) == 2

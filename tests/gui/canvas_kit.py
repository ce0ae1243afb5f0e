"""A canvas for tests: a flow drawn with icons, colours and words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas.look import Caption
from canvas.operations import Document, steps_in_order
from canvas.palette import colours_of
from canvas.scene import FlowScene
from canvas.view import FlowView
from engine.vocabulary import STEP_TYPES, TRIGGER
from tests.unit.canvas_flows import branch, flow, plain
from views.icons import icon
from views.theme import LIGHT, Theme, dress

WELCOME = flow(
    plain("thanks", "send_email"),
    plain("wait"),
    branch("opened", [plain("nudge", "send_sms")], [plain("call", "create_task")]),
    branch("replied"),
    plain("mark", "set_property"),
)


def captions(document: Document) -> dict[str, Caption]:
    """A title and a summary for every card."""
    words = {TRIGGER: Caption("Enrollment trigger", "When someone new is added")}
    for _, step in steps_in_order(document):
        words[step["id"]] = Caption(f"Title of {step['id']}", f"What {step['id']} does")
    return words


def drawn_scene(document: Document = WELCOME, theme: Theme = LIGHT) -> FlowScene:
    """A flow drawn on a scene that no view shows yet."""
    icons = {kind: icon(kind, theme.text) for kind in (TRIGGER, *STEP_TYPES)}
    scene = FlowScene(icons, colours_of(asdict(theme)))
    scene.show(document, captions(document))
    return scene


def shown_view(qtbot: QtBot, document: Document = WELCOME, theme: Theme = LIGHT) -> FlowView:
    """A canvas of 800 × 600 on the screen, at 100 %, the trigger at the top."""
    dress(qapp(), theme)
    scene = drawn_scene(document, theme)
    view = FlowView(scene)
    scene.setParent(view)
    qtbot.addWidget(view)
    view.resize(800, 600)
    with qtbot.waitExposed(view):
        view.show()
    view.show_start()
    return view


def qapp() -> QApplication:
    """The application the tests run in."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def told(signal: Any) -> list[Any]:
    """What a signal says from now on: its one value, or all of several."""
    heard: list[Any] = []
    signal.connect(lambda *values: heard.append(values[0] if len(values) == 1 else values))
    return heard

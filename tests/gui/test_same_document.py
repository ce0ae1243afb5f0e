"""The same document whichever way it was made, and the worked cases on flows built by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from canvas.operations import Slot, steps_in_order
from canvas.view import STEP_MIME
from engine.commands.flows import save_flow
from engine.documents.loading import load_json
from engine.listing import show
from tests.e2e.compare import differences
from tests.e2e.test_scenarios import expected, journal
from tests.gui.fakes import DirectDesk
from views.builder import BuilderPage
from views.ports import Place
from views.session import BLANK

SCENARIOS = sorted((Path(__file__).parents[1] / "e2e" / "scenarios").glob("*.scenario.json"))
SPOKEN = {"send_email": "email", "delay": "delay", "if_then": "if", "create_task": "task"}
SHAPE = [
    (Slot(None, "", 0), "send_email"), (Slot(None, "", 1), "delay"), (Slot(None, "", 2), "if_then"),
    (Slot("if_then-1", "yes", 0), "create_task"), (Slot(None, "", 3), "delay"),
]  # fmt: skip
FILLED = {
    "send_email": {"template": "How to book"},
    "create_task": {"title": "Call"},
}


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[BuilderPage]:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    page.show()
    page.go(Place("automation"))
    page.bar.tabs["build"].click()
    page._show_tab("build")
    yield page


def by_picker(page: BuilderPage) -> None:
    """A click on the plus, what is looked for, Enter."""
    for slot, type in SHAPE:
        page.build.drawing.view.ask_to_add(slot)
        QTest.keyClicks(page.build.picker.search, SPOKEN[type])
        QTest.keyClick(page.build.picker.search, Qt.Key.Key_Return)


def by_drag(page: BuilderPage) -> None:
    """From the palette onto the plus."""
    view = page.build.drawing.view
    for slot, type in SHAPE:
        view.fit()
        at = QPointF(view.mapFromScene(view.flow.bounds_of(slot).center()))
        data = QMimeData()
        data.setData(STEP_MIME, type.encode())
        view.dropEvent(
            QDropEvent(
                at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )  # fmt: skip


def by_palette(page: BuilderPage) -> None:
    """A step after the selected one, by a double click in the palette."""
    for slot, type in SHAPE:
        view = page.build.drawing.view
        if slot.owner is None and slot.index == 0:
            view.go_to("trigger")
        elif slot.owner is None:
            steps = page.session.flow.value["steps"]
            view.go_to(steps[slot.index - 1]["id"])
        else:
            view.go_to(slot)
            view.ask_to_add(slot)
            QTest.keyClicks(page.build.picker.search, SPOKEN[type])
            QTest.keyClick(page.build.picker.search, Qt.Key.Key_Return)
            continue
        page.build.palette_.add_asked.emit(type)


def fill(page: BuilderPage, steps: Mapping[str, Mapping[str, Any]]) -> None:
    for _, step in list(steps_in_order(page.session.flow.value)):
        if step["type"] in steps:
            page.build.editor.change_step({**step, **steps[step["type"]]}, "")


def saved(page: BuilderPage, desk: DirectDesk, name: str) -> dict[str, Any]:
    page.build.editor.change_value("name", name, "name")
    button = page.findChild(QPushButton, "create-next")
    assert button is not None
    button.click()
    with desk.workspace.store.read() as connection:
        return show(connection, "automation", name)


@pytest.mark.parametrize("way", [by_picker, by_drag, by_palette], ids=lambda way: way.__name__)
def test_every_way_gives_the_same(page: BuilderPage, sample_desk: DirectDesk, way: Any) -> None:
    way(page)
    fill(page, FILLED)
    built = saved(page, sample_desk, "Built")
    imported = json.loads(json.dumps({**built, "name": "Imported"}))
    save_flow(sample_desk.workspace, "automation", imported, sample_desk.at)
    with sample_desk.workspace.store.read() as connection:
        assert show(connection, "automation", "Imported") == {**built, "name": "Imported"}
    ids = [step["id"] for _, step in steps_in_order(built)]
    assert ids == ["send_email-1", "delay-1", "if_then-1", "create_task-1", "delay-2"]


def built_in_the_window(page: BuilderPage, source: Mapping[str, Any]) -> dict[str, Any]:
    """The automation `source`, put together step by step; its ids are those of the window."""
    page.session.flow.load({**BLANK, "format": source["format"], "trigger": {}})
    editor = page.build.editor
    new: dict[str, str] = {}
    for slot, step in list(steps_in_order(source)):
        owner = None if slot.owner is None else new[slot.owner]
        editor.add(step["type"], Slot(owner, slot.lane, slot.index))
        new[step["id"]] = editor.selection[0]
        lanes: dict[str, Any] = {"yes": [], "no": []} if step["type"] == "if_then" else {}
        editor.change_step({**renamed(step, new), **lanes}, "")
    for key, value in source.items():
        if key == "trigger":
            editor.change_trigger(value, "")
        elif key not in ("steps", "format"):
            editor.change_value(key, value, "")
    back = {there: here for here, there in new.items()}
    called: dict[str, Any] = renamed(page.session.flow.value, back)
    return called


def renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """The document with its steps called as in the worked case."""
    if isinstance(value, list):
        return [renamed(item, ids) for item in value]
    if isinstance(value, Mapping):
        return {
            key: ids.get(item, item)
            if key in ("id", "step") and isinstance(item, str)
            else renamed(item, ids)
            for key, item in value.items()
        }
    return value


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name.split(".")[0])
def test_worked_cases_on_flows_built_in_the_window(page: BuilderPage, file: Path) -> None:
    scenario: Any = load_json(file)
    built = [built_in_the_window(page, each) for each in scenario["automations"]]
    assert built == scenario["automations"]
    assert differences(expected(file), journal({**scenario, "automations": built}, None, 7)) == []

"""What tests of a flow in the builder begin with: a flow open, something said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPushButton

from engine.drafts import Draft, DraftKey, read_draft
from engine.listing import show
from engine.naming import load_names
from tests.gui.fakes import DirectDesk, HeldDesk
from views.builder import BuilderPage
from views.ports import Changes, Place

HOT, WELCOME = "Hot lead", "New lead welcome series"
FLOWS = Changes(frozenset({"flows"}))
Desk = DirectDesk | HeldDesk
Shown = Callable[[Desk], BuilderPage]


def number(desk: Desk, name: str) -> int:
    with desk.workspace.store.read() as reader:
        return load_names(reader).automations[name]


def saved(desk: Desk, name: str) -> dict[str, Any]:
    with desk.workspace.store.read() as reader:
        return show(reader, "automation", name)


def kept(desk: Desk, flow_id: int) -> Draft:
    with desk.workspace.store.read() as reader:
        draft = read_draft(reader, DraftKey(desk.name, "automation", flow_id)).draft
    assert draft is not None
    return draft


def opened(desk: Desk, page: BuilderPage, name: str) -> int:
    flow_id = number(desk, name)
    page.go(Place("automation", flow_id))
    if isinstance(desk, HeldDesk):
        desk.settle()
    assert page.session.flow.value == saved(desk, name)
    return flow_id


def describe(page: BuilderPage, words: str) -> None:
    page.build.editor.change_value("description", words, "")
    page.session.settle()


def press(page: BuilderPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None and button.isVisible(), name
    button.click()

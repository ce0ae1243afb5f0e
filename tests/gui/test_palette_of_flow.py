"""The command palette offers what can be done with the flow that is open, and templates."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.finding import find
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import shown
from tests.gui.session_kit import WELCOME, describe, opened
from views.builder import BUILD, DETAILS, BuilderPage
from views.ports import Action, Place


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> BuilderPage:
    made = shown(BuilderPage(sample_desk), qtbot)
    opened(sample_desk, made, WELCOME)
    return made


def offered(page: BuilderPage) -> dict[str, Action]:
    return {each.title: each for each in page.offers()}


def test_a_flow_offers_all_that_can_be_done_with_it(page: BuilderPage) -> None:
    titles = set(offered(page))
    assert {"Update", "Turn off", "Rehearse…", "Numbers", "Find a step"} <= titles
    assert {"Save as PDF…", "Save as a picture (PNG)…", "Save as a drawing (SVG)…"} <= titles
    assert not any(title.startswith("Undo") for title in titles)
    describe(page, "Changed")
    (undo,) = [each for title, each in offered(page).items() if title.startswith("Undo")]
    undo.run()
    assert not page.session.is_unsaved


def test_what_is_seen_on_the_canvas_brings_it_up(page: BuilderPage) -> None:
    page.bar.tab_chosen.emit(DETAILS)
    offered(page)["Find a step"].run()
    assert page.bar.tabs[BUILD].isChecked()
    assert page.build.drawing.finder.isVisible()


def test_it_is_turned_off_and_on(page: BuilderPage) -> None:
    offered(page)["Turn off"].run()
    assert page.session.saved is not None and page.session.saved.status == "paused"
    offered(page)["Turn on"].run()
    assert page.session.saved.status == "active"


def test_what_is_new_offers_nothing_it_has_not(page: BuilderPage) -> None:
    page.go(Place("automation"))
    assert not {"Update", "Turn on", "Numbers"} & set(offered(page))


def test_templates_are_found_by_name(sample_desk: DirectDesk) -> None:
    with sample_desk.workspace.store.read() as reader:
        found = find(reader, "welcome", 12)
    assert "template" in {each.kind for each in found}

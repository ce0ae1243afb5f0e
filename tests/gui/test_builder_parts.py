"""What the builder offers beside drawing: files, the outline, the zoom it was left at, why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QListWidget
from pytestqt.qtbot import QtBot

from engine.calendar import DAY
from engine.commands.contacts import NewContact, create_contacts
from engine.dispatcher import RECORDED, deliver, standing
from engine.naming import load_names
from engine.runner import advance
from engine.vocabulary import END, TRIGGER
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part
from views.builder import BuilderPage
from views.ports import Place


@pytest.fixture
def page(qtbot: QtBot, sample_desk: DirectDesk) -> Iterator[BuilderPage]:
    page = BuilderPage(sample_desk)
    qtbot.addWidget(page)
    page.resize(1100, 780)
    page.show()
    page.go(Place("automation", number(sample_desk, "New lead welcome series")))
    yield page


def number(desk: DirectDesk, name: str) -> int:
    with desk.workspace.store.read() as connection:
        return load_names(connection).automations[name]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_flow_is_saved_as_a_file(
    page: BuilderPage, sample_desk: DirectDesk, tmp_path: Path, ending: str
) -> None:
    page.build.drawing.more.save(ending, tmp_path / "welcome")
    assert (tmp_path / f"welcome.{ending}").stat().st_size > 1000
    assert f"welcome.{ending}" in sample_desk.words[-1]
    if ending == "svg":
        assert "How to book" in (tmp_path / "welcome.svg").read_text()


def test_a_file_that_can_t_be_written_is_said(
    page: BuilderPage, sample_desk: DirectDesk, tmp_path: Path
) -> None:
    page.build.drawing.more.save("png", tmp_path / "gone" / "welcome.png")
    assert "gone" in sample_desk.words[-1]


def test_the_outline_takes_the_palette_s_place(page: BuilderPage) -> None:
    assert not page.build.outline.isVisible()
    page.build.drawing.more.outline.setChecked(True)
    assert page.build.outline.isVisible()
    page.build.drawing.scene.select(["thanks"])
    assert "Send email" in str(page.build.outline.currentIndex().data())
    page.build.drawing.more.outline.setChecked(False)
    assert page.build.palette_.isVisible()


def test_the_zoom_is_found_again(qtbot: QtBot, page: BuilderPage, sample_desk: DirectDesk) -> None:
    page.build.drawing.view.zoom_to(0.5)
    kept = page.kept()
    again = BuilderPage(sample_desk)
    qtbot.addWidget(again)
    again.restore(kept)
    again.go(Place("automation", number(sample_desk, "Hot lead")))
    assert again.build.drawing.view.zoom() == pytest.approx(0.5)
    again.restore({"zoom": "large"})
    again.go(Place("automation", number(sample_desk, "New lead welcome series")))
    assert again.build.drawing.view.zoom() == pytest.approx(1.0)


def test_why_is_drawn_and_told(page: BuilderPage, sample_desk: DirectDesk) -> None:
    workspace, at = sample_desk.workspace, sample_desk.at
    (ann,) = create_contacts(
        workspace, [NewContact("walk_in", {"first_name": "Ann", "email": "ann@example.org"})], at
    )
    for day in range(10):
        advance(workspace, at + day * DAY)
        deliver(workspace, RECORDED, standing(at + day * DAY))
    flow_id = number(sample_desk, "New lead welcome series")
    page.go(Place("automation", flow_id, "build", (("contact", str(ann)),)))
    path = page.build.drawing.scene.path
    assert path[:2] == (TRIGGER, "thanks")
    assert path[-1] == END
    told = page.findChild(QListWidget, "why-moments")
    assert told is not None and told.count() >= len(path)
    assert part(page, QLabel, "why-whose").text() == "What happened to Ann, and why"
    page.build.drawing.scene.select(["thanks"])
    assert page.build.drawing.scene.path == ()

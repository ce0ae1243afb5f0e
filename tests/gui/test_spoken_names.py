"""A button whose words change is called by its new words, also by a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from views.builder import BUILD, BuilderPage
from views.contact import ContactPage
from views.ports import Place


def misnamed(page: QWidget) -> list[str]:
    """The buttons that say one thing and are called another."""
    return [
        f"{each.text()} is called {each.accessibleName()}"
        for each in page.findChildren(QPushButton)
        if each.text().split(". ")[-1].casefold() not in each.accessibleName().casefold()
    ]


@pytest.mark.parametrize("tab", ["details", BUILD])
def test_the_wizard_s_buttons(qtbot: QtBot, desk: DirectDesk, tab: str) -> None:
    page = BuilderPage(desk)
    qtbot.addWidget(page)
    page.go(Place("automation"))
    page.bar.renamed.emit("A new one")
    page.bar.tab_chosen.emit(tab)
    assert not misnamed(page)


def test_the_zoom(qtbot: QtBot, desk: DirectDesk) -> None:
    page = BuilderPage(desk)
    qtbot.addWidget(page)
    page.go(Place("automation"))
    page.build.drawing.view.zoom_to(0.5)
    assert not misnamed(page)


def test_a_contact_s_question(qtbot: QtBot, desk: DirectDesk) -> None:
    page = ContactPage(desk)
    qtbot.addWidget(page)
    assert not misnamed(page)

"""What every test of the window may ask for. They run without a screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.session import temporary_store
from engine.sample import set_up
from engine.workspace import Workspace
from tests.gui.fakes import DirectDesk, HeldDesk
from views.builder import BuilderPage
from views.theme import LIGHT, dress

NOW = 1_767_621_600_000_000
"""2026-01-05T14:00:00Z, a Monday."""


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """The workspace of an empty store."""
    with temporary_store() as store:
        yield Workspace(store)


@pytest.fixture
def desk(qapp: QApplication, workspace: Workspace) -> DirectDesk:
    """A desk on an empty store, with everything done at once."""
    # No event loop runs between tests: what the last one closed would be dressed again.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    dress(qapp, LIGHT)
    return DirectDesk(workspace, NOW)


@pytest.fixture
def sample_desk(desk: DirectDesk) -> DirectDesk:
    """A desk on the sample practice as it is set up: flows, lists, templates, no people."""
    set_up(desk.workspace, NOW)
    return desk


@pytest.fixture
def held(desk: DirectDesk) -> HeldDesk:
    """A desk on the sample practice that answers when it is told to."""
    set_up(desk.workspace, NOW)
    return HeldDesk(desk.workspace, NOW)


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[DirectDesk | HeldDesk], BuilderPage]:
    """Shows the builder on a desk."""

    def show_page(desk: DirectDesk | HeldDesk) -> BuilderPage:
        page = BuilderPage(desk)
        qtbot.addWidget(page)
        page.resize(1100, 780)
        page.show()
        return page

    return show_page

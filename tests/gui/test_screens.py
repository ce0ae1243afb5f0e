"""What holds of every screen: names for screen readers, words that fit, ways out of emptiness."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from app.pictures import PICTURES, Picture
from app.stage import Stage
from app.window import MainWindow
from db.session import temporary_store
from engine.calendar import DAY
from engine.dispatcher import RECORDED, deliver, standing
from engine.sample import set_up
from engine.sample_life import live
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from views.theme import LIGHT, dress

SIZE = QSize(1280, 800)
SCREENS = [
    each
    for each in PICTURES
    if not each.name.startswith("trigger-") or each.name == "trigger-property_changed"
]
"""One form of a trigger stands for the ten."""
LONGER = 1.6


@pytest.fixture(scope="module")
def practice() -> Iterator[Workspace]:
    """The sample practice after a few people's few days."""
    with temporary_store() as store:
        workspace = Workspace(store)
        set_up(workspace, NOW - 20 * DAY)
        live(
            workspace, lambda now: deliver(workspace, RECORDED, standing(now)), contacts=30,
            days=20, seed=1, start=NOW - 20 * DAY,
        )  # fmt: skip
        yield workspace


class Strays(QObject):
    """Notes what was shown as a window of its own, were it for a moment, and is none."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            plain = watched.windowType() == Qt.WindowType.Window
            if watched.isWindow() and plain and not isinstance(watched, MainWindow):
                self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def stage(qapp: QApplication, practice: Workspace) -> Iterator[Stage]:
    dress(qapp, LIGHT)
    strays = Strays()
    qapp.installEventFilter(strays)
    made = Stage(practice, NOW, SIZE, "practice.db")
    yield made
    made.close()
    qapp.removeEventFilter(strays)
    assert strays.seen == []


class Longer(QTranslator):
    """A language whose words are all longer than those of English."""

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if "{" in sourceText or "%" in sourceText or not sourceText.strip():
            return sourceText
        return sourceText + "m" * round(len(sourceText) * (LONGER - 1))

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def longer(qapp: QApplication) -> Iterator[None]:
    words = Longer()
    qapp.installTranslator(words)
    yield
    qapp.removeTranslator(words)


@pytest.mark.parametrize("picture", SCREENS, ids=lambda picture: picture.name)
def test_whatever_takes_the_focus_has_a_name(stage: Stage, picture: Picture) -> None:
    picture.bring(stage)
    stage.settle()
    assert [described(each) for each in focusable(stage.window) if not name_of(each)] == []


@pytest.mark.parametrize("picture", SCREENS, ids=lambda picture: picture.name)
def test_a_longer_language_clips_no_label(longer: None, stage: Stage, picture: Picture) -> None:
    picture.bring(stage)
    stage.settle()
    assert [described(each) for each in worded(stage.window) if is_clipped(each)] == []


def name_of(widget: QWidget) -> str:
    own = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or own


def focusable(window: QWidget) -> list[QWidget]:
    return [
        each for each in window.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None and not isinstance(each, QStackedWidget | QScrollArea)
    ]  # fmt: skip


def worded(window: QWidget) -> list[QLabel | QAbstractButton]:
    every: list[QLabel | QAbstractButton] = [*window.findChildren(QLabel)]
    every += window.findChildren(QPushButton)
    return [each for each in every if each.isVisible()]


def is_clipped(widget: QLabel | QAbstractButton) -> bool:
    if not widget.text():
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    wanted = widget.minimumSizeHint() if isinstance(widget, QAbstractButton) else widget.sizeHint()
    return widget.width() < wanted.width() or widget.height() < wanted.height()


def described(widget: QWidget) -> str:
    owner = widget.parentWidget()
    text = widget.text()[:40] if isinstance(widget, QLabel | QAbstractButton) else ""
    name = widget.objectName() or f"in {owner.objectName() if owner else ''}"
    return f"{type(widget).__name__} {name} {text} {widget.width()}x{widget.height()}"

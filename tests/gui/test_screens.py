"""What holds of every screen: names for screen readers, words that fit, ways out of emptiness."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTranslator
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QToolButton,
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
from tests.gui.contrast import LEAST, SIGN, contrast
from views.theme import DARK, LIGHT, Theme, dress
from views.widgets.cells import PAD
from views.widgets.commands import CommandPalette

SIZE = QSize(1280, 800)
SCREENS = [
    each
    for each in PICTURES
    if not each.name.startswith(("trigger-", "step-"))
    or each.name in ("trigger-property_changed", "step-if_then")
]
"""One form of a trigger stands for the ten, one of a step for the seven."""
LONG = [
    each
    for each in PICTURES
    if each.name in ("builder-details", "builder-performance", "contact", "settings")
]
"""Those that are higher than the window."""
LONGER = 1.6
PLACES = re.compile(r"\{[^}]*\}|%[n\d]|%")
"""What is filled in: a translation has each of these once."""
SCALE = 3


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
        words = PLACES.sub("", sourceText)
        return sourceText + words[: round(len(words) * (LONGER - 1))]

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
    assert [each for table in tables(stage.window) for each in clipped_headers(table)] == []
    assert stage.window.size() == SIZE


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("picture", SCREENS, ids=lambda picture: picture.name)
def test_what_is_shown_can_be_read(
    qapp: QApplication, practice: Workspace, picture: Picture, theme: Theme
) -> None:
    dress(qapp, theme)
    stage = Stage(practice, NOW, SIZE, "practice.db")
    picture.bring(stage)
    stage.settle()
    shown = [each for each in worded(stage.window) if each.text() and uncovered(each)]
    images = {each.window(): picture_of(each.window()) for each in shown}
    found = {described(each): legible(each, images[each.window()]) for each in shown}
    stage.close()
    assert {who: value for who, value in found.items() if value < least(who)} == {}


@pytest.mark.parametrize("picture", LONG, ids=lambda picture: picture.name)
def test_the_keyboard_scrolls(stage: Stage, picture: Picture) -> None:
    picture.bring(stage)
    stage.settle()
    areas = [
        each for each in stage.window.findChildren(QScrollArea)
        if each.isVisible() and each.verticalScrollBar().maximum() > 0
    ]  # fmt: skip
    assert areas
    for area in areas:
        area.verticalScrollBar().setValue(0)
        QTest.keyClick(area, Qt.Key.Key_PageDown)
        assert area.verticalScrollBar().value() > 0, described(area)


def name_of(widget: QWidget) -> str:
    own = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or own


def focusable(window: QWidget) -> list[QWidget]:
    return [
        each for each in window.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None and not isinstance(each, QStackedWidget)
    ]  # fmt: skip


def worded(window: QWidget) -> list[QLabel | QAbstractButton]:
    every: list[QLabel | QAbstractButton] = [*window.findChildren(QLabel)]
    for kind in (QPushButton, QToolButton, QCheckBox, QRadioButton):
        every += window.findChildren(kind)
    return [each for each in every if each.isVisible()]


def tables(window: QWidget) -> list[QTableView]:
    return [each for each in window.findChildren(QTableView) if each.isVisible()]


def clipped_headers(table: QTableView) -> list[str]:
    """The titles of columns that are given less room than their words want."""
    header, model = table.horizontalHeader(), table.model()
    strong = QFont(header.font())
    strong.setBold(True)
    titles = {
        at: str(model.headerData(at, Qt.Orientation.Horizontal))
        for at in range(model.columnCount())
        if header.isVisible() and not table.isColumnHidden(at)
    }
    wide = QFontMetrics(strong).horizontalAdvance
    return [title for at, title in titles.items() if header.sectionSize(at) < wide(title) + 2 * PAD]


def picture_of(window: QWidget) -> QImage:
    """What a window shows, so large that the middle of a stroke has the colour of the text."""
    image = QImage(window.size() * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    window.render(image)
    return image


def legible(widget: QWidget, image: QImage) -> float:
    """The contrast of what is drawn of a widget with most of what it is drawn on."""
    corner = widget.mapTo(widget.window(), QPoint(0, 0)) * SCALE
    part = image.copy(QRect(corner, widget.size() * SCALE))
    seen = Counter(memoryview(part.constBits()).cast("I"))
    ground = QColor(seen.most_common(1)[0][0])
    return max(contrast(ground, QColor(colour)) for colour in seen)


def least(who: str) -> float:
    """The contrast it needs: the dots of a state and of a chart's legend are no text."""
    return SIGN if "●" in who else LEAST


def uncovered(widget: QWidget) -> bool:
    """Whether all of it is seen: nothing floats over it, and it is scrolled into sight."""
    palette = widget.window().findChild(CommandPalette)
    over = palette is not None and palette.isVisible() and not palette.isAncestorOf(widget)
    return not over and widget.visibleRegion().boundingRect() == widget.rect()


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

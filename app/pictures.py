"""Every screen as a picture: its name (screens.md) and how the window is brought there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QEventLoop, QPoint, QSize, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.pages import PAGES
from app.window import MainWindow
from app.work import Work
from db.errors import KnownError
from engine.due import next_due
from engine.naming import load_names
from engine.workspace import Workspace
from views.ports import Place
from views.theme import DARK, LIGHT, Theme, dress
from views.widgets.status import RUNNING, EngineState

QUIET = 3
LOOK_EVERY = 20
"""Milliseconds: a screen is drawn once nothing was under way for `QUIET` looks."""

W = TypeVar("W", bound=QWidget)


class Stage:
    """The window on a practice, and what it takes to bring it somewhere."""

    def __init__(self, workspace: Workspace, at: int, size: QSize, practice: str) -> None:
        self.workspace = workspace
        self._work = Work(workspace, lambda: at)
        self.window = MainWindow(self._work, PAGES, practice, "Sarah Kim", {})
        self.window.resize(size)
        self.window.show()
        self.settle()
        self.window.show_engine(EngineState(RUNNING, next_due(workspace, at), 0))

    def go(self, place: Place) -> None:
        """Open a page and wait until it stands."""
        self.window.go(place)
        self.settle()

    def flow(self, name: str) -> int:
        """The number of the automation called so."""
        with self.workspace.store.read() as connection:
            return load_names(connection).automations[name]

    def part(self, kind: type[W], name: str) -> W:
        """A widget that is shown, by its object name; KnownError if there is none."""
        for found in self.window.findChildren(kind, name):
            if found.isVisible():
                return found
        raise KnownError(f"The window shows no {name}.")

    def settle(self) -> None:
        """Let everything under way come to its end."""
        loop, looks = QEventLoop(), [0]

        def look() -> None:
            looks[0] = 0 if self._work.busy else looks[0] + 1
            if looks[0] >= QUIET:
                loop.quit()

        timer = QTimer(loop, interval=LOOK_EVERY)
        timer.timeout.connect(look)
        timer.start()
        loop.exec()

    def draw(self, scale: int) -> QPixmap:
        """The window as it stands, with what is open over it."""
        picture = QPixmap(self.window.size() * scale)
        picture.setDevicePixelRatio(scale)
        painter = QPainter(picture)
        corner = self.window.mapToGlobal(QPoint(0, 0))
        self.window.render(painter, QPoint(0, 0))
        for each in QApplication.topLevelWidgets():
            if each.isVisible() and each is not self.window and each.parent() is not None:
                each.render(painter, each.mapToGlobal(QPoint(0, 0)) - corner)
        painter.end()
        return picture

    def close(self) -> None:
        """Take the window down."""
        self.window.close()
        self._work.close()
        self.window.deleteLater()


class Picture(NamedTuple):
    """A screen: the name of its file, and what brings the window there."""

    name: str
    bring: Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Studio:
    """What all pictures have in common: `at` is the practice's instant."""

    workspace: Workspace
    at: int
    size: QSize
    scale: int = 1


def take(studio: Studio, picture: Picture, folder: Path) -> list[Path]:
    """Draw one screen, light and dark, as PNG into a folder; the files."""
    with _staged(studio) as stage:
        picture.bring(stage)
        stage.settle()
        return [
            _save(stage, studio.scale, theme, folder / f"{picture.name}{ending}.png")
            for theme, ending in ((LIGHT, ""), (DARK, "-dark"))
        ]


@contextmanager
def _staged(studio: Studio) -> Iterator[Stage]:
    _dress(LIGHT)
    stage = Stage(studio.workspace, studio.at, studio.size, "Sample practice")
    try:
        yield stage
    finally:
        stage.close()
        _dress(LIGHT)


def _save(stage: Stage, scale: int, theme: Theme, file: Path) -> Path:
    _dress(theme)
    stage.settle()
    if not stage.draw(scale).save(str(file), "PNG"):
        raise KnownError(f"{file} can't be written: make its folder writable.")
    return file


def _dress(theme: Theme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        dress(app, theme)


def _page(name: str, stage: Stage) -> None:
    stage.go(Place(name))


def _commands(stage: Stage) -> None:
    stage.window.open_palette()


PICTURES = (
    Picture("automation-list", partial(_page, "automations")),
    Picture("commands", _commands),
)
"""Every screen there is, in the order of screens.md."""

"""The window on a practice where time stands still, brought to a screen and drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QSize, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.pages import PAGES
from app.sample import SamplePractice
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
    """The window on a practice at the instant `now`, and what it takes to bring it somewhere."""

    def __init__(self, workspace: Workspace, at: int, size: QSize, practice: str) -> None:
        self.workspace, self.now = workspace, at
        self._work = Work(workspace, lambda: at)
        kept = {"size": [size.width(), size.height()]}
        self.window = MainWindow(
            self._work,
            PAGES,
            practice,
            "Sarah Kim",
            kept,
            sample=SamplePractice(workspace.store.url),
        )
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

    def email(self, name: str) -> int:
        """The number of the email called so."""
        with self.workspace.store.read() as connection:
            return load_names(connection).emails[name]

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
        # At once: a timer of the window must not ask anybody who is gone.
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)


@dataclass(frozen=True, slots=True)
class Studio:
    """What all pictures have in common: `at` is the practice's instant."""

    workspace: Workspace
    at: int
    size: QSize
    scale: int = 1


def take(studio: Studio, name: str, bring: Callable[[Stage], None], folder: Path) -> list[Path]:
    """Draw the screen `bring` leads to, light and dark, as PNG into a folder; the files."""
    return [
        _draw(studio, theme, bring, folder / f"{name}{ending}.png")
        for theme, ending in ((LIGHT, ""), (DARK, "-dark"))
    ]


def _draw(studio: Studio, theme: Theme, bring: Callable[[Stage], None], file: Path) -> Path:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        dress(app, theme)
    stage = Stage(studio.workspace, studio.at, studio.size, "Sample practice")
    try:
        bring(stage)
        stage.settle()
        if not stage.draw(studio.scale).save(str(file), "PNG"):
            raise KnownError(f"{file} can't be written: make its folder writable.")
    finally:
        stage.close()
    return file

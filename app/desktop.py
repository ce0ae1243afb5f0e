"""The window's parts put together, and taken apart again."""

from __future__ import annotations

import getpass
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app import state, wiring
from app.crash import CrashReporter
from app.pages import PAGES
from app.sample import SamplePractice
from app.ticking import Ticker
from app.window import MainWindow
from app.work import Work
from db.session import Store
from engine.workspace import Workspace
from views.ports import KINDS, Changes
from views.theme import dress, system_theme

HEARD_EVERY = 300
"""Milliseconds until a signal of the system is heard, which Qt's loop alone never would be."""


def application() -> QApplication:
    """The one application, dressed as the system asks, now and whenever that changes."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["practice-crm"])
    app.setApplicationName("practice-crm")
    app.setApplicationDisplayName("Practice CRM")
    dress(app, system_theme(app))
    app.styleHints().colorSchemeChanged.connect(lambda: dress(app, system_theme(app)))
    return app


class Desktop(QObject):
    """The window on a workspace with its threads. To be closed before the store is.

    In the sample practice `home` is the address of the clinic's own store, to go back to.
    `elsewhere` says the address of the store that is asked for instead.
    """

    elsewhere = Signal(str)

    def __init__(self, workspace: Workspace, home: str = "") -> None:
        super().__init__()
        store = workspace.store
        file = wiring.window_file(store)
        self.work = Work(
            workspace, wiring.now, self, name=wiring.desk_name(store.url), in_sample=bool(home)
        )
        sample = SamplePractice(store.url)
        self.ticker = Ticker(store, wiring.ledger(store.url), wiring.now, parent=self)
        self.window = MainWindow(
            self.work, PAGES, store_title(store), _user(), state.load(file), _keeper(file),
            None if home else sample,
        )  # fmt: skip
        self.window.sample_asked.connect(lambda: self.elsewhere.emit(sample.url))
        self.work.sample_left.connect(lambda: self.elsewhere.emit(home))
        self.crashes = CrashReporter(self.window)
        self.work.crashed.connect(self.crashes.report)
        self.work.wrote.connect(self.ticker.wake)
        self.work.changed.connect(self._renew)
        self.ticker.crashed.connect(self.crashes.report)
        self.ticker.told.connect(self.window.show_engine)
        self.ticker.worked.connect(self._tell)
        self.window.status.pause_asked.connect(self.ticker.pause)

    def open(self) -> None:
        """Show the window; once its first page stands, let the engine run."""
        self.crashes.install()
        self.window.show()
        self.work.rested.connect(self._start_engine)

    def close(self) -> None:
        """Let what is being written end, and take the threads down."""
        self.window.close()
        self.ticker.stop()
        self.work.close()
        self.ticker.close()
        self.crashes.close()
        # What the engine said last is heard only by the next event loop: nobody is there then.
        self.work.blockSignals(True)
        self.window.deleteLater()

    def _start_engine(self) -> None:
        self.work.rested.disconnect(self._start_engine)
        self.ticker.start()

    def _tell(self) -> None:
        self.work.changed.emit(Changes(KINDS))

    def _renew(self, changes: Changes) -> None:
        # A password is kept apart from the settings, so their version does not tell of it.
        if changes.kinds != KINDS and changes.about("settings"):
            self.ticker.renew()


class Ended(NamedTuple):
    """The exit status, and the address of the store to open the window on next, or ""."""

    status: int
    store: str


def run(workspace: Workspace, home: str = "") -> Ended:
    """Show the window on a workspace until it is closed, or another store is asked for.

    `home` as in `Desktop`.
    """
    app = application()
    desktop = Desktop(workspace, home)
    asked: list[str] = []
    desktop.elsewhere.connect(asked.append)
    desktop.elsewhere.connect(app.quit)
    before = {
        number: signal.signal(number, lambda *_: app.quit())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    hears = QTimer(desktop, interval=HEARD_EVERY)
    hears.timeout.connect(lambda: None)
    hears.start()
    desktop.open()
    try:
        status = app.exec()
        return Ended(status, asked[-1] if asked else "")
    finally:
        desktop.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def store_title(store: Store) -> str:
    """What the status bar calls a store: its file, or its server without a password."""
    return store.place if store.path is None else store.path.name


def _keeper(file: Path) -> Callable[[Mapping[str, Any]], None]:
    return partial(state.save, file)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""

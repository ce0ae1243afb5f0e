"""The engine's thread behind the window, and how it does.

The engine has a workspace of its own on the window's store: what one forgets after a fault, the
other keeps.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.session import Store
from engine.workspace import Workspace
from views.widgets.status import STOPPED, EngineState

if TYPE_CHECKING:
    from app.engine_loop import EngineLoop
    from engine.dispatcher import Channels

GATHERED = 300
"""Milliseconds of ticks that are said at a time."""


class Signs:
    """What the window asks of its engine: to be over, to stand still, to build its ways anew."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.paused = threading.Event()
        self.renewed = threading.Event()


class Ticker(QObject):
    """Runs the engine of a store until closed. To be made and closed on the UI thread.

    `told` says an `EngineState` after each tick; `worked` that something happened in the store, by
    its own doing or another desk's; `crashed` has a fault of ours, after which the engine stands
    still. Without `channels` messages go out as the settings say.
    """

    told = Signal(object)
    worked = Signal()
    crashed = Signal(object)
    _did = Signal()

    def __init__(
        self,
        store: Store,
        ledger: Path | None,
        now: Callable[[], int],
        channels: Callable[[Workspace], Channels] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._ledger, self._now, self._channels = store, ledger, now, channels
        self._signs = Signs()
        self._loop: EngineLoop | None = None
        self._thread = threading.Thread(target=self._run, name="engine")
        # Many ticks close together are one change to those who show what became of them.
        self._gather = QTimer(self, singleShot=True, interval=GATHERED)
        self._gather.timeout.connect(self.worked)
        self._did.connect(self._hear)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def wake(self) -> None:
        """Tick now: something may have come due."""
        if self._loop is not None:
            self._loop.wake()

    def renew(self) -> None:
        """Build the ways out anew at the next tick: how messages leave was set anew."""
        self._signs.renewed.set()
        self.wake()

    def pause(self, paused: bool) -> None:
        """Let this window's engine stand still, or go on; other desks' engines are not asked."""
        if paused:
            self._signs.paused.set()
        else:
            self._signs.paused.clear()
        self.wake()

    def stop(self) -> None:
        """Ask it to end the tick under way at its next commit; any thread may call it."""
        self._signs.over.set()
        self.wake()

    def close(self) -> None:
        """Stop, and wait until it is over."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()

    def _hear(self) -> None:
        if not self._gather.isActive():
            self._gather.start()

    def _run(self) -> None:
        try:
            # Here, not above: what decides and sends is read while the first picture stands.
            from app.channels import build_channels
            from app.engine_loop import EngineLoop

            self._loop = EngineLoop(
                self._store, self._ledger, self._now, self._channels or build_channels,
                self._signs, self.told.emit, self._did.emit,
            )  # fmt: skip
            # What is loaded now stays. To look through all of it, as collecting garbage would from
            # time to time, holds the window up for a tenth of a second.
            gc.freeze()
            gc.enable()
            self._loop.run()
        except Exception as error:
            self.told.emit(EngineState(STOPPED))
            self.crashed.emit(error)

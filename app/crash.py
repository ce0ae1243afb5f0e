"""A fault of ours: it goes to the log, and one sentence says where that is."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from views.theme import GRID
from views.widgets.kit import button, column, label, row


class CrashReporter(QObject):
    """Hears of every fault of ours, on any thread, and shows one dialog at a time.

    To be made and closed on the UI thread.
    """

    _happened = Signal(object)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._dialog: QDialog | None = None
        self._hooks = sys.excepthook, threading.excepthook
        self._happened.connect(self.report)

    def install(self) -> None:
        """Hear of what nobody catches."""
        sys.excepthook = self._hear
        threading.excepthook = lambda fault: self._happened.emit(fault.exc_value)

    def close(self) -> None:
        """Leave what nobody catches to whoever heard of it before."""
        sys.excepthook, threading.excepthook = self._hooks

    def report(self, error: BaseException) -> None:
        """Write it down without patient data, and say so."""
        # Read only when it is needed, which is never, one hopes.
        from app import log

        file = log.crash(error)
        place = f"What happened is in {file}" if file else "No log could be written"
        self._show(
            self.tr("Something went wrong inside the program. What you did last may be lost."),
            self.tr("{0}; nothing about any patient is in it.").format(place),
        )

    def _hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._over.close()
        else:
            self._happened.emit(error)

    def _show(self, sentence: str, place: str) -> None:
        if self._dialog is not None:
            return
        dialog = QDialog(self._over)
        dialog.setObjectName("crash")
        dialog.setWindowTitle(self.tr("Practice CRM"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = label(place, "muted", wraps=True, name="crash-place")
        where.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        close = button(self.tr("Close"), dialog.close, "primary", name="crash-close")
        said = label(sentence, "heading", wraps=True, name="crash-sentence")
        dialog.setLayout(
            column(said, where, GRID, row(None, close), gap=2 * GRID, margins=(3 * GRID,) * 4)
        )
        dialog.setMinimumWidth(440)
        dialog.destroyed.connect(self._forget)
        self._dialog = dialog
        dialog.show()

    def _forget(self) -> None:
        self._dialog = None

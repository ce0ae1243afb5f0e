"""The program as its own entry starts it, with somebody beside it who says what the window shows.

Questions come as lines of JSON on standard input, `[name, *arguments]` of `eyes.QUESTIONS`, and
each is answered by a line on standard output as soon as there is an answer. `null` gives a
question up. Nothing here touches the window: what is done to it comes through its screen.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from app.cli import root
from app.work import Work
from tests.e2e.window.eyes import QUESTIONS

LOOKS_EVERY = 10
"""Milliseconds until it is looked again for what is not there yet."""
PLACES = ("place", "card", "plus_after", "plus_in")
"""What is answered once nothing is under way and two looks saw it at the same place."""


class Beside(QObject):
    """Answers one question at a time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._question: list[Any] | None = None
        self._last: object = None
        self._work: Work | None = None
        self._heard = b""
        self._hears = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._hears.activated.connect(self._hear)
        self._looks = QTimer(self, interval=LOOKS_EVERY)
        self._looks.timeout.connect(self._look)

    def _hear(self) -> None:
        heard = os.read(sys.stdin.fileno(), 65_536)
        self._hears.setEnabled(bool(heard))
        *lines, self._heard = (self._heard + heard).split(b"\n")
        for line in lines:
            self._question, self._last = json.loads(line), None
            if self._question is None:
                self._looks.stop()
                self._answer(None)
            else:
                self._looks.start()
                self._look()

    def _look(self) -> None:
        if self._question is None:
            return
        name, *arguments = self._question
        found = QUESTIONS[name](*arguments)
        moves = name in PLACES and (found != self._last or self._is_busy())
        self._last = found
        if found is not None and not moves:
            self._looks.stop()
            self._question = None
            self._answer(found)

    def _is_busy(self) -> bool:
        if self._work is None:
            # Nothing that can be seen leads to it.
            self._work = next((each for each in gc.get_objects() if type(each) is Work), None)
        return self._work is None or self._work.busy

    def _answer(self, found: object) -> None:
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Run the program's own command line with a listener beside its window."""
    beside = Beside(QApplication(["practice-crm"]))
    status = root.run(sys.argv[1:])
    beside.deleteLater()
    sys.exit(status)


if __name__ == "__main__":
    main()

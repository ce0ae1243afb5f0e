"""The program as its own entry starts it, with somebody beside it who says what the window shows.

Questions come as lines of JSON on standard input, `[name, *arguments]` of `eyes.QUESTIONS`, and
each is answered by a line on standard output as soon as there is an answer. `null` gives a
question up. What is done to the window comes through its screen; only where there is none is it
asked for here too, by a line that begins with `do` (`fingers`).
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from app.cli import root
from tests.e2e.window.eyes import QUESTIONS, is_busy
from tests.e2e.window.fingers import do

LOOKS_EVERY = 10
"""Milliseconds until it is looked again for what is not there yet."""
AT_REST = ("place", "card", "plus_after", "plus_in", "picture")
"""What is answered once looks in a row saw the same while nothing was under way."""
ALIKE = 4
"""How often the look before must have seen the same."""


class Beside(QObject):
    """Answers one question at a time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._question: list[Any] | None = None
        self._last: object = None
        self._alike = 0
        self._heard = b""
        self._hears = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._hears.activated.connect(self._hear)
        self._looks = QTimer(self, singleShot=True, interval=LOOKS_EVERY)
        self._looks.timeout.connect(self._look)

    def _hear(self) -> None:
        heard = os.read(sys.stdin.fileno(), 65_536)
        self._hears.setEnabled(bool(heard))
        *lines, self._heard = (self._heard + heard).split(b"\n")
        for line in lines:
            if line.startswith(b'["do"'):
                self._answer(True)
                do(json.loads(line)[1:])
                continue
            self._question, self._last, self._alike = json.loads(line), None, 0
            self._looks.stop()
            if self._question is None:
                self._answer(None)
            else:
                self._look()

    def _look(self) -> None:
        if self._question is None:
            return
        name, *arguments = self._question
        found = QUESTIONS[name](*arguments)
        if name in AT_REST:
            alike = found == self._last and not is_busy()
            self._alike, self._last = self._alike + 1 if alike else 0, found
            found = found if self._alike >= ALIKE else None
        if found is not None:
            self._question = None
            self._answer(found)
        else:
            # Only now: what the window has yet to lay out and paint comes between two looks.
            self._looks.start()

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

"""How long the UI thread stands still under an import while the engine runs, and when idle.

The window shows the contacts on a store with the welcome flow switched on; 100,000 people (or as
many as the first argument says) come in from a CSV, are enrolled and written to. A timer of the
window's own loop tells how long nothing else could be done: the longest it was late. A third
figure, how often it was late by more than `FRAME`, is printed beside and has no bar.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ |= {"QT_QPA_PLATFORM": "offscreen", "PRACTICE_CRM_KEYRING": "off"}

import csv

from PySide6.QtCore import QEventLoop, Qt, QTimer

from app import desktop, wiring
from engine.importing import Taken, take
from tests.benchmarks.measure import START, figure, fill, practice, report
from views.ports import Place

IDLE_SECONDS = 10
SPARE = 0.050
"""Seconds longer than when idle may the window be blocked (quality.md, "Speed")."""
FRAME = 0.016
STAND = 5_000
"""Contacts there are before."""


class Pulse:
    """Beats on the UI thread every millisecond, and keeps how late each beat was, in seconds."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Count from now on."""
        self.late, self._last = [], time.perf_counter()
        self._timer.start()

    def end(self) -> list[float]:
        """Every beat since, the latest last in order of lateness."""
        self._timer.stop()
        return sorted(self.late)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - 0.001))
        self._last = now


def main() -> None:
    """The one figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    desktop.application()
    with tempfile.TemporaryDirectory() as folder:
        workspace = wiring.open_workspace(str(Path(folder, "practice.db")))
        practice(workspace.store)
        fill(workspace, STAND, START)
        people = Path(folder, "people.csv")
        write_people(people, count)
        shell = desktop.Desktop(workspace)
        shell.open()
        shell.window.go(Place("contacts"))
        pulse = Pulse()
        wait(2)
        pulse.begin()
        wait(IDLE_SECONDS)
        idle = pulse.end()
        pulse.begin()
        bring(shell, people, count)
        busy = pulse.end()
        shell.close()
        workspace.store.close()
    frames = [sum(beat > FRAME for beat in beats) / len(beats) for beats in (busy, idle)]
    print(
        f"beats over {FRAME * 1000:.0f} ms: {frames[0]:.2%} busy, {frames[1]:.2%} idle; "
        f"the five latest, ms: {[round(beat * 1000, 1) for beat in busy[-5:]]}",
        file=sys.stderr,
    )
    report([figure("thread, longest blocked", busy[-1], idle[-1] + SPARE, 1.0, most=True)])


def write_people(path: Path, count: int) -> None:
    """People as practices list them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["First name", "Last name", "Email", "Phone"])
        for n in range(count):
            out.writerow(
                [f"Given{n % 977}", f"Name{n % 7919}", f"new{n}@example.org", f"+1303{n:07}"]
            )


def wait(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def bring(shell: desktop.Desktop, people: Path, count: int) -> None:
    """The import as the window does it, until it is done."""
    loop = QEventLoop()
    came: list[Taken | None] = []

    def done(taken: Taken | None) -> None:
        came.append(taken)
        loop.quit()

    shell.work.work(
        shell,
        lambda workspace, tell, cancelled: take(
            workspace, people, [], "lead", wiring.now(), tell, cancelled
        ),
        done, lambda share: None, lambda fault: loop.quit(),
    )  # fmt: skip
    loop.exec()
    if not came or came[0] is None or came[0].result.created != count:
        raise AssertionError("Not everybody came in")


if __name__ == "__main__":
    main()

"""The table of contacts over a million people: first paint, a random jump, a search, its memory.

`python tests/benchmarks/table.py [N]`. Everything runs as in the window: questions on the readers'
threads, rows painted by the view. A jump and a search are over when what they ask for is painted.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.work import Work
from db import shelves
from db.session import Store, temporary_store
from engine.calendar import DAY, MINUTE
from engine.workspace import Workspace
from tests.benchmarks.measure import START, figure, report
from views.bigtable import PLACEHOLDER
from views.contacts import ContactsPage
from views.ports import Place
from views.theme import LIGHT, dress

JUMPS = 100
FIRST_PAINT, JUMP, SEARCH = 0.150, 0.050, 0.150
"""Seconds; of jumps and searches, those of the 95th in a hundred."""
MEMORY = 60.0
"""Megabytes over the empty table."""
TYPED = ("g", "ga", "gar", "garc", "garcia", "garcia, m", "maria g", "mi", "mia", "mia.l",
         "20200", "2020123", "sm", "smith j", "w", "wa", "wal", "qq", "zo", "zoe k")  # fmt: skip
FIRST = ("Ana", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hector", "Ines", "John",
         "Karen", "Luis", "Maria", "Mia", "Nora", "Oscar", "Paula", "Quinn", "Rosa", "Sarah",
         "Tom", "Uma", "Victor", "Wendy", "Xavier", "Yara", "Zoe")  # fmt: skip
LAST = ("Adams", "Baker", "Castillo", "Diaz", "Edwards", "Foster", "Garcia", "Hughes", "Ingram",
        "Johnson", "Klein", "Lopez", "Miller", "Nguyen", "Ortega", "Patel", "Quintero", "Rivera",
        "Smith", "Torres", "Underwood", "Vargas", "Walker", "Xu", "Young", "Zimmer")  # fmt: skip
ENDS = ("", "son", "man", "ova", "ez", "ley", "berg", "ton", "field", "wood")


def main() -> None:
    """All four figures, on the embedded store."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    app = QApplication([])
    dress(app, LIGHT)
    with temporary_store() as empty, temporary_store() as full:
        fill(full, count)
        window = Bench(Workspace(empty))
        window.settle()
        window.close()
        before = resident()
        bench = Bench(Workspace(full))
        painted = bench.until_painted()
        bench.settle()
        jumps = bench.jumps(count)
        searches = bench.searches()
        memory = resident() - before
        bench.close()
    report(
        [
            figure("table first paint, seconds", painted, 1.0, FIRST_PAINT, most=True),
            figure("table random jump p95, seconds", p95(jumps), 1.0, JUMP, most=True),
            figure("table search p95, seconds", p95(searches), 1.0, SEARCH, most=True),
            figure("table memory over empty, megabytes", memory, 1.0, MEMORY, most=True),
        ]
    )


class Bench:
    """The page of contacts on a desk as the window has it."""

    def __init__(self, workspace: Workspace) -> None:
        self.work = Work(workspace, lambda: START)
        self.began = time.perf_counter()
        self.page = ContactsPage(self.work)
        self.page.resize(1080, 720)
        self.page.show()
        self.page.go(Place("contacts"))

    def close(self) -> None:
        """Let go of the page and its threads."""
        self.page.hide()
        self.page.deleteLater()
        self.work.close()
        QCoreApplication.sendPostedEvents()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        until(lambda: not self.work.busy)

    def until_painted(self) -> float:
        """Seconds from the making of the page to its first rows on the screen."""
        until(self._rows_are_here)
        self.page.grab()
        return time.perf_counter() - self.began

    def jumps(self, count: int) -> list[float]:
        """Seconds each of jumps to random rows took, to rows on the screen."""
        view, random = self.page.table.view, Random(1)
        times = []
        for _ in range(JUMPS):
            began = time.perf_counter()
            view.verticalScrollBar().setValue(random.randrange(count) * view.rowHeight(0))
            until(self._rows_are_here)
            view.viewport().repaint()
            times.append(time.perf_counter() - began)
        return times

    def searches(self) -> list[float]:
        """Seconds from the last key of each search to its first rows on the screen."""
        table = self.page.table
        times = []
        for text in TYPED:
            began = time.perf_counter()
            table.search.setText(text)
            until(lambda: table.source.text == table.search.text() and not self.work.busy)
            table.view.viewport().repaint()
            times.append(time.perf_counter() - began)
        return times

    def _rows_are_here(self) -> bool:
        view = self.page.table.view
        first, last = view.rowAt(1), view.rowAt(view.viewport().height() - 1)
        here = view.rows.rowCount() > 0 and first >= 0
        last = last if last >= 0 else view.rows.rowCount() - 1
        return here and all(
            view.rows.index(number, 0).data() != PLACEHOLDER for number in (first, last)
        )


def fill(store: Store, count: int) -> None:
    """People whose names are spread as names are, in chunks."""
    for rows in chunks(count):
        with store.write() as connection:
            shelves.add_contacts(connection, rows)


def chunks(count: int) -> Iterator[list[tuple[object, ...]]]:
    """Contacts' rows in the order of `shelves.CONTACT`."""
    random = Random(1)
    for start in range(1, count + 1, 50_000):
        yield [person(id, random) for id in range(start, min(start + 50_000, count + 1))]


def person(id: int, random: Random) -> tuple[object, ...]:
    """One contact's row."""
    first, last = random.choice(FIRST), random.choice(LAST) + random.choice(ENDS)
    active = START - random.randrange(400) * DAY - random.randrange(1440) * MINUTE
    return (
        id, None, first, last, f"{first}.{last}{id}@example.org".lower(), f"+1202{id:07}", None,
        None, "", "manual", "lead", "", None, None, 1, 1, 0, 0, "not_started", 0, 0, 0,
        START - 500 * DAY, active,
    )  # fmt: skip


def until(holds: Callable[[], bool]) -> None:
    """Let the window work until something holds; it is asked every millisecond."""
    if holds():
        return
    loop, timer = QEventLoop(), QTimer(interval=1)
    timer.timeout.connect(lambda: loop.quit() if holds() else None)
    timer.start()
    loop.exec()
    timer.stop()


def resident() -> float:
    """Megabytes this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def p95(times: list[float]) -> float:
    """What 95 in a hundred stay below."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()

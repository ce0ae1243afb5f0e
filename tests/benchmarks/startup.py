"""From nothing to the first rows on the screen, held against a bare window with a table.

Both are whole programs that end once their rows are painted, drawn offscreen, the quickest of
several turns, on a store of 1,000,000 contacts (or as many as the first argument says).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import wiring
from tests.benchmarks.measure import START, figure, fill, practice, report, seconds

ROOT = Path(__file__).resolve().parents[2]
TURNS = 5
BAR = 1.6
BARE = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

class Table(QTableWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app.quit)

app = QApplication([])
table = Table(25, 7)
for row in range(25):
    for column in range(7):
        table.setItem(row, column, QTableWidgetItem(f"{row} {column}"))
table.resize(1280, 800)
table.show()
app.exec()
os._exit(0)
"""
OURS = """
import os, sys
import app.__main__
from app import opening
workspace = opening.load(sys.argv[1])
from app import desktop
app = desktop.application()
shell = desktop.Desktop(workspace)
shell.work.rested.connect(app.quit)
shell.open()
app.exec()
os._exit(0)
"""


def main() -> None:
    """The one figure."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "PRACTICE_CRM_KEYRING": "off"}
    # An installed program has its bytecode; the first of the turns makes it here, on both sides.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "bytecode"))
        store = str(Path(folder, "practice.db"))
        workspace = wiring.open_workspace(store)
        practice(workspace.store)
        fill(workspace, many, START)
        workspace.store.close()
        ours = min(seconds(run, OURS, store) for _ in range(TURNS))
        bare = min(seconds(run, BARE) for _ in range(TURNS))
    report([figure("startup", ours, bare, BAR, most=True)])


def run(program: str, *arguments: str) -> None:
    """Run a program to its end."""
    subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, check=True, capture_output=True
    )


if __name__ == "__main__":
    main()

"""The window as a program of its own: what stands before its first picture, and its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from db.session import open_store

ROOT = Path(__file__).resolve().parent.parent.parent

START = """
import linecache, os, sys
import app.__main__
from app import opening
workspace = opening.load(sys.argv[1])
from app import desktop
app = desktop.application()
shell = desktop.Desktop(workspace)
shell.window.show()
assert shell.window.isVisible()
read = [file for file in linecache.cache if file.startswith((sys.path[0] or os.getcwd()) + "/app")]
assert not read, read
slow = {"alembic", "sqlalchemy", "pyqtgraph", "numpy", "httpx", "typer", "engine.sample"}
slow |= {"apscheduler", "xlsxwriter", "engine.catalogue", "_hashlib", "engine.documents.salvage"}
slow |= {"engine.intake.people", "engine.wording.flow", "views.widgets.commands"}
print(sorted(slow & set(sys.modules)))
shell.close()
workspace.store.close()
"""


CLOSED = """
import sys
from PySide6.QtCore import QTimer
from app import desktop, wiring
app = desktop.application()
workspace = wiring.open_workspace(sys.argv[1])
QTimer.singleShot(0, app.closeAllWindows)
status = desktop.run(workspace)
workspace.store.close()
print("ended", status.status)
"""


def alone(program: str, store: Path) -> subprocess.CompletedProcess[str]:
    """A program of its own: another event loop's end would be the end of these tests' too."""
    return subprocess.run(
        [sys.executable, "-c", program, str(store)], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_it_runs_until_the_window_is_closed(tmp_path: Path) -> None:
    done = alone(CLOSED, tmp_path / "s.db")
    assert done.stdout == "ended 0\n", done.stderr


def test_the_window_stands_before_anything_slow_is_imported(tmp_path: Path) -> None:
    open_store(str(tmp_path / "s.db")).close()
    done = alone(START, tmp_path / "s.db")
    assert done.stdout == "[]\n", done.stderr

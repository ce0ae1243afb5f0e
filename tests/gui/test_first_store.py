"""A practice's first store begins where the machine stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.machine import begin_in
from db.session import open_store
from engine.settings_page import values
from engine.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent.parent
OPENED = """
import sys
from PySide6.QtCore import QTimer
from app import desktop, opening
app = desktop.application()
QTimer.singleShot(0, app.closeAllWindows)
opening.open_window(sys.argv[1])
"""


def place(workspace: Workspace) -> tuple[str, str]:
    with workspace.store.read() as connection:
        kept = values(connection)
    return kept["practice.timezone"], kept["practice.region"]


@pytest.mark.parametrize(
    ("zone", "country", "expected"),
    [
        ("Europe/Berlin", "DE", ("Europe/Berlin", "DE")),
        ("Etc/UTC", "GB", ("UTC", "GB")),
        ("Mars/Base", "", ("UTC", "US")),
        ("America/New_York", "001", ("America/New_York", "US")),
    ],
)
def test_it_takes_over_what_a_practice_can_have(
    workspace: Workspace, zone: str, country: str, expected: tuple[str, str]
) -> None:
    begin_in(workspace, zone, country)
    assert place(workspace) == expected


def test_only_a_store_that_the_window_makes_takes_it_over(tmp_path: Path) -> None:
    made, there = tmp_path / "made.db", tmp_path / "there.db"
    open_store(str(there)).close()
    german = {**os.environ, "TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8"}
    for store in (made, there):
        subprocess.run(
            [sys.executable, "-c", OPENED, str(store)], cwd=ROOT, env=german, check=True,
            capture_output=True, timeout=120,
        )  # fmt: skip
    found = []
    for store in (made, there):
        opened = open_store(str(store))
        found.append(place(Workspace(opened)))
        opened.close()
    assert found == [("Europe/Berlin", "DE"), ("UTC", "US")]

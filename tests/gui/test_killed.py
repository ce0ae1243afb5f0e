"""The window is killed while a flow is drawn in it: the next start goes on where it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from app import state
from views import keeping

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "Hot lead"
EDIT_EVERY = 100
"""Milliseconds between two edits."""
A_SECOND = 1_000 // EDIT_EVERY
EDITS = 4 * A_SECOND

START = """
import json, sys
from PySide6.QtCore import QTimer
from app import desktop, wiring
from views.builder import BuilderPage
from views.ports import Place
app = desktop.application()
workspace = wiring.open_workspace(sys.argv[1])
shell = desktop.Desktop(workspace)
shell.open()
shell.ticker.pause(True)
"""

DRAWS = (
    "from engine.sample import set_up\n"
    + START.replace("shell =", "set_up(workspace, wiring.now())\nshell =")
    + """
from engine.naming import load_names
with workspace.store.read() as connection:
    flow_id = load_names(connection).automations[sys.argv[2]]

def begin():
    shell.work.rested.disconnect(begin)
    shell.window.go(Place("automation", flow_id, "build"))
    shell.work.rested.connect(opened)

def chosen(page):
    return page.session.flow.value["steps"][0]["id"]

def opened():
    shell.work.rested.disconnect(opened)
    shell.window.resize(1111, 777)
    page = shell.window.page
    page.build.drawing.view.zoom_to(1.4)
    page.build.drawing.view.show_at(40, 320)
    page.build.drawing.scene.select([chosen(page)])
    timer = QTimer(page, interval=int(sys.argv[3]))
    timer.timeout.connect(lambda: draw(page))
    timer.start()

edits = 0

def draw(page):
    global edits
    edits += 1
    page.build.editor.change_value("description", str(edits), "")
    print(edits, flush=True)

shell.work.rested.connect(begin)
app.exec()
"""
)

SEES = (
    START
    + """
def tell():
    page = shell.window.page
    if not isinstance(page, BuilderPage) or page.session.saved is None:
        return
    print(json.dumps({
        "name": page.session.saved.document["name"],
        "saved": page.session.saved.document.get("description"),
        "drawn": page.session.flow.value.get("description"),
        "undo": page.session.flow.stack.count(),
        "tab": next(name for name, tab in page.bar.tabs.items() if tab.isChecked()),
        "zoom": page.build.drawing.view.zoom(),
        "middle": page.build.drawing.view.seen().center().x(),
        "top": page.build.drawing.view.seen().top(),
        "chosen": page.build.editor.selection == [page.session.flow.value["steps"][0]["id"]],
        "size": [shell.window.width(), shell.window.height()],
    }), flush=True)
    app.quit()

shell.work.rested.connect(tell)
app.exec()
shell.close()
workspace.store.close()
"""
)


def test_a_kill_while_drawing_costs_at_most_a_second(tmp_path: Path) -> None:
    assert keeping.KEPT_EVERY <= 1_000
    store = tmp_path / "practice.db"
    last = killed_while_drawing(store)
    found = started_again(store)
    assert found["name"] == NAME
    assert found["saved"] != found["drawn"]
    # One second until it is kept, and one more at the most until it is written.
    assert int(found["drawn"]) >= last - 2 * A_SECOND
    assert found["undo"] == int(found["drawn"])
    assert found["tab"] == "build"
    assert abs(found["zoom"] - 1.4) < 0.01
    assert abs(found["middle"] - 40) <= 2
    assert abs(found["top"] - 320) <= 2
    assert found["chosen"]
    assert found["size"] == [1111, 777]


def killed_while_drawing(store: Path) -> int:
    """The number of the last edit that was made before the kill."""
    arguments = [sys.executable, "-c", DRAWS, str(store), NAME, str(EDIT_EVERY)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        last = 0
        while last < EDITS or "zoom" not in str(state.load(kept_state(store))):
            line = desk.stdout.readline()
            assert line, "It ended by itself."
            last = int(line)
        desk.kill()
        for line in desk.stdout:
            last = int(line)
    return last


def kept_state(store: Path) -> Path:
    return store.with_name(store.name + ".window.json")


def started_again(store: Path) -> dict[str, Any]:
    """What the window shows when it is opened the next time."""
    done = subprocess.run(
        [sys.executable, "-c", SEES, str(store)], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found

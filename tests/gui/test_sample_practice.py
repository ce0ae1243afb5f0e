"""The sample practice lives apart from the clinic's own store (screens.md section 0)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import wiring
from app.desktop import Desktop
from app.sample import SamplePractice, sample_file
from db.errors import KnownError
from engine.frame import read_overview
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from views.ports import Sample
from views.start import StartPage

W = TypeVar("W", bound=QWidget)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Workspace]:
    workspace = wiring.open_workspace(f"sqlite:///{tmp_path / 'clinic.db'}")
    yield workspace
    workspace.store.close()


def part(window: QWidget, kind: type[W], name: str) -> W:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def is_empty(workspace: Workspace) -> bool:
    with workspace.store.read() as connection:
        return read_overview(connection).empty


def test_it_is_built_beside_the_clinics_store_or_not_at_all(own: Workspace) -> None:
    sample = SamplePractice(own.store.url)
    shares: list[float] = []
    with pytest.raises(KnownError):
        sample.build(NOW, shares.append, lambda: bool(shares))
    assert not sample.there()
    left = sample_file(own.store.url).parent.glob("clinic.sample*")
    assert {file.suffix for file in left} <= {".key"}
    assert is_empty(own)


class Ready:
    """A sample practice that is there."""

    def there(self) -> bool:
        return True

    def build(self, now: int, tell: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        tell(1.0)


def test_the_first_start_offers_to_go_on_in_it(own: Workspace, qtbot: QtBot) -> None:
    desktop = Desktop(own)
    sample: Sample = Ready()
    start = StartPage(desktop.work, sample)
    qtbot.addWidget(start)
    start.ask()
    look = part(start, QPushButton, "start-sample")
    assert look.text() == "Go on in the sample practice"
    with qtbot.waitSignal(start.sample_built):
        look.click()
    desktop.close()


def test_in_it_the_window_says_so_and_leads_back(own: Workspace, qtbot: QtBot) -> None:
    desktop = Desktop(own, home="sqlite:///elsewhere.db")
    desktop.window.show()
    qtbot.waitUntil(lambda: not desktop.work.busy)
    assert part(desktop.window, QLabel, "status-store").text() == "Sample practice"
    with qtbot.waitSignal(desktop.elsewhere) as asked:
        part(desktop.window, QPushButton, "status-leave").click()
    assert asked.args == ["sqlite:///elsewhere.db"]
    desktop.close()


SWITCHED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
from app import desktop, opening, wiring
from engine.sample import set_up
from app.sample import SamplePractice
app = desktop.application()
url = "sqlite:///" + sys.argv[1]
built = opening.open_workspace(SamplePractice(url).url)
set_up(built, wiring.now())
built.store.close()
seen = []

def shown(name):
    found = [w for w in app.allWidgets() if w.objectName() == name and w.isVisible()]
    return found[0] if found else None

def look():
    leave, sample, done = shown("status-leave"), shown("start-sample"), len(seen) >= 2
    if leave is not None and seen == ["own"]:
        seen.append("sample")
        leave.click()
    elif sample is not None and not seen:
        seen.append("own")
        sample.click()
    elif sample is not None and done:
        seen.append(sample.text())
        app.closeAllWindows()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
status = opening.open_window(url)
print(status, seen)
"""


def test_one_goes_there_and_back_in_one_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWITCHED, str(tmp_path / "clinic.db")], cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = "0 ['own', 'sample', 'Go on in the sample practice']\n"
    assert done.stdout == said, done.stderr

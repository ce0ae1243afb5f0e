from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import state
from app.crash import CrashReporter
from app.desktop import Desktop
from app.pages import PAGES, PageSpec
from app.sample import SamplePractice
from app.window import MainWindow
from app.work import Work
from engine.calendar import DAY, HOUR, zone
from engine.sample import set_up
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from views.ports import Desk, Place
from views.start import StartPage
from views.theme import DARK, LIGHT, dress
from views.widgets.status import OFFLINE, PAUSED, RUNNING, TROUBLE, EngineState, in_words


class Plain(QWidget):
    """A page that notes where it was asked to go, and has a zoom to be kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.places: list[Place] = []
        self.zoom = 1.0
        self.field = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)

    def go(self, place: Place) -> None:
        self.places.append(place)

    def kept(self) -> dict[str, Any]:
        return {"zoom": self.zoom}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.zoom = kept["zoom"]


SPECS = (
    PageSpec("contacts", "Contacts", "contacts", Plain),
    PageSpec("automations", "Automation", "automations", Plain),
    PageSpec("automation", "Automation", "automations", Plain, under="automations"),
    PageSpec("counted", "Automation", "automations", Plain, under="automations"),
)
Opener = Callable[..., MainWindow]
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def work(workspace: Workspace, qtbot: QtBot) -> Iterator[Work]:
    made = Work(workspace, lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def opened(work: Work, qtbot: QtBot) -> Opener:
    def open_window(kept: Mapping[str, Any] | None = None, **more: Any) -> MainWindow:
        dress(qapp_of(), LIGHT)
        window = MainWindow(work, SPECS, "practice.db", "sarah", kept or {}, **more)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: not work.busy)
        return window

    return open_window


@pytest.fixture
def practice(workspace: Workspace) -> Workspace:
    set_up(workspace, NOW)
    return workspace


def qapp_of() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def part(window: QWidget, kind: type[W], name: str) -> W:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(window: QWidget, name: str) -> None:
    QTest.mouseClick(part(window, QPushButton, name), Qt.MouseButton.LeftButton)


def plain(window: MainWindow) -> Plain:
    assert isinstance(window.page, Plain)
    return window.page


def test_a_store_with_nothing_in_it_offers_three_ways_to_begin(
    opened: Opener, qtbot: QtBot
) -> None:
    window = opened(sample=SamplePractice("sqlite:///nowhere.db"))
    assert isinstance(window.page, StartPage)
    for name in ("start-sample", "start-import", "start-empty"):
        assert part(window, QPushButton, name).isVisible()
    click(window, "start-empty")
    assert plain(window).places == [Place("automations")]


def test_people_are_brought_in_where_their_columns_are_asked_for(
    opened: Opener, work: Work, qtbot: QtBot
) -> None:
    window = opened()
    click(window, "start-import")
    assert plain(window).places == [Place("contacts", options=(("import", "choose"),))]


def test_the_sidebar_opens_pages_and_shows_where_one_is(
    practice: Workspace, opened: Opener, qtbot: QtBot
) -> None:
    window = opened()
    assert part(window, QLabel, "practice").text() == "Maple Grove Family Practice"
    entries = [each.objectName() for each in window.findChildren(QPushButton)]
    assert [name for name in entries if name.startswith("nav-")] == [
        "nav-contacts", "nav-automations", "nav-find",
    ]  # fmt: skip
    first = plain(window)
    click(window, "nav-contacts")
    assert plain(window) is not first
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert plain(window) is first
    window.go(Place("automation", 7, "build"))
    assert plain(window).places == [Place("automation", 7, "build")]
    assert part(window, QPushButton, "nav-automations").isChecked()
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert plain(window) is first


def test_what_is_left_is_found_again(practice: Workspace, opened: Opener, qtbot: QtBot) -> None:
    states: list[Mapping[str, Any]] = []
    window = opened(keep=states.append)
    window.resize(1000, 700)
    window.go(Place("automation", 3, "details"))
    plain(window).zoom = 0.5
    window.close()
    kept = json.loads(json.dumps(states[-1]))
    again = opened(kept)
    assert plain(again).places == [Place("automation", 3, "details")]
    assert plain(again).zoom == 0.5
    assert (again.width(), again.height()) == (1000, 700)


def test_a_number_still_knows_its_way_back_but_nothing_is_done_twice(
    practice: Workspace, opened: Opener, qtbot: QtBot
) -> None:
    states: list[Mapping[str, Any]] = []
    window = opened(keep=states.append)
    number = Place("counted", tab="{}", options=(("page", "automation"), ("record", "3")))
    window.go(number)
    window.close()
    again = opened(json.loads(json.dumps(states[-1])))
    assert plain(again).places == [number]
    again.go(Place("contacts", options=(("add", "manual"),)))
    again.close()
    third = opened({**json.loads(json.dumps(states[-1])), "page": "contacts", "tab": ""})
    assert plain(third).places == [Place("contacts")]


@pytest.mark.parametrize(
    "kept",
    [{"page": "gone"}, {"page": 3, "size": "big"}, {"record": "x", "page": "contacts"},
     {"size": [1, 2], "pages": []}, {"page": "gone", "options": [1, ["a"]]}],
)  # fmt: skip
def test_a_memory_that_is_no_good_is_no_hindrance(
    practice: Workspace, opened: Opener, kept: Mapping[str, Any]
) -> None:
    window = opened(kept)
    assert plain(window).places == [Place("automations")]
    assert window.width() >= 640


def test_the_memory_is_kept_whole_and_its_loss_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "practice.db.window.json"
    assert state.load(file) == {}
    state.save(file, {"page": "contacts", "record": 3})
    assert state.load(file) == {"page": "contacts", "record": 3}
    file.write_text("[1, 2")
    assert state.load(file) == {}
    file.write_text("[1, 2]")
    assert state.load(file) == {}
    state.save(tmp_path / "gone" / "x.json", {"page": "contacts"})
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_the_palette_reaches_pages_records_and_actions(
    practice: Workspace, opened: Opener, work: Work, qtbot: QtBot
) -> None:
    window = opened()
    key = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_K, key)
    field, rows = (
        part(window, QLineEdit, "commands-search"),
        part(window, QTreeWidget, "commands-list"),
    )
    assert field.isVisible()
    QTest.keyClicks(field, "cont")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert plain(window).places == [Place("contacts")]
    assert not field.isVisible()
    QTest.keyClick(window, Qt.Key.Key_K, key)
    QTest.keyClicks(field, "lead welcome")
    qtbot.waitUntil(lambda: rows.topLevelItemCount() == 1)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert plain(window).places[-1].page == "automation"
    QTest.keyClick(window, Qt.Key.Key_K, key)
    QTest.keyClicks(field, "pause")
    with qtbot.waitSignal(window.status.pause_asked) as asked:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == [True]
    QTest.keyClick(window, Qt.Key.Key_K, key)
    QTest.keyClicks(field, "zzz")
    qtbot.waitUntil(lambda: part(window, QLabel, "commands-none").isVisible())
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_a_toast_offers_undo_once(practice: Workspace, opened: Opener, work: Work,
                                  qtbot: QtBot) -> None:  # fmt: skip
    window, undone = opened(), []
    work.say("“Welcome” deleted.", lambda: undone.append(1))
    assert part(window, QLabel, "toast-words").text() == "“Welcome” deleted."
    click(window, "toast-undo")
    assert undone == [1]
    assert not part(window, QWidget, "toast").isVisible()
    work.say("Saved.")
    assert part(window, QWidget, "toast").isVisible()
    assert not part(window, QPushButton, "toast-undo").isVisible()


def test_the_status_bar_says_how_the_engine_does(
    practice: Workspace, opened: Opener, qtbot: QtBot
) -> None:
    window = opened()

    def said(name: str) -> str:
        return part(window, QLabel, name).text()

    window.show_engine(EngineState(RUNNING, NOW + HOUR, 3))
    waiting = part(window, QPushButton, "status-waiting")
    assert (said("status-engine"), said("status-next"), waiting.text()) == (
        "Engine running", "Next: 10:00 AM", "3 waiting to send",
    )  # fmt: skip
    assert (said("status-store"), said("status-user")) == ("practice.db", "sarah")
    window.show_engine(EngineState(OFFLINE, None, 12))
    assert (said("status-engine"), waiting.text()) == ("Offline", "12 waiting to send")
    window.show_engine(EngineState(TROUBLE, None, 0, "The disk is full."))
    assert said("status-engine") == "The disk is full."
    window.show_engine(EngineState(PAUSED))
    with qtbot.waitSignal(window.status.pause_asked) as asked:
        click(window, "status-pause")
    assert asked.args == [False]


def test_an_instant_is_said_as_the_practice_would() -> None:
    new_york = zone("America/New_York")
    said = [in_words(NOW + wait, NOW, new_york) for wait in (0, 4 * HOUR, DAY, 30 * DAY, 400 * DAY)]
    assert said == [
        "9:00 AM", "1:00 PM", "tomorrow, 9:00 AM", "Wed Feb 4, 9:00 AM",
        "Tue Feb 9, 2027, 9:00 AM",
    ]  # fmt: skip


def test_the_theme_changes_under_an_open_window(practice: Workspace, opened: Opener) -> None:
    window = opened()
    icons = part(window, QPushButton, "nav-contacts").icon().cacheKey()
    dress(qapp_of(), DARK)
    assert part(window, QPushButton, "nav-contacts").icon().cacheKey() != icons
    dress(qapp_of(), LIGHT)
    assert part(window, QPushButton, "nav-contacts").icon().cacheKey() == icons


def test_whatever_takes_the_focus_has_a_name(practice: Workspace, opened: Opener) -> None:
    window = opened()
    plain(window).field.setAccessibleName("Field")
    nameless = [
        each.objectName() or type(each).__name__
        for each in window.findChildren(QWidget)
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not each.accessibleName()
    ]
    assert nameless == []


def test_a_fault_of_ours_is_one_sentence_and_a_log_without_patients(
    practice: Workspace, opened: Opener, tmp_path: Path, qtbot: QtBot
) -> None:
    crashes = CrashReporter(opened())
    try:
        raise LookupError("Ann Lee, ann@example.org")
    except LookupError as error:
        crashes.report(error)
        crashes.report(error)
    dialogs = [each for each in qapp_of().topLevelWidgets() if each.objectName() == "crash"]
    assert len(dialogs) == 1
    dialog = dialogs[0]
    assert isinstance(dialog, QDialog)
    place = part(dialog, QLabel, "crash-place").text()
    assert "practice-crm.log" in place
    file = Path(place.removeprefix("What happened is in ").partition(";")[0])
    assert "LookupError" in file.read_text()
    assert "Ann" not in file.read_text()
    dialog.close()


def test_the_desktop_opens_and_closes_with_all_its_threads(
    practice: Workspace, qtbot: QtBot
) -> None:
    before = threading.active_count()
    desktop = Desktop(practice)
    desktop.open()
    said = part(desktop.window, QLabel, "status-engine")
    qtbot.waitUntil(lambda: said.text() == "Engine running")
    qtbot.waitUntil(lambda: not desktop.work.busy)
    desktop.close()
    assert threading.active_count() == before


def test_every_page_stands_in_the_sidebar_or_under_one_that_does() -> None:
    names = {spec.name for spec in PAGES}
    assert len(names) == len(PAGES)
    assert all(spec.under in names for spec in PAGES if spec.under)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Add contact", Place("contacts", options=(("add", "manual"),))),
        ("Add walk-in", Place("contacts", options=(("add", "walk_in"),))),
        ("Import contacts", Place("contacts", options=(("import", "choose"),))),
        ("Create an automation", Place("automation")),
    ],
)
def test_the_palette_begins_what_can_be_begun(
    practice: Workspace, opened: Opener, words: str, place: Place
) -> None:
    window = opened()
    window.open_palette()
    search = part(window, QLineEdit, "commands-search")
    search.setText(words)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert plain(window).places[-1] == place

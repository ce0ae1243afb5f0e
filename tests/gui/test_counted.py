"""Every number on a screen opens a list of exactly what it counts, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QGraphicsView, QLabel, QMenu, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.calendar import DAY, HOUR
from engine.channels.recording import RecordingChannel
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.flows import pause
from engine.commands.signals import engage
from engine.dispatcher import Channels, deliver, standing
from engine.runner import advance
from engine.sample import set_up
from engine.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import DirectDesk, HeldDesk
from views.automations import AutomationsPage
from views.counted import CountedPage
from views.performance import PerformanceTab
from views.ports import Changes, Place
from views.widgets.chart import LineChart

WELCOME = 1
PEOPLE = 6


def live(workspace: Workspace) -> None:
    """Six people are welcomed, a day apart; two opened the welcome and one clicked in it."""
    set_up(workspace, NOW)
    post = Channels(RecordingChannel(), RecordingChannel())
    for number in range(PEOPLE):
        at = NOW + number * DAY
        fields = {"first_name": f"Person{number}", "email": f"p{number}@example.org"}
        create_contacts(workspace, [NewContact("walk_in", fields)], at)
        advance(workspace, at)
        deliver(workspace, post, standing(at))
    engage(workspace, 1, "clicked", NOW + 2 * DAY, link="https://example.org/book?who=1")
    engage(workspace, 2, "opened", NOW + 2 * DAY)


@pytest.fixture
def lived(desk: DirectDesk) -> DirectDesk:
    live(desk.workspace)
    desk.at = NOW + (PEOPLE - 1) * DAY + HOUR
    return desk


@pytest.fixture
def opened(qtbot: QtBot, lived: DirectDesk) -> Callable[[], int]:
    """How many stand in the list that was asked for last, and forget it."""

    def count() -> int:
        place = lived.places.pop()
        assert place.page == "counted", place
        page = CountedPage(lived)
        qtbot.addWidget(page)
        page.go(place)
        page.show()
        title = page.findChild(QLabel, "counted-title")
        assert isinstance(title, QLabel) and title.text()
        return page.table.rows.rowCount()

    return count


def said(widget: QWidget, name: str) -> str:
    found = widget.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def part(widget: QWidget, name: str) -> QWidget:
    found = widget.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def cell(table: QTableWidget, line: int, place: int) -> str:
    item = table.item(line, place)
    assert item is not None
    return item.text()


def press(widget: QWidget, name: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClick(part(widget, name), key)


def whole(text: str) -> int:
    """The first number of a text."""
    return int(text.split()[0].replace(",", ""))


def of_whole(text: str, number: int) -> int:
    """How many a percentage of a number is."""
    return 0 if text == "—" else round(float(text.rstrip("%")) * number / 100)


@pytest.fixture
def page(qtbot: QtBot, lived: DirectDesk) -> AutomationsPage:
    made = AutomationsPage(lived)
    qtbot.addWidget(made)
    made.resize(1100, 740)
    made.go(Place("automations"))
    made.show()
    return made


def test_the_cards_of_the_list(page: AutomationsPage, opened: Callable[[], int]) -> None:
    enrolled = whole(said(page, "automation-enrolled-number"))
    press(page, "automation-enrolled")
    assert opened() == enrolled >= PEOPLE
    press(page, "automation-completion", Qt.Key.Key_Space)
    assert opened() == of_whole(said(page, "automation-completion-number"), enrolled)
    QTest.mouseClick(part(page, "automation-goal"), Qt.MouseButton.LeftButton)
    assert opened() == whole(said(page, "automation-goal-number"))


def test_active_shows_those_that_are_on(page: AutomationsPage, lived: DirectDesk) -> None:
    pause(lived.workspace, 2, lived.at)
    page.go(Place("automations"))
    active, every = whole(said(page, "automation-active-number")), page.table.rows.rowCount()
    press(page, "automation-active")
    assert page.table.rows.rowCount() == active == every - 1
    chip = page.findChild(QAbstractButton, "automation-only-on")
    assert isinstance(chip, QAbstractButton) and chip.isVisible()
    chip.click()
    assert page.table.rows.rowCount() == every
    assert not chip.isVisible()


def test_the_columns_of_the_list(page: AutomationsPage, opened: Callable[[], int]) -> None:
    for line, row in enumerate(page.table.rows.rows):
        for place, number in (
            (3, row.enrolled), (4, (row.completed or 0) * row.enrolled),
            (5, (row.goal or 0) * row.enrolled),
        ):  # fmt: skip
            if place == 3 or getattr(row, ("completed", "goal")[place - 4]) is not None:
                page.table.setCurrentIndex(page.table.rows.index(line, place))
                QTest.keyClick(page.table, Qt.Key.Key_Return)
                assert opened() == round(number), (row.name, place)


@pytest.fixture
def tab(qtbot: QtBot, lived: DirectDesk) -> PerformanceTab:
    made = PerformanceTab(lived)
    qtbot.addWidget(made)
    made.resize(1100, 740)
    made.show_flow(WELCOME)
    made.show()
    return made


def test_the_cards_of_performance(tab: PerformanceTab, opened: Callable[[], int]) -> None:
    enrolled = whole(said(tab, "performance-enrolled-number"))
    assert enrolled == PEOPLE
    for name, number in (
        ("enrolled", enrolled),
        ("completion", of_whole(said(tab, "performance-completion-number"), enrolled)),
        ("goal", of_whole(said(tab, "performance-goal-number"), enrolled)),
        ("active", whole(said(tab, "performance-active-number"))),
    ):
        press(tab, f"performance-{name}")
        assert opened() == number, name


def test_the_bars_of_performance(tab: PerformanceTab, opened: Callable[[], int]) -> None:
    for name in ("funnel", "channels"):
        links = part(tab, f"performance-{name}-bars").findChildren(QAbstractButton)
        assert links
        for link in links:
            link.click()
            assert opened() == whole(link.accessibleName().rsplit(": ")[-1]), link.text()
    (best,) = part(tab, "performance-best-bars").findChildren(QAbstractButton)
    best.click()
    assert opened() == 2


def test_the_steps_of_performance(tab: PerformanceTab, opened: Callable[[], int]) -> None:
    total = 0
    for line, step in enumerate(tab.steps.rows.rows):
        for place, of in ((1, "entered"), (2, "sent"), (3, "opened"), (4, "clicked"),
                          (5, "replied"), (6, "dropped")):  # fmt: skip
            index = tab.steps.rows.index(line, place)
            if index.data():
                tab.steps.setCurrentIndex(index)
                QTest.keyClick(tab.steps, Qt.Key.Key_Return)
                number = opened()
                assert number == getattr(step, of), (step.id, of)
                total += number
    assert total > 3 * PEOPLE


def test_a_cell_without_a_number_opens_nothing(tab: PerformanceTab, lived: DirectDesk) -> None:
    delay = next(n for n, step in enumerate(tab.steps.rows.rows) if step.type == "delay")
    for place in (2, 3, 4, 5):
        tab.steps.activate(tab.steps.rows.index(delay, place))
    assert lived.places == []


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_the_numbers_over_time(tab: PerformanceTab, opened: Callable[[], int], period: str) -> None:
    button = tab.findChild(QAbstractButton, f"performance-{period}")
    assert isinstance(button, QAbstractButton)
    button.click()
    table = tab.findChild(QTableWidget, "performance-over-time-data")
    assert isinstance(table, QTableWidget)
    total = 0
    for line in range(table.rowCount()):
        for place in range(1, table.columnCount()):
            table.itemActivated.emit(table.item(line, place))
            number = whole(cell(table, line, place))
            assert opened() == number, (line, place)
            total += number
    assert total == PEOPLE


def test_a_point_of_the_chart_opens_its_number(
    tab: PerformanceTab, opened: Callable[[], int]
) -> None:
    chart, table = (
        tab.findChild(LineChart),
        tab.findChild(QTableWidget, "performance-over-time-data"),
    )
    assert isinstance(chart, LineChart) and isinstance(table, QTableWidget)
    tab.grab()
    busiest = max(range(table.rowCount()), key=lambda line: whole(cell(table, line, 1)))
    assert whole(cell(table, busiest, 1)) > 0
    (picture,) = (plot.viewport() for plot in chart.findChildren(QGraphicsView))
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=chart.pixel(busiest, 0))
    assert opened() == whole(cell(table, busiest, 1))


def test_the_numbers_of_the_tables(tab: PerformanceTab, opened: Callable[[], int]) -> None:
    for name in ("funnel", "channels"):
        table = tab.findChild(QTableWidget, f"performance-{name}-data")
        assert isinstance(table, QTableWidget)
        for line in range(table.rowCount()):
            table.itemActivated.emit(table.item(line, 1))
            assert opened() == whole(cell(table, line, 1))


def test_a_list_says_of_how_many_and_leads_back(
    qtbot: QtBot, tab: PerformanceTab, lived: DirectDesk
) -> None:
    tab.steps.activate(tab.steps.rows.index(0, 3))
    page = CountedPage(lived)
    qtbot.addWidget(page)
    page.go(lived.places.pop())
    page.show()
    assert said(page, "counted-title").startswith("Opened what “")
    assert said(page, "counted-note") == f"2 of {PEOPLE} delivered"
    page.table.setCurrentIndex(page.table.rows.index(0, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert lived.places == [Place("contacts", record=2)]
    back = page.findChild(QAbstractButton, "counted-back")
    assert isinstance(back, QAbstractButton)
    back.click()
    assert lived.places[-1] == Place("automation", WELCOME, "performance")


def test_a_long_list_comes_in_pages(qtbot: QtBot, lived: DirectDesk) -> None:
    people = [NewContact("manual", {"first_name": f"N{n}"}) for n in range(250)]
    create_contacts(lived.workspace, people, lived.at)
    page = CountedPage(lived)
    qtbot.addWidget(page)
    page.go(Place("counted", tab='{"of": "match", "trigger": {"type": "contact_created"}}'))
    page.show()
    more = page.findChild(QAbstractButton, "counted-more")
    assert isinstance(more, QAbstractButton)
    sizes = []
    while more.isVisible():
        assert said(page, "counted-note").startswith("The first ")
        sizes.append(page.table.rows.rowCount())
        more.click()
    assert sizes == [100, 200]
    assert page.table.rows.rowCount() == 250 + PEOPLE
    assert len({entry.person.id for entry in page.table.rows.rows}) == 250 + PEOPLE


def test_nothing_is_counted_by_a_broken_place(qtbot: QtBot, lived: DirectDesk) -> None:
    page = CountedPage(lived)
    qtbot.addWidget(page)
    page.go(Place("counted", tab="build"))
    page.show()
    leave = page.findChild(QAbstractButton, "counted-leave")
    assert isinstance(leave, QAbstractButton) and leave.isVisible()
    leave.click()
    assert lived.places == [Place("automations")]


def match(type: str) -> Place:
    return Place("counted", tab=f'{{"of": "match", "trigger": {{"type": "{type}"}}}}')


@pytest.fixture
def late(workspace: Workspace) -> HeldDesk:
    return HeldDesk(workspace, NOW)


@pytest.fixture
def long_list(qtbot: QtBot, late: HeldDesk) -> CountedPage:
    """A page of a list of 250, of which 100 are shown, on a desk that answers late."""
    people = [NewContact("manual", {"first_name": f"N{n}"}) for n in range(250)]
    create_contacts(late.workspace, people, late.at)
    page = CountedPage(late)
    qtbot.addWidget(page)
    page.go(match("contact_created"))
    page.show()
    late.settle()
    return page


def more_of(page: CountedPage) -> QAbstractButton:
    more = page.findChild(QAbstractButton, "counted-more")
    assert isinstance(more, QAbstractButton)
    return more


def test_a_list_opened_anew_shows_nothing_of_the_one_before(
    long_list: CountedPage, late: HeldDesk
) -> None:
    more = more_of(long_list)
    more.click()
    long_list.go(match("became_patient"))
    assert (long_list.table.rows.rowCount(), more.isVisible()) == (0, False)
    assert said(long_list, "counted-title") == ""
    late.settle()
    assert long_list.table.rows.rowCount() == 0
    assert said(long_list, "counted-title") != ""


def test_a_change_leaves_as_many_in_sight(long_list: CountedPage, late: HeldDesk) -> None:
    more = more_of(long_list)
    for _ in range(2):
        more.click()
        late.settle()
    assert long_list.table.rows.rowCount() == 250
    late.changed.emit(Changes(frozenset({"contacts"})))
    late.settle()
    assert long_list.table.rows.rowCount() == 250


def test_a_right_click_gives_a_menu(long_list: CountedPage, late: HeldDesk) -> None:
    entry = long_list.table.rows.rows[0]
    long_list.table.menu_asked.emit(entry, QPoint())
    assert late.places == []
    menu = long_list.findChild(QMenu, "counted-menu")
    assert isinstance(menu, QMenu)
    (action,) = menu.actions()
    action.trigger()
    assert late.places == [Place("contacts", record=entry.person.id)]
    menu.close()

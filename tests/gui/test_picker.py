"""The add-step picker and the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.view import STEP_MIME
from engine.vocabulary import SEQUENCE_STEP_TYPES, STEP_TYPES
from tests.gui.fakes import DirectDesk
from views.palette import Palette
from views.picker import Picker


@pytest.fixture
def picker(qtbot: QtBot, desk: DirectDesk) -> Picker:
    """A picker of all steps; the desk dresses the program."""
    made = Picker()
    qtbot.addWidget(made)
    return made


def test_it_offers_everything_in_its_groups(picker: Picker) -> None:
    titles = [picker.list.item(row).text() for row in range(picker.list.count())]
    assert titles == [
        "Communication", "Send email", "Send SMS", "Flow control", "Delay", "If / then branch",
        "CRM actions", "Create task", "Set property", "Add to list",
    ]  # fmt: skip
    assert picker.offered() == list(STEP_TYPES)


@pytest.mark.parametrize(
    ("typed", "type"),
    [("del", "delay"), ("sms", "send_sms"), ("wait", "delay"), ("LIST", "add_to_list"),
     ("branch", "if_then"), ("if", "if_then"), ("task", "create_task")],
)  # fmt: skip
def test_typing_and_enter_choose_the_best_fit(
    qtbot: QtBot, picker: Picker, typed: str, type: str
) -> None:
    QTest.keyClicks(picker.search, typed)
    with qtbot.waitSignal(picker.chosen) as heard:
        QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert heard.args == [type]


def test_the_arrows_go_over_headings_and_round_the_ends(qtbot: QtBot, picker: Picker) -> None:
    QTest.keyClick(picker.search, Qt.Key.Key_Up)
    assert picker.list.currentItem().text() == "Add to list"
    for _ in range(3):
        QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.list.currentItem().text() == "Delay"


def test_what_fits_nothing_says_so_and_enter_does_nothing(qtbot: QtBot, picker: Picker) -> None:
    QTest.keyClicks(picker.search, "fax")
    assert picker.offered() == [] and picker.list.isHidden()
    with qtbot.assertNotEmitted(picker.chosen):
        QTest.keyClick(picker.search, Qt.Key.Key_Return)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_escape_closes_and_opening_again_begins_anew(qtbot: QtBot, picker: Picker) -> None:
    QTest.keyClicks(picker.search, "del")
    with qtbot.assertNotEmitted(picker.chosen):
        QTest.keyClick(picker.search, Qt.Key.Key_Escape)
    assert picker.isHidden()
    picker.open_at(QPoint(10, 10))
    assert picker.search.text() == "" and picker.offered() == list(STEP_TYPES)
    picker.close()


def test_a_sequence_is_offered_its_own_steps(qtbot: QtBot, desk: DirectDesk) -> None:
    made = Picker(SEQUENCE_STEP_TYPES)
    qtbot.addWidget(made)
    assert made.offered() == list(SEQUENCE_STEP_TYPES)
    QTest.keyClicks(made.search, "property")
    assert made.offered() == []


def test_the_palette_asks_by_double_click_and_by_enter(qtbot: QtBot, desk: DirectDesk) -> None:
    palette = Palette()
    qtbot.addWidget(palette)
    assert [row.type for row in palette.rows] == list(STEP_TYPES)
    with qtbot.waitSignal(palette.add_asked) as heard:
        QTest.mouseDClick(palette.rows[2], Qt.MouseButton.LeftButton)
    assert heard.args == ["delay"]
    with qtbot.waitSignal(palette.add_asked) as heard:
        QTest.keyClick(palette.rows[0], Qt.Key.Key_Return)
    assert heard.args == ["send_email"]
    with qtbot.assertNotEmitted(palette.add_asked):
        QTest.mouseClick(palette.rows[1], Qt.MouseButton.LeftButton)


def test_a_row_carries_its_type(qtbot: QtBot, desk: DirectDesk) -> None:
    palette = Palette()
    qtbot.addWidget(palette)
    carried = palette.rows[1].mime_data().data(STEP_MIME)
    assert bytes(carried.data()).decode() == "send_sms"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_it_opens_beside_its_plus_and_never_over_it(picker: Picker) -> None:
    room = picker.screen().availableGeometry()
    for plus in (QPoint(room.center().x(), room.top() + 40),
                 QPoint(room.center().x(), room.bottom() - 20)):  # fmt: skip
        picker.open_at(plus)
        assert not picker.frameGeometry().contains(plus)
        assert abs(picker.geometry().center().x() - plus.x()) <= 1
        picker.close()

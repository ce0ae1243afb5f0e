"""The canvas under mouse and keyboard: zoom, pan, select, move, drop, walk."""

from __future__ import annotations

from random import Random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from canvas.operations import Slot
from canvas.view import LEAST, MOST, FlowView
from canvas.walk import Stop
from engine.vocabulary import END, TRIGGER
from tests.gui.canvas_kit import WELCOME, captions, drawn_scene, shown_view, told
from tests.unit.canvas_flows import branch, flow, plain

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def view(qtbot: QtBot) -> FlowView:
    return shown_view(qtbot)


def at(view: FlowView, stop: Stop) -> QPoint:
    """The middle of a card, a plus or the end in the viewport."""
    return view.mapFromScene(view.flow.bounds_of(stop).center())


def click(view: FlowView, stop: Stop, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(view.viewport(), LEFT, held, at(view, stop))


def press(view: FlowView, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(view, key, held)


def drag(
    view: FlowView,
    start: QPoint,
    end: QPoint,
    held: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    QTest.mousePress(view.viewport(), button, held, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(view.viewport(), start + (end - start) * share)
    QTest.mouseRelease(view.viewport(), button, held, end)


def turn_wheel(view: FlowView, where: QPointF, delta: int) -> None:
    viewport = view.viewport()
    event = QWheelEvent(
        where, viewport.mapToGlobal(where), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def scene_point(view: FlowView, where: QPointF) -> QPointF:
    return view.viewportTransform().inverted()[0].map(where)


@pytest.mark.parametrize("seed", range(10))
def test_the_wheel_keeps_the_point_under_the_pointer(view: FlowView, seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        where = QPointF(random.uniform(150, 650), random.uniform(30, 500))
        held = scene_point(view, where)
        turn_wheel(view, where, random.choice((-240, -120, -30, 30, 120, 240)))
        moved = view.viewportTransform().map(held) - where
        assert max(abs(moved.x()), abs(moved.y())) <= 1


def test_zoom_stays_within_its_limits_and_is_told(view: FlowView) -> None:
    heard = told(view.zoom_changed)
    view.zoom_to(50)
    view.zoom_to(0.001)

    assert heard == [MOST, LEAST]
    press(view, Qt.Key.Key_0, CTRL)
    assert view.zoom() == 1


def test_fit_shows_all_of_a_flow_however_long(view: FlowView) -> None:
    long = flow(*(plain(f"s{number}") for number in range(300)))
    view.flow.show(long, captions(long))
    press(view, Qt.Key.Key_1, CTRL)

    assert view.seen().contains(view.flow.bounds_of(TRIGGER))
    assert view.seen().contains(view.flow.bounds_of(END))
    assert view.zoom() < LEAST
    assert view.flow.is_far
    view.zoom_to(1)
    assert not view.flow.is_far


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_dragging_the_ground_pans(view: FlowView, button: Qt.MouseButton) -> None:
    before = at(view, TRIGGER)
    drag(view, QPoint(60, 300), QPoint(90, 340), button=button)
    assert at(view, TRIGGER) - before == QPoint(30, 40)


def test_the_middle_button_and_the_space_pan_from_a_card_too(view: FlowView) -> None:
    heard = told(view.flow.moved)
    before = at(view, TRIGGER)
    start = at(view, "thanks")
    drag(view, start, start + QPoint(10, 50), button=MIDDLE)
    QTest.keyPress(view, Qt.Key.Key_Space)
    start = at(view, "thanks")
    drag(view, start, start + QPoint(10, 50))
    QTest.keyRelease(view, Qt.Key.Key_Space)

    assert at(view, TRIGGER) - before == QPoint(20, 100)
    assert heard == [] and view.flow.selected_ids() == []


def test_the_flow_stays_in_sight_however_far_it_is_panned(view: FlowView) -> None:
    for by in (QPoint(9_000, 9_000), QPoint(-30_000, 0), QPoint(0, -30_000)):
        view.pan(by)
        assert view.seen().intersects(view.flow.sceneRect())


def test_a_click_selects_a_card_and_on_the_ground_none(view: FlowView) -> None:
    click(view, "thanks")
    assert view.flow.selected_ids() == ["thanks"]
    click(view, "wait", CTRL)
    assert view.flow.selected_ids() == ["thanks", "wait"]
    click(view, "thanks", SHIFT)
    assert view.flow.selected_ids() == ["wait"]
    QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(20, 20))
    assert view.flow.selected_ids() == []


def test_a_double_click_opens(view: FlowView) -> None:
    heard = told(view.flow.opened)
    QTest.mouseDClick(view.viewport(), LEFT, NONE, at(view, "thanks"))
    assert heard == ["thanks"]


def test_a_box_drawn_with_shift_selects_what_it_touches(view: FlowView) -> None:
    below = at(view, "opened") + QPoint(140, 0)
    drag(view, QPoint(30, 20), below, SHIFT)
    assert view.flow.selected_ids() == [TRIGGER, "thanks", "wait", "opened"]


def test_a_click_on_a_plus_asks_what_to_add_there(view: FlowView) -> None:
    heard = told(view.flow.add_asked)
    slot = Slot("opened", "no", 0)
    click(view, slot)

    assert heard == [(slot, view.viewport().mapToGlobal(at(view, slot)))]


def test_a_card_dropped_on_another_plus_moves(view: FlowView) -> None:
    heard = told(view.flow.moved)
    drag(view, at(view, "wait"), at(view, Slot("opened", "no", 1)))

    assert heard == [(["wait"], Slot("opened", "no", 1))]
    assert view.flow.card("wait").opacity() == 1


def test_all_that_is_selected_moves_along(view: FlowView) -> None:
    heard = told(view.flow.moved)
    view.flow.select({"thanks", "wait", TRIGGER})
    drag(view, at(view, "wait"), at(view, Slot("opened", "yes", 1)) + QPoint(10, 4))

    assert heard == [(["thanks", "wait"], Slot("opened", "yes", 1))]


@pytest.mark.parametrize("where", [QPoint(40, 560), None], ids=["elsewhere", "into itself"])
def test_a_card_dropped_where_it_cannot_be_stays_and_hints(
    view: FlowView, where: QPoint | None
) -> None:
    heard, hints = told(view.flow.moved), told(view.flow.hinted)
    end = where or at(view, Slot("opened", "yes", 1)) + QPoint(0, -60)
    drag(view, at(view, "opened"), end)

    assert heard == []
    assert len(hints) == 1 and "+" in hints[0]


def test_a_card_put_back_says_nothing(view: FlowView) -> None:
    heard, hints = told(view.flow.moved), told(view.flow.hinted)
    drag(view, at(view, "wait"), at(view, Slot(None, "", 2)))
    assert heard == hints == []


def test_the_trigger_does_not_move_and_escape_leaves_all_as_it_was(view: FlowView) -> None:
    heard, hints = told(view.flow.moved), told(view.flow.hinted)
    drag(view, at(view, TRIGGER), at(view, Slot("opened", "no", 1)))

    start, end = at(view, "wait"), at(view, Slot("opened", "no", 1))
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(view.viewport(), end)
    assert view.flow.plus(Slot("opened", "no", 1)).is_aimed
    press(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), LEFT, NONE, end)

    assert heard == hints == []
    assert not view.flow.plus(Slot("opened", "no", 1)).is_aimed
    assert view.flow.card("wait").opacity() == 1


def test_a_flow_that_changes_under_a_drag_does_no_harm(view: FlowView) -> None:
    heard = told(view.flow.moved)
    QTest.mousePress(view.viewport(), LEFT, NONE, at(view, "wait"))
    QTest.mouseMove(view.viewport(), at(view, Slot("opened", "no", 1)))
    short = flow(plain("mark"))
    view.flow.show(short, captions(short))
    QTest.mouseMove(view.viewport(), at(view, "mark"))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, at(view, "mark"))
    assert heard == []


def test_the_arrows_walk_the_flow(view: FlowView) -> None:
    passed: list[Stop | None] = []
    down, up, left, right = Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right
    for key in (down, down, down, down, down, right, left, down, down, up, right):
        press(view, key)
        passed.append(view.flow.current)

    yes, no = Slot("replied", "yes", 0), Slot("replied", "no", 0)
    assert passed == [
        TRIGGER, "thanks", "wait", "opened", "nudge", "call", "nudge", "replied", yes, "replied", no
    ]  # fmt: skip
    assert view.flow.selected_ids() == []
    press(view, Qt.Key.Key_End)
    assert view.flow.current == END
    press(view, Qt.Key.Key_Home)
    assert view.flow.selected_ids() == [TRIGGER]


def test_what_the_keyboard_stands_at_is_in_sight_and_is_spoken(view: FlowView) -> None:
    for _ in range(12):
        press(view, Qt.Key.Key_Down)
        stop = view.flow.current
        assert stop is not None
        assert view.seen().contains(view.flow.bounds_of(stop))
        assert view.accessibleDescription()
    press(view, Qt.Key.Key_Home)
    assert view.accessibleDescription() == "Enrollment trigger. When someone new is added"


def test_alt_and_down_visits_every_plus(view: FlowView) -> None:
    press(view, Qt.Key.Key_Home)
    passed = []
    for _ in range(3):
        press(view, Qt.Key.Key_Down, ALT)
        passed.append(view.flow.current)
    press(view, Qt.Key.Key_Up, ALT)

    assert passed == [Slot(None, "", 0), "thanks", Slot(None, "", 1)]
    assert view.flow.current == "thanks"


@pytest.mark.parametrize("key", [Qt.Key.Key_Plus, Qt.Key.Key_Insert])
def test_plus_asks_what_to_add_after_the_selected_step(view: FlowView, key: Qt.Key) -> None:
    heard = told(view.flow.add_asked)
    press(view, key)
    view.go_to("call")
    press(view, key)
    view.go_to(TRIGGER)
    press(view, key)
    view.go_to(Slot("replied", "no", 0))
    press(view, Qt.Key.Key_Return)

    slots = [slot for slot, _ in heard]
    assert slots == [
        Slot(None, "", 5), Slot("opened", "no", 1), Slot(None, "", 0), Slot("replied", "no", 0)
    ]  # fmt: skip


def test_keys_ask_for_what_the_selection_is_for(view: FlowView) -> None:
    scene = view.flow
    heard = {
        name: told(getattr(scene, f"{name}_asked"))
        for name in ("delete", "copy", "cut", "duplicate", "paste", "find")
    }
    opened = told(scene.opened)
    view.go_to("wait")
    press(view, Qt.Key.Key_Return)
    press(view, Qt.Key.Key_C, CTRL)
    press(view, Qt.Key.Key_X, CTRL)
    press(view, Qt.Key.Key_D, CTRL)
    press(view, Qt.Key.Key_V, CTRL)
    press(view, Qt.Key.Key_F, CTRL)
    press(view, Qt.Key.Key_A, CTRL)
    press(view, Qt.Key.Key_Delete)

    assert opened == ["wait"]
    assert heard["copy"] == heard["cut"] == heard["duplicate"] == [["wait"]]
    assert heard["paste"] == [Slot(None, "", 2)]
    assert heard["find"] == [()]
    steps = ["thanks", "wait", "opened", "nudge", "call", "replied", "mark"]
    assert heard["delete"] == [steps]


def test_the_trigger_cannot_be_deleted_and_that_is_said(view: FlowView) -> None:
    heard, hints = told(view.flow.delete_asked), told(view.flow.hinted)
    view.go_to(TRIGGER)
    press(view, Qt.Key.Key_Delete)
    press(view, Qt.Key.Key_C, CTRL)

    assert heard == []
    assert hints == ["The enrollment trigger stays: every automation has one."]


def test_escape_selects_nothing(view: FlowView) -> None:
    view.go_to("wait")
    press(view, Qt.Key.Key_Escape)
    assert view.flow.current is None
    assert view.flow.selected_ids() == []


def test_tab_leaves_the_canvas(qtbot: QtBot) -> None:
    window, view, field = QWidget(), FlowView(drawn_scene()), QLineEdit()
    view.flow.setParent(view)
    layout = QVBoxLayout(window)
    layout.addWidget(view)
    layout.addWidget(field)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    view.setFocus()
    view.go_to("wait")
    press(view, Qt.Key.Key_Tab)
    assert field.hasFocus()


def test_a_step_is_found_by_its_words_and_its_texts(view: FlowView) -> None:
    document = flow(plain("one"), {"id": "two", "type": "send_sms", "text": "Ready to BOOK?"})
    view.flow.show(document, captions(document))

    assert view.find_steps("book") == ["two"]
    assert view.find_steps("title of") == ["one", "two"]
    assert view.find_steps("contact_created") == [TRIGGER]
    assert view.find_steps("  ") == []
    assert view.find_steps("nobody") == []


def test_the_trigger_keeps_its_place_when_the_flow_grows_to_its_left(view: FlowView) -> None:
    before = at(view, TRIGGER)
    inner = branch("inner", [plain("left")], [plain("right")])
    wide = flow(*WELCOME["steps"], branch("outer", [inner]))
    view.flow.show(wide, captions(wide))

    assert view.flow.layout.axis > 300
    assert at(view, TRIGGER) == before


def test_the_axis_stays_in_the_middle_when_the_canvas_is_resized(view: FlowView) -> None:
    before = at(view, TRIGGER)
    view.resize(600, 600)
    assert at(view, TRIGGER) - before == QPoint(-100, 0)

"""The canvas: the drawing of a flow, panned and zoomed, worked by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QMargins, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmapCache,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from canvas.gestures import Drop, Gesture, Pan, PressCard, PressPlus, RubberBand, Zoom
from canvas.keys import action_for
from canvas.layout import SIZES
from canvas.look import translated
from canvas.operations import Slot, steps_in_order
from canvas.scene import FlowScene
from canvas.walk import Stop
from engine.vocabulary import END, TRIGGER

STEP_MIME: Final = "application/x-practice-step"
"""What the palette drags: the step's type, as text."""
LEAST: Final = 0.1
MOST: Final = 3.0
NOTCH: Final = 1.25
FAR: Final = 0.3
"""Below this scale the flow is drawn as boxes."""
KEPT: Final = 64
"""Pixels of the flow that stay in sight however far it is panned."""
AROUND: Final = 48
"""Pixels of ground around what the keyboard goes to."""
BORDER: Final = 24
"""Pixels from the border within which a drag makes the flow run on."""
CACHE: Final = 64 * 1024
"""Kilobytes of cards kept as drawn: a screen full of them at twice the pixels, and to spare."""
_MOUSE: Final = Qt.MouseButton


class FlowView(QGraphicsView):
    """A flow on the screen.

    `covers` says what margins, in pixels, keep clear of all that floats over the canvas: one or
    more ways to. The keyboard keeps to the first; the whole flow is fitted in the roomiest.
    """

    zoom_changed = Signal(float)
    viewport_changed = Signal()
    """Another part of the flow is seen."""

    def __init__(self, flow: FlowScene, parent: QWidget | None = None) -> None:
        super().__init__(flow, parent)
        self.flow = flow
        self.covers: Callable[[], Sequence[QMargins]] = lambda: (QMargins(),)
        self._gesture: Gesture | None = None
        self._pointer = QPoint()
        self._is_space_held = False
        self._axis = flow.layout.axis
        self._width = self.viewport().width()
        self._drop = Drop(self)
        self._wheel = Zoom(self)
        self._runner = QTimer(self, interval=16)
        self._runner.timeout.connect(self._run_on)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE))
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("flow-canvas")
        self.setAccessibleName(translated("Flow"))
        flow.shown.connect(self._follow_flow)
        flow.stood_at.connect(self._speak)
        self._follow_flow()

    # What is seen

    def zoom(self) -> float:
        """The scale: 1.0 is 100 %."""
        return self.transform().m11()

    def seen(self) -> QRectF:
        """The part of the drawing that is seen, in scene units."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def zoom_at(self, at: QPointF, scale: float) -> None:
        """Show at another scale, kept within the limits, with the point at `at` where it is."""
        held = self.viewportTransform().inverted()[0].map(at)
        scale = min(max(scale, min(LEAST, self._fitting())), MOST)
        self.flow.set_far(scale < FAR)
        self.setTransform(QTransform.fromScale(scale, scale))
        self._widen()
        self._scroll(self.viewportTransform().map(held) - at)
        self.zoom_changed.emit(scale)
        self.viewport_changed.emit()

    def zoom_to(self, scale: float) -> None:
        """Show at a scale, around the middle."""
        self.zoom_at(QRectF(self.viewport().rect()).center(), scale)

    def zoom_by(self, notches: int) -> None:
        """Enlarge by so many notches of a quarter; negative makes smaller."""
        self.zoom_to(self.zoom() * NOTCH**notches)

    def fit(self) -> None:
        """Show the whole flow, at 100 % at the most, clear of what floats over it."""
        self.zoom_to(min(self._fitting(), 1.0))
        flow = self.viewportTransform().mapRect(self.flow.sceneRect())
        room = max(self._rooms(), key=self._fitting_in)
        self._scroll(flow.center() - room.center())

    def show_start(self) -> None:
        """Show the trigger at the top, at 100 %, clear of what floats over it."""
        self.zoom_to(1.0)
        self._width = self.viewport().width()
        above = max(SIZES.gap, self._rooms()[0].top())
        self.centerOn(self._axis, self.viewport().height() / 2 - above)

    def show_at(self, middle: float, top: float) -> None:
        """Show this of the flow in the middle of the upper edge: where it stays when resized."""
        self._width = self.viewport().width()
        self.centerOn(middle, top + self.viewport().height() / 2 / self.zoom())

    def centre_on(self, stop: Stop) -> None:
        """Bring a card, a plus or the end to the middle; KeyError if there is none."""
        self.centerOn(self.flow.bounds_of(stop).center())

    def pan(self, by: QPoint) -> None:
        """Move on over the flow by pixels; some of it stays in sight."""
        flow = self.flow.sceneRect()
        flow = self.viewportTransform().mapRect(flow).translated(-by.x(), -by.y())
        seen = QRectF(self.viewport().rect()).adjusted(KEPT, KEPT, -KEPT, -KEPT)
        over_x = min(0, flow.right() - seen.left()) + max(0, flow.left() - seen.right())
        over_y = min(0, flow.bottom() - seen.top()) + max(0, flow.top() - seen.bottom())
        self._scroll(QPointF(by) + QPointF(over_x, over_y))

    def find_steps(self, text: str) -> list[str]:
        """The ids of the cards whose words, or whose step's texts, hold a text, in order."""
        wanted = text.casefold().strip()
        if not wanted:
            return []
        steps: list[tuple[str, Any]] = [(TRIGGER, self.flow.document.get("trigger", {}))]
        steps += [(step["id"], step) for _, step in steps_in_order(self.flow.document)]
        return [
            id
            for id, step in steps
            if any(wanted in words.casefold() for words in (*self.flow.faces[id], *_texts(step)))
        ]

    # Where the keyboard is

    def go_to(self, stop: Stop) -> None:
        """Put the keyboard there and bring it into sight, clear of what floats over it."""
        self.flow.stand_at(stop)
        at = self.viewportTransform().mapRect(self.flow.bounds_of(stop))
        at.adjust(-AROUND, -AROUND, AROUND, AROUND)
        room = self._rooms()[0]
        # Where it is larger than the room, its top and its left are seen.
        over_x = min(max(0, at.right() - room.right()), at.left() - room.left())
        over_y = min(max(0, at.bottom() - room.bottom()), at.top() - room.top())
        self._scroll(QPointF(over_x, over_y))

    def ask_to_add(self, slot: Slot) -> None:
        """Ask which step to add at a slot; the picker may open by its plus."""
        centre = self.flow.bounds_of(slot).center()
        at = self.viewport().mapToGlobal(self.mapFromScene(centre))
        self.flow.add_asked.emit(slot, at)

    def let_go(self) -> None:
        """Leave the gesture under way as if it had not begun; if none is, select nothing."""
        if self._gesture is None:
            self.flow.stand_at(None)
        else:
            self._gesture.cancel()
            self._end_gesture()

    def show_cursor(self) -> None:
        """Show the pointer for what it would do now."""
        shape = Qt.CursorShape.OpenHandCursor if self._is_space_held else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    # Events

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        """Begin a gesture."""
        if self._gesture is None:
            self._gesture = self._begun(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        """Go on with the gesture, else light up what is under the pointer."""
        self._pointer = event.position().toPoint()
        if self._gesture is None:
            super().mouseMoveEvent(event)
            return
        self._gesture.move(self._pointer)
        if self._gesture.scrolls and not self._runner.isActive():
            self._runner.start()

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        """End the gesture."""
        if self._gesture is not None and not event.buttons():
            gesture = self._gesture
            self._end_gesture()
            gesture.finish(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        """Open the card's form."""
        card = self.flow.card_at(self.mapToScene(event.position().toPoint()))
        if card is not None and event.button() == _MOUSE.LeftButton:
            self.flow.opened.emit(card.id)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        """Zoom."""
        self._wheel.turn(event)

    def event(self, event: QEvent, /) -> bool:
        """Keep the canvas's keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if action_for(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Do what the key stands for; a held space pans."""
        action = action_for(event)
        if action is not None:
            action(self)
        elif event.key() == Qt.Key.Key_Space:
            self._hold_space(True)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent, /) -> None:
        """Let the space go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        """Take steps from the palette."""
        if event.mimeData().hasFormat(STEP_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent, /) -> None:
        """Show where the step would land."""
        self._drop.move(event.position().toPoint())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent, /) -> None:
        """Forget it."""
        self._drop.leave()

    def dropEvent(self, event: QDropEvent, /) -> None:
        """Ask for the step."""
        kind = bytes(event.mimeData().data(STEP_MIME).data()).decode()
        self._drop.land(event.position().toPoint(), kind)
        event.acceptProposedAction()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Keep the axis in the middle where it is, and the top at the top."""
        super().resizeEvent(event)
        self._widen()
        # Not the event's old size: there is none of a view that was filled before it was seen.
        self._scroll(QPointF((self._width - event.size().width()) / 2, 0))
        self._width = event.size().width()
        self.viewport_changed.emit()

    def scrollContentsBy(self, dx: int, dy: int, /) -> None:
        """Say that another part is seen."""
        super().scrollContentsBy(dx, dy)
        self.viewport_changed.emit()

    def _begun(self, event: QMouseEvent) -> Gesture | None:
        at, button = event.position().toPoint(), event.button()
        if button == _MOUSE.MiddleButton or (button == _MOUSE.LeftButton and self._is_space_held):
            return Pan(self, at, is_click=False)
        if button != _MOUSE.LeftButton:
            return None
        here = self.mapToScene(at)
        if (plus := self.flow.plus_at(here)) is not None:
            return PressPlus(self, plus)
        if (card := self.flow.card_at(here)) is not None:
            return PressCard(self, at, card, event.modifiers())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return RubberBand(self, at)
        return Pan(self, at, is_click=True)

    def _end_gesture(self) -> None:
        self._gesture = None
        self._runner.stop()

    def _run_on(self) -> None:
        """Pan while a drag is held near the border."""
        if self._gesture is None:
            return
        inner = self.viewport().rect().adjusted(BORDER, BORDER, -BORDER, -BORDER)
        at = self._pointer
        over = QPoint(
            min(0, at.x() - inner.left()) + max(0, at.x() - inner.right()),
            min(0, at.y() - inner.top()) + max(0, at.y() - inner.bottom()),
        )
        if not over.isNull():
            self.pan(over / 2)
            self._gesture.move(at)

    def _hold_space(self, held: bool) -> None:
        self._is_space_held = held
        if self._gesture is None:
            self.show_cursor()

    def _follow_flow(self) -> None:
        """Keep the trigger where it is on the screen when the flow grows to its left."""
        self._widen()
        moved = self.flow.layout.axis - self._axis
        self._axis = self.flow.layout.axis
        self._scroll(QPointF(moved * self.zoom(), 0))
        self._speak(self.flow.current)
        self.viewport_changed.emit()

    def _speak(self, stop: Stop | None) -> None:
        """Say to screen readers where the keyboard is."""
        words = ""
        if isinstance(stop, Slot):
            words = translated("Add a step here")
        elif stop == END:
            words = translated("End of automation")
        elif stop is not None:
            words = self.flow.faces[stop].spoken()
        self.setAccessibleDescription(words)

    def _fitting(self) -> float:
        return max(self._fitting_in(room) for room in self._rooms())

    def _fitting_in(self, room: QRectF) -> float:
        flow = self.flow.sceneRect()
        return min(room.width() / flow.width(), room.height() / flow.height())

    def _rooms(self) -> list[QRectF]:
        """The parts of the viewport that nothing floats over; something is left of each."""
        whole = self.viewport().rect()
        rooms = [whole.marginsRemoved(margins) for margins in self.covers()]
        return [QRectF(room if room.isValid() else whole) for room in rooms]

    def _widen(self) -> None:
        """Leave room around the flow for any point of it to be anywhere on the screen."""
        room = 3 * max(self.viewport().width(), self.viewport().height()) / self.zoom()
        room += 8 * SIZES.card_width
        self.setSceneRect(self.flow.sceneRect().adjusted(-room, -room, room, room))

    def _scroll(self, by: QPointF) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(by.x()))
        down.setValue(down.value() + round(by.y()))


def _texts(value: object) -> Iterator[str]:
    """Every text in a step, but for the steps in its lanes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)

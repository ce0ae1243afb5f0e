"""What the mouse does on the canvas, one class a gesture.

A gesture begins with a button and ends with it; until then it alone hears of the pointer.
Points are the viewport's pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QRubberBand

from canvas.aim import slot_near, with_all_inside
from canvas.items import CardItem
from canvas.look import translated
from canvas.marks import PlusItem
from canvas.operations import Slot, find

if TYPE_CHECKING:
    from canvas.view import FlowView

REACH: Final = 32
"""How near a plus or an edge counts, in pixels, and in scene units at the least."""
GHOST: Final = 0.85
ASIDE: Final = 14
"""Pixels from the pointer to what it carries, which so does not hide where it lands."""
LIFTED: Final = 0.35
NOTCH: Final = 1.0015
"""How much an eighth of a degree of the wheel enlarges: a fifth a notch."""
_JOINING: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Gesture:
    """A gesture that does nothing: what the others are beyond their own."""

    scrolls = False
    """Whether the flow runs on under a pointer held near the border."""

    def move(self, at: QPoint) -> None:
        """The pointer moved."""

    def finish(self, at: QPoint) -> None:
        """The button was let go."""

    def cancel(self) -> None:
        """Escape, or the window lost the pointer: leave all as it was."""


class Pan(Gesture):
    """The ground follows the pointer; a click on empty ground selects nothing."""

    def __init__(self, view: FlowView, at: QPoint, *, is_click: bool) -> None:
        self._view = view
        self._last = self._start = at
        self._is_click = is_click
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: QPoint) -> None:
        """Go along."""
        if self._is_click and _is_near(at, self._start):
            return
        self._is_click = False
        self._view.pan(self._last - at)
        self._last = at

    def finish(self, at: QPoint) -> None:
        """Stop there."""
        self.cancel()
        if self._is_click:
            self._view.flow.stand_at(None)

    def cancel(self) -> None:
        """Stop."""
        self._view.show_cursor()


class RubberBand(Gesture):
    """All cards a box touches are selected, with those that were."""

    scrolls = True

    def __init__(self, view: FlowView, at: QPoint) -> None:
        self._view = view
        self._start = view.mapToScene(at)
        self._before = view.flow.selected_ids()
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, view.viewport())
        self.move(at)
        self._band.show()

    def move(self, at: QPoint) -> None:
        """Select what the box touches now."""
        view = self._view
        box = QRect(view.mapFromScene(self._start), at).normalized()
        self._band.setGeometry(box)
        touched = view.flow.cards_in(view.mapToScene(box).boundingRect())
        view.flow.select({*self._before, *touched})

    def finish(self, at: QPoint) -> None:
        """Keep what is selected."""
        self._band.deleteLater()

    def cancel(self) -> None:
        """Select what was."""
        self._band.deleteLater()
        self._view.flow.select(self._before)


class PressPlus(Gesture):
    """A plus pressed and let go asks what to add there."""

    def __init__(self, view: FlowView, plus: PlusItem) -> None:
        self._view = view
        self._slot = plus.slot

    def finish(self, at: QPoint) -> None:
        """Ask, if the pointer is still on it."""
        plus = self._view.flow.plus_at(self._view.mapToScene(at))
        if plus is not None and plus.slot == self._slot:
            self._view.ask_to_add(self._slot)


class PressCard(Gesture):
    """A click selects the card, with Shift or Ctrl besides the others; a drag moves them."""

    scrolls = True

    def __init__(
        self, view: FlowView, at: QPoint, card: CardItem, held: Qt.KeyboardModifier
    ) -> None:
        self._view = view
        self._start = at
        self._card = card
        self._joins = bool(held & _JOINING)
        self._moving: MoveCards | None = None
        if self._joins:
            view.flow.select({*view.flow.selected_ids()} ^ {card.id})
        elif not card.isSelected():
            view.flow.stand_at(card.id)

    def move(self, at: QPoint) -> None:
        """Begin to drag once the pointer clearly left, if the card may leave."""
        if self._moving is None and not _is_near(at, self._start):
            if self._card.can_be_removed and self._card.isSelected():
                self._moving = MoveCards(self._view, self._card)
        if self._moving is not None:
            self._moving.move(at)

    def finish(self, at: QPoint) -> None:
        """Drop what is dragged, else select this card alone."""
        if self._moving is not None:
            self._moving.finish(at)
        elif not self._joins:
            self._view.flow.stand_at(self._card.id)

    def cancel(self) -> None:
        """Put back what is dragged."""
        if self._moving is not None:
            self._moving.cancel()


class MoveCards(Gesture):
    """The selected cards are carried to another plus; let go elsewhere they stay."""

    def __init__(self, view: FlowView, card: CardItem) -> None:
        self._view = view
        scene = view.flow
        self._ids = scene.selected_steps()
        self._shut = with_all_inside(scene.document, self._ids)
        self._slot: Slot | None = None
        cards = [scene.card(id) for id in self._shut]
        self._lifted = [(card, card.opacity()) for card in cards]
        for lifted in cards:
            lifted.setOpacity(LIFTED)
        self._ghost = CardItem("", card.kind, scene.look)
        self._ghost.setRect(card.rect())
        face = card.face
        if len(self._ids) > 1:
            more = translated("and %1 more").replace("%1", str(len(self._ids) - 1))
            face = face._replace(summary=more, number="", fault="")
        self._ghost.say(face)
        self._ghost.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)
        self._ghost.setOpacity(GHOST)
        self._ghost.setZValue(3)
        scene.addItem(self._ghost)
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: QPoint) -> None:
        """Carry the card along, and show where it would land."""
        here = self._view.mapToScene(at)
        aside = ASIDE / self._view.zoom()
        self._ghost.setPos(here.x() + aside, here.y() + aside)
        slot = meant_slot(self._view, at, self._shut)
        self._slot = slot
        self._view.flow.aim(None if self._stays(slot) else slot)

    def finish(self, at: QPoint) -> None:
        """Ask for the move, or say how it is done."""
        self.cancel()
        scene = self._view.flow
        if not scene.has(*self._ids):
            return
        if self._slot is None:
            scene.hinted.emit(translated("Nothing was moved. Drop a step on a + to move it there."))
        elif not self._stays(self._slot):
            scene.moved.emit(self._ids, self._slot)

    def cancel(self) -> None:
        """Put everything back."""
        scene = self._view.flow
        scene.aim(None)
        scene.removeItem(self._ghost)
        for card, opacity in self._lifted:
            card.setOpacity(opacity)
        self._view.show_cursor()

    def _stays(self, slot: Slot | None) -> bool:
        """Whether a single step is meant to go where it stands."""
        if slot is None or len(self._ids) != 1 or not self._view.flow.has(*self._ids):
            return False
        own = find(self._view.flow.document, self._ids[0])
        same_lane = (slot.owner, slot.lane) == (own.owner, own.lane)
        return same_lane and slot.index - own.index in (0, 1)


class Drop:
    """A step dragged from the palette lands on a plus or an edge; elsewhere nothing changes."""

    def __init__(self, view: FlowView) -> None:
        self._view = view

    def move(self, at: QPoint) -> None:
        """Show where it would land."""
        self._view.flow.aim(meant_slot(self._view, at))

    def leave(self) -> None:
        """It was carried away."""
        self._view.flow.aim(None)

    def land(self, at: QPoint, kind: str) -> None:
        """Ask for it, or say how it is done."""
        scene, slot = self._view.flow, meant_slot(self._view, at)
        scene.aim(None)
        if slot is None:
            scene.hinted.emit(translated("Nothing was added. Drop a step on a + or on a line."))
        else:
            scene.dropped.emit(kind, slot)


class Zoom:
    """The wheel enlarges; the point under the pointer stays."""

    def __init__(self, view: FlowView) -> None:
        self._view = view

    def turn(self, event: QWheelEvent) -> None:
        """Follow the wheel."""
        factor = NOTCH ** event.angleDelta().y()
        self._view.zoom_at(event.position(), self._view.zoom() * factor)
        event.accept()


def meant_slot(view: FlowView, at: QPoint, shut: set[str] | None = None) -> Slot | None:
    """The slot a pointer is near enough to, none of those inside the steps `shut`."""
    here = view.mapToScene(at)
    reach = max(REACH, REACH / view.zoom())
    return slot_near(view.flow.layout, here.x(), here.y(), reach, shut or ())


def _is_near(one: QPoint, other: QPoint) -> bool:
    return (one - other).manhattanLength() < QGuiApplication.styleHints().startDragDistance()

"""What the keys do on the canvas: everything the mouse can (screens.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from canvas.look import translated
from canvas.operations import Slot, slot_after
from canvas.walk import Stop, Walk
from engine.vocabulary import END, TRIGGER

if TYPE_CHECKING:
    from canvas.view import FlowView

Action = Callable[["FlowView"], None]

_KEY: Final = Qt.Key
_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_ALT: Final = Qt.KeyboardModifier.AltModifier
_SIDE: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def action_for(event: QKeyEvent) -> Action | None:
    """What a key stands for on the canvas; None if it is not the canvas's."""
    for standard, action in _STANDARD.items():
        if event.matches(standard):
            return action
    held = event.modifiers() & ~_SIDE
    return _PRESSED.get((held, Qt.Key(event.key())))


def slot_here(view: FlowView) -> Slot:
    """Where a step added by keyboard goes: after what the keyboard is at, else to the end."""
    stop = view.flow.current
    return stop if isinstance(stop, Slot) else slot_after(view.flow.document, stop or END)


def _go(way: Callable[[Walk, Stop], Stop]) -> Action:
    def go(view: FlowView) -> None:
        stop = view.flow.current
        view.go_to(TRIGGER if stop is None else way(view.flow.walk(), stop))

    return go


def _by(count: int) -> Action:
    def go(view: FlowView) -> None:
        stops = view.flow.walk().step_by_step()
        stop = view.flow.current
        at = TRIGGER if stop is None else stop
        view.go_to(stops[min(max(stops.index(at) + count, 0), len(stops) - 1)])

    return go


def _open(view: FlowView) -> None:
    stop = view.flow.current
    if isinstance(stop, Slot):
        view.ask_to_add(stop)
    elif stop is not None and stop != END:
        view.flow.opened.emit(stop)


def _add(view: FlowView) -> None:
    view.ask_to_add(slot_here(view))


def _delete(view: FlowView) -> None:
    scene = view.flow
    if steps := scene.selected_steps():
        scene.delete_asked.emit(steps)
    elif scene.selected_ids():
        scene.hinted.emit(translated("The enrollment trigger stays: every automation has one."))


def _select_all(view: FlowView) -> None:
    view.flow.select({card.id for card in view.flow.layout.cards} - {TRIGGER})


def _copy(view: FlowView) -> None:
    if steps := view.flow.selected_steps():
        view.flow.copy_asked.emit(steps)


def _cut(view: FlowView) -> None:
    if steps := view.flow.selected_steps():
        view.flow.cut_asked.emit(steps)


def _duplicate(view: FlowView) -> None:
    if steps := view.flow.selected_steps():
        view.flow.duplicate_asked.emit(steps)


def _paste(view: FlowView) -> None:
    view.flow.paste_asked.emit(slot_here(view))


def _find(view: FlowView) -> None:
    view.flow.find_asked.emit()


_STANDARD: Final[Mapping[QKeySequence.StandardKey, Action]] = {
    QKeySequence.StandardKey.Copy: _copy,
    QKeySequence.StandardKey.Cut: _cut,
    QKeySequence.StandardKey.Paste: _paste,
    QKeySequence.StandardKey.SelectAll: _select_all,
    QKeySequence.StandardKey.Find: _find,
}
_NONE: Final = Qt.KeyboardModifier.NoModifier
_PRESSED: Final[Mapping[tuple[Qt.KeyboardModifier, Qt.Key], Action]] = {
    (_NONE, _KEY.Key_Down): _go(Walk.below),
    (_NONE, _KEY.Key_Up): _go(Walk.above),
    (_NONE, _KEY.Key_Left): _go(lambda walk, stop: walk.beside(stop, "yes")),
    (_NONE, _KEY.Key_Right): _go(lambda walk, stop: walk.beside(stop, "no")),
    (_ALT, _KEY.Key_Down): _by(1),
    (_ALT, _KEY.Key_Up): _by(-1),
    (_NONE, _KEY.Key_Home): lambda view: view.go_to(TRIGGER),
    (_NONE, _KEY.Key_End): lambda view: view.go_to(END),
    (_NONE, _KEY.Key_Return): _open,
    (_NONE, _KEY.Key_Enter): _open,
    (_NONE, _KEY.Key_Plus): _add,
    (_NONE, _KEY.Key_Insert): _add,
    (_NONE, _KEY.Key_Delete): _delete,
    (_NONE, _KEY.Key_Backspace): _delete,
    (_CTRL, _KEY.Key_D): _duplicate,
    (_CTRL, _KEY.Key_0): lambda view: view.zoom_to(1.0),
    (_CTRL, _KEY.Key_1): lambda view: view.fit(),
    (_CTRL, _KEY.Key_Plus): lambda view: view.zoom_by(1),
    (_CTRL, _KEY.Key_Equal): lambda view: view.zoom_by(1),
    (_CTRL, _KEY.Key_Minus): lambda view: view.zoom_by(-1),
    (_NONE, _KEY.Key_Escape): lambda view: view.let_go(),
}

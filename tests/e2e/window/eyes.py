"""What somebody in front of the window sees: where a thing is, and what stands there.

Read only, from inside the program. Things go by what a screen reader calls them, or by the object
name where two are called alike. An answer of None is "not yet".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from app.window import MainWindow
from canvas.look import Face
from canvas.operations import Slot, slot_after
from canvas.view import FlowView

Answer = Any


def shown() -> Iterator[QWidget]:
    """Every widget on the screen, also those scrolled out of sight."""
    yield from (each for each in QApplication.allWidgets() if each.isVisible())


def is_busy() -> bool:
    """Whether the window waits for an answer, after which it may look otherwise."""
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    return any(each._work.busy for each in windows)


def named(words: str) -> QWidget | None:
    """The one thing called so that can be worked; where there are more, none is meant."""
    found = [
        each
        for each in shown()
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus
        and words in (each.accessibleName(), each.objectName())
    ]
    return found[0] if len(found) == 1 and found[0].isEnabled() else None


def place(words: str) -> Answer:
    """Where to click on a control, a cell of a table or an entry of a menu."""
    control = named(words)
    if control is not None:
        return spot(control, control.rect())
    for each in shown():
        found = None
        if isinstance(each, QAbstractItemView):
            found = _cell(each, words)
        elif isinstance(each, QMenu):
            found = _entry(each, words)
        if found is not None:
            return found
    return None


def window() -> Answer:
    """The X server's number of the window."""
    tops = [e for e in QApplication.topLevelWidgets() if e.isVisible() and e.parent() is None]
    return {"id": int(tops[0].winId())} if len(tops) == 1 else None


def spot(owner: QWidget, box: QRect) -> Answer:
    """The middle of a box in a widget, if it can be hit; else how to scroll there."""
    middle = owner.mapToGlobal(box.center())
    hit = QApplication.widgetAt(middle)
    if hit is not None and (hit is owner or owner.isAncestorOf(hit)):
        return {"at": [middle.x(), middle.y()]}
    area = owner.parentWidget()
    while area is not None and not isinstance(area, QAbstractScrollArea):
        area = area.parentWidget()
    if area is None:
        return None
    frame = area.viewport()
    inside = frame.rect().translated(frame.mapToGlobal(QPoint()))
    if inside.contains(middle):
        return None
    corner = inside.topLeft() + QPoint(4, 4)
    return {"scroll": "up" if middle.y() < inside.top() else "down", "at": [corner.x(), corner.y()]}


def _cell(view: QAbstractItemView, words: str) -> Answer:
    model, root = view.model(), view.rootIndex()
    for line in range(model.rowCount(root)):
        for across in range(model.columnCount(root)):
            index = model.index(line, across, root)
            box = view.visualRect(index)
            if index.data() == words and not box.isEmpty():
                return spot(view.viewport(), box)
    return None


def _entry(menu: QMenu, words: str) -> Answer:
    for action in menu.actions():
        if action.text() == words and action.isEnabled():
            return spot(menu, menu.actionGeometry(action))
    return None


def value(words: str) -> Answer:
    """What a field holds."""
    field = named(words)
    if isinstance(field, QLineEdit):
        return {"value": field.text()}
    if isinstance(field, QPlainTextEdit):
        return {"value": field.toPlainText()}
    if isinstance(field, QComboBox):
        return {"value": field.currentText()}
    if isinstance(field, QAbstractButton):
        return {"value": field.isChecked()}
    return None


def holds(words: str, wanted: str | bool) -> Answer:
    """Whether a field holds this by now."""
    answer = value(words)
    return answer if answer is not None and answer["value"] == wanted else None


def focused(words: str) -> Answer:
    """Whether the keys go to this control."""
    control = QApplication.focusWidget()
    return {} if control is not None and control is named(words) else None


def texts() -> list[str]:
    """Everything that can be read or is read aloud, cards of a flow too."""
    found: list[str] = []
    for each in shown():
        found.append(each.accessibleName())
        if isinstance(each, QLabel | QAbstractButton):
            found.append(each.text())
        elif isinstance(each, FlowView):
            found += [face.spoken() for face in each.flow.faces.values()]
    return [text for text in found if text]


def says(words: str) -> Answer:
    """Whether this can be read somewhere."""
    return {} if any(words in text for text in texts()) else None


def options(words: str) -> Answer:
    """What an open dropdown offers, from the top, and which of them is marked."""
    field = named(words)
    if not isinstance(field, QComboBox) or not field.view().isVisible():
        return None
    offered = [field.itemText(place) for place in range(field.count())]
    return {"options": offered, "marked": field.view().currentIndex().data()}


def marked(words: str, option: str) -> Answer:
    """Whether this option of an open dropdown is the one that Enter takes."""
    answer = options(words)
    return answer if answer is not None and answer["marked"] == option else None


def closed(words: str) -> Answer:
    """Whether nothing called so is on the screen."""
    return {} if all(words not in (e.accessibleName(), e.objectName()) for e in shown()) else None


def _canvas() -> FlowView | None:
    return next((each for each in shown() if isinstance(each, FlowView)), None)


def _ids(view: FlowView, title: str) -> list[str]:
    return [id for id, face in view.flow.faces.items() if _is_called(face, title)]


def _is_called(face: Face, title: str) -> bool:
    return title in (face.title, face.summary)


def card(title: str) -> Answer:
    """The card of this title or summary, where there is one such."""
    view = _canvas()
    ids = [] if view is None else _ids(view, title)
    if view is None or len(ids) != 1:
        return None
    return _on_canvas(view, view.flow.card(ids[0]).sceneBoundingRect().center())


def plus_after(title: str) -> Answer:
    """The + below the card of this title or summary, or below the lanes that begin there."""
    view = _canvas()
    ids = [] if view is None else _ids(view, title)
    if view is None or len(ids) != 1:
        return None
    return _plus(view, slot_after(view.flow.document, ids[0]))


def plus_in(lane: str) -> Answer:
    """The first + of the lane of this name; for a flow of one branch."""
    view = _canvas()
    labels = [] if view is None else [each for each in view.flow.layout.labels if each.text == lane]
    if view is None or len(labels) != 1:
        return None
    return _plus(view, Slot(labels[0].id, lane.lower(), 0))


def aimed() -> Answer:
    """Whether what is dragged would land on a +."""
    view = _canvas()
    pluses = [] if view is None else [view.flow.plus(each.slot) for each in view.flow.layout.pluses]
    return {} if any(plus.is_aimed for plus in pluses) else None


def _plus(view: FlowView, slot: Slot) -> Answer:
    return _on_canvas(view, view.flow.plus(slot).sceneBoundingRect().center())


def _on_canvas(view: FlowView, point: Any) -> Answer:
    middle = view.mapFromScene(point)
    return spot(view.viewport(), QRect(middle, middle))


def picture(file: str) -> Answer:
    """Everything on the screen, as the X server has it, in a file; the answer tells two apart."""
    seen = QApplication.primaryScreen().grabWindow(0).toImage()
    return {"is": crc32(bytes(seen.constBits()))} if seen.save(file) else None


def everything() -> Answer:
    """What there is, for whoever looks for something in vain."""
    focus = QApplication.focusWidget()
    keys = "" if focus is None else focus.accessibleName() or focus.objectName()
    return {"texts": sorted(set(texts())), "focus": keys}


QUESTIONS: dict[str, Callable[..., Answer]] = {
    made.__name__: made
    for made in (
        place, value, holds, focused, says, options, marked, closed, card, plus_after, plus_in,
        aimed, window, picture, everything,
    )
}  # fmt: skip
"""What can be asked, by its name."""

"""The palette "ADD STEP" at the left of the builder, with the note on who enters (screens.md 2)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from canvas.view import STEP_MIME
from engine.vocabulary import STEP_TYPES
from engine.wording.steps import STEP_HELP, step_title
from views.theme import GRID
from views.widgets.kit import column, frame, label, row
from views.widgets.rows import RowButton
from views.widgets.tiles import Tile


class PaletteRow(RowButton):
    """One kind of step: dragged, or asked for by a double click or Enter."""

    asked = Signal(str)

    def __init__(self, type: str) -> None:
        self._words = label(step_title(type), wraps=True)
        parts = row(Tile(type), self._words, gap=10, margins=(8, 6, 8, 6))
        parts.setStretch(1, 1)
        super().__init__(parts, "step", f"palette-{type}", step_title(type))
        self.type = type
        self._pressed_at = QPoint()
        self.setAccessibleDescription(STEP_HELP[type])
        self.fold(False)

    def fold(self, folded: bool) -> None:
        """Show no more than the icon, which says what it is to the pointer; or the words too."""
        self._words.setVisible(not folded)
        help = STEP_HELP[self.type]
        self.setToolTip(f"{step_title(self.type)}\n{help}" if folded else help)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag once the pointer went far enough."""
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        held = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if not held or moved < QApplication.startDragDistance():
            return
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.mime_data())
        drag.setPixmap(self.grab())
        drag.setHotSpot(self._pressed_at)
        drag.exec(Qt.DropAction.CopyAction)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a step of this kind."""
        self.asked.emit(self.type)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar ask for a step; the arrows go to the next row."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(self.type)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mime_data(self) -> QMimeData:
        """What the canvas is given."""
        data = QMimeData()
        data.setData(STEP_MIME, self.type.encode())
        return data


class Palette(QWidget):
    """The kinds of steps, and a note below. `add_asked` says the type of the step asked for."""

    add_asked = Signal(str)

    def __init__(
        self, types: Sequence[str] = STEP_TYPES, note_title: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = [PaletteRow(type) for type in types]
        for one in self.rows:
            one.asked.connect(self.add_asked)
        self._heading = label(self.tr("ADD STEP"), "caption")
        self._note: QLabel = label("", "muted", wraps=True, name="palette-note")
        title = label(note_title or self.tr("Enrollment"), "heading")
        self._about = frame("note", column(title, self._note, gap=2, margins=(10, 8, 10, 8)))
        self._parts = column(
            self._heading, *self.rows, GRID, self._about, None, gap=GRID, margins=(12, 14, 12, 12),
        )  # fmt: skip
        self.setLayout(self._parts)

    def fold(self, folded: bool) -> None:
        """Show the icons alone, or everything."""
        for one in self.rows:
            one.fold(folded)
        self._heading.setVisible(not folded)
        self._about.setVisible(not folded)
        margin = GRID if folded else 12
        self._parts.setContentsMargins(margin, 14, margin, 12)

    def set_note(self, words: str) -> None:
        """Say who enters, once or again, and when it is looked at; or when a sequence runs."""
        self._note.setText(words)

"""The controls of forms: a title above, a helper below, and what is wrong beside them.

Each says what the person at the desk did with it and nothing else: `put` shows a value silently,
so that a form may be filled again while somebody types in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIntValidator,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygon,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from views.theme import GRID, theme_of
from views.widgets.kit import column, label, row
from views.widgets.switch import Switch

Option = tuple[str, str]
"""What stands in the document, and its words."""


class Field(QWidget):
    """A control under its title, with a helper and a fault below that show when they say something.

    `control` is what takes the focus; `beside` stands at the right of the title.
    """

    def __init__(
        self,
        title: str,
        control: QWidget,
        *,
        name: str,
        inside: QWidget | QLayout | None = None,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.control = control
        control.setObjectName(name)
        control.setAccessibleName(title)
        said = label(title, wraps=True)
        said.setBuddy(control)
        self._help = label("", "muted", wraps=True, name=f"{name}-help")
        self._fault = label("", "fault", wraps=True, name=f"{name}-fault")
        head = row(said, beside) if beside is not None else row(said)
        head.setStretch(0, 1)
        self.setLayout(column(head, inside or control, self._help, self._fault, gap=GRID // 2))
        if beside is not None:
            QWidget.setTabOrder(control, beside)
        self.help("")
        self.fault("")

    def help(self, words: str) -> None:
        """Say something useful below the control; "" says nothing."""
        self._help.setText(words)
        self._help.setVisible(bool(words))

    def fault(self, words: str) -> None:
        """Say what is wrong below the control, also to screen readers; "" if nothing is."""
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        self.control.setAccessibleDescription(words)
        wrong = "true" if words else "false"
        if self.control.property("wrong") != wrong:
            self.control.setProperty("wrong", wrong)
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)


class Choice(QComboBox):
    """A closed dropdown of options; `chosen` says the value picked by hand."""

    chosen = Signal(str)

    def __init__(self, placeholder: str, options: Iterable[Option] = ()) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view().setAccessibleName(self.tr("Options"))
        self.activated.connect(lambda index: self.chosen.emit(str(self.itemData(index))))
        self.offer(options)

    def offer(self, options: Iterable[Option]) -> None:
        """Offer these options from now on; nothing is chosen then."""
        wanted = list(options)
        with QSignalBlocker(self):
            self.clear()
            for value, words in wanted:
                self.addItem(words, value)
                self.setItemData(self.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
            self.setCurrentIndex(-1)

    def put(self, value: object) -> None:
        """Show a value; one that is no longer offered is shown as gone, None as nothing chosen."""
        with QSignalBlocker(self):
            index = -1 if value is None else self.findData(value)
            if index < 0 and value:
                self.addItem(self.tr("{} (no longer there)").format(value), value)
                index = self.count() - 1
            self.setCurrentIndex(index)
        self.setToolTip(self.currentText())

    def value(self) -> str | None:
        """What is chosen, or None."""
        data = self.currentData()
        return None if data is None else str(data)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form, not the choice, unless it is being worked on."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cut long words short and draw the little arrow: a style sheet does neither."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.width() - _BESIDE_WORDS
        words = option.currentText or self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        _chevron(painter, QPoint(self.width() - 14, self.height() // 2), theme_of(self).muted)
        painter.end()


_BESIDE_WORDS = 42
"""Pixels of a dropdown that its words can't have: edges, paddings and the arrow."""


def _chevron(painter: QPainter, middle: QPoint, colour: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5))
    corners = [middle + QPoint(-4, -2), middle + QPoint(0, 2), middle + QPoint(4, -2)]
    painter.drawPolyline(QPolygon(corners))


class Line(QLineEdit):
    """A line of text; `textEdited` says what is typed."""

    def __init__(self, placeholder: str = "", longest: int = 500) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setMaxLength(longest)

    def put(self, text: object) -> None:
        """Show a text, and leave the cursor alone if it is there already."""
        wanted = text if isinstance(text, str) else ""
        if self.text() != wanted:
            self.setText(wanted)


class TextBox(QPlainTextEdit):
    """A text of several lines; `typed` says what is typed. Tab leaves it."""

    typed = Signal(str)

    def __init__(self, placeholder: str = "", rows: int = 4) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._rows = rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(lambda: self.typed.emit(self.toPlainText()))

    def put(self, text: object) -> None:
        """Show a text, and leave the cursor alone if it is there already."""
        wanted = text if isinstance(text, str) else ""
        if self.toPlainText() != wanted:
            with QSignalBlocker(self):
                self.setPlainText(wanted)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        """As high as its rows, as narrow as need be."""
        return QSize(GRID * 10, self._height())

    def _height(self) -> int:
        return self._rows * self.fontMetrics().lineSpacing() + 3 * GRID


class Amount(QLineEdit):
    """A whole number; `typed` says it, 0 for none. The arrow keys count up and down."""

    typed = Signal(int)

    def __init__(self, least: int = 1, most: int = 99_999) -> None:
        super().__init__()
        self._least, self._most = least, most
        self.setValidator(QIntValidator(0, most, self))
        self.setMinimumWidth(7 * GRID)
        self.textEdited.connect(lambda text: self.typed.emit(self.number()))

    def number(self) -> int:
        """What the field says; 0 when it says nothing."""
        return int(self.text()) if self.text().isdecimal() else 0

    def put(self, value: object) -> None:
        """Show a number; anything else as nothing."""
        wanted = value if isinstance(value, int) else 0
        if self.number() != wanted:
            self.setText(str(wanted) if wanted else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down count."""
        by = {Qt.Key.Key_Up.value: 1, Qt.Key.Key_Down.value: -1}.get(event.key())
        if by is None:
            super().keyPressEvent(event)
            return
        self.setText(str(min(max(self.number() + by, self._least), self._most)))
        self.typed.emit(self.number())


def switch_row(switch: Switch, title: str, words: str) -> QWidget:
    """A switch with its title and, below it, what it does."""
    said = label(title)
    said.setBuddy(switch)
    more = label(words, "muted", wraps=True)
    parts = row(column(switch, None, gap=0), column(said, more, gap=2), gap=12)
    parts.setStretch(1, 1)
    box = QWidget()
    box.setLayout(parts)
    return box

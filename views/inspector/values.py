"""The control of a property's value: what it is depends on the property."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from engine.surroundings import Surroundings
from engine.vocabulary import PROPERTIES, PROPERTY_REFERENCES
from engine.wording.values import PROPERTY_TITLES, value_title
from views.inspector.form import options
from views.widgets.fields import Choice, Line, Option

PROPERTY_OPTIONS: Sequence[Option] = tuple(PROPERTY_TITLES.items())


class PropertyValue(QWidget):
    """A dropdown for a property that has choices, a line for one of free text.

    `picked` says the value, and whether it was typed.
    """

    picked = Signal(str, bool)

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.choice = Choice(self.tr("Choose a value"))
        self.line = Line(longest=200)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for control in (self.choice, self.line):
            self._stack.addWidget(control)
            control.setAccessibleName(words)
        self.choice.setObjectName(f"{name}-choice")
        self.line.setObjectName(f"{name}-line")
        self.choice.chosen.connect(lambda value: self.picked.emit(value, False))
        self.line.textEdited.connect(lambda text: self.picked.emit(text, True))

    def fill(self, property: str, value: object, around: Surroundings, *first: Option) -> None:
        """Show the control of a property and its value; `first` are offered before the values."""
        free = not PROPERTIES.get(property) and property not in PROPERTY_REFERENCES
        self._stack.setCurrentWidget(self.line if free else self.choice)
        self.setFocusProxy(self.line if free else self.choice)
        self.line.put(value)
        if property in PROPERTY_REFERENCES:
            names = around.names.of(PROPERTY_REFERENCES[property])
            self.choice.offer(options(names, *first, ("", self.tr("Empty"))))
        else:
            known = PROPERTIES.get(property, ())
            self.choice.offer([*first, *((v, value_title(property, v)) for v in known)])
        self.choice.put(value)
        self.setEnabled(bool(property))

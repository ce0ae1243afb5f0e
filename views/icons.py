"""The icons, by what they stand for; drawn from Font Awesome in the colours of the theme.

QtAwesome brings the font and the names of its letters. The package itself is not imported: it
takes in all of Qt by name, a fifth of a second before the first picture.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

ICONS: Final = {
    "contacts": "address-card", "lists": "list-ul", "communication": "envelope",
    "tasks": "tasks", "automations": "bolt", "campaigns": "bullhorn",
    "sequences": "users", "forms": "file-alt", "activity": "history",
    "settings": "cog",
    "trigger": "bolt", "send_email": "envelope", "send_sms": "comment",
    "delay": "clock", "if_then": "code-branch", "create_task": "tasks",
    "set_property": "tag", "add_to_list": "list-ul",
    "contact_created": "user-plus", "became_patient": "user-md",
    "form_submitted": "file-alt", "list_joined": "list-ul", "list_left": "list",
    "property_changed": "user-edit", "email_engaged": "hand-pointer",
    "sms_replied": "comment", "birthday": "birthday-cake", "inactive": "clock",
    "performance": "chart-bar", "duplicate": "copy", "export": "file-export",
    "delete": "trash-alt", "more": "ellipsis-v", "back": "arrow-left",
    "close": "times", "add": "plus", "search": "search", "undo": "undo",
    "redo": "redo", "info": "info-circle", "warning": "exclamation-triangle",
    "done": "check", "up": "caret-up", "down": "caret-down", "calendar":
    "calendar-alt", "print": "print", "play": "play", "pause": "pause",
    "fit": "expand", "filter": "filter", "phone": "phone", "goal": "flag",
    "appointment": "calendar-check", "review": "star", "person": "user",
    "edit": "pen", "import": "file-import", "help": "question-circle",
    "bold": "bold", "italic": "italic", "underline": "underline", "bullets": "list-ul",
    "link": "link", "preview": "eye",
}  # fmt: skip


_FONT: Final = "fontawesome5-solid-webfont"
_SHARE: Final = 0.875
"""Of an icon's height, the size of its letter."""


class _Letter(QIconEngine):
    """Draws one letter of the font as an icon, sharp at every size."""

    def __init__(self, letter: str, colour: str) -> None:
        super().__init__()
        self._letter, self._colour = letter, colour

    def clone(self) -> Self:
        """Another one of the same."""
        return type(self)(self._letter, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it in the middle of a rectangle; pale where it can't be used."""
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height() * _SHARE)))
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._colour))
        painter.setOpacity(0.4 if mode == QIcon.Mode.Disabled else 1.0)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The picture of it, this many pixels large."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made


@lru_cache(maxsize=256)
def icon(name: str, colour: str) -> QIcon:
    """The icon called `name` in a colour, #rrggbb; KeyError for a name not in `ICONS`."""
    return QIcon(_Letter(_letters()[ICONS[name]], colour))


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    text = next(_folder().glob(f"{_FONT}-charmap-*.json")).read_text("utf-8")
    return {name: chr(int(code, 16)) for name, code in json.loads(text).items()}


@lru_cache(maxsize=1)
def _family() -> str:
    file = next(_folder().glob(f"{_FONT}-[0-9]*.ttf"))
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))[0]


def _folder() -> Path:
    found = find_spec("qtawesome")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("qtawesome")
    return Path(found.origin).parent / "fonts"

"""Draws an email. It runs nothing and fetches nothing: it never reaches network or disk."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser

from engine.compose.safety import unsafe

# What emails are drawn on, whatever theme the program has.
_LINKS: Final = "a { color: #1a4fc4; }"
_PICTURE: Final = QColor("#e3e6ea")
_MARGIN: Final = 12
_PICTURE_WIDTH, _PICTURE_HEIGHT = 160, 90


class MailView(QTextBrowser):
    """An email as it is read; its links lead nowhere from here."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("kind", "mail")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTabChangesFocus(True)
        self.document().setDefaultStyleSheet(_LINKS)
        self.document().setDocumentMargin(_MARGIN)
        self._shown: str | None = None

    def show_mail(self, html: str) -> None:
        """Draw an email where it was scrolled to; nothing of one that could run code."""
        if html == self._shown:
            return
        self._shown = html
        at = self.verticalScrollBar().value()
        self.setHtml("" if unsafe(html) else html)
        self.verticalScrollBar().setValue(at)

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        """Nothing is loaded; where a picture would be, there is a grey field."""
        if type != QTextDocument.ResourceType.ImageResource.value:
            return None
        field = QImage(_PICTURE_WIDTH, _PICTURE_HEIGHT, QImage.Format.Format_RGB32)
        field.fill(_PICTURE)
        return field

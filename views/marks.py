"""What stands over the field an email is written in: marks, list, link, and names to insert."""

from __future__ import annotations

from functools import partial
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from engine.compose.safety import unsafe
from engine.compose.writing import whole_address
from engine.vocabulary import TOKENS
from views.theme import GRID
from views.widgets.fields import Choice, Line
from views.widgets.kit import button, column, label, row
from views.writing import WritingBox


class Marks(QWidget):
    """Marks what is written in `box`. `inserted` says a token, for whatever is written in."""

    inserted = Signal(str)

    def __init__(self, box: WritingBox) -> None:
        super().__init__()
        self._box = box
        self._marks = [
            self._mark(name, words, partial(box.mark, name))
            for name, words in (
                ("bold", self.tr("Bold (Ctrl+B)")),
                ("italic", self.tr("Italic (Ctrl+I)")),
                ("underline", self.tr("Underline (Ctrl+U)")),
            )
        ]
        self._marks.append(self._mark("bullets", self.tr("List"), box.bullets))
        self._marks.append(self._mark("link", self.tr("Link"), self._ask_link))
        self._token = button(self.tr("Insert a name"), self._ask_token, name="body-token")
        self._wrong = label("", "fault", wraps=True, name="link-fault")
        self._link, self._address = self._link_strip()
        self._names, self._which, self._fallback = self._token_strip()
        bar = row(*self._marks, GRID, self._token, None, gap=4)
        self.setLayout(column(bar, self._link, self._wrong, self._names, gap=GRID))

    def show_marks(self, shown: bool) -> None:
        """Show what marks plain writing, or only what inserts names."""
        for each in self._marks:
            each.setVisible(shown)
        self._put_away()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts away what was asked."""
        open_ = not (self._link.isHidden() and self._names.isHidden())
        if event.key() == Qt.Key.Key_Escape and open_:
            self._put_away()
        else:
            super().keyPressEvent(event)

    def _mark(self, name: str, words: str, act: object) -> QPushButton:
        made = button("", None, "mark", icon_name=name, name=f"body-{name}", tip=words)
        # The cursor stays in what is written.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(act)
        return made

    def _link_strip(self) -> tuple[QFrame, Line]:
        line = Line("https://", 900)
        line.setObjectName("link-address")
        line.setAccessibleName(self.tr("Address it leads to"))
        line.returnPressed.connect(self._set_link)
        lead = button(self.tr("Set link"), self._set_link, "primary", name="link-set")
        off = button(self.tr("No link"), self._drop_link, name="link-off")
        return self._strip("link-strip", line, lead, off), line

    def _token_strip(self) -> tuple[QFrame, Choice, Line]:
        words = {
            "firstname": self.tr("First name"), "lastname": self.tr("Last name"),
            "practice": self.tr("The practice"), "owner": self.tr("Who looks after them"),
        }  # fmt: skip
        which = Choice("", [(name, words[name]) for name in TOKENS])
        which.setObjectName("token-name")
        which.setAccessibleName(self.tr("Whose name"))
        which.put(TOKENS[0])
        line = Line(self.tr("If unknown, say (optional)"), 100)
        line.setObjectName("token-fallback")
        line.setAccessibleName(self.tr("What to say if it is unknown"))
        line.returnPressed.connect(self._insert)
        made = button(self.tr("Insert"), self._insert, "primary", name="token-insert")
        return self._strip("token-strip", which, line, made), which, line

    def _strip(self, name: str, *parts: QWidget) -> QFrame:
        made = QFrame()
        made.setObjectName(name)
        made.setProperty("kind", "note")
        made.setLayout(row(*parts, margins=(8, 8, 8, 8)))
        made.hide()
        return made

    def _ask_link(self) -> None:
        shown = self._link.isHidden()
        self._put_away()
        self._link.setVisible(shown)
        if shown:
            self._address.put(self._box.link())
            self._address.setFocus()

    def _ask_token(self) -> None:
        shown = self._names.isHidden()
        self._put_away()
        self._names.setVisible(shown)
        if shown:
            self._fallback.clear()
            self._which.setFocus()

    def _set_link(self) -> None:
        address = whole_address(self._address.text())
        harmful = unsafe(f'<a href="{escape(address)}">')
        if " " in address and "{{" not in address:
            harmful = address
        self._wrong.setText(self.tr("Write an address like https://example.org/book."))
        self._wrong.setVisible(harmful is not None)
        if harmful is not None:
            return
        self._put_away()
        self._box.set_link(address)
        self._box.setFocus()

    def _drop_link(self) -> None:
        self._put_away()
        self._box.set_link("")
        self._box.setFocus()

    def _insert(self) -> None:
        # A fallback stands in quotes of its own.
        said = self._fallback.text().strip().replace('"', "”").replace("\\", "")
        name = self._which.value() or TOKENS[0]
        self._put_away()
        self.inserted.emit(f'{{{{{name}|default("{said}")}}}}' if said else f"{{{{{name}}}}}")

    def _put_away(self) -> None:
        self._link.hide()
        self._wrong.hide()
        self._names.hide()

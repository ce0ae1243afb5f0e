"""The field an email's body is written in: paragraphs, lists, and the few marks there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QMimeData, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextListFormat,
)
from PySide6.QtWidgets import QTextEdit

from engine.compose.writing import Block, Run, Writing, read_writing, tidy, to_html
from views.theme import theme_of

_GAP: Final = 8
_LINE_END: Final = "\u2028"
_STYLES: Final = {
    "ul": QTextListFormat.Style.ListDisc,
    "ol": QTextListFormat.Style.ListDecimal,
}
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WritingBox(QTextEdit):
    """Holds exactly what `engine.compose.writing` can say. `typed` says that it changed."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAcceptRichText(True)
        self.textChanged.connect(self.typed)

    def put(self, writing: Writing) -> None:
        """Show a writing; there is nothing to be undone then."""
        with QSignalBlocker(self):
            self.clear()
            self._insert(QTextCursor(self.document()), writing)
            self.document().clearUndoRedoStacks()
            self.moveCursor(QTextCursor.MoveOperation.Start)

    def writing(self) -> Writing:
        """What it holds."""
        return _read(self.document())

    def mark(self, name: str) -> None:
        """Turn bold, italic or underline on or off for what is selected, or typed from now on."""
        now, wanted = self.currentCharFormat(), QTextCharFormat()
        if name == "bold":
            heavy = now.fontWeight() >= QFont.Weight.DemiBold
            wanted.setFontWeight(QFont.Weight.Normal if heavy else QFont.Weight.Bold)
        elif name == "italic":
            wanted.setFontItalic(not now.fontItalic())
        else:
            wanted.setFontUnderline(not now.fontUnderline())
        self.mergeCurrentCharFormat(wanted)

    def bullets(self) -> None:
        """Make the paragraphs that are selected items of a list, or paragraphs again."""
        cursor = self.textCursor()
        if cursor.currentList() is None:
            cursor.createList(QTextListFormat.Style.ListDisc)
        else:
            self._leave_list(cursor)

    def link(self) -> str:
        """Where the words at the cursor lead; "" if nowhere."""
        return self.textCursor().charFormat().anchorHref()

    def set_link(self, address: str) -> None:
        """Let what is selected lead to an address; "" nowhere. Nothing selected: write it there."""
        cursor = self.textCursor()
        form = _format(Run("", link=address), self._link_colour())
        if not cursor.hasSelection() and address:
            cursor.insertText(address, form)
            self.setCurrentCharFormat(QTextCharFormat())
        elif address:
            cursor.mergeCharFormat(form)
        else:
            self._unlink(cursor)

    def insert(self, text: str) -> None:
        """Put words where the cursor stands, like those around them."""
        self.textCursor().insertText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+B, I and U mark; Enter in an empty item ends its list."""
        marks = {Qt.Key.Key_B: "bold", Qt.Key.Key_I: "italic", Qt.Key.Key_U: "underline"}
        name = marks.get(Qt.Key(event.key()))
        cursor = self.textCursor()
        if name is not None and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.mark(name)
        elif event.key() in _ENTER and self._ends_list(cursor):
            self._leave_list(cursor)
        else:
            if event.text().isprintable() and event.text() and self._has_all(cursor):
                # What is begun anew is no longer bold, or a link, as what it takes the place of.
                cursor.removeSelectedText()
                self.setCurrentCharFormat(QTextCharFormat())
            super().keyPressEvent(event)

    def _has_all(self, cursor: QTextCursor) -> bool:
        chosen = cursor.selectionEnd() - cursor.selectionStart()
        return cursor.hasSelection() and chosen >= self.document().characterCount() - 1

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied, as words and as plain writing."""
        taken = QTextDocument()
        QTextCursor(taken).insertFragment(self.textCursor().selection())
        made = QMimeData()
        made.setText(self.textCursor().selection().toPlainText())
        made.setHtml(to_html(_read(taken)))
        return made

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Words alone."""
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain writing as it is, and only the words of anything else."""
        writing = read_writing(source.html()) if source.hasHtml() else None
        cursor = self.textCursor()
        cursor.beginEditBlock()
        if writing and len(writing) > 1:
            cursor.removeSelectedText()
            self._insert(cursor, writing)
        elif writing:
            cursor.removeSelectedText()
            self._insert_runs(cursor, writing[0])
        else:
            cursor.insertText(source.text())
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _insert(self, cursor: QTextCursor, writing: Writing) -> None:
        """Put blocks in at the cursor, the first in its own block if that is empty."""
        before = ""
        for place, block in enumerate(writing):
            if place or cursor.block().text():
                cursor.insertBlock(_spaced(), QTextCharFormat())
            else:
                cursor.setBlockFormat(_spaced())
            if block.kind == "p":
                self._leave_list(cursor)
            elif block.kind != before or cursor.currentList() is None:
                cursor.createList(_STYLES[block.kind])
            self._insert_runs(cursor, block)
            before = block.kind

    def _insert_runs(self, cursor: QTextCursor, block: Block) -> None:
        colour = self._link_colour()
        for run in block.runs:
            cursor.insertText(run.text.replace("\n", _LINE_END), _format(run, colour))

    def _link_colour(self) -> QColor:
        return theme_of(self).colour("accent_text")

    @staticmethod
    def _ends_list(cursor: QTextCursor) -> bool:
        return cursor.currentList() is not None and not cursor.block().text()

    @staticmethod
    def _leave_list(cursor: QTextCursor) -> None:
        inside = cursor.currentList()
        if inside is not None:
            inside.remove(cursor.block())
            cursor.setBlockFormat(_spaced())

    @staticmethod
    def _unlink(cursor: QTextCursor) -> None:
        if not cursor.hasSelection():
            href = cursor.charFormat().anchorHref()
            for start, end, run in _pieces(cursor.block()):
                if run.link == href and start <= cursor.position() <= end:
                    cursor.setPosition(start)
                    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                    break
        form = cursor.charFormat()
        bare = QTextCharFormat()
        bare.setFontWeight(form.fontWeight())
        bare.setFontItalic(form.fontItalic())
        cursor.setCharFormat(bare)


def _spaced() -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setBottomMargin(_GAP)
    return made


def _format(run: Run, link: QColor) -> QTextCharFormat:
    made = QTextCharFormat()
    if run.bold:
        made.setFontWeight(QFont.Weight.Bold)
    if run.italic:
        made.setFontItalic(True)
    if run.underline or run.link:
        made.setFontUnderline(True)
    if run.link:
        made.setAnchor(True)
        made.setAnchorHref(run.link)
        made.setForeground(link)
    return made


def _read(document: QTextDocument) -> Writing:
    blocks = []
    block = document.begin()
    while block.isValid():
        inside = block.textList()
        kind = "p"
        if inside is not None:
            numbered = inside.format().style() == QTextListFormat.Style.ListDecimal
            kind = "ol" if numbered else "ul"
        blocks.append(Block(kind, tidy(run for _, _, run in _pieces(block))))
        block = block.next()
    # An empty field is one empty paragraph: it says nothing.
    return () if blocks == [Block("p")] else tuple(blocks)


def _pieces(block: QTextBlock) -> Iterator[tuple[int, int, Run]]:
    """The words of a block that look alike, with where they begin and end in the document."""
    at = block.begin()
    while not at.atEnd():
        piece = at.fragment()
        form = piece.charFormat()
        link = form.anchorHref()
        text = piece.text().replace(_LINE_END, "\n").replace("\ufffc", "")
        run = Run(
            text, form.fontWeight() >= QFont.Weight.DemiBold, form.fontItalic(),
            form.fontUnderline() and not link, link,
        )  # fmt: skip
        yield piece.position(), piece.position() + piece.length(), run
        at += 1

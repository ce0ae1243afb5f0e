"""What is written in the field is what is kept, and what was kept is shown again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.compose.writing import Block, Run, read_writing, to_html
from views.writing import WritingBox

SAID = (
    '<p>Hi {{firstname|default("you")}},<br>a &lt; <strong>b</strong> <em>c</em> <u>d</u></p>\n'
    "<ul><li>one</li><li></li></ul>\n<ol><li>two</li></ol>\n"
    '<p><br></p>\n<p><a href="https://oak.example/?a=1&amp;b=2">Book <strong>now</strong></a></p>'
)


@pytest.fixture
def box(qtbot: QtBot) -> WritingBox:
    made = WritingBox()
    qtbot.addWidget(made)
    return made


def says(box: WritingBox) -> str:
    return to_html(box.writing())


def test_a_writing_goes_in_and_comes_out_alike(box: WritingBox) -> None:
    writing = read_writing(SAID)
    assert writing is not None
    box.put(writing)
    assert box.writing() == writing and says(box) == SAID
    box.put(())
    assert box.writing() == () and says(box) == ""


def test_marks_by_keys_and_a_list_that_enter_ends(box: WritingBox) -> None:
    QTest.keyClicks(box, "Hi ")
    QTest.keyClick(box, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, "you")
    QTest.keyClick(box, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(box, Qt.Key.Key_Return)
    box.bullets()
    QTest.keyClicks(box, "one")
    for _ in range(2):
        QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClicks(box, "end")
    assert says(box) == "<p>Hi <strong>you</strong></p>\n<ul><li>one</li></ul>\n<p>end</p>"


def test_words_become_a_link_and_words_again(box: WritingBox) -> None:
    box.put((Block("p", (Run("Book now"),)),))
    box.moveCursor(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor)
    box.moveCursor(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
    box.set_link("https://oak.example")
    assert says(box) == '<p><a href="https://oak.example">Book</a> now</p>'
    box.moveCursor(QTextCursor.MoveOperation.Start)
    box.moveCursor(QTextCursor.MoveOperation.Right)
    assert box.link() == "https://oak.example"
    box.set_link("")
    assert says(box) == "<p>Book now</p>"
    box.moveCursor(QTextCursor.MoveOperation.End)
    box.set_link("https://elm.example")
    QTest.keyClicks(box, "!")
    assert says(box).endswith('<a href="https://elm.example">https://elm.example</a>!</p>')


def test_what_is_copied_here_keeps_its_marks_and_what_is_not_plain_only_its_words(
    box: WritingBox,
) -> None:
    box.put(read_writing(SAID) or ())
    box.selectAll()
    copied = box.createMimeDataFromSelection()
    box.put(())
    box.insertFromMimeData(copied)
    assert says(box) == SAID
    box.put(())
    elsewhere = QMimeData()
    elsewhere.setHtml('<table onclick="x()"><tr><td style="color:red">Hi</td></tr></table>')
    elsewhere.setText("Hi")
    box.insertFromMimeData(elsewhere)
    assert says(box) == "<p>Hi</p>"
    one = QMimeData()
    one.setHtml("<p><strong>bold</strong></p>")
    one.setText("bold")
    box.moveCursor(QTextCursor.MoveOperation.End)
    box.insertFromMimeData(one)
    assert says(box) == "<p>Hi<strong>bold</strong></p>"

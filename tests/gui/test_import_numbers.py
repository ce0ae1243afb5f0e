"""What an import came to opens what it counts (quality.md, "For people" 23)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.counted import entries
from engine.counted_words import heading
from engine.number import read_counted
from tests.gui.fakes import DirectDesk
from tests.gui.page_kit import part, shown
from tests.gui.people import add_people
from views.contacts import ContactsPage
from views.places import PAGE
from views.widgets.link import Link


class Opener(QObject):
    """Takes the files that would be opened."""

    asked = Signal(QUrl)

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Say which."""
        self.asked.emit(url)


@pytest.fixture
def opener() -> Iterator[Opener]:
    made = Opener()
    # Its stub asks for bytes, which it refuses.
    method: Any = "open"
    QDesktopServices.setUrlHandler("file", made, method)
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot, tmp_path: Path) -> ContactsPage:
    """After an import of two who are new and ten rows that are refused."""
    add_people(desk.workspace, desk.at - 1)
    made = shown(ContactsPage(desk), qtbot)
    rows = ["First name,Email", "Ann,ann@example.org", "Bob,bob@example.org"]
    rows += [f"No{number},nowhere" for number in range(10)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    made.table.import_file(file)
    part(made, QPushButton, "import-start").click()
    return made


def press(page: ContactsPage, place: int) -> None:
    QTest.keyClick(part(page, Link, f"import-count-{place}"), Qt.Key.Key_Return)


def test_new_people_are_those_the_import_created(desk: DirectDesk, page: ContactsPage) -> None:
    press(page, 1)
    place = desk.places[-1]
    counted = read_counted(place.tab)
    assert place.page == PAGE and counted is not None
    assert dict(place.options)["page"] == "contacts"
    with desk.workspace.store.read() as reader:
        found = entries(reader, counted, desk.at)
        assert heading(reader, counted).title.startswith("New by the import of ")
    assert [entry.person.name for entry in found.entries] == ["Bob", "Ann"]
    assert part(page, Link, "import-count-1").text() == "2"


def test_refused_rows_are_all_told(page: ContactsPage) -> None:
    every = part(page, QPlainTextEdit, "import-all-faults")
    assert every.isHidden()
    press(page, 4)
    assert every.isVisible()
    assert len(every.toPlainText().splitlines()) == 10
    assert every.toPlainText().splitlines()[-1].startswith("Row 13")


def test_the_rows_read_are_the_file(
    page: ContactsPage, opener: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(opener.asked) as asked:
        press(page, 0)
    assert asked.args == [QUrl.fromLocalFile(str(tmp_path / "people.csv"))]

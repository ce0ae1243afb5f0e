"""A file of people brought in beside the table of contacts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import DirectDesk
from tests.gui.test_contacts import part, press, shown
from views.contacts import ContactsPage


@pytest.fixture
def page(desk: DirectDesk, qtbot: QtBot) -> ContactsPage:
    return shown(ContactsPage(desk), qtbot)


def pick(choice: QComboBox, words: str) -> None:
    place = choice.findText(words)
    choice.setCurrentIndex(place)
    choice.activated.emit(place)


def test_a_file_is_looked_at_then_brought_in(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("First,E-mail,Note\nAnn,ann@example.org,hi\nBob,nowhere,\n", encoding="utf-8")
    page.table.import_file(file)
    columns = [part(page, QComboBox, f"import-column-{place}").currentText() for place in range(3)]
    assert columns == ["First name", "Email", "Leave out"]
    press(page, "import-start")
    counts = [part(page, QLabel, f"import-count-{place}").text() for place in range(4)]
    assert counts == ["2", "1", "0", "1"]
    assert (tmp_path / "people.csv.refused.csv").exists()
    press(page, "import-done")
    assert not part(page, QWidget, "import-panel").isVisible()


def test_columns_nobody_knows_are_said_by_hand(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path
) -> None:
    file = tmp_path / "kontakte.csv"
    file.write_text("Kontakt,Ruf,Geb\nAnn Lee,2035550140,1980-02-29\n", encoding="utf-8")
    page.table.import_file(file)
    start = part(page, QPushButton, "import-start")
    need = part(page, QLabel, "import-need")
    assert not start.isEnabled()
    assert "email" in need.text()
    assert part(page, QLabel, "import-column-1-help").text() == "2035550140"
    pick(part(page, QComboBox, "import-column-0"), "Whole name")
    assert not start.isEnabled()
    pick(part(page, QComboBox, "import-column-2"), "Date of birth")
    assert start.isEnabled()
    assert not need.isVisible()
    pick(part(page, QComboBox, "import-column-1"), "Phone")
    start.click()
    counts = [part(page, QLabel, f"import-count-{place}").text() for place in range(4)]
    assert counts == ["1", "1", "0", "0"]


def test_the_import_button_stands_at_the_foot_however_many_columns(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "wide.csv"
    heads = ["Email", *(f"Extra {number}" for number in range(30))]
    file.write_text(",".join(heads) + "\nann@example.org\n", encoding="utf-8")
    page.table.import_file(file)
    start = part(page, QPushButton, "import-start")
    qtbot.waitUntil(lambda: start.visibleRegion().boundingRect().size() == start.size())


def test_a_file_that_is_none_says_so(page: ContactsPage, tmp_path: Path) -> None:
    page.table.import_file(tmp_path / "gone.csv")
    assert "gone.csv" in part(page, QLabel, "import-fault").text()

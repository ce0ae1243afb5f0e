"""Rows that were refused can be had also where nothing can be written beside their file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.intake.refusals import REASON_HEADER
from tests.gui.fakes import DirectDesk
from tests.gui.test_settings_page import part
from views.import_people import ImportPeople


@pytest.fixture
def panel(desk: DirectDesk, qtbot: QtBot, tmp_path: Path) -> ImportPeople:
    """After an import of one row that is fine and one that isn't."""
    made = ImportPeople(desk)
    qtbot.addWidget(made)
    file = tmp_path / "people.csv"
    file.write_text("First name,Email\nAnn,ann@example.org\nBob,nobody\n", encoding="utf-8")
    (tmp_path / "people.csv.refused.csv").mkdir()
    made.look_at(file)
    part(made, QPushButton, "import-start").click()
    return made


def test_the_import_stands_and_says_so(panel: ImportPeople) -> None:
    assert part(panel, QLabel, "import-count-1").text() == "1"
    words = part(panel, QLabel, "import-refused").text()
    assert "Everybody else is in" in words
    assert "people.csv" in words


def test_they_are_saved_where_one_likes(panel: ImportPeople, tmp_path: Path) -> None:
    part(panel, QPushButton, "import-elsewhere").click()
    [dialog] = panel.findChildren(QFileDialog)
    mended = tmp_path / "elsewhere" / "mend.csv"
    dialog.fileSelected.emit(str(mended))
    said = part(panel, QLabel, "import-refused")
    assert "does not exist" in said.text()
    mended.parent.mkdir()
    dialog.fileSelected.emit(str(mended))
    dialog.close()
    assert said.text() == f"The refused rows are in {mended}."
    assert mended.read_text("utf-8-sig").startswith(REASON_HEADER)

"""A file of people brought in beside the table of contacts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from db.sql import query
from engine.commands.settings import put_settings
from engine.person import profile
from tests.gui.fakes import DirectDesk
from tests.gui.people import add_people
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
    counts = [part(page, QLabel, f"import-count-{place}").text() for place in range(5)]
    assert counts == ["2", "1", "0", "0", "1"]
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
    counts = [part(page, QLabel, f"import-count-{place}").text() for place in range(5)]
    assert counts == ["1", "1", "0", "0", "0"]


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


def test_somebody_twice_in_one_file_is_not_known_before(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path
) -> None:
    add_people(desk.workspace, desk.at)
    file = tmp_path / "people.csv"
    known, new = "Ann,ann.lee@example.org", "Zoe,zoe@example.org"
    file.write_text("\n".join(("First,Email", known, new, new, known, new)), encoding="utf-8")
    page.table.import_file(file)
    press(page, "import-start")
    counts = [part(page, QLabel, f"import-count-{place}").text() for place in range(5)]
    assert counts == ["5", "1", "1", "3", "0"]


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("25/12/1980", "day first"), ("12/25/1980", "month first"),
        ("03/04/1980", "month first"), ("25/12/1980\nBo,12/25/1980", "refused"),
    ],
)  # fmt: skip
def test_how_dates_are_read_is_told_before(
    page: ContactsPage, tmp_path: Path, born: str, words: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"Name,Born\nAnn,{born}\n", encoding="utf-8")
    page.table.import_file(file)
    assert words in part(page, QLabel, "import-column-1-help").text()


def test_columns_that_mean_the_same_are_told_of(page: ContactsPage, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    long = "a" * 90
    file.write_text(f"Email,Email 2,Notes\na@b.example,c@d.example,{long}\n", encoding="utf-8")
    page.table.import_file(file)
    spare = part(page, QLabel, "import-spare")
    assert spare.isVisible() and "Email" in spare.text()
    assert part(page, QLabel, "import-column-2-help").text() == "a" * 80 + "…"
    pick(part(page, QComboBox, "import-column-1"), "Leave out")
    assert not spare.isVisible()


def test_columns_that_are_called_the_same_are_said_one_by_one(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,Contact,Contact\nZoe,x,zoe@example.org\n", encoding="utf-8")
    page.table.import_file(file)
    pick(part(page, QComboBox, "import-column-1"), "Leave out")
    pick(part(page, QComboBox, "import-column-2"), "Email")
    press(page, "import-start")
    with desk.workspace.store.read() as reader:
        who = profile(reader, 1, desk.at)
    assert who is not None
    assert who.values["email"] == "zoe@example.org"


def test_refused_rows_are_told_in_the_words_of_the_screen(
    page: ContactsPage, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    rows = ("First,Email,DOB,Owner", "Ann,a@x.org,someday,", 'Bob,"b@x.org,,', "Cy,c@x.org,,Kim")
    file.write_text("\n".join(rows), encoding="utf-8")
    page.table.import_file(file)
    press(page, "import-start")
    said = [each.text() for each in page.findChildren(QLabel) if each.text().startswith("Row ")]
    assert said == [
        "Row 2: Date of birth is no date there is: write it like 1980-01-31.",
        "Row 3: it has quotes that do not pair: delete the quote, or write it twice.",
        "Row 4: Owner is no user here: add them first, or leave it empty.",
    ]


@pytest.mark.parametrize("text", ['"First,Email\nAnn,a@x.org\n', '"Ann,a@x.org\n'])
def test_a_file_broken_at_its_top_says_where(page: ContactsPage, tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    page.table.import_file(file)
    assert part(page, QLabel, "import-fault").text() == (
        "Row 1 of people.csv has quotes that do not pair: mend it there and save it again."
    )


def test_automations_that_begin_for_new_people_are_told_before(
    sample_desk: DirectDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("First,Email\nAnn,ann@example.org\n", encoding="utf-8")
    page = shown(ContactsPage(sample_desk), qtbot)
    page.table.import_file(file)
    words = part(page, QLabel, "import-starting").text()
    assert words == "1 automation that is turned on starts for new contacts."


@pytest.mark.parametrize(
    ("region", "hint", "born"),
    [("US", "05/31/1980", "1980-05-06"), ("DE", "31.05.1980", "1980-06-05")],
)
def test_dates_of_birth_are_read_as_the_country_writes_them(
    desk: DirectDesk, page: ContactsPage, tmp_path: Path, region: str, hint: str, born: str
) -> None:
    put_settings(desk.workspace, {"practice.region": region})
    file = tmp_path / "people.csv"
    file.write_text("First,Email,DOB\nZoe,zoe@example.org,05/06/1980\n", encoding="utf-8")
    page.table.import_file(file)
    assert f"like {hint} or 1980-05-31" in part(page, QLabel, "import-hint").text()
    press(page, "import-start")
    with desk.workspace.store.read() as connection:
        assert query(connection, "SELECT dob FROM contact")[0].dob == born

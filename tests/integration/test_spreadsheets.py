"""People from real CSV and XLSX files (engine/intake/spreadsheet.py, quality.md "Closed doors")."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.errors import KnownError
from engine.intake.people import Person, Refusal
from engine.intake.refusals import REASON_HEADER, write_refused
from engine.intake.spreadsheet import preview, read
from engine.intake.tables import encoding_of
from tests.untidy import untidy_csv

TODAY = date(2026, 11, 23)
PLAIN = "First name,Last name,Email\nAnn,Lee,ann@x.org\nBob,Ray,bob@x.org\n"


def people(
    tmp_path: Path,
    content: str | bytes,
    overrides: Mapping[str, str] | None = None,
    region: str = "US",
    status: str | None = None,
) -> list[Person | Refusal]:
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, overrides or {}, region, TODAY, status))


def sentence(path: Path, overrides: Mapping[str, str] | None = None) -> str:
    with pytest.raises(KnownError) as refused:
        read(path, overrides or {}, "US", TODAY, None)
    assert refused.value.status == 2
    assert "\n" not in refused.value.sentence
    return refused.value.sentence


def faults(found: list[Person | Refusal]) -> list[tuple[int, str]]:
    return [(item.row, item.field) for item in found if isinstance(item, Refusal)]


def names(found: list[Person | Refusal]) -> list[tuple[int, str | None]]:
    return [(item.row, item.first_name) for item in found if isinstance(item, Person)]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_encoding_delimiter_and_line_end(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    plain = "Vorname,Nachname,E-Mail\nJürgen,Müßig,j@x.de\nZoë,Peña,z@x.de\n"
    content = plain.replace(",", delimiter).replace("\n", newline).encode(encoding)
    assert people(tmp_path, content) == [
        Person(2, None, "Jürgen", "Müßig", "j@x.de"),
        Person(3, None, "Zoë", "Peña", "z@x.de"),
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Имя,Email\nАлександра Павловна,a@x.ru\nДмитрий Сергеевич,d@x.ru\n", "cp1251"),
        ("名前,Email\n山田太郎さん、東京都,y@x.jp\n鈴木花子さん、大阪府,s@x.jp\n", "shift_jis"),
    ],
)
def test_other_scripts_are_told_by_their_letters(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode(encoding))
    first = text.splitlines()[1].partition(",")[0].encode(encoding)
    assert first.decode(encoding_of(path)) == first.decode(encoding)


def test_a_broken_row_costs_itself_only(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        "First name,Last name,Email,Notes\n"
        "Ann,Lee,ann@x.org,\n"
        'Bad,"Quote,bad@x.org,\n'
        'Cat,Fox,cat@x.org,"two\nlines"\n'
        "Dan,Elk,dan@x.org,,one,too,many\n"
        "Eve,Owl\n"
        "Fay,Bee,fay@x.org\n"
        "\n"
        'Gus,Ant,gus@x.org,"never closed\n'
        "Hal,Cow,hal@x.org,\n",
    )
    assert faults(found) == [(3, ""), (5, ""), (6, ""), (9, "")]
    assert names(found) == [(2, "Ann"), (4, "Cat"), (7, "Fay"), (10, "Hal")]


def test_a_quote_never_closed_and_a_line_without_end_cost_one_row_each(tmp_path: Path) -> None:
    rows = [f"P{number},p{number}@x.org" for number in range(200)]
    rows[50] = 'Open,"p50@x.org'
    rows[150] = "x" * 3_000_000
    found = people(tmp_path, "Name,Email\n" + "\n".join(rows) + "\n")
    assert faults(found) == [(52, ""), (152, "")]
    assert len(found) == 200


def test_wrong_values_refuse_their_row_and_say_where(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        "Name,Email,Phone,Birthday\n"
        "Ann Lee,ann at x.org,,\n"
        "Bob Ray,,,2030-01-01\n"
        "Cat Fox,,555-0123,\n"
        ",,,1980-01-31\n"
        "Dan Elk,n/a,none,-\n",
    )
    assert faults(found) == [(2, "email"), (3, "dob"), (4, "phone"), (5, "")]
    assert names(found) == [(6, "Dan")]
    assert all("ann at" not in item.reason for item in found if isinstance(item, Refusal))


def test_withdrawals_and_death_are_never_lost(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        "Name,Email,Email opt in,Unsubscribed,Do not contact,Status,SMS consent\n"
        "Ann,a@x.org,yes,no,,patient,no\n"
        "Bob,b@x.org,yes,2024-01-05,,,\n"
        "Cat,no address,,,x,,\n"
        "Dan,d@x.org,,,,Deceased,\n",
        status="lead",
    )
    assert found == [
        Person(
            2,
            None,
            "Ann",
            email="a@x.org",
            status="patient",
            email_subscription=True,
            sms_subscription=False,
        ),
        Person(3, None, "Bob", email="b@x.org", status="lead", email_subscription=False),
        Person(4, None, "Cat", status="lead", do_not_contact=True),
        Person(5, None, "Dan", email="d@x.org", status="lead", deceased=True),
    ]


def test_dates_are_read_as_the_whole_column_writes_them(tmp_path: Path) -> None:
    rows = ["01/02/1980"] * 300 + ["31/01/1980"]
    content = "Name,DOB\n" + "".join(f"Ann,{dob}\n" for dob in rows)
    found = people(tmp_path, content)
    assert {item.dob for item in found if isinstance(item, Person)} == {"1980-02-01", "1980-01-31"}


def test_several_phones_titles_above_and_sep(tmp_path: Path) -> None:
    content = "sep=;\nContacts of 2024\n\nName;Home phone;Cell\nAnn;202-555-0100;202-555-0101\n"
    (ann,) = people(tmp_path, content)
    assert isinstance(ann, Person)
    assert (ann.row, ann.phone) == (4, "+12025550101")


def test_no_header_is_guessed_by_content(tmp_path: Path) -> None:
    found = people(tmp_path, "Ann,Lee,ann@x.org,202-555-0100\nBob,Ray,bob@x.org,202-555-0101\n")
    assert found[0] == Person(1, None, "Ann", "Lee", "ann@x.org", "+12025550100")
    assert people(tmp_path, "ann@x.org\nbob@x.org\n")[1] == Person(2, email="bob@x.org")


def test_columns_can_be_named_by_the_caller(tmp_path: Path) -> None:
    content = "Wer,Wohin,Email\nAnn Lee,ann@x.org,old\n"
    (ann,) = people(tmp_path, content, {"Wer": "name", "Wohin": "email", "Email": "ignore"})
    assert ann == Person(2, None, "Ann", "Lee", "ann@x.org")


def test_nul_bytes_formulas_and_spaces_are_just_text(tmp_path: Path) -> None:
    (ann,) = people(tmp_path, 'Name,Tags\n\0=HYPERLINK(1)\0  Lee,"a; b ;a"\n')
    assert ann == Person(2, None, "=HYPERLINK(1)", "Lee", lists=("a", "b"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"Name,Email\n", "no rows"),
        (b"Colour,Size\nred,7\n", "“Colour”, “Size”"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (bytes(range(1, 32)) * 40, "no table"),
    ],
)
def test_a_file_of_no_use_is_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert told in sentence(path)


def test_a_path_that_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    assert "not a file" in sentence(tmp_path)
    assert "does not exist" in sentence(tmp_path / "gone.csv")


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        hidden = book.add_worksheet("hidden")
        book.add_worksheet("empty")
        sheet = book.add_worksheet("people")
        sheet.activate()
        hidden.hide()
        hidden.write(0, 0, "Email")
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
    return path


def test_a_workbook_with_typed_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Patient ID", "Name", "Phone", "Born", "Do not contact"],
        [7.0, "Ann Lee", 2025550123, date(1980, 2, 1), False],
        [],
        [8, "Bob Ray", "202-555-0124", 29251, True],
        [9, "Cat Fox", "", date(2030, 1, 1), False],
    ]
    path = workbook(tmp_path / "people.xlsx", rows)
    assert list(read(path, {}, "US", TODAY, "patient")) == [
        Person(2, "7", "Ann", "Lee", None, "+12025550123", "1980-02-01", status="patient"),
        Person(
            4,
            "8",
            "Bob",
            "Ray",
            None,
            "+12025550124",
            "1980-01-31",
            status="patient",
            do_not_contact=True,
        ),
        Refusal(5, "dob", "is in the future", ("9", "Cat Fox", "", "2030-01-01", "no")),
    ]


def rezipped(path: Path, target: Path, sheet: bytes) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, sheet if "sheet3" in entry.filename else old.read(entry))
    return target


def test_a_zip_that_claims_ten_gigabytes(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b"x")
        archive.writestr("xl/worksheets/sheet1.xml", b"x")
    content = bytearray(buffer.getvalue())
    start = content.rindex(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<I", 4_000_000_000)
    start = content.index(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<I", 4_200_000_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    assert "200 MB" in sentence(path)


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(220):
                entry.write(bytes(1 << 20))
    content = bytearray(buffer.getvalue())
    start = content.rindex(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<I", 1_000)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(content)
    assert "200 MB" in sentence(path)


def test_cells_at_the_far_corner_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    book = workbook(tmp_path / "people.xlsx", [["Email"], ["ann@x.org"]])
    cells = "".join(f'<c r="{place}"><v>1</v></c>' for place in ("A1", "XFD1048576"))
    sheet = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    assert "far apart" in sentence(rezipped(book, tmp_path / "wide.xlsx", sheet.encode()))


def test_one_long_text_in_every_cell_is_refused(tmp_path: Path) -> None:
    rows = [["Name"], *([["x" * 32_000]] * 14_000)]
    assert "200 MB" in sentence(workbook(tmp_path / "people.xlsx", rows))


def test_an_xml_bomb_does_nothing(tmp_path: Path) -> None:
    book = workbook(tmp_path / "people.xlsx", [["Email"], ["ann@x.org"]])
    bomb = '<!DOCTYPE b [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    sheet = bomb + ']><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&m;</v></c></row>'
    path = rezipped(book, tmp_path / "bomb.xlsx", (sheet + "</sheetData></worksheet>").encode())
    sentence(path)


@pytest.mark.parametrize("name", ["archive.zip", "protected.xlsx"])
def test_an_archive_that_is_no_workbook(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../etc/evil", b"x")
    assert "no Excel workbook" in sentence(path)


def test_refused_rows_are_disarmed_and_can_come_back(tmp_path: Path) -> None:
    content = 'Name,Phone,DOB,Notes\n@Ann Lee,+12025550123,soon,"=cmd|calc"\n'
    (refused,) = people(tmp_path, content)
    assert isinstance(refused, Refusal)
    out = tmp_path / "refused.csv"
    headers = preview(tmp_path / "people.csv", 0).headers
    write_refused(out, headers, [refused])
    written = out.read_text("utf-8-sig")
    assert written.splitlines()[0] == f"{REASON_HEADER},Name,Phone,DOB,Notes"
    assert "'@Ann Lee,'+12025550123,soon,'=cmd|calc" in written
    assert (list(tmp_path.glob(".*")), out.stat().st_mode & 0o777) == ([], 0o600)
    out.write_text(written.replace("soon", "1980-01-31"))
    (ann,) = read(out, {}, "US", TODAY, None)
    assert ann == Person(2, None, "@Ann", "Lee", None, "+12025550123", "1980-01-31")


def test_a_preview_for_the_wizard(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PLAIN)
    shown = preview(path, 1)
    assert shown.mapping == {"First name": "first_name", "Last name": "last_name", "Email": "email"}
    assert shown.rows == [("Ann", "Lee", "ann@x.org")]


@pytest.mark.parametrize("seed", range(5))
def test_two_thousand_untidy_people(tmp_path: Path, seed: int) -> None:
    content, truths = untidy_csv(seed, 2_000)
    found = people(tmp_path, content)
    assert len(found) == len(truths)
    for item, truth in zip(found, truths, strict=True):
        assert item.row == truth.row
        if isinstance(item, Refusal):
            assert (item.field or "row") == truth.refused
        else:
            assert truth.refused is None
            for field in ("first_name", "last_name", "email", "phone", "dob", "email_subscription"):
                assert getattr(item, field) == getattr(truth, field), field


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_people_refusals_or_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    try:
        found = list(read(path, {}, "US", TODAY, None))
    except KnownError as error:
        assert error.status == 2
    else:
        assert all(isinstance(item, Person | Refusal) for item in found)


CELL = st.text(st.sampled_from('aé@.1/-+"\n\r,; \0='), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELL, min_size=1, max_size=30))
def test_any_rows_under_a_header_never_fail(tmp_path: Path, cells: list[str]) -> None:
    rows = "\n".join(",".join(cells[place : place + 4]) for place in range(0, len(cells), 4))
    found = people(tmp_path, "Name,Email,Phone,DOB\nAnn,,,\n" + rows)
    assert isinstance(found[0], Person)
    assert all(isinstance(item, Person | Refusal) for item in found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_damaged_workbook_never_fails_otherwise(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "people.xlsx"
    if not path.exists():
        workbook(path, [["Email"], ["ann@x.org"]])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    hurt = tmp_path / "hurt.xlsx"
    hurt.write_bytes(content)
    try:
        found = list(read(hurt, {}, "US", TODAY, None))
    except KnownError as error:
        assert error.status == 2
    else:
        assert all(isinstance(item, Person | Refusal) for item in found)

"""A spreadsheet file as numbered rows of text, whatever its encoding, delimiter or kind.

CSV is streamed. A broken row costs itself only: a quote that never closes is given up after
`_MOST_LINES` lines and what follows its first line is read again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import charset_normalizer
import python_calamine

from db.errors import KnownError
from engine.intake import mapping, refusals

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Row = tuple[int, list[str], str]
"""Its number in the file (the first is 1), its cells, and what is broken about it or ""."""

_MOST_LINES = 64
_LONGEST_LINE = 1 << 20
_SAMPLE = 1 << 16
_PIECE = 1 << 20
"""Bytes read from the disk at once."""
_DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be gone through any number of times; `rows(width)` yields every row.

    `width` is the number of columns a quoted field must not eat past, 0 while unknown.
    `ragged` says that a row may have fewer cells than the header: CSV, unlike a workbook.
    """

    rows: Callable[[int], Iterator[Row]]
    ragged: bool


def open_table(path: Path) -> Table:
    """The table in the CSV or XLSX file at `path`, told by its content.

    Raises `KnownError` (status 2) for a file that is missing, empty, damaged, protected, too
    large or no table (quality.md, "Closed doors").
    """
    refusals.require_file(path)
    if refusals.is_workbook(path):
        refusals.guard_workbook(path)
        sheet = _first_sheet(path)
        return Table(lambda _: _sheet_rows(sheet), ragged=False)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE).replace("\0", "")
    if len(_NO_TEXT.findall(sample)) * 20 > len(sample):
        raise KnownError(f"{path.name} is no table: save it as .csv or .xlsx.", status=2)
    said = re.match(r"sep=(.)\r?\n?", sample)
    delimiter = said[1] if said else delimiter_of(sample)
    return Table(lambda width: _text_rows(path, encoding, delimiter, said is not None, width), True)


def encoding_of(path: Path) -> str:
    """The encoding: by its mark, UTF-16 by its zeros, strict UTF-8, else the likeliest."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        if (wide := _wide(head)) is not None:
            return wide
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            file.seek(0)
            telling = (
                line for line in iter(lambda: file.readline(_SAMPLE), b"") if not line.isascii()
            )
            return _one_byte(b"".join(islice(telling, 200)))
    return "utf-8"


def _wide(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for many, few, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if many * 8 > len(head) and many > 20 * few:
            return name
    return None


def _one_byte(telling: bytes) -> str:
    """Western when foreign bytes are letters inside Latin words, else what the detector says.

    The detector alone takes a short Western file for any of a dozen relatives of cp1252.
    """
    western = telling.decode("cp1252", errors="replace")
    foreign = [letter for letter in western if letter > "\x7f" and not letter.isspace()]
    latin = sum(letter.isascii() and letter.isalpha() for letter in western)
    if all(letter.isalpha() or letter in "’‘“”–—…€´°" for letter in foreign):
        words = re.findall(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*", western)
        mixed = sum(re.search("[A-Za-z]", word) is not None for word in words)
        if mixed * 4 >= len(words) * 3 and latin > len(foreign):
            return "cp1252"
    best = charset_normalizer.from_bytes(telling).best()
    return best.encoding if best is not None else "cp1252"


def delimiter_of(sample: str) -> str:
    """The delimiter that finds most known headers, then cuts most lines into one same width."""
    lines = sample.splitlines(keepends=True)[:200]
    if len(sample) >= _SAMPLE:
        lines = lines[:-1] or lines
    return max(_DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def _fit(lines: list[str], delimiter: str) -> tuple[int, float, int]:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0.0, 0
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    known = max((mapping.known(row) for row in rows[:10]), default=0)
    share = round(count / len(rows), 1) if width > 1 else 0.0
    return (known if known > 1 else 0), share, width


class _Pieces(io.RawIOBase):
    """A file's bytes, read from the disk in large pieces.

    Text is decoded 8 KB at a time. Were the disk asked each time, this thread would let go of the
    interpreter and take it back so often that a waiting one, the window's, never got its turn.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._piece = io.BytesIO()

    def readable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        if size := self._piece.readinto(into):
            return size
        self._piece = io.BytesIO(self._file.read(_PIECE))
        return self._piece.readinto(into)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Lines:
    """Feeds a CSV reader, remembering the lines of the row it is reading."""

    def __init__(self, file: TextIO) -> None:
        self._readline = file.readline
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        if "\0" in line:
            line = line.replace("\0", "")
        self.taken.append(line)
        if len(self.taken) > _MOST_LINES or len(line) >= _LONGEST_LINE:
            self._skip_rest_of(line)
            raise csv.Error
        return line

    def give_back(self) -> str:
        """Puts all lines but the first of the row back; gives the first."""
        self._again.extendleft(reversed(self.taken[1:]))
        return self.taken[0]

    def ate(self, width: int, delimiter: str) -> bool:
        """Whether a line inside the row looks like a row itself, eaten by an open quote."""
        return any(line.count(delimiter) == width - 1 for line in self.taken[1:])

    def _skip_rest_of(self, line: str) -> None:
        while len(line) >= _LONGEST_LINE and not line.endswith(("\n", "\r")):
            line = self._readline(_LONGEST_LINE)


def _text_rows(
    path: Path, encoding: str, delimiter: str, skips_first: bool, width: int
) -> Iterator[Row]:
    pieces = io.BufferedReader(_Pieces(path))
    with io.TextIOWrapper(pieces, encoding, errors="replace", newline="") as file:
        if skips_first:
            file.readline()
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = 0
        while True:
            lines.taken.clear()
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                broken = lines.give_back().rstrip("\r\n")
                yield number, [broken[:_SAMPLE]], "has quotes that do not pair"
                continue
            if (
                len(lines.taken) > 1
                and width
                and len(cells) != width
                and lines.ate(width, delimiter)
            ):
                yield number, [lines.give_back().rstrip("\r\n")], "has quotes that do not pair"
                continue
            yield number, cells, ""


def _first_sheet(path: Path) -> python_calamine.CalamineSheet:
    """The first visible sheet with anything in it."""
    try:
        workbook = python_calamine.load_workbook(str(path))
        visible = python_calamine.SheetVisibleEnum.Visible
        for place, about in enumerate(workbook.sheets_metadata):
            if about.visible == visible:
                sheet = workbook.get_sheet_by_index(place)
                if sheet.height:
                    return sheet
    except python_calamine.PasswordError as error:
        raise KnownError(
            f"{path.name} is protected by a password: save a copy without one.", status=2
        ) from error
    except BaseException as error:
        # A damaged workbook can make the reader panic, which is no `Exception`.
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise refusals.damaged(path) from error
    raise KnownError(f"{path.name} has no rows: save the list in its first sheet.", status=2)


def _sheet_rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(), start=1):
        yield number, [cell if type(cell) is str else _as_text(cell) for cell in values], ""


def _as_text(value: object) -> str:
    """A typed cell as people would type it: whole numbers without a point, dates as ISO."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)

"""What an import will not take: files that are no use or a danger, and the file of refused rows."""

from __future__ import annotations

import csv
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from db.errors import KnownError
from db.files import written
from engine.intake.people import Refusal

LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes a workbook may unpack to."""

_MOST_ENTRIES = 2_000
_HIGHEST_RATIO = 1_000
_MOST_CELLS = 12_000_000
_MOST_TEXT = 400 * 1024 * 1024
_PIECE = 1 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}([0-9]{5,})""")
_STRINGS = "xl/sharedstrings.xml"
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>")
_POINTER = re.compile(rb"<(?:\w+:)?v\b[^>]{0,64}>\s*([0-9]+)")

REASON_HEADER = "Refused because"


def require_file(path: Path) -> None:
    """Raises `KnownError` (status 2) unless `path` is a readable file with something in it."""
    if not path.exists():
        raise KnownError(f"{path} does not exist: check the path.", status=2)
    if not path.is_file():
        raise KnownError(f"{path} is not a file: name one file.", status=2)
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise KnownError(f"{path} cannot be read: {error.strerror}.", status=2) from error
    if not first:
        raise KnownError(f"{path.name} is empty: export it again.", status=2)


def is_workbook(path: Path) -> bool:
    """Whether `path` is a workbook by its first bytes.

    Raises `KnownError` (status 2) for an old or password-protected Excel file, and for a PDF.
    """
    with path.open("rb") as file:
        start = file.read(8)
        if start == _OLD_OFFICE:
            file.seek(0)
            _refuse_old_office(path, file)
    if start.startswith(b"%PDF"):
        raise KnownError(f"{path.name} is a PDF: save the table as .xlsx or .csv.", status=2)
    if start.startswith(b"\x1f\x8b"):
        raise KnownError(f"{path.name} is compressed: unpack it first.", status=2)
    return start.startswith(b"PK")


def _refuse_old_office(path: Path, file: BinaryIO) -> None:
    protected = "EncryptedPackage".encode("utf-16-le")
    ends = file.read(_PIECE)
    file.seek(max(0, path.stat().st_size - _PIECE))
    if protected in ends or protected in file.read(_PIECE):
        raise KnownError(
            f"{path.name} is protected by a password: save a copy without one.", status=2
        )
    raise KnownError(f"{path.name} is an old Excel file: save it as .xlsx or .csv.", status=2)


def guard_workbook(path: Path) -> None:
    """Raises `KnownError` (status 2) unless opening the workbook at `path` is harmless.

    What the archive declares is checked first, then every entry is unpacked with nothing kept,
    because a bomb lies about its size. A sheet whose cells lie so far apart that the table
    between them would fill the memory is refused too, and one long text shown by a million cells.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            _check_declared(path, entries)
            unpacked = 0
            for entry in entries:
                unpacked += _check_entry(path, file, entry, LARGEST_UNPACKED - unpacked)
            _check_repeats(path, file, entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError) as error:
        raise damaged(path) from error


def damaged(path: Path) -> KnownError:
    """The error for a workbook that cannot be read."""
    return KnownError(f"{path.name} is damaged or no Excel workbook: save it again.", status=2)


def _check_declared(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise KnownError(f"{path.name} holds too many parts for a workbook.", status=2)
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise _too_large(path)
    for entry in entries:
        if entry.file_size > max(entry.compress_size, 1_000) * _HIGHEST_RATIO:
            raise _too_large(path)
        if entry.flag_bits & 1:
            raise KnownError(
                f"{path.name} is protected by a password: save a copy without one.", status=2
            )
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise KnownError(
            f"{path.name} is an archive but no Excel workbook: unpack it, or save it as .xlsx.",
            status=2,
        )


def _too_large(path: Path) -> KnownError:
    return KnownError(
        f"{path.name} would unpack to more than {LARGEST_UNPACKED >> 20} MB: save it as .csv, or "
        "in parts.",
        status=2,
    )


def _check_entry(path: Path, file: BinaryIO, entry: zipfile.ZipInfo, left: int) -> int:
    """The real size of one entry, at most `left`; its cells are counted on the way."""
    columns: set[bytes] = set()
    last_row, size, tail = 9_999, 0, b""
    is_sheet = not _is_strings(entry)
    for piece in _unpacked(file, entry):
        size += len(piece)
        if size > left:
            raise _too_large(path)
        if is_sheet:
            window = tail + piece
            columns.update(_COLUMN.findall(window))
            last_row = max(last_row, *map(_row_number, _ROW.findall(window)), 0)
            tail = piece[-64:]
    width = max((_column_number(letters) for letters in columns), default=1)
    if width * last_row > _MOST_CELLS:
        raise KnownError(
            f"{path.name} has cells so far apart that the table between them is too large: "
            "delete what stands far outside the list, or save it as .csv.",
            status=2,
        )
    return size


def _is_strings(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower() == _STRINGS


def _check_repeats(path: Path, file: BinaryIO, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Adds up the texts the cells point at; exactly only when the longest everywhere is much."""
    lengths = [0]
    for entry in filter(_is_strings, entries):
        lengths = [len(text) for text in _STRING_END.split(b"".join(_unpacked(file, entry)))]
    sheets = [entry for entry in entries if not _is_strings(entry)]
    closings = sum(piece.count(b"</") for entry in sheets for piece in _unpacked(file, entry))
    if closings * max(lengths) <= _MOST_TEXT:
        return
    total = 0
    for entry in sheets:
        tail = b""
        for piece in _unpacked(file, entry):
            pointers = (int(digits[:9]) for digits in _POINTER.findall(tail + piece))
            total += sum(lengths[place] for place in pointers if place < len(lengths))
            tail = piece[-32:]
        if total > _MOST_TEXT:
            raise _too_large(path)


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real bytes of an entry in pieces, whatever its header declares."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(skip, os.SEEK_CUR)
    if entry.compress_type == zipfile.ZIP_STORED:
        for start in range(0, entry.compress_size, _PIECE):
            yield file.read(min(_PIECE, entry.compress_size - start))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflater.eof:
        packed = inflater.unconsumed_tail or file.read(1 << 16)
        if not packed:
            raise EOFError
        yield inflater.decompress(packed, _PIECE)


def _row_number(digits: bytes) -> int:
    return int(digits[:10])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def disarmed(cell: str) -> str:
    """`cell` so that no spreadsheet runs it: a formula gets an apostrophe in front."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def write_refused(path: Path, headers: Sequence[str], rows: Iterable[Refusal]) -> None:
    """Writes the refused rows as CSV with every reason in front, to be mended and imported again.

    The file appears whole or not at all, its owner's alone. Raises `KnownError` if it cannot be
    written.
    """
    with written(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([REASON_HEADER, *map(disarmed, headers)])
        for row in rows:
            faults = "; ".join(f"{field} {reason}".strip() for field, reason in row.faults)
            writer.writerow([f"row {row.row}: {faults}", *map(disarmed, row.cells)])

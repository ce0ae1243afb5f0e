"""The resources of a FHIR export one by one: bulk NDJSON, a Bundle, one resource, or a folder.

What a file is is told by its content. A line that is no JSON costs itself only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from db.errors import KnownError
from engine.intake import refusals
from engine.intake.people import Refusal
from engine.intake.values import LONGEST, Wrong, text

_LONGEST_LINE = 16 << 20
_LARGEST_BUNDLE = 200 << 20
_SUFFIXES = (".ndjson", ".jsonl", ".json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource or broken line; `raw` is its text, empty when too long to keep."""

    file: str
    row: int
    resource: dict[str, object] | None
    raw: str
    fault: str = ""

    @property
    def kind(self) -> str:
        """The resource type, "" for a broken line."""
        return as_text((self.resource or {}).get("resourceType"))

    def refused(self, field: str, reason: str) -> Refusal:
        """This resource as a refusal."""
        return Refusal(self.row, field, reason, (self.raw,) if self.raw else (), self.file)


Reader = Callable[[tuple[bytes, ...]], Iterator[Entry]]
"""Goes through one file; lines that hold none of the given words may be left out."""


def open_export(path: Path) -> list[Reader]:
    """A reader for each file of the export at `path`, a file or a folder, by name.

    Raises `KnownError` (status 2) for what is missing, empty, compressed, too large or no FHIR.
    """
    is_folder = path.is_dir()
    return [_reader(file, file.name if is_folder else "") for file in _files(path)]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        refusals.require_file(path)
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
    files = [file for file in files if file.is_file() and file.stat().st_size]
    if not files:
        raise KnownError(f"{path} holds no FHIR export: name a folder of .ndjson files.", status=2)
    return files


def _reader(path: Path, name: str) -> Reader:
    """How to go through the file at `path`: by lines, or as one document."""
    with path.open("rb") as file:
        first = next(
            (
                line
                for line in iter(lambda: file.readline(_LONGEST_LINE), b"")
                if line.strip(b"\xef\xbb\xbf \t\r\n")
            ),
            b"",
        )
        more = bool(file.readline(_LONGEST_LINE).strip())
    if first[:2] in (b"PK", b"\x1f\x8b"):
        raise KnownError(f"{path.name} is compressed: unpack it first.", status=2)
    by_lines = path.suffix.lower() in (".ndjson", ".jsonl") or (more and _parses(first))
    if by_lines or len(first) >= _LONGEST_LINE:
        return lambda words: _by_lines(path, name, words)
    if name:
        return lambda _: _of_folder(path, name)
    document = _document(path)
    return lambda _: _flat(document, name)


def _of_folder(path: Path, name: str) -> Iterator[Entry]:
    """A document among others: read again each time, for all of them would fill the memory."""
    try:
        document = _document(path)
    except KnownError as error:
        yield Entry(name, 1, None, "", error.sentence)
    else:
        yield from _flat(document, name)


def _parses(line: bytes) -> bool:
    try:
        return isinstance(_parsed(line), dict)
    except Wrong:
        return False


def _parsed(line: bytes) -> object:
    try:
        found: object = json.loads(line.decode("utf-8-sig"))
    except RecursionError:
        raise Wrong("is nested too deeply") from None
    except ValueError:
        raise Wrong("is no JSON") from None
    return found


def _document(path: Path) -> object:
    if path.stat().st_size > _LARGEST_BUNDLE:
        raise KnownError(
            f"{path.name} is larger than {_LARGEST_BUNDLE >> 20} MB: export it as NDJSON.", status=2
        )
    try:
        document = _parsed(path.read_bytes())
    except Wrong as error:
        raise KnownError(
            f"{path.name} {error}: name an NDJSON export or a Bundle.", status=2
        ) from error
    if not isinstance(document, list) and not as_text(as_dict(document).get("resourceType")):
        raise KnownError(f"{path.name} is no FHIR: it names no resourceType.", status=2)
    return document


def _by_lines(path: Path, name: str, words: tuple[bytes, ...]) -> Iterator[Entry]:
    with path.open("rb") as file:
        row = 0
        while line := file.readline(_LONGEST_LINE):
            row += 1
            if len(line) >= _LONGEST_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(_LONGEST_LINE)
                yield Entry(name, row, None, "", "is longer than a line may be")
            elif not words or any(word in line for word in words):
                yield from _line(line, name, row)


def _line(line: bytes, name: str, row: int) -> Iterator[Entry]:
    raw = line.decode("utf-8", errors="replace").strip("\ufeff\r\n\t \0")
    if not raw:
        return
    try:
        found = _parsed(line)
    except Wrong as error:
        yield Entry(name, row, None, raw, str(error))
        return
    if isinstance(found, dict) and found.get("resourceType") == "Bundle":
        for entry in _flat(found, name):
            yield Entry(name, row, entry.resource, entry.raw, entry.fault)
    else:
        yield _entry(found, name, row, raw)


def _entry(found: object, name: str, row: int, raw: str) -> Entry:
    if isinstance(found, dict) and isinstance(found.get("resourceType"), str):
        return Entry(name, row, found, raw)
    return Entry(name, row, None, raw, "is no FHIR resource")


def _flat(document: object, name: str) -> Iterator[Entry]:
    """The resources of a Bundle, a list or a single resource, numbered from 1.

    A resource without an id takes that of its fullUrl. Bundles within are not opened.
    """
    found = as_dict(document)
    resources = document if isinstance(document, list) else [document]
    if found.get("resourceType") == "Bundle":
        resources = [_of_entry(entry) for entry in as_list(found.get("entry"))]
    for row, resource in enumerate(resources, start=1):
        try:
            raw = json.dumps(resource)
        except RecursionError:
            yield Entry(name, row, None, "", "is nested too deeply")
        else:
            yield _entry(resource, name, row, raw)


def _of_entry(entry: object) -> object:
    resource, url = as_dict(as_dict(entry).get("resource")), as_text(as_dict(entry).get("fullUrl"))
    if resource and url and not resource.get("id"):
        return {**resource, "id": re.split("[/:]", url)[-1]}
    return resource


def as_dict(value: object) -> dict[str, object]:
    """`value` if it is an object, else an empty one."""
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """`value` if it is a list, else a list of it alone; None gives an empty one."""
    return (
        cast(list[object], value) if isinstance(value, list) else [] if value is None else [value]
    )


def as_text(value: object) -> str:
    """A tidy text or id, at most `LONGEST` long; "" for what is neither text nor number."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return text(str(value)[:LONGEST])
    return ""

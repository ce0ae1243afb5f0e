"""Reading a document from a file or a text, and telling what kind it is."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from db.errors import DocumentError
from engine.documents.faults import Place, quoted

LARGEST = 20_000_000
"""Bytes a document may have."""

KINDS = ("automation", "sequence", "campaign", "template", "bundle", "scenario")

_FORMAT = re.compile(r"practice-crm/([a-z]+)@([0-9]{1,6})")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _Repeating(dict[str, object]):
    """An object in which a key stood more than once."""

    repeated: list[str]


def load_json(source: Path | str) -> object:
    """The JSON value of a file, or of a text.

    Raises `DocumentError`, naming the line and column of what is no JSON, the path of each key
    given twice in one object, or what keeps the file from being read.
    """
    where = source.name if isinstance(source, Path) else "document"
    text = _read(source, where) if isinstance(source, Path) else source.removeprefix("\ufeff")
    if len(text) > LARGEST:
        _refuse(where, "is larger than 20 MB")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        _refuse(where, f"line {error.lineno}, column {error.colno}: is not JSON: {error.msg}")
    except RecursionError:
        _refuse(where, "is nested too deep")
    except ValueError as error:
        _refuse(where, f"is not JSON: {str(error).split(';')[0]}")
    if faults := [f"{path}: is given twice" for path in _repeated(value)]:
        raise DocumentError(faults)
    return value


def _read(path: Path, where: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        _refuse(where, f"can't be read: {(error.strerror or 'unknown reason').lower()}")
    if len(content) > LARGEST:
        _refuse(where, "is larger than 20 MB")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        _refuse(where, "is not text in UTF-8; save it as UTF-8")


def _refuse(where: str, sentence: str) -> NoReturn:
    raise DocumentError([f"{where}: {sentence}"])


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    times = Counter(key for key, _ in pairs)
    repeating.repeated = [key for key in found if times[key] > 1]
    return repeating


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _repeated(value: object) -> Iterator[str]:
    """The path of every key that stood more than once, without recursion."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, dict):
            dotted = f"{path}." if path else ""
            if isinstance(found, _Repeating):
                yield from (quoted(dotted + key, 300)[1:-1] for key in found.repeated)
            waiting += [(f"{dotted}{key}", inner) for key, inner in found.items()]
        elif isinstance(found, list):
            waiting += [(f"{path}[{index}]", inner) for index, inner in enumerate(found)]


def kind_of(document: object) -> str:
    """What a document says it is, one of `KINDS`; raises `DocumentError` if it doesn't."""
    said = document.get("format") if isinstance(document, dict) else None
    match = _FORMAT.fullmatch(said) if isinstance(said, str) else None
    if match is None or match[1] not in KINDS:
        known = ", ".join(f"practice-crm/{kind}@1" for kind in KINDS)
        raise DocumentError([f"format: must be one of {known}"])
    return match[1]


def format_is(kind: str, value: object, place: Place) -> None:
    """A check of a document's `format`."""
    match = _FORMAT.fullmatch(value) if isinstance(value, str) else None
    if match is not None and match[1] == kind and int(match[2]) > 1:
        place.fault(f"{match[0]} was written by a newer version of this program; update it first")
    elif value != f"practice-crm/{kind}@1":
        place.fault(f"must be practice-crm/{kind}@1")

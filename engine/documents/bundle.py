"""The bundle document: a whole workspace in one (formats.md, `export`)."""

from __future__ import annotations

from engine.documents.automation import name_is_free, with_format
from engine.documents.faults import Checked, Place, Record, Shape
from engine.documents.names import Names
from engine.documents.values import CheckText, check_tokens
from engine.documents.workspace import (
    check_circles,
    check_unique,
    names_in,
    part_checks,
    practice,
)


def check_bundle(
    document: object, names: Names, path: str = "", check_text: CheckText = check_tokens
) -> Checked:
    """Everything wrong with a bundle, at once.

    What it refers to may be in the bundle itself or among the existing `names`.
    """
    place = Place(path, Checked())
    known = names.beside(names_in(document))
    shape = Shape("a bundle", {}, {"practice": practice, **part_checks(known, check_text)})
    record = with_format("bundle", shape, place).check(document, place)
    if record is not None:
        check_unique(record, place)
        check_circles(record, place)
        _check_free(record, place, names)
    return place.found


def _check_free(record: Record, place: Place, names: Names) -> None:
    for part, other in (("automations", "sequence"), ("sequences", "automation")):
        entries = record.get(part)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            name_is_free(entry, place.key(part).item(index), other, names)

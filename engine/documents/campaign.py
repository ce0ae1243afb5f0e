"""The campaign document (formats.md, engine.md section 8)."""

from __future__ import annotations

from engine.documents.automation import with_format
from engine.documents.faults import Checked, Place, Record, Shape, as_record, quoted
from engine.documents.names import Names, reference
from engine.documents.properties import anything
from engine.documents.values import day, list_of, name, nullable, one_of, read_day, text
from engine.vocabulary import ASSET_TYPES, CAMPAIGN_GOALS


def check_campaign(document: object, names: Names, path: str = "") -> Checked:
    """Everything wrong with a campaign document that stands at `path`, at once."""
    place = Place(path, Checked())
    look_at_campaign(document, place, names)
    return place.found


def look_at_campaign(document: object, place: Place, names: Names) -> None:
    """Note at `place` what is wrong with a campaign document."""
    seen: set[tuple[str, str]] = set()

    def asset(value: object, at: Place) -> None:
        _look_at_asset(value, at, names, seen)

    shape = Shape(
        "a campaign",
        {"name": name},
        {
            "goal": nullable(one_of(CAMPAIGN_GOALS)),
            "start": nullable(day),
            "end": nullable(day),
            "notes": text(10_000, empty=True),
            "assets": list_of(asset),
        },
    )
    record = with_format("campaign", shape, place).check(document, place)
    if record is not None:
        _check_order(record, place)


def _check_order(record: Record, place: Place) -> None:
    start, end = read_day(record.get("start")), read_day(record.get("end"))
    if start is not None and end is not None and start >= end:
        place.key("end").fault("must be after the start")


def _look_at_asset(value: object, place: Place, names: Names, seen: set[tuple[str, str]]) -> None:
    record = as_record(value, place)
    if record is None:
        return
    kind, said = record.get("type"), record.get("name")
    known = isinstance(kind, str) and kind in ASSET_TYPES
    named = reference(names, str(kind)) if known else anything
    Shape("an asset", {"type": one_of(ASSET_TYPES), "name": named}).check(record, place)
    if known and isinstance(said, str):
        if (str(kind), said) in seen:
            place.fault(f"{kind} {quoted(said)} is in the campaign already")
        seen.add((str(kind), said))

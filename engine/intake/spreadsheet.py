"""People from a CSV or XLSX file, a row at a time (formats.md, "Command line": import contacts).

A row is refused when nothing in it names or reaches a person, or when a value in it would
mislead: a birth date that cannot be, an address that is no email. The others go on. Of a person
who is dead or not to be contacted a bad value is left out instead: that word is never lost to a
typing error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from db.errors import KnownError
from engine.intake import mapping, values
from engine.intake.dates import BirthDates, day_order
from engine.intake.people import Person, Refusal
from engine.intake.tables import Row, Table, open_table
from engine.intake.values import Wrong

_SAMPLE_ROWS = 200
_TITLE_ROWS = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What a wizard shows: the headers, each one's field or None, and the first whole rows.

    `fields` are those of the columns in order, also of two that are called the same. `orders` says
    how the columns of birth dates write their days (`dates.day_order`), by place.
    """

    headers: tuple[str, ...]
    mapping: dict[str, str | None]
    rows: list[tuple[str, ...]]
    fields: tuple[str | None, ...]
    orders: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a table's columns are: `first` is the number of its first row of people."""

    headers: tuple[str, ...]
    fields: list[str | None]
    first: int


class Reading:
    """The people of a file, or why not, in file order, streaming, once.

    `headers` are its columns; `unread` those that nobody knows and no override names, `spare`
    those read only where an earlier one for the same field says nothing usable.
    """

    def __init__(
        self, layout: _Layout, overrides: Mapping[str, str], people: Iterator[Person | Refusal]
    ) -> None:
        self.headers, self._people = layout.headers, people
        said = {mapping.key(header) for header in overrides}
        self.unread = tuple(
            header
            for header, field in zip(layout.headers, layout.fields, strict=True)
            if field is None and header and mapping.key(header) not in said
        )
        firsts: set[str] = set()
        spare: list[str] = []
        for header, field in _in_order(layout):
            if field in firsts and field not in _CONSENTS:
                spare.append(header)
            firsts.add(field)
        self.spare = tuple(spare)

    def __iter__(self) -> Iterator[Person | Refusal]:
        return self._people

    def __next__(self) -> Person | Refusal:
        return next(self._people)


def _in_order(layout: _Layout) -> list[tuple[str, str]]:
    """(header, field) of the columns that are read, in the order in which they are asked."""
    known = [
        (mapping.rank(header, field), place, field)
        for place, (header, field) in enumerate(zip(layout.headers, layout.fields, strict=True))
        if field is not None
    ]
    return [(layout.headers[place], field) for _, place, field in sorted(known)]


def doubled(fields: Sequence[str | None]) -> set[str]:
    """What several columns are, one of which is read of each row: the first that is usable."""
    known = [field for field in fields if field in mapping.FIELDS and field not in _CONSENTS]
    return {field for field in known if known.count(field) > 1}


def preview(path: Path, n: int, default_region: str = "US") -> Preview:
    """The headers, the guessed mapping and the first `n` rows.

    Raises as `read` does, but for columns that nobody knows: a person will say what they are.
    """
    table = open_table(path)
    layout = _layout(path.name, table, {}, default_region)
    people = (tuple(cells) for _, cells, fault in _people(table, layout) if not fault)
    return Preview(
        layout.headers,
        dict(zip(layout.headers, layout.fields, strict=True)),
        list(islice(people, n)),
        tuple(layout.fields),
        _day_orders(table, layout, default_region),
    )


def read(
    path: Path,
    mapping_overrides: Mapping[str, str],
    default_region: str,
    today: date,
    status: str | None,
    fields: Sequence[str | None] = (),
) -> Reading:
    """Every person of the file, or why not, in file order, streaming.

    `mapping_overrides` is header to field (`mapping.FIELDS`, or `ignore`); `default_region` is
    the country of phone numbers without one and decides 01/02/1980; `today` is the last day to
    be born on; `status` (`lead`, `patient`) is for rows that do not say. `fields` are those of
    the columns in order, where somebody looked at the `preview` and said so. The file as a whole
    is judged before this returns: raises `KnownError` (status 2) in one sentence.
    """
    table = open_table(path)
    layout = _layout(path.name, table, mapping_overrides, default_region)
    if len(fields) == len(layout.fields):
        layout = replace(layout, fields=list(fields))
    mapping.require_usable(path.name, layout.headers, layout.fields)
    orders = _day_orders(table, layout, default_region)
    dates = {place: BirthDates(today, order) for place, order in orders.items()}
    assembler = _Assembler(layout, default_region, dates, status, table.ragged)
    people = (assembler.person(row) for row in _people(table, layout))
    return Reading(layout, mapping_overrides, people)


def _people(table: Table, layout: _Layout) -> Iterator[Row]:
    for row in table.rows(len(layout.headers)):
        if row[0] >= layout.first and any(map(str.strip, row[1])):
            yield row


def _layout(name: str, table: Table, overrides: Mapping[str, str], region: str) -> _Layout:
    sample = list(islice(table.rows(0), _SAMPLE_ROWS))
    rows = [row for row in sample if any(map(str.strip, row[1]))]
    if not rows:
        raise KnownError(f"{name} is empty: export it again.", status=2)
    header = _header_row(rows, overrides, region)
    broken = next((row for row in (rows if header is None else [header]) if row[2]), None)
    if broken and (header is broken or all(row[2] for row in rows)):
        raise KnownError(
            f"Row {broken[0]} of {name} {broken[2]}: mend it there and save it again.", status=2
        )
    if header is None:
        cells = [row[1] for row in rows if not row[2]]
        fields = mapping.by_content(cells, region)
        headers = [f"Column {place + 1}" for place in range(len(fields))]
        mapping.apply(fields, headers, overrides)
        first = rows[0][0]
    else:
        headers = [values.text(cell) for cell in header[1]]
        fields = mapping.resolve(headers, overrides)
        first = header[0] + 1
    if rows[-1][0] < first and len(sample) < _SAMPLE_ROWS:
        raise KnownError(f"{name} has a header and no rows under it: export it again.", status=2)
    return _Layout(tuple(headers), fields, first)


def _header_row(rows: Sequence[Row], overrides: Mapping[str, str], region: str) -> Row | None:
    """The row of headers, below any title; None when the file begins with a person.

    Of a file whose headers nobody knows it is the first row, for the error to name them.
    """
    for row in rows[:_TITLE_ROWS]:
        if any(mapping.reveals(cell, region) for cell in row[1]):
            break
        known = {mapping.key(cell) for cell in row[1]}
        if overrides and all(mapping.key(header) in known for header in overrides):
            return row
        if not row[2] and mapping.usable(list(mapping.guess(row[1]).values())):
            return row
    if any(mapping.reveals(cell, region) for cell in rows[0][1]):
        return None
    return rows[0]


def _day_orders(table: Table, layout: _Layout, region: str) -> dict[int, str]:
    """How each column of birth dates writes its days, from the whole file."""
    seen: dict[int, set[str]] = {
        place: set() for place, field in enumerate(layout.fields) if field == "dob"
    }
    if seen:
        for number, cells, fault in table.rows(len(layout.headers)):
            if number >= layout.first and not fault:
                for place, dates in seen.items():
                    if place < len(cells):
                        dates.add(cells[place])
    return {place: day_order(dates, region) for place, dates in seen.items()}


_READERS: dict[str, Callable[[str], object]] = {
    "ref": values.words,
    "first_name": values.words,
    "last_name": values.words,
    "name": values.words,
    "email": values.email,
    "timezone": values.timezone,
    "status": values.status,
    "lead_source": values.words,
    "owner": values.words,
    "provider": values.words,
    "insurance_verification": values.insurance,
    "lists": values.several,
}
_REACHING = ("first_name", "last_name", "email", "phone")
_EMAIL, _SMS = ("email_subscription",), ("sms_subscription",)
_AS_SAID, _REVERSED, _ONLY_YES = {True: True, False: False}, {True: False}, {True: True}
_CONSENTS: dict[str, tuple[Callable[[str], bool | None], tuple[str, ...], dict[bool, bool]]] = {
    "email_subscription": (values.subscription, _EMAIL, _AS_SAID),
    "sms_subscription": (values.subscription, _SMS, _AS_SAID),
    "subscription": (values.subscription, _EMAIL + _SMS, _AS_SAID),
    "email_opt_out": (values.opt_out, _EMAIL, _REVERSED),
    "sms_opt_out": (values.opt_out, _SMS, _REVERSED),
    "do_not_contact": (values.opt_out, ("do_not_contact",), _ONLY_YES),
    "deceased": (values.deceased, ("deceased",), _ONLY_YES),
    "archived": (values.flag, ("archived",), _ONLY_YES),
}
"""Field to its reader, what it decides, and what a yes or a no makes of that."""


class _Assembler:
    """Makes people of rows whose columns are known."""

    def __init__(
        self,
        layout: _Layout,
        region: str,
        dates: Mapping[int, BirthDates],
        status: str | None,
        ragged: bool,
    ) -> None:
        self._width, self._status, self._ragged = len(layout.headers), status, ragged
        columns: dict[str, list[tuple[int, Callable[[str], object]]]] = {}
        self._consents: list[tuple[int, str]] = []
        order = sorted(
            (mapping.rank(layout.headers[place], field), place, field)
            for place, field in enumerate(layout.fields)
            if field is not None
        )
        for _, place, field in order:
            if field in _CONSENTS:
                self._consents.append((place, field))
            else:
                read = (
                    _READERS.get(field) or dates.get(place) or partial(values.phone, region=region)
                )
                columns.setdefault(field, []).append((place, read))
        self._columns = list(columns.items())
        reach = [place for _, place, field in order if field in ("email", "phone")]
        self._reaches = min(reach, default=0) + 1

    def person(self, row: Row) -> Person | Refusal:
        """The person of one row, or why there is none."""
        number, cells, fault = row
        if fault or len(cells) != self._width:
            fault = fault or self._misfit(cells)
            if fault:
                return Refusal(number, "", fault, tuple(cells))
            cells = [*cells[: self._width], *[""] * (self._width - len(cells))]
        found: dict[str, Any] = {}
        wrong = self._read_columns(cells, found)
        wrong += self._read_consents(cells, found)
        self._settle(found)
        if found.get("deceased") or found.get("do_not_contact"):
            wrong = []
        if not wrong and not any(map(found.get, _REACHING)):
            wrong = [("", "has no name, email or phone")]
        person = Person(number, **found, cells=tuple(cells))
        if not wrong:
            return person
        return Refusal(number, *wrong[0], person.cells, others=tuple(wrong[1:]), person=person)

    def _misfit(self, cells: Sequence[str]) -> str:
        """What is broken about a row of the wrong length, or "".

        Spreadsheets leave out empty cells at the end of a row, so a short one stands when it
        gets as far as a way to reach the person.
        """
        if self._ragged and any(map(str.strip, cells[self._width :])):
            return f"has {len(cells)} cells where the header has {self._width}"
        if self._ragged and len(cells) < min(self._reaches, self._width):
            return f"is cut short: {len(cells)} cells where the header has {self._width}"
        return ""

    def _read_columns(self, cells: Sequence[str], found: dict[str, Any]) -> list[tuple[str, str]]:
        """Puts the first usable value of each field into `found`; gives the faults."""
        wrong: list[tuple[str, str]] = []
        for field, readers in self._columns:
            fault = ""
            for place, read in readers:
                if raw := cells[place]:
                    try:
                        value = read(raw)
                    except Wrong as error:
                        fault = fault or str(error)
                        continue
                    if value is not None:
                        found[field] = value
                        break
            else:
                if fault:
                    wrong.append((field, fault))
        return wrong

    def _read_consents(self, cells: Sequence[str], found: dict[str, Any]) -> list[tuple[str, str]]:
        """Of several columns about one consent the strictest wins (engine.md section 10)."""
        wrong: list[tuple[str, str]] = []
        for place, field in self._consents:
            read, decides, outcomes = _CONSENTS[field]
            try:
                said = read(cells[place])
            except Wrong as error:
                wrong.append((field, str(error)))
                continue
            if said in outcomes:
                for what in decides:
                    found[what] = outcomes[said] and found.get(what, True)
        return wrong

    def _settle(self, found: dict[str, Any]) -> None:
        """Splits a full name; takes what a status column says beside lead and patient."""
        name = found.pop("name", None)
        if name and "first_name" not in found and "last_name" not in found:
            found["first_name"], found["last_name"] = values.split_name(name)
        said = found.get("status")
        if said in ("deceased", "do_not_contact"):
            found[said] = True
        if said not in ("lead", "patient"):
            found["status"] = self._status

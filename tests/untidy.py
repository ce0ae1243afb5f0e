"""A list of people as untidy as spreadsheets get, with the truth about each row.

`untidy_csv(seed, n)` gives the bytes of a CSV file and what reading it with region US, on any
day after 2025, must find: the same seed gives the same file.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

HEADERS = ["Patient Name", "E-Mail Address", "Cell Phone", "Birth Date", "Do Not Email", "Notes"]

_EMAILS: list[Callable[[str, str], str]] = [
    lambda at, _: at,
    lambda at, _: f"  {at} ",
    lambda at, _: at.upper(),
    lambda at, name: f"{name} <{at}>",
    lambda at, name: f'"{name}" <{at}>',
    lambda at, _: f"mailto:{at}",
    lambda at, _: f"{at}.",
    lambda at, _: f"{at};",
    lambda at, _: f"<{at}>",
    lambda at, _: f"'{at}'",
    lambda at, _: f"{at}; second.{at}",
    lambda at, _: f"not an address, {at}",
    lambda at, _: f"{at} / other@example.net",
    lambda at, _: f"\u200b{at}\u00a0",
    lambda at, _: at.replace("@", " @ "),
    lambda at, _: at.replace("@", "(at)"),
    lambda at, _: f"{at} (work)",
    lambda at, _: f"E-mail: {at}",
    lambda at, _: f"{at}\n",
]
_NO_EMAILS = ["", "n/a", "none", "-", "unknown", "N/A", "  "]
_BAD_EMAILS = [
    "ann@@example.org",
    "ann lee@example.org",
    "ann.example.org",
    "ann@example",
    "@x.org",
]
_PHONES: list[Callable[[str], str]] = [
    lambda d: d,
    lambda d: f"({d[:3]}) {d[3:6]}-{d[6:]}",
    lambda d: f"{d[:3]}.{d[3:6]}.{d[6:]}",
    lambda d: f"+1 {d[:3]} {d[3:6]} {d[6:]}",
    lambda d: f"1-{d[:3]}-{d[3:6]}-{d[6:]}",
    lambda d: f"{d}.0",
    lambda d: f"001 {d}",
    lambda d: f"({d[:3]}) {d[3:6]}-{d[6:]} x12",
    lambda d: f"{d[:3]}-{d[3:6]}-{d[6:]} / 202-555-0199",
]
_DATES: list[Callable[[date], str]] = [
    lambda day: day.isoformat(),
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{day:%m/%d/%Y} 12:00:00 AM",
    lambda day: f"{day:%b} {day.day}, {day.year}",
    lambda day: f"{day.day} {day:%B} {day.year}",
    lambda day: str((day - date(1899, 12, 30)).days),
]
_BAD_DATES = ["02/30/1980", "2999-01-01", "soon", "1980"]
_FIRST = ["Ann", "Bob", "José", "Zoë", "Mary Jane", "O'Neil", "李", "Łukasz"]
_LAST = ["Lee", "Smith-Jones", "van Dyke", "Müller", "D'Souza", "Nguyễn", "Wong"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a row must be read as; `refused` is the field at fault, "row" for the row itself."""

    row: int
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    dob: str | None = None
    email_subscription: bool | None = None
    refused: str | None = None


def untidy_csv(seed: int, n: int) -> tuple[bytes, list[Truth]]:
    """A UTF-8 CSV of `n` rows under a header, and their truths; every hundredth row is bad."""
    chance = random.Random(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    truths = []
    for row in range(2, n + 2):
        truth, cells = _person(chance, row)
        if row % 100 == 0:
            truth, cells = _spoilt(chance, truth, cells)
        writer.writerow(cells)
        truths.append(truth)
    return out.getvalue().encode(), truths


def _person(chance: random.Random, row: int) -> tuple[Truth, list[str]]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    at, digits = f"person{row}@example.org", f"202555{row % 10000:04d}"
    born = date(1940, 1, 1).fromordinal(chance.randint(date(1940, 1, 1).toordinal(), 732_000))
    email = chance.choice(_EMAILS)(at, first) if chance.random() < 0.9 else None
    phone = chance.choice(_PHONES)(digits) if chance.random() < 0.8 else None
    day = chance.choice(_DATES)(born) if chance.random() < 0.8 else None
    unsubscribed = chance.random() < 0.1
    upper = email is not None and email == at.upper()
    truth = Truth(
        row,
        first,
        last,
        None
        if email is None
        else at.upper().replace("EXAMPLE.ORG", "example.org")
        if upper
        else at,
        None if phone is None else f"+1{digits}",
        None if day is None else born.isoformat(),
        False if unsubscribed else None,
    )
    name = chance.choice([f"{first} {last}", f"{last}, {first}", f" Dr. {first}  {last} "])
    nothing = chance.choice(_NO_EMAILS)
    cells = [name, nothing if email is None else email, phone or "n/a", day or ""]
    note = chance.choice(["", "likes, commas", "two\nlines", 'says "hi"', "=1+1"])
    return truth, [*cells, "yes" if unsubscribed else "no", note]


def _spoilt(chance: random.Random, truth: Truth, cells: list[str]) -> tuple[Truth, list[str]]:
    kind = chance.choice(["email", "dob", "row", "nobody"])
    if kind == "email":
        cells[1] = chance.choice(_BAD_EMAILS)
    elif kind == "dob":
        cells[3] = chance.choice(_BAD_DATES)
    elif kind == "row":
        cells = [*cells, "one", "cell", "too many"]
    else:
        cells = ["", "", "", "1980-01-31", "", "nobody at all"]
    return Truth(truth.row, refused=kind if kind in ("email", "dob") else "row"), cells

"""Birth dates in the shapes spreadsheets hold: ISO, 01/31/1980, 31.01.80, Jan 31 1980, 29251."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from engine.intake.order import is_month_first
from engine.intake.values import NOTHING, Wrong, fold

_ISO = re.compile(
    r"([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|([12][0-9]{3})([0-9]{2})([0-9]{2})"
)
_NUMBERS = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_CLOCK = re.compile(r"[t,]?\s*[0-9]{1,2}:[0-9]{2}.*$")
_SERIAL = re.compile(r"([0-9]{4,5})(?:\.[0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar janner janv janvier ene enero",
            "feb february februar fev fevr fevrier febrero",
            "mar march marz mrz mars marzo",
            "apr april avr avril abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august aout ago agosto",
            "sep sept september septembre septiembre setiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_DATE_FILLERS = frozenset(
    "st nd rd th de del of the er mon tue tues wed thu thur thurs fri sat sun monday tuesday"
    " wednesday thursday friday saturday sunday".split()
)
_OLDEST = 130
DAY_FIRST, MONTH_FIRST, EITHER = "day", "month", "either"


def day_order(values: Iterable[str], region: str) -> str:
    """How a column writes 01/02/1980, by its own evidence: a part above 12 is a day.

    Without evidence the region decides, save that dots are day first everywhere. A column that
    proves both ways is `EITHER`: its ambiguous dates are refused rather than guessed.
    """
    proofs, dotted = set(), False
    for raw in values:
        match = _NUMBERS.match(raw.strip())
        if match:
            dotted = dotted or match[2] == "."
            if (int(match[1]) > 12) != (int(match[3]) > 12):
                proofs.add(DAY_FIRST if int(match[1]) > 12 else MONTH_FIRST)
    if len(proofs) == 2:
        return EITHER
    if proofs:
        return str(proofs.pop())
    return MONTH_FIRST if is_month_first(region) and not dotted else DAY_FIRST


class BirthDates:
    """Reads the birth dates of one column; `today` is the last day one may be born on."""

    def __init__(self, today: date, order: str) -> None:
        self._today, self._order = today, order
        self._known: dict[str, str] = {}

    def __call__(self, raw: str) -> str | None:
        """The ISO date; raises `Wrong` for no date, a future one or one too long ago."""
        known = self._known.get(raw)
        if known is not None:
            return known
        line = fold(raw)
        if line in NOTHING:
            return None
        born = self._day(_CLOCK.sub("", line[:60]).strip())
        if born > self._today:
            raise Wrong("is in the future")
        if self._today.year - born.year > _OLDEST:
            raise Wrong(f"is more than {_OLDEST} years ago")
        if len(self._known) < 100_000:
            self._known[raw] = born.isoformat()
        return born.isoformat()

    def _day(self, line: str) -> date:
        try:
            if match := _ISO.fullmatch(line):
                year, month, day = (int(part) for part in match.groups() if part)
                return date(year, month, day)
            if match := _NUMBERS.fullmatch(line):
                return self._from_numbers(int(match[1]), int(match[3]), match[4])
            if match := _SERIAL.fullmatch(line):
                return _from_serial(int(match[1]))
            return self._from_words(line)
        except (ValueError, OverflowError) as error:
            if isinstance(error, Wrong):
                raise
            raise Wrong("is no date there is: write it like 1980-01-31") from None

    def _from_numbers(self, first: int, second: int, year: str) -> date:
        if first > 12 or second > 12 or first == second:
            day, month = (first, second) if first > 12 else (second, first)
        elif self._order == EITHER:
            raise Wrong("could be two days, and its column writes both ways: write it 1980-01-31")
        else:
            day, month = (first, second) if self._order == DAY_FIRST else (second, first)
        return self._dated(year, month, day)

    def _from_words(self, line: str) -> date:
        parts = re.findall(r"[^\W\d_]+|[0-9]+", line)
        months = [_MONTHS[part] for part in parts if part in _MONTHS]
        numbers = [part for part in parts if part.isdigit()]
        others = [part for part in parts if not part.isdigit() and part not in _MONTHS]
        if len(months) != 1 or len(numbers) != 2 or not _DATE_FILLERS.issuperset(others):
            raise ValueError
        if len(numbers[0]) == 4:
            numbers.reverse()
        return self._dated(numbers[1], months[0], int(numbers[0]))

    def _dated(self, year: str, month: int, day: int) -> date:
        """The date, a year of two digits being the last such one up to today."""
        if len(year) == 4:
            return date(int(year), month, day)
        if len(year) != 2:
            raise ValueError
        century = self._today.year // 100 * 100
        late = (century + int(year), month, day)
        today = (self._today.year, self._today.month, self._today.day)
        return date(*late) if late <= today else date(late[0] - 100, month, day)


def _from_serial(days: int) -> date:
    """The date of a spreadsheet's day number; a bare year is refused, not taken for 1905."""
    if 1850 <= days <= 2200:
        raise Wrong("gives only a year")
    return _SERIAL_ZERO + timedelta(days=days)

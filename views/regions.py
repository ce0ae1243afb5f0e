"""Time zones and countries as people call them; underneath are IANA names and two letters."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS
from PySide6.QtCore import QLocale, QTimeZone

from views.widgets.fields import Option

_ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


def zone_words(zone: str) -> str:
    """`New York, United States (Eastern Time)` for `America/New_York`."""
    known = QTimeZone(zone.encode())
    if not known.isValid() or known.territory() == QLocale.Country.AnyTerritory:
        return zone
    country = QLocale.territoryToString(known.territory())
    places = [part.replace("_", " ") for part in reversed(zone.split("/")[1:])]
    where = ", ".join(dict.fromkeys([*places, country]))
    name = known.displayName(QTimeZone.TimeType.GenericTime, QTimeZone.NameType.LongName, _ENGLISH)
    return f"{where} ({name.replace(' Standard Time', ' Time')})"


@lru_cache(maxsize=1)
def zones() -> list[Option]:
    """Every zone of some country, by its words, and UTC. It takes long: not for the UI thread."""
    worded = ((zone, zone_words(zone)) for zone in available_timezones() if "/" in zone)
    named = [(zone, words) for zone, words in worded if words != zone]
    return [*sorted(named, key=lambda option: option[1]), ("UTC", "UTC")]


def country_words(code: str) -> str:
    """`United States` for US; a code nobody knows stands for itself."""
    found = QLocale.codeToTerritory(code) if len(code) == 2 else QLocale.Country.AnyTerritory
    return code if found == QLocale.Country.AnyTerritory else QLocale.territoryToString(found)


@lru_cache(maxsize=1)
def countries() -> list[Option]:
    """Every country that has telephone numbers, by name."""
    named = [(code, country_words(code)) for code in SUPPORTED_REGIONS]
    return sorted(named, key=lambda option: option[1])

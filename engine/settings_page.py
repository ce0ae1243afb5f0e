"""What the settings page shows: the value of each setting as a person writes it."""

from __future__ import annotations

from collections.abc import Mapping

from db.connection import Connection
from db.errors import KnownError
from db.queries import setup
from engine.settings import SETTINGS, shown


class WrongSettings(KnownError):
    """What is wrong with settings, by key."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()), 2)
        self.faults = dict(faults)


def values(connection: Connection) -> dict[str, str]:
    """Every setting but secrets, as text that `Setting.parse` reads back; '' for an unset one."""
    stored = setup.settings(connection)
    return {
        key: "" if key not in stored and setting.default is None and key not in _OFF
        else shown(stored.get(key, setting.default))
        for key, setting in SETTINGS.items() if not setting.secret
    }  # fmt: skip


def parsed(texts: Mapping[str, str]) -> dict[str, object]:
    """The values to keep of what was typed. Raises WrongSettings."""
    kept: dict[str, object] = {}
    faults: dict[str, str] = {}
    for key, text in texts.items():
        try:
            kept[key] = SETTINGS[key].parse(text)
        except KnownError as fault:
            said = fault.sentence.removeprefix(key).strip()
            worded = _WORDS.get(key if text.strip() else f"{key}, empty") or _WORDS.get(key)
            faults[key] = worded or f"It {said}"
    if faults:
        raise WrongSettings(faults)
    return kept


_WORDS: Mapping[str, str] = {
    "practice.name, empty": "Write the practice's name.",
    "practice.timezone": "Type the name of a city, and choose it from those offered.",
    "practice.region": "Type the name of the country, and choose it from those offered.",
    "practice.check_time": "Write a time from 00:00 to 23:59, like 9:00.",
    "sms.quiet_hours": "Write two different times, like 21:00 and 08:00.",
    "messages.cap": "Write how many messages, 1 to 10,000, and in how many days, 1 to 3,650.",
}
"""What is wrong with a setting where the screen asks otherwise than the command line does."""
_OFF = frozenset({"messages.cap"})
"""Those that are off while nothing is set."""

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
            faults[key] = f"It {said}" if said else fault.sentence
    if faults:
        raise WrongSettings(faults)
    return kept


_OFF = frozenset({"messages.cap"})
"""Those that are off while nothing is set."""

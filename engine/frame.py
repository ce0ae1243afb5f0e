"""What the frame of the window says of the store it is opened on."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import finding, setup
from engine.practice import read_practice


class Overview(NamedTuple):
    """The practice's name and time zone, and whether nothing is in the store yet."""

    practice: str
    zone: ZoneInfo
    empty: bool


def read_overview(connection: Connection) -> Overview:
    """What the frame of the window says."""
    practice = read_practice(setup.settings(connection))
    return Overview(practice.name, practice.zone, finding.is_empty(connection))

"""What the frame of the window says of the store it is opened on."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import finding, setup
from engine.outlets import to_folder
from engine.practice import read_practice


class Overview(NamedTuple):
    """The practice's name and time zone, and whether nothing is in the store yet.

    `to_folder` are the channels whose messages reach nobody.
    """

    practice: str
    zone: ZoneInfo
    empty: bool
    to_folder: frozenset[str] = frozenset()


def read_overview(connection: Connection) -> Overview:
    """What the frame of the window says."""
    settings = setup.settings(connection)
    practice = read_practice(settings)
    empty = finding.is_empty(connection)
    return Overview(practice.name, practice.zone, empty, to_folder(settings))

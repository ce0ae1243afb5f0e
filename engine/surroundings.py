"""What stands around a flow that is being edited: names, the library's texts, the practice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import listing, setup
from engine.calendar import DAY
from engine.documents.names import Names
from engine.naming import load_names
from engine.outlets import to_folder
from engine.practice import Practice, read_practice
from engine.vocabulary import DEFAULT_FROM_EMAIL


@dataclass(frozen=True, slots=True)
class Email:
    """What an email of the library says by itself; a step may say otherwise."""

    subject: str = ""
    preview_text: str = ""
    from_name: str = ""
    from_email: str = ""


def _none_yet() -> Practice:
    return Practice("Our practice", ZoneInfo("UTC"), time(9), None, None, 3 * DAY)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that forms offer to choose from, and what their helpers are worked out with.

    `texts` are the bodies of the library's texts by name; `sender` is the practice's own;
    `has_address` says whether its postal address is known; `to_folder` are the channels whose
    messages reach nobody.
    """

    names: Names = field(default_factory=Names)
    practice: Practice = field(default_factory=_none_yet)
    emails: Mapping[str, Email] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    sender: tuple[str, str] = ("", DEFAULT_FROM_EMAIL)
    has_address: bool = True
    to_folder: frozenset[str] = frozenset()


def read_surroundings(connection: Connection) -> Surroundings:
    """What stands around every flow now."""
    settings = setup.settings(connection)
    practice = read_practice(settings)
    rows = listing.templates(connection)
    return Surroundings(
        names=load_names(connection),
        practice=practice,
        emails={
            row.name: Email(row.subject, row.preview_text, row.from_name, row.from_email)
            for row in rows
            if row.channel == "email"
        },
        texts={row.name: row.body for row in rows if row.channel == "sms"},
        sender=(
            settings.get("email.from_name") or practice.name,
            settings.get("email.from_email", DEFAULT_FROM_EMAIL),
        ),
        has_address=bool(settings.get("practice.address", "").strip()),
        to_folder=to_folder(settings),
    )

"""Find one contact by what a person calls them."""

from __future__ import annotations

import re
from typing import Final

from db.connection import Connection
from db.errors import KnownError
from db.sql import query

MOST_NAMED: Final = 5
"""How many ids of an ambiguous answer are said."""


def find_contact(connection: Connection, text: str) -> int:
    """The id of the one contact meant by an id, reference, email, phone or name.

    `id:12` is always the id. Otherwise the first of these that anybody has decides; names are
    "First Last", "Last, First" or one of the two, in any case (letters with accents: as they are
    kept, all small, all capital, or capital at the start of each word). Raises KnownError, status
    2, if nobody or more than one person is meant; it says ids, nothing else about anybody.
    """
    wanted = " ".join(text.split())
    if not wanted:
        raise KnownError("Say which contact: an id, reference, email, phone or name.", 2)
    found: list[int] = []
    if wanted.startswith("id:"):
        found = _by_id(connection, wanted.removeprefix("id:").strip())
    elif wanted.isprintable():
        found = (
            sorted({*_by_id(connection, wanted), *_by_ref(connection, wanted)})
            or _by_email(connection, wanted)
            or _by_phone(connection, wanted)
            or _by_name(connection, wanted)
        )
    if len(found) == 1:
        return found[0]
    if not found:
        raise KnownError(
            "No contact has this id, reference, email address, phone number or name.", 2
        )
    said = ", ".join(f"id:{id}" for id in found[:MOST_NAMED])
    more = ", …" if len(found) > MOST_NAMED else ""
    raise KnownError(f"That may mean several contacts: say which one by id ({said}{more}).", 2)


def _by_id(connection: Connection, text: str) -> list[int]:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        return []
    return _ids(connection, "id = ?", int(text))


def _by_ref(connection: Connection, text: str) -> list[int]:
    return _ids(connection, "ref = ?", text)


def _by_email(connection: Connection, text: str) -> list[int]:
    """By address as it is kept: its domain in lower case; or all of it in lower case."""
    if "@" not in text:
        return []
    mailbox, _, domain = text.rpartition("@")
    return _ids(connection, "email IN (?, ?, ?)", text, f"{mailbox}@{domain.lower()}", text.lower())


def _by_phone(connection: Connection, text: str) -> list[int]:
    """By number as it is kept, with + and country; ten digits alone are North American."""
    digits = re.sub(r"[\s().+/-]", "", text)
    if not re.fullmatch(r"[0-9]{5,15}", digits):
        return []
    home = f"+1{digits}" if len(digits) == 10 else text
    return _ids(connection, "phone IN (?, ?, ?)", text, f"+{digits}", home)


def _by_name(connection: Connection, text: str) -> list[int]:
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma and first and last:
        text = f"{first} {last}"
    # SQLite's LOWER leaves every letter but those of ASCII as it is.
    forms = (text, text.lower(), text.upper(), text.title())
    lowered = ", ".join(["LOWER(?)"] * len(forms))
    names = ("first_name || ' ' || last_name", "first_name", "last_name")
    said = " OR ".join(f"LOWER({name}) IN ({lowered})" for name in names)
    return _ids(connection, f"({said})", *forms * len(names))


def _ids(connection: Connection, condition: str, *values: object) -> list[int]:
    sql = f"SELECT id FROM contact WHERE {condition} ORDER BY id LIMIT {MOST_NAMED + 1}"
    return [row[0] for row in query(connection, sql, *values)]

"""Writes to the small shelves: people of the practice, forms, lists, templates, contacts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from db.bulk import reserve_ids
from db.connection import Connection
from db.folding import folded
from db.sql import execute, insert, query
from db.writes import FOLDED, append

NAMED = {"user": "staff", "provider": "provider", "form": "form"}
CONTACT = (
    "id", "ref", "first_name", "last_name", "email", "phone", "dob", "birth_day", "timezone",
    "source", "status", "lead_source", "owner_id", "provider_id", "sms_on", "email_on",
    "sms_opted_out", "email_opted_out", "insurance", "archived", "deceased", "do_not_contact",
    "created_at", "last_activity",
)  # fmt: skip
_TEMPLATE = ("subject", "preview_text", "from_name", "from_email", "body")
_NAMES = tuple(CONTACT.index(column) for column in FOLDED)


def add_named(connection: Connection, kind: str, name: str) -> int:
    """A user, provider or form; the id of the new or known one."""
    table = NAMED[kind]
    execute(connection, f"INSERT INTO {table} (name) VALUES (?) ON CONFLICT DO NOTHING", name)
    return int(query(connection, f"SELECT id FROM {table} WHERE name = ?", name)[0][0])


def add_list(connection: Connection, name: str, rule: Mapping[str, Any] | None) -> int:
    """A list: dynamic with a stored rule, else static; its id."""
    return insert(
        connection,
        "INSERT INTO contact_list (name, kind, rule) VALUES (?, ?, ?)",
        name,
        "static" if rule is None else "dynamic",
        None if rule is None else json.dumps(rule, ensure_ascii=False),
    )


def put_template(connection: Connection, document: Mapping[str, Any]) -> int:
    """Keep a template, new or in place of the one of that channel and name; its id."""
    values = [document.get(column, "") for column in _TEMPLATE]
    changes = ", ".join(f"{column} = excluded.{column}" for column in _TEMPLATE)
    return insert(
        connection,
        f"""INSERT INTO template (channel, name, {", ".join(_TEMPLATE)})
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, name) DO UPDATE SET {changes}""",
        document["channel"], document["name"], *values,
    )  # fmt: skip


def change_template(connection: Connection, id: int, document: Mapping[str, Any]) -> None:
    """Keep what a template is called and says now."""
    columns = ("name", *_TEMPLATE)
    changes = ", ".join(f"{column} = ?" for column in columns)
    values = [document.get(column, "") for column in columns]
    execute(connection, f"UPDATE template SET {changes} WHERE id = ?", *values, id)


def reserve_contacts(connection: Connection, count: int) -> Sequence[int]:
    """Ids for new contacts."""
    return reserve_ids(connection, "contact", count) if count else ()


def add_contacts(connection: Connection, rows: Sequence[Sequence[object]]) -> None:
    """New contacts, in the order of `CONTACT`; their folded names are written with them."""
    append(
        connection, "contact", (*CONTACT, *FOLDED.values()),
        [(*row, *(folded(str(row[place])) for place in _NAMES)) for row in rows],
    )  # fmt: skip


def remove(connection: Connection, kind: str, id: int) -> None:
    """Delete what nothing uses any more; a list with its memberships."""
    if kind == "list":
        execute(connection, "DELETE FROM list_member WHERE list_id = ?", id)
    table = {**NAMED, "list": "contact_list", "email": "template", "sms": "template"}[kind]
    if kind == "user":
        execute(connection, "UPDATE task SET user_id = NULL WHERE user_id = ?", id)
    execute(connection, f"DELETE FROM {table} WHERE id = ?", id)

"""What stands on what: who would miss a user, provider, form, list or template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from db.connection import Connection
from db.sql import Rows, query

_COLUMNS = {
    "user": (
        "SELECT COUNT(*) FROM contact WHERE owner_id = ?",
        "SELECT COUNT(*) FROM task WHERE user_id = ? AND done_at IS NULL",
    ),
    "provider": (
        "SELECT COUNT(*) FROM contact WHERE provider_id = ?",
        "SELECT COUNT(*) FROM appointment WHERE provider_id = ?",
    ),
}
_WHAT = ("contacts", "open tasks"), ("contacts", "appointments")


def flow_documents(
    connection: Connection, what: str = "", id: int | None = None
) -> Iterator[tuple[str, str, Any]]:
    """(kind, name, stored document) of every flow as it is now.

    With a key and an id, those in which neither stands are left out; others may still be without.
    """
    rows = query(
        connection,
        """SELECT f.kind, f.name, v.document FROM flow f JOIN flow_version v
        ON v.id = f.version_id WHERE f.status <> 'deleted' AND v.document LIKE ? ORDER BY f.id""",
        "%" if id is None else f'%"{what}"%{id}%',
    )
    for kind, name, document in rows:
        yield kind, name, json.loads(document)


def list_rules(connection: Connection) -> Iterator[tuple[int, str, Any]]:
    """(id, name, stored rule) of every dynamic list."""
    sql = "SELECT id, name, rule FROM contact_list WHERE kind = 'dynamic' ORDER BY id"
    for id, name, rule in query(connection, sql):
        yield id, name, json.loads(rule)


def campaigns_with(connection: Connection, kind: str, asset_id: int) -> list[str]:
    """The names of campaigns that hold an asset."""
    rows = query(
        connection,
        """SELECT c.name FROM campaign_asset a JOIN campaign c ON c.id = a.campaign_id
        WHERE a.kind = ? AND a.asset_id = ? ORDER BY c.id""",
        kind, asset_id,
    )  # fmt: skip
    return [row[0] for row in rows]


def template_campaigns(connection: Connection) -> Rows:
    """(channel, template, campaign name) of the templates that are assets."""
    return query(
        connection,
        """SELECT a.kind, a.asset_id, c.name FROM campaign_asset a
        JOIN campaign c ON c.id = a.campaign_id WHERE a.kind IN ('email', 'sms') ORDER BY c.name""",
    )


def records_with(connection: Connection, kind: str, id: int) -> list[str]:
    """How many contacts, tasks or appointments refer to a user or provider, in words."""
    words = _WHAT[0] if kind == "user" else _WHAT[1]
    counts = [int(query(connection, sql, id)[0][0]) for sql in _COLUMNS.get(kind, ())]
    return [f"{count:,} {what}" for count, what in zip(counts, words, strict=False) if count]


def queued_with(connection: Connection, template_id: int) -> int:
    """How many messages of a template still wait to go out."""
    sql = "SELECT COUNT(*) FROM message WHERE template_id = ? AND next_try IS NOT NULL"
    return int(query(connection, sql, template_id)[0][0])

"""The lists, who is on one, and what uses them."""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import Rows, query, tuples


def members(connection: Connection, list_id: int, after: int, limit: int) -> list[int]:
    """The ids of those on a list behind an id, in order."""
    sql = """SELECT contact_id FROM list_member WHERE list_id = ? AND contact_id > ?
        ORDER BY contact_id LIMIT ?"""
    return [row[0] for row in tuples(connection, sql, list_id, after, limit)]


def entry(connection: Connection, list_id: int) -> Row | None:
    """(id, name, kind, rule, size) of a list, or None."""
    found = query(
        connection,
        "SELECT id, name, kind, rule, size FROM contact_list WHERE id = ?",
        list_id,
    )
    return found[0] if found else None


def size(connection: Connection, list_id: int) -> int:
    """How many are on a list."""
    return int(query(connection, "SELECT size FROM contact_list WHERE id = ?", list_id)[0][0])


def kind(connection: Connection, list_id: int) -> str | None:
    """`static` or `dynamic`, or None if there is no such list."""
    found = query(connection, "SELECT kind FROM contact_list WHERE id = ?", list_id)
    return found[0][0] if found else None


def campaigns(connection: Connection) -> Rows:
    """(list, campaign name) of the lists that are assets."""
    return query(
        connection,
        """SELECT a.asset_id, c.name FROM campaign_asset a JOIN campaign c ON c.id = a.campaign_id
        WHERE a.kind = 'list' ORDER BY c.name""",
    )

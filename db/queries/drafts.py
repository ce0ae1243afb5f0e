"""Flows as desks have them open, one row a desk and flow."""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import Rows, execute, query


def draft(connection: Connection, desk: str, kind: str, flow_id: int) -> Row | None:
    """(document, history, position, base_version, unsaved, at) as kept, or None."""
    rows = query(
        connection,
        """SELECT document, history, position, base_version, unsaved, at FROM draft
        WHERE desk = ? AND kind = ? AND flow_id = ?""",
        desk, kind, flow_id,
    )  # fmt: skip
    return rows[0] if rows else None


def kept_at(connection: Connection, desk: str, kind: str, flow_id: int) -> int | None:
    """When the draft that stands there was kept, or None."""
    rows = query(
        connection,
        "SELECT at FROM draft WHERE desk = ? AND kind = ? AND flow_id = ?",
        desk, kind, flow_id,
    )  # fmt: skip
    return int(rows[0].at) if rows else None


def unfinished(connection: Connection, desk: str, kind: str) -> Rows:
    """(flow_id, document) of what a desk keeps that says what was never saved."""
    return query(
        connection,
        """SELECT flow_id, document FROM draft
        WHERE desk = ? AND kind = ? AND unsaved = 1 ORDER BY flow_id""",
        desk, kind,
    )  # fmt: skip


def lowest(connection: Connection, desk: str, kind: str) -> int:
    """The lowest number that a kept draft has; 0 if none is below that."""
    rows = query(
        connection,
        "SELECT MIN(flow_id) AS lowest FROM draft WHERE desk = ? AND kind = ?",
        desk, kind,
    )  # fmt: skip
    return min(int(rows[0].lowest or 0), 0)


def put_draft(
    connection: Connection, desk: str, kind: str, flow_id: int, *, document: str, history: str,
    position: int, base_version: int | None, unsaved: bool, at: int,
) -> None:  # fmt: skip
    """Keep a draft in the place of the one before it."""
    execute(
        connection,
        """INSERT INTO draft
        (desk, kind, flow_id, document, history, position, base_version, unsaved, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (desk, kind, flow_id) DO UPDATE SET
        document = excluded.document, history = excluded.history, position = excluded.position,
        base_version = excluded.base_version, unsaved = excluded.unsaved, at = excluded.at""",
        desk, kind, flow_id, document, history, position, base_version, int(unsaved), at,
    )  # fmt: skip


def drop_draft(connection: Connection, desk: str, kind: str, flow_id: int) -> None:
    """Forget a draft; nothing if there is none."""
    execute(
        connection,
        "DELETE FROM draft WHERE desk = ? AND kind = ? AND flow_id = ?",
        desk, kind, flow_id,
    )  # fmt: skip


def drop_lost(connection: Connection) -> None:
    """Forget the drafts of flows that are deleted; those of new ones, 0 and below, stay."""
    execute(
        connection,
        """DELETE FROM draft WHERE flow_id > 0 AND flow_id NOT IN
        (SELECT id FROM flow WHERE status <> 'deleted')""",
    )

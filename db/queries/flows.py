"""Questions about flows and who is in them."""

from __future__ import annotations

import json
from typing import Any

from db.connection import Connection, Row
from db.sql import query


def by_name(connection: Connection, name: str, kind: str | None = None) -> Row | None:
    """(id, kind, name, description, status, version, activated) of a flow, or None."""
    rows = query(
        connection,
        """SELECT id, kind, name, description, status, version_id, activated_at FROM flow
        WHERE name = ? AND status <> 'deleted'""",
        name,
    )
    found = rows[0] if rows else None
    return None if found is None or kind not in (None, found.kind) else found


def by_id(connection: Connection, flow_id: int) -> Row | None:
    """(id, kind, name, description, status, version) of a flow that is not deleted, or None."""
    rows = query(
        connection,
        """SELECT id, kind, name, description, status, version_id FROM flow
        WHERE id = ? AND status <> 'deleted'""",
        flow_id,
    )
    return rows[0] if rows else None


def deleted(connection: Connection, kind: str) -> dict[str, int]:
    """The deleted flows of a kind by what they are called now, and by what they were called.

    Of several that were called the same, that name means the latest.
    """
    sql = "SELECT name, id FROM flow WHERE kind = ? AND status = 'deleted' ORDER BY id"
    now = {name: int(id) for name, id in query(connection, sql, kind)}
    return {name.removesuffix(f" (deleted {id})"): id for name, id in now.items()} | now


def is_deleted(connection: Connection, name: str) -> bool:
    """Whether a deleted flow is called so."""
    sql = "SELECT 1 FROM flow WHERE name = ? AND status = 'deleted'"
    return bool(query(connection, sql, name))


def document(connection: Connection, version_id: int) -> Any:
    """The stored document of a version."""
    rows = query(connection, "SELECT document FROM flow_version WHERE id = ?", version_id)
    return json.loads(rows[0][0])


def versions(connection: Connection, flow_id: int) -> list[int]:
    """The ids of a flow's versions, the newest first."""
    sql = "SELECT id FROM flow_version WHERE flow_id = ? ORDER BY id DESC"
    return [row[0] for row in query(connection, sql, flow_id)]


def places(connection: Connection, flow_id: int) -> list[str]:
    """The steps at which anybody in the flow is now."""
    rows = query(
        connection,
        "SELECT DISTINCT step FROM enrolment WHERE flow_id = ? AND state <> 'ended' ORDER BY step",
        flow_id,
    )
    return [row[0] for row in rows]


def at_step(connection: Connection, flow_id: int, step: str) -> list[int]:
    """Contacts now at a step of a flow."""
    rows = query(
        connection,
        """SELECT contact_id FROM enrolment WHERE flow_id = ? AND state <> 'ended'
        AND step = ? ORDER BY contact_id""",
        flow_id, step,
    )  # fmt: skip
    return [row[0] for row in rows]


def walkers(connection: Connection, flow_id: int) -> list[int]:
    """Contacts in a flow now."""
    rows = query(
        connection,
        "SELECT contact_id FROM enrolment WHERE flow_id = ? AND state <> 'ended'",
        flow_id,
    )
    return [row[0] for row in rows]

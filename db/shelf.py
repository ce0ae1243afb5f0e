"""Writes to what the practice sets up: flows and their versions, switches, campaigns.

Callers say `touch_catalogue` once in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from db.connection import Connection
from db.sql import execute, ids, insert, many, query


def add_flow(connection: Connection, kind: str, name: str, description: str) -> int:
    """A new flow, a draft with no version yet; its number."""
    return insert(
        connection,
        "INSERT INTO flow (kind, name, description, status) VALUES (?, ?, ?, 'draft')",
        kind, name, description,
    )  # fmt: skip


def add_version(connection: Connection, flow_id: int, document: Mapping[str, Any], at: int) -> int:
    """A new version, from now on the flow's present one; its id."""
    version_id = insert(
        connection,
        "INSERT INTO flow_version (flow_id, at, document) VALUES (?, ?, ?)",
        flow_id, at, json.dumps(document, ensure_ascii=False, separators=(",", ":")),
    )  # fmt: skip
    execute(connection, "UPDATE flow SET version_id = ? WHERE id = ?", version_id, flow_id)
    return version_id


def rename_flow(connection: Connection, flow_id: int, name: str, description: str) -> None:
    """Give a flow its name and description."""
    execute(
        connection,
        "UPDATE flow SET name = ?, description = ? WHERE id = ?",
        name, description, flow_id,
    )  # fmt: skip


def set_rhythm(
    connection: Connection, flow_id: int, list_id: int, start_at: int,
    every: tuple[int, str] | None,
) -> None:  # fmt: skip
    """A sequence's list, start and rhythm."""
    amount, unit = every or (None, None)
    execute(
        connection,
        """UPDATE flow SET list_id = ?, start_at = ?, every_amount = ?, every_unit = ?
        WHERE id = ?""",
        list_id, start_at, amount, unit, flow_id,
    )  # fmt: skip


def set_next_occurrence(connection: Connection, flow_id: int, at: int | None) -> None:
    """When a sequence runs next; None for never."""
    execute(connection, "UPDATE flow SET next_at = ? WHERE id = ?", at, flow_id)


def switch_flow(connection: Connection, flow_id: int, status: str, at: int) -> None:
    """Set a flow's status and remember when; the first activation is kept for good."""
    active = int(status == "active")
    execute(connection, "UPDATE flow SET status = ? WHERE id = ?", status, flow_id)
    if active:
        execute(
            connection,
            "UPDATE flow SET activated_at = ? WHERE id = ? AND activated_at IS NULL",
            at, flow_id,
        )  # fmt: skip
    execute(
        connection,
        "INSERT INTO flow_switch (flow_id, at, active) VALUES (?, ?, ?)",
        flow_id, at, active,
    )  # fmt: skip


def delete_flow(connection: Connection, flow_id: int) -> None:
    """Take a flow off the shelf; its history stays, its name is free again.

    From now on it is called `NAME (deleted NUMBER)`, or so twice where another has that name.
    """
    name = query(connection, "SELECT name FROM flow WHERE id = ?", flow_id)[0][0]
    suffix = f" (deleted {flow_id})"
    name += suffix
    while query(connection, "SELECT id FROM flow WHERE name = ?", name):
        name += suffix
    execute(connection, "UPDATE flow SET status = 'deleted', name = ? WHERE id = ?", name, flow_id)


def release(connection: Connection, flow_ids: Iterable[int], now: int) -> None:
    """Let the walks that stood still in these flows go on now."""
    execute(
        connection,
        """UPDATE enrolment SET state = 'waiting', due_at = ? WHERE flow_id {ids}
        AND (state = 'parked' OR (state = 'waiting' AND due_at < ?))""",
        now, ids(connection, flow_ids), now,
    )  # fmt: skip


def forget_told(connection: Connection, flow_ids: Iterable[int]) -> None:
    """A campaign's next hold is to be journalled again."""
    execute(
        connection,
        "UPDATE enrolment SET told = 0 WHERE flow_id {ids} AND state <> 'ended' AND told = 1",
        ids(connection, flow_ids),
    )


def set_versions(
    connection: Connection, flow_id: int, version_id: int, goal_after: int | None
) -> None:
    """Put everyone in the flow under a version.

    Their goal counts until `goal_after` microseconds after they were enrolled, or not at all.
    """
    execute(
        connection,
        """UPDATE enrolment SET version_id = ?, edited = 1,
        goal_until = enrolled_at + ? WHERE flow_id = ? AND state <> 'ended'""",
        version_id, goal_after, flow_id,
    )  # fmt: skip


def add_campaign(
    connection: Connection, name: str, goal: str | None, dates: tuple[str | None, str | None],
    notes: str, at: int,
) -> int:  # fmt: skip
    """A new campaign, inactive and empty; its number."""
    return insert(
        connection,
        """INSERT INTO campaign (name, goal, start_date, end_date, notes, status, created_at)
        VALUES (?, ?, ?, ?, ?, 'inactive', ?)""",
        name, goal, *dates, notes, at,
    )  # fmt: skip


def update_campaign(
    connection: Connection, campaign_id: int, name: str, goal: str | None,
    dates: tuple[str | None, str | None], notes: str,
) -> None:  # fmt: skip
    """A campaign's settings."""
    execute(
        connection,
        """UPDATE campaign SET name = ?, goal = ?, start_date = ?, end_date = ?, notes = ?
        WHERE id = ?""",
        name, goal, *dates, notes, campaign_id,
    )  # fmt: skip


def set_assets(connection: Connection, campaign_id: int, assets: Iterable[tuple[str, int]]) -> None:
    """Exactly these assets (kind, id) belong to the campaign, beside its deleted flows.

    No document names those; they stay for the campaign's figures.
    """
    execute(
        connection,
        """DELETE FROM campaign_asset WHERE campaign_id = ? AND NOT EXISTS (SELECT 1 FROM flow
        WHERE flow.id = asset_id AND flow.kind = campaign_asset.kind AND status = 'deleted')""",
        campaign_id,
    )
    many(
        connection,
        "INSERT INTO campaign_asset (campaign_id, kind, asset_id) VALUES (?, ?, ?)",
        [(campaign_id, kind, asset) for kind, asset in sorted(set(assets))],
    )


def switch_campaign(connection: Connection, campaign_id: int, status: str, at: int) -> None:
    """Set a campaign's status and remember when."""
    execute(connection, "UPDATE campaign SET status = ? WHERE id = ?", status, campaign_id)
    execute(
        connection,
        "INSERT INTO campaign_switch (campaign_id, at, status) VALUES (?, ?, ?)",
        campaign_id, at, status,
    )  # fmt: skip


def delete_campaign(connection: Connection, campaign_id: int) -> None:
    """Delete a campaign and its history; its assets stay."""
    for table in ("campaign_asset", "campaign_switch", "touch"):
        execute(connection, f"DELETE FROM {table} WHERE campaign_id = ?", campaign_id)
    execute(connection, "DELETE FROM campaign WHERE id = ?", campaign_id)

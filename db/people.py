"""Writes to people beside what the engine brings about: visits, refs, the union of two records."""

from __future__ import annotations

from collections.abc import Sequence

from db.connection import Connection
from db.sql import execute, many, query

_OWNED = ("event", "message", "task", "journal", "appointment", "consent", "enrolment")


def put_visits(connection: Connection, rows: Sequence[Sequence[object]]) -> None:
    """Appointments, new or as they stand now: (ref, contact, provider, at, status)."""
    many(
        connection,
        """INSERT INTO appointment (ref, contact_id, provider_id, at, status)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET contact_id = excluded.contact_id,
        provider_id = excluded.provider_id, at = excluded.at, status = excluded.status""",
        rows,
    )


def set_refs(connection: Connection, rows: Sequence[tuple[str, int]]) -> None:
    """Give contacts their names outside: (ref, contact)."""
    many(connection, "UPDATE contact SET ref = ? WHERE id = ?", rows)


def unite(connection: Connection, keep: int, other: int) -> None:
    """Make all that is `other`'s `keep`'s, and remove `other`.

    No flow has both among its live enrolments. A list or campaign that has both keeps one;
    of two touches the earlier. The record of `keep` takes the ref, if it has none, and the
    earlier creation and later activity of the two.
    """
    for table in _OWNED:
        execute(connection, f"UPDATE {table} SET contact_id = ? WHERE contact_id = ?", keep, other)
    _unite_lists(connection, keep, other)
    _unite_touches(connection, keep, other)
    ref, created, active = query(
        connection, "SELECT ref, created_at, last_activity FROM contact WHERE id = ?", other
    )[0]
    execute(connection, "DELETE FROM contact WHERE id = ?", other)
    execute(
        connection,
        """UPDATE contact SET ref = COALESCE(ref, ?),
        created_at = CASE WHEN created_at < ? THEN created_at ELSE ? END,
        last_activity = CASE WHEN last_activity > ? THEN last_activity ELSE ? END WHERE id = ?""",
        ref, created, created, active, active, keep,
    )  # fmt: skip


def _unite_lists(connection: Connection, keep: int, other: int) -> None:
    """Static lists only: a dynamic one is its rule's to fill."""
    execute(
        connection,
        """UPDATE contact_list SET size = size - 1
        WHERE id IN (SELECT list_id FROM list_member WHERE contact_id = ?) AND (kind <> 'static'
        OR id IN (SELECT list_id FROM list_member WHERE contact_id = ?))""",
        other, keep,
    )  # fmt: skip
    execute(
        connection,
        """INSERT INTO list_member (list_id, contact_id) SELECT m.list_id, ? FROM list_member m
        JOIN contact_list l ON l.id = m.list_id WHERE m.contact_id = ? AND l.kind = 'static'
        ON CONFLICT DO NOTHING""",
        keep, other,
    )  # fmt: skip
    execute(connection, "DELETE FROM list_member WHERE contact_id = ?", other)


def _unite_touches(connection: Connection, keep: int, other: int) -> None:
    sooner = ", ".join(
        f"""{column} = CASE WHEN touch.{column} IS NULL OR excluded.{column} < touch.{column}
        THEN COALESCE(excluded.{column}, touch.{column}) ELSE touch.{column} END"""
        for column in ("first_at", "engaged_at", "converted_at")
    )
    execute(
        connection,
        f"""INSERT INTO touch (campaign_id, contact_id, kind, asset_id, first_at, engaged_at,
        converted_at, was_dormant) SELECT campaign_id, ?, kind, asset_id, first_at, engaged_at,
        converted_at, was_dormant FROM touch WHERE contact_id = ?
        ON CONFLICT (contact_id, campaign_id, kind, asset_id) DO UPDATE SET
        was_dormant = CASE WHEN excluded.first_at < touch.first_at
        THEN excluded.was_dormant ELSE touch.was_dormant END, {sooner}""",
        keep, other,
    )  # fmt: skip
    execute(connection, "DELETE FROM touch WHERE contact_id = ?", other)

"""What the practice has set up, as rows: settings, flows, campaigns, lists, names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from db.connection import Connection
from db.sql import Rows, execute, ids, query

VERSION = "catalogue.version"
STORE = "store.id"
"""Tells this store's message keys from any other's."""
SECRET = "store.secret"
"""The key of the digests in the ledger; it stays the store's in every copy (`db.optouts`)."""
BEGIN = "engine.begin"
"""The engine's first instant: no daily check before it is ever made up."""
FILLED = "lists.filled"
"""The last contact that new dynamic lists were asked about; none once all are filled."""


def settings(connection: Connection) -> Mapping[str, Any]:
    """Every setting that was set, by key."""
    return {key: json.loads(value) for key, value in query(connection, _SETTINGS)}


_SETTINGS = "SELECT key, value FROM setting"


def setting(connection: Connection, key: str) -> Any:
    """One setting, or None."""
    rows = query(connection, "SELECT value FROM setting WHERE key = ?", key)
    return json.loads(rows[0][0]) if rows else None


def put_setting(connection: Connection, key: str, value: object) -> None:
    """Keep one setting."""
    execute(
        connection,
        """INSERT INTO setting (key, value) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
        key,
        json.dumps(value),
    )


def catalogue_version(connection: Connection) -> int:
    """A number that grows whenever something set up changed."""
    return int(setting(connection, VERSION) or 0)


def touch_catalogue(connection: Connection) -> None:
    """Say that something set up changed, so that every engine looks again."""
    execute(
        connection,
        """INSERT INTO setting (key, value) VALUES (?, '1') ON CONFLICT (key) DO UPDATE
        SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)""",
        VERSION,
    )


def begin(connection: Connection, now: int) -> None:
    """Remember the engine's first instant, once; give the store its own name and secret."""
    sql = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING"
    if execute(connection, sql, BEGIN, json.dumps(now)):
        execute(connection, sql, STORE, json.dumps(os.urandom(4).hex()))
        execute(connection, sql, SECRET, json.dumps(os.urandom(32).hex()))
        touch_catalogue(connection)


def share(connection: Connection) -> None:
    """Work on what is set up: until the transaction ends, nobody changes it meanwhile."""
    if connection.dialect.name != "sqlite":
        query(connection, "SELECT pg_advisory_xact_lock_shared(hashtext(?))", VERSION)


def own(connection: Connection) -> None:
    """Change what is set up: once nobody works on it, and until the transaction ends."""
    lock_setting(connection, VERSION)


def rename_store(connection: Connection) -> None:
    """Give the store another name on the wire, if it has one."""
    if setting(connection, STORE) is not None:
        put_setting(connection, STORE, os.urandom(4).hex())


def lock_setting(connection: Connection, key: str) -> None:
    """Let one engine at a time go on behind this key, until the transaction ends."""
    if connection.dialect.name != "sqlite":
        query(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", key)


def flows(connection: Connection) -> Rows:
    """(id, kind, name, status, version, activated, list, start, every, unit, next) by number."""
    return query(
        connection,
        """SELECT id, kind, name, status, version_id, activated_at, list_id, start_at,
        every_amount, every_unit, next_at FROM flow WHERE status <> 'deleted' ORDER BY id""",
    )


def flow_switches(connection: Connection) -> Rows:
    """(flow, at, active) in order."""
    return query(connection, "SELECT flow_id, at, active FROM flow_switch ORDER BY id")


def versions(connection: Connection, wanted: Iterable[int]) -> Mapping[int, Any]:
    """Stored documents by version id."""
    rows = query(
        connection, "SELECT id, document FROM flow_version WHERE id {ids}", ids(connection, wanted)
    )
    return {id: json.loads(document) for id, document in rows}


def campaigns(connection: Connection) -> Rows:
    """(id, name, goal, start, end, status) by number."""
    return query(
        connection,
        "SELECT id, name, goal, start_date, end_date, status FROM campaign ORDER BY id",
    )


def campaign_assets(connection: Connection) -> Rows:
    """(campaign, kind, asset)."""
    return query(connection, "SELECT campaign_id, kind, asset_id FROM campaign_asset")


def staff(connection: Connection) -> Rows:
    """(id, name) of the practice's people."""
    return query(connection, "SELECT id, name FROM staff ORDER BY id")


def dynamic_rules(connection: Connection) -> Rows:
    """(list, rule) of dynamic lists by number."""
    return query(connection, "SELECT id, rule FROM contact_list WHERE kind = 'dynamic' ORDER BY id")

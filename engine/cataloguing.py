"""Reading what is set up into the frozen picture a batch works from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from db.connection import Connection
from db.queries import setup
from engine.calendar import wall_instant
from engine.catalogue import CampaignState, Catalogue, FlowState
from engine.flow import Flow, read_flow
from engine.practice import Practice, read_practice
from engine.rules import read_rule


def read_catalogue(connection: Connection, versions: dict[int, Flow]) -> Catalogue:
    """What is set up, as this transaction sees it; `versions` learns those that are new to it."""
    values = setup.settings(connection)
    practice = read_practice(values)
    rows = setup.flows(connection)
    need_versions(connection, versions, (row.version_id for row in rows))
    switches = defaultdict(list)
    for flow_id, at, active in setup.flow_switches(connection):
        switches[flow_id].append((at, bool(active)))
    flows = {
        row.id: FlowState(
            row.id, row.kind, row.name, row.status, row.version_id,
            versions[row.version_id], row.activated_at, switches[row.id], row.list_id,
            row.start_at,
            None if row.every_amount is None else (row.every_amount, row.every_unit),
            row.next_at,
        )
        for row in rows
    }  # fmt: skip
    rules = [(row.id, read_rule(_document(row.rule))) for row in setup.dynamic_rules(connection)]
    return Catalogue(
        practice, flows, versions, _campaigns(connection, practice), rules,
        setup.BEGIN in values, {str(id): name for id, name in setup.staff(connection)},
        values.get(setup.FILLED) is not None,
    )  # fmt: skip


def need_versions(connection: Connection, versions: dict[int, Flow], wanted: Iterable[int]) -> None:
    """Make sure that these versions are among those known."""
    missing = set(wanted) - versions.keys()
    if missing:
        found = setup.versions(connection, missing)
        versions.update({id: read_flow(found[id]) for id in found})


def _document(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text)
    return document


def _campaigns(connection: Connection, practice: Practice) -> list[CampaignState]:
    assets = defaultdict(set)
    for campaign_id, kind, asset_id in setup.campaign_assets(connection):
        assets[campaign_id].add((kind, asset_id))
    return [
        CampaignState(
            row.id, row.name, row.goal, row.status, _midnight(row.start_date, 0, practice),
            _midnight(row.end_date, 1, practice), frozenset(assets[row.id]),
        )
        for row in setup.campaigns(connection)
    ]  # fmt: skip


def _midnight(day: str | None, days: int, practice: Practice) -> int | None:
    if day is None:
        return None
    return wall_instant(date.fromisoformat(day) + timedelta(days=days), time(0), practice.zone)

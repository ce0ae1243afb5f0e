"""The engine's hold on one store: its catalogue, read again only when something changed."""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.connection import Connection
from db.ledger import Line, append
from db.queries import setup
from db.session import Store
from engine.calendar import DAY, wall_instant, zone
from engine.catalogue import CampaignState, Catalogue, FlowState, Practice
from engine.flow import Flow, read_flow
from engine.rules import read_rule
from engine.vocabulary import (
    DEFAULT_CHECK_TIME,
    DEFAULT_PRACTICE,
    DEFAULT_QUIET_HOURS,
    DEFAULT_TOO_LATE_DAYS,
    DEFAULT_ZONE,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection as Writing

Reader = Connection
"""What a query runs on: an open read transaction."""


class Workspace:
    """A store and the last catalogue read from it.

    Threads may share it: a catalogue is never changed, only replaced, but for versions, which
    are only ever added. `ledger` is the file that remembers opt-outs and sent messages beside
    the store (`db.optouts`), if any. `reached` hears the name of every commit point passed.
    """

    def __init__(
        self,
        store: Store,
        ledger: Path | None = None,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self.store = store
        self.reached = reached
        self._ledger = ledger
        self._known: tuple[int, Catalogue | None] = (-1, None)
        self._versions: dict[int, Flow] = {}

    def catalogue(self, connection: Connection) -> Catalogue:
        """What is set up, as this transaction sees it."""
        version = setup.catalogue_version(connection)
        known, catalogue = self._known
        if catalogue is None or known != version:
            catalogue = self._read(connection)
            self._known = version, catalogue
        return catalogue

    @contextmanager
    def write(self, name: str, *, sets_up: bool = False) -> Iterator[Writing]:
        """One write transaction; its commit points are `<name>.saving` and `<name>.saved`.

        One that `sets_up` changes the catalogue: no engine works on the old one meanwhile.
        What it makes in memory lives until its end, so nothing is collected meanwhile.
        """
        known = len(self._versions)
        try:
            with _uncollected(), self.store.write() as connection:
                if sets_up:
                    setup.own(connection)
                yield connection
                self.reached(f"{name}.saving")
        except BaseException:
            self._forget(known)
            raise
        self.reached(f"{name}.saved")

    def _forget(self, known: int) -> None:
        """Drop what was read since `known` versions: their numbers will be given out again."""
        self._known = (-1, None)
        for id in list(self._versions)[known:]:
            del self._versions[id]

    def keep(self, lines: Iterable[Line]) -> None:
        """Write to the ledger, before the commit of what the lines tell."""
        if self._ledger is not None:
            append(self._ledger, lines)

    def need_versions(self, connection: Connection, wanted: Iterable[int]) -> None:
        """Make sure that old versions walks are under can be looked up."""
        missing = set(wanted) - self._versions.keys()
        if missing:
            found = setup.versions(connection, missing)
            self._versions.update({id: read_flow(found[id]) for id in found})

    def _read(self, connection: Connection) -> Catalogue:
        values = setup.settings(connection)
        practice = read_practice(values)
        rows = setup.flows(connection)
        self.need_versions(connection, (row.version_id for row in rows))
        switches = defaultdict(list)
        for flow_id, at, active in setup.flow_switches(connection):
            switches[flow_id].append((at, bool(active)))
        flows = {
            row.id: FlowState(
                row.id, row.kind, row.name, row.status, row.version_id,
                self._versions[row.version_id], row.activated_at, switches[row.id], row.list_id,
                row.start_at,
                None if row.every_amount is None else (row.every_amount, row.every_unit),
                row.next_at,
            )
            for row in rows
        }  # fmt: skip
        rules = [
            (row.id, read_rule(_document(row.rule))) for row in setup.dynamic_rules(connection)
        ]
        return Catalogue(
            practice, flows, self._versions, _campaigns(connection, practice), rules,
            setup.BEGIN in values, {str(id): name for id, name in setup.staff(connection)},
            values.get(setup.FILLED) is not None,
        )  # fmt: skip


@contextmanager
def _uncollected() -> Iterator[None]:
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


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


def read_practice(settings: Mapping[str, Any]) -> Practice:
    """The practice of the stored settings; what was never set has its default."""
    quiet = settings.get("sms.quiet_hours", DEFAULT_QUIET_HOURS)
    cap = settings.get("messages.cap")
    return Practice(
        name=settings.get("practice.name", DEFAULT_PRACTICE),
        zone=zone(settings.get("practice.timezone", DEFAULT_ZONE)),
        check_time=time.fromisoformat(settings.get("practice.check_time", DEFAULT_CHECK_TIME)),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        cap=(cap["messages"], cap["days"]) if cap else None,
        too_late=settings.get("messages.too_late_days", DEFAULT_TOO_LATE_DAYS) * DAY,
    )

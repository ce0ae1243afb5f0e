"""What can be wrong with a store, asked one by one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import and_, func, insert, or_, select

from db import keys, schema, sqlcipher
from db.errors import KnownError
from db.faults import plainly
from db.ledger import ledger_file
from db.ledger import read as read_ledger
from db.models import contact, enrolment, event, flow, flow_version, message, setting
from db.session import Store

_FREE = 500_000_000


@dataclass(frozen=True)
class Check:
    """One question to the store, whether its answer is good, and the answer."""

    name: str
    ok: bool
    detail: str


def checks(store: Store, now: int, *, ledger: Path | None = None) -> list[Check]:
    """Every check, in a fixed order, at the instant `now`; none changes the store.

    `ledger` is the store's ledger, of an SQLite store the one beside it. A check that can't be
    made has failed, with the reason; it raises nothing that is the world's fault.
    """
    if store.path:
        ledger = ledger or ledger_file(store.path)
    asked: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        ("store whole", lambda: _whole(store)),
        ("schema version", lambda: _schema(store)),
        ("store writable", lambda: _writable(store)),
        ("disk space", lambda: _space(store)),
        ("key", lambda: _key(store)),
        ("time zones", _zones),
        ("clock", lambda: _clock(store, now)),
        ("enrolments", lambda: _enrolments(store)),
        ("uncertain messages", lambda: _uncertain(store)),
        ("ledger", lambda: _ledger(ledger)),
    ]
    return [_asked(name, ask) for name, ask in asked]


def _asked(name: str, ask: Callable[[], tuple[bool, str]]) -> Check:
    try:
        with plainly():
            return Check(name, *ask())
    except KnownError as error:
        return Check(name, False, error.sentence)


def _whole(store: Store) -> tuple[bool, str]:
    with store.read() as connection:
        if store.path is None:
            return True, "kept by the database server"
        found = sqlcipher.faults(connection.connection.driver_connection)
    return not found, f"{len(found)} faults: {found[0]}" if found else "every page reads well"


def _schema(store: Store) -> tuple[bool, str]:
    with store.read() as connection:
        found = schema.version(connection)
    return found == schema.head(), f"{found}, this program's is {schema.head()}"


def _writable(store: Store) -> tuple[bool, str]:
    with store.engine.connect() as connection:
        connection.execute(insert(setting).values(key="doctor was here", value=""))
        connection.rollback()
    return True, "a row could be written"


def _space(store: Store) -> tuple[bool, str]:
    if store.path is None:
        with store.read() as connection:
            size = connection.scalar(select(func.pg_database_size(func.current_database()))) or 0
        return True, f"the database takes {size // 1_000_000} MB of the server's disk"
    free = shutil.disk_usage(store.path.absolute().parent).free
    # Room for a backup, and then some.
    enough = free >= store.path.stat().st_size + _FREE
    return enough, f"{free // 1_000_000} MB free"


def _key(store: Store) -> tuple[bool, str]:
    if store.path is None:
        return True, "kept by the database server"
    if keys.load_key(store.path) != store.key:
        return False, "not kept on this machine: `unlock` takes its recovery key"
    in_file = keys.key_file(store.path).exists()
    return True, "in the key file" if in_file else "in the keyring"


def _zones() -> tuple[bool, str]:
    try:
        ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        return False, "no time zone data: install the tzdata package"
    return True, "known"


def _clock(store: Store, now: int) -> tuple[bool, str]:
    with store.read() as connection:
        last = connection.scalar(select(event.c.at).order_by(event.c.id.desc()).limit(1))
    if last is not None and last > now:
        return False, "the latest event lies in the future: set this machine's clock"
    return True, "later than the latest event"


def _uncertain(store: Store) -> tuple[bool, str]:
    with store.read() as connection:
        count = connection.scalar(
            select(func.count()).select_from(message).where(message.c.state == "uncertain")
        )
    if count:
        return False, (
            f"{count} may or may not have gone out: `list messages` names them, `resolve` settles "
            "each"
        )
    return True, "none"


def _ledger(file: Path | None) -> tuple[bool, str]:
    if file is None:
        return True, "not asked for"
    lines, damaged = read_ledger(file)
    return not damaged, f"{len(lines)} lines, {damaged} damaged"


def _enrolments(store: Store) -> tuple[bool, str]:
    """Everyone in a flow stands in exactly one known place (engine.md section 4)."""
    row = enrolment.c
    ended = and_(row.state == "ended", row.ended_at.is_not(None), row.due_at.is_(None))
    waiting = and_(row.state == "waiting", row.due_at.is_not(None), row.step.is_not(None))
    parked = and_(row.state == "parked", row.due_at.is_(None), row.step.is_not(None))
    live = row.state != "ended"
    with store.read() as connection:
        nowhere = connection.scalar(
            select(func.count()).select_from(enrolment).where(~or_(ended, waiting, parked))
        )
        twice = connection.execute(
            select(row.flow_id).where(live).group_by(row.flow_id, row.contact_id)
            .having(func.count() > 1)
        ).all()  # fmt: skip
        homeless = connection.scalar(
            select(func.count()).select_from(
                enrolment.outerjoin(flow, flow.c.id == row.flow_id)
                .outerjoin(contact, contact.c.id == row.contact_id)
            ).where(live, or_(flow.c.id.is_(None), contact.c.id.is_(None)))
        )  # fmt: skip
        places = connection.execute(select(row.version_id, row.step).where(live).distinct()).all()
        used = {version for version, _ in places}
        documents = select(flow_version.c.id, flow_version.c.document)
        known = {
            (version, step)
            for version, document in connection.execute(documents)
            if version in used
            for step in _step_ids(json.loads(document))
        }
    lost = len({tuple(place) for place in places} - known)
    if nowhere or twice or homeless or lost:
        return False, (
            f"{nowhere} in no place, {len(twice)} in two, {homeless} without a contact or flow, "
            f"{lost} unknown steps: restore a backup"
        )
    return True, "everyone is in one place"


def _step_ids(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("id"), str):
            yield part["id"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _step_ids(inner)

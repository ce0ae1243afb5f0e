"""The doctor finds every fault we know, and finds none in a healthy store."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from db import keys
from db import ledger as ledger_lines
from db.doctor import checks
from db.models import contact, enrolment, event, flow, flow_version, message, setting
from db.session import Store, open_store

NOW = 1000
WALK = {
    "flow_id": 1, "contact_id": 1, "version_id": 1, "state": "waiting", "step": "b", "due_at": 5,
    "enrolled_at": 0, "after_event": 0, "depth": 0,
}  # fmt: skip


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    document = json.dumps({"steps": [{"id": "a", "yes": [{"id": "b"}]}]})
    with store.write() as connection:
        connection.execute(insert(contact).values(id=1, created_at=0, last_activity=0))
        connection.execute(insert(flow).values(id=1, kind="automation", name="Welcome"))
        connection.execute(insert(flow_version).values(id=1, flow_id=1, at=0, document=document))
        connection.execute(insert(enrolment).values(WALK))
        connection.execute(insert(event).values(contact_id=1, at=NOW, kind="x", depth=0))
    yield store
    store.close()


def wrong(store: Store, now: int = NOW) -> list[str]:
    return [check.name for check in checks(store, now) if not check.ok]


def test_a_healthy_store(store: Store) -> None:
    assert wrong(store) == []
    assert len(checks(store, NOW)) == 10
    with store.read() as connection:
        assert connection.execute(setting.select()).all() == []


@pytest.mark.parametrize(
    "place",
    [
        {"step": "gone"},
        {"step": None},
        {"due_at": None},
        {"state": "parked"},
        {"state": "ended"},
        {"contact_id": 2},
        {"flow_id": 2},
        {"version_id": 2},
    ],
    ids=str,
)
def test_someone_in_no_place(store: Store, place: dict[str, object]) -> None:
    with store.write() as connection:
        connection.execute(update(enrolment).values(place))
    assert wrong(store) == ["enrolments"]


def test_someone_in_two_places(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("DROP INDEX uq_enrolment_live"))
        connection.execute(insert(enrolment).values(WALK))
    assert wrong(store) == ["enrolments"]


def test_an_uncertain_message(store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            insert(message).values(
                contact_id=1, visit=1, channel="email", state="uncertain", queued_at=0,
                attempts=1, generation=1,
            )
        )  # fmt: skip
    assert wrong(store) == ["uncertain messages"]


def test_a_clock_set_back(store: Store) -> None:
    assert wrong(store, NOW - 1) == ["clock"]


def test_another_version(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE schema_version SET version_num = '0000'"))
    assert wrong(store) == ["schema version"]


def test_faults_of_a_file(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    keys.key_file(tmp_path / "store.db").unlink()
    ledger_lines.ledger_file(tmp_path / "store.db").write_text("torn")
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("INSERT INTO list_member VALUES (7, 7)")
    assert wrong(store, NOW) == ["store whole", "key", "ledger"]
    store.close()


def test_a_store_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(str(path))
    store.close()
    path.write_bytes(os.urandom(8192))
    assert {"store whole", "schema version", "store writable"} <= set(wrong(store, NOW))
    store.close()

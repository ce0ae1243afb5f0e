"""One automation's numbers: each is what a slow recount of enrolments and messages gives."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db.queries import setup
from db.session import open_store
from db.sql import query
from engine.calendar import local_date
from engine.documents.scenario import filled
from engine.scenario import Scenario
from engine.workspace import read_practice
from tests.e2e.random_scenarios import random_scenario

ANSWERED = "COALESCE(m.opened_at, m.clicked_at, m.replied_at) IS NOT NULL"


def engaged(connection: Connection) -> Counter[tuple[int, int]]:
    """How many enrolments answered any of their messages, by flow and the day they began."""
    zone = read_practice(setup.settings(connection)).zone
    rows = query(connection, f"""SELECT e.flow_id, e.enrolled_at FROM enrolment e WHERE EXISTS (
        SELECT 1 FROM message m WHERE m.enrolment_id = e.id AND {ANSWERED})""")  # fmt: skip
    return Counter((flow, local_date(at, zone).toordinal()) for flow, at in rows)


@pytest.mark.parametrize("seed", range(6))
def test_engaged_and_dropped_of_random_histories(seed: int, store_url: str) -> None:
    store = open_store(store_url)
    Scenario(store, filled(random_scenario(seed))).run()
    with store.read() as connection:
        kept = query(connection, "SELECT flow_id, day, began_engaged FROM flow_day")
        assert {(flow, day): n for flow, day, n in kept if n} == engaged(connection)
        left = query(connection, "SELECT flow_id, SUM(dropped) FROM step_day GROUP BY flow_id")
        gone = query(connection, """SELECT flow_id, SUM(unenrolled) FROM flow_day
            GROUP BY flow_id""")  # fmt: skip
        assert {flow: n for flow, n in left if n} == {flow: n for flow, n in gone if n}
    store.close()


def test_who_leaves_is_counted_where_they_stood(tmp_path: Path) -> None:
    step = {"template": "Hello", "type": "send_email"}
    store = open_store(str(tmp_path / "store.db"))
    document = {
        "format": "practice-crm/scenario@1",
        "practice": {"name": "Oak Street Clinic", "timezone": "America/New_York"},
        "templates": [{"name": "Hello", "channel": "email", "subject": "Hi", "body": "Hello"}],
        "automations": [{
            "format": "practice-crm/automation@1", "name": "Welcome",
            "trigger": {"type": "contact_created", "source": "any"},
            "unenroll_on": ["email_reply"],
            "steps": [
                {"id": "one", **step}, {"id": "wait", "type": "delay", "amount": 2,
                                        "unit": "days"},
                {"id": "two", **step},
            ],
        }],
        "start": "2026-01-05T14:00:00Z", "until": "2026-01-15T14:00:00Z",
        "timeline": [
            {"at": f"2026-01-05T1{n}:00:00Z", "do": "create_contact", "contact": who,
             "fields": {"email": f"{who}@example.org"}}
            for n, who in enumerate(("ann", "bob", "cat"), 4)
        ] + [
            {"at": "2026-01-06T14:00:00Z", "do": "reply_email", "contact": "ann",
             "automation": "Welcome", "step": "one"},
            {"at": "2026-01-06T14:00:00Z", "do": "open_email", "contact": "bob",
             "automation": "Welcome", "step": "one"},
            {"at": "2026-01-12T14:00:00Z", "do": "click_email", "contact": "bob",
             "automation": "Welcome", "step": "two"},
        ],
    }  # fmt: skip
    Scenario(store, filled(document)).run()
    with store.read() as connection:
        left = query(connection, "SELECT step, SUM(dropped) FROM step_day GROUP BY step")
        assert dict(map(tuple, left)) == {"one": 0, "wait": 1, "two": 0}
        assert query(connection, "SELECT SUM(began_engaged) FROM flow_day")[0][0] == 2
    store.close()

"""One automation's numbers: each is what a slow recount of enrolments and messages gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from db.errors import KnownError
from db.queries import setup
from db.session import open_store, temporary_store
from db.sql import execute, query
from engine.calendar import local_date, parse_instant
from engine.channels.recording import RecordingChannel
from engine.commands.flows import edit_flow
from engine.dispatcher import Channels, deliver, standing
from engine.documents.scenario import filled
from engine.performance import PERIODS, best_steps, in_periods, performance
from engine.practice import read_practice
from engine.sample import set_up
from engine.sample_life import live
from engine.scenario import Scenario
from engine.timeline import KINDS, timeline
from engine.workspace import Workspace
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
        for flow in query(connection, "SELECT id FROM flow WHERE status <> 'deleted'"):
            shown = performance(connection, flow.id, None, date(2027, 1, 1))
            assert sum(step.dropped for step in shown.steps) <= dict(map(tuple, left)).get(
                flow.id, 0
            )
    store.close()


def welcome() -> dict[str, Any]:
    """Three people of whom one answers the first email, by which they leave, and one the second."""
    step = {"template": "Hello", "type": "send_email"}
    return {
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


def test_who_leaves_is_counted_where_they_stood(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    Scenario(store, filled(welcome())).run()
    with store.read() as connection:
        left = query(connection, "SELECT step, SUM(dropped) FROM step_day GROUP BY step")
        assert dict(map(tuple, left)) == {"one": 0, "wait": 1, "two": 0}
        assert query(connection, "SELECT SUM(began_engaged) FROM flow_day")[0][0] == 2
    store.close()


def test_versions_before_are_read_for_messages_of_steps_that_are_gone_and_no_others(
    tmp_path: Path,
) -> None:
    document = welcome()
    store = open_store(str(tmp_path / "store.db"))
    Scenario(store, filled(document)).run()
    workspace = Workspace(store)

    def edit(last: int, description: str) -> None:
        flow = document["automations"][0]
        changed = {**flow, "steps": flow["steps"][:last], "description": description}
        edit_flow(workspace, 1, changed, parse_instant(document["until"]))

    def channels() -> dict[str, int]:
        with store.read() as connection:
            return dict(performance(connection, 1, None, date(2026, 2, 1)).channels)

    edit(3, "again")
    with store.write() as connection:
        execute(connection, "UPDATE flow_version SET document = '' WHERE id = 1")
    assert channels() == {"email": 5, "sms": 0}
    edit(2, "shorter")
    assert channels() == {"email": 5, "sms": 0}
    store.close()


START = parse_instant("2026-01-05T12:00:00Z")
LIVED = 50
FIRST, LAST = date(2026, 1, 20), date(2026, 2, 8)


@pytest.fixture(scope="module")
def lived() -> Iterator[Connection]:
    with temporary_store() as store:
        workspace = Workspace(store)
        set_up(workspace, START)
        post = Channels(RecordingChannel(), RecordingChannel())
        live(
            workspace, lambda now: deliver(workspace, post, standing(now)),
            contacts=80, days=LIVED, seed=5, start=START,
        )  # fmt: skip
        with store.read() as connection:
            yield connection


def walks(connection: Connection, flow_id: int) -> list[tuple[date, Any]]:
    zone = read_practice(setup.settings(connection)).zone
    rows = query(
        connection,
        f"""SELECT e.*, EXISTS (SELECT 1 FROM message m WHERE m.enrolment_id = e.id
        AND {ANSWERED}) AS engaged FROM enrolment e WHERE flow_id = ?""",
        flow_id,
    )
    return [(local_date(row.enrolled_at, zone), row) for row in rows]


def test_every_number_of_a_range_is_a_recount(lived: Connection) -> None:
    zone = read_practice(setup.settings(lived)).zone
    length = (LAST - FIRST).days + 1
    for flow_id in range(1, 13):
        shown = performance(lived, flow_id, FIRST, LAST)
        everybody = walks(lived, flow_id)
        began = [row for day, row in everybody if FIRST <= day <= LAST]
        earlier = [row for day, row in everybody if timedelta(0) < FIRST - day <= timedelta(length)]
        completed = [row for row in began if row.ended_why == "completed"]
        assert shown.funnel == (
            len(began), sum(row.engaged for row in began), len(completed),
            sum(row.goal_at is not None for row in began),
        )  # fmt: skip
        assert (shown.enrolled.now, shown.enrolled.before) == (len(began), len(earlier))
        assert shown.completion.now == (len(completed) / len(began) if began else None)
        assert shown.active.now == sum(row.state != "ended" for _, row in everybody)
        assert shown.active.days[-1] == sum(
            day <= LAST and (row.ended_at is None or local_date(row.ended_at, zone) > LAST)
            for day, row in everybody
        )
        assert sum(bucket.enrolled for bucket in shown.days) == len(began)
        assert sum(bucket.before for bucket in shown.days) == len(earlier)
        assert sum(bucket.goal for bucket in shown.days) == sum(
            row.goal_at is not None and FIRST <= local_date(row.goal_at, zone) <= LAST
            for _, row in everybody
        )
        sent = query(
            lived, "SELECT queued_at, channel FROM message WHERE flow_id = ? AND state <> ?",
            flow_id, "withdrawn",
        )  # fmt: skip
        inside = Counter(m.channel for m in sent if FIRST <= local_date(m[0], zone) <= LAST)
        assert dict(shown.channels) == {"email": inside["email"], "sms": inside["sms"]}


def test_a_range_may_be_all_there_was_and_periods_add_up(lived: Connection) -> None:
    whole = performance(lived, 1, None, LAST + timedelta(days=30))
    assert whole.first == min(day for day, _ in walks(lived, 1))
    for period in PERIODS:
        buckets = in_periods(whole.days, period)
        assert sum(bucket.enrolled for bucket in buckets) == whole.funnel.enrolled
    weeks = in_periods(whole.days, "week")
    assert all(bucket.day.weekday() == 0 for bucket in weeks[1:])
    assert {bucket.day.day for bucket in in_periods(whole.days, "month")[1:]} <= {1}
    best = best_steps(whole.steps)
    assert 0 < len(best) <= 3
    assert [step.answered for step in best] == sorted(
        (step.answered or 0 for step in best), reverse=True
    )


def test_a_flow_that_is_gone_is_said_and_one_without_anybody_has_no_rates(
    lived: Connection,
) -> None:
    with pytest.raises(KnownError, match="no longer exists"):
        performance(lived, 999, FIRST, LAST)
    never = performance(lived, 1, date(2020, 1, 1), date(2020, 1, 31))
    assert never.funnel == (0, 0, 0, 0)
    assert (never.completion.now, never.goal.now) == (None, None)
    assert never.channels == (("email", 0), ("sms", 0))


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_the_timeline_shows_every_answer_once_and_the_latest_first(
    lived: Connection, kind: str
) -> None:
    expected: list[tuple[int, str, int]] = []
    for what in KINDS[:3]:
        rows = query(lived, f"""SELECT {what}_at, id FROM message
            WHERE flow_id = 1 AND {what}_at IS NOT NULL""")  # fmt: skip
        expected += [(at, what, id) for at, id in rows]
    rows = query(lived, "SELECT goal_at, id FROM enrolment WHERE flow_id = 1 AND goal_at > 0")
    expected += [(at, "goal", id) for at, id in rows]
    entries, more = timeline(lived, 1, kind, len(expected))
    assert not more
    for fewer in range(1, len(entries)):
        assert timeline(lived, 1, kind, fewer) == (entries[:fewer], True)
    order = sorted(
        (each for each in expected if kind in ("", each[1])),
        key=lambda each: (each[0], KINDS.index(each[1]), each[2]), reverse=True,
    )  # fmt: skip
    assert [(entry.at, entry.kind, entry.id) for entry in entries] == order
    assert order
    assert all(entry.who and entry.words.startswith(WORDS[entry.kind]) for entry in entries)
    assert all((entry.step is None) == (entry.kind == "goal") for entry in entries)


WORDS = {
    "opened": "opened “",
    "clicked": "clicked ",
    "replied": "replied ",
    "goal": "reached the goal",
}

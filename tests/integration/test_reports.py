"""Every number of the reports is what a slow recount of the store's facts gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from db.errors import KnownError
from db.queries import setup
from db.session import open_store
from db.sql import query
from engine.building import figures
from engine.calendar import parse_instant
from engine.documents.loading import load_json
from engine.documents.scenario import filled
from engine.reports import report_automation, report_campaign, report_compare, report_sequence
from engine.scenario import Scenario
from engine.stats import wilson
from engine.why import why
from tests.e2e.random_scenarios import random_scenario
from tests.recount import Recount

CASES = sorted((Path(__file__).parents[1] / "e2e" / "scenarios").glob("*.scenario.json"))
SEEDS = range(6)
HEAD = ("contacts", "runs", "open_rate", "reply_rate")


@contextmanager
def lived(document: Any, url: str) -> Iterator[Connection]:
    """A read transaction on a store in which the scenario was lived."""
    store = open_store(url)
    try:
        Scenario(store, filled(document)).run()
        with store.read() as connection:
            yield connection
    finally:
        store.close()


def hold_to_recount(connection: Connection, until: int) -> None:
    """Every report, of all time and of a few ranges, equals its recount."""
    recount = Recount(connection)
    middle = recount.day(until)
    ranges = [(date.min, date.max)]
    ranges += [(middle - timedelta(days=back), middle - timedelta(days=2)) for back in (2, 4, 6)]
    for row in setup.flows(connection):
        if row.kind == "sequence":
            report = report_sequence(connection, row.name)
            assert {key: report[key] for key in HEAD} == recount.sequence(row.name)
            expected = recount.steps(row.id, recount.documents(row.name)[1], date.min, date.max)
            assert report["steps"] == expected
            continue
        edited = len(recount.documents(row.name)[1]) > 1
        hold_figures_to_recount(connection, recount, row, edited)
        for first, last in ranges:
            report = report_automation(connection, row.name, first, last)
            expected_report = recount.automation(row.name, first, last)
            if edited:
                for one, other in zip(report["steps"], expected_report["steps"], strict=True):
                    other["entered"] = one["entered"]
            assert report == expected_report
        assert report_automation(connection, row.name)["enrolled"] >= report["enrolled"]
    for row in setup.campaigns(connection):
        hold_campaign_to_recount(connection, recount, row, until)


def hold_figures_to_recount(
    connection: Connection, recount: Recount, flow: Any, edited: bool
) -> None:
    """What the builder shows on lanes and edges."""
    ways = figures(connection, flow.id).ways
    documents = recount.documents(flow.name)[1]
    expected = recount.lanes(flow.id)
    if not edited:
        expected.update(recount.went_on(flow.id, documents[-1]))
        assert {way for way, count in expected.items() if count} <= set(ways)
    for way, count in ways.items():
        if way[1] or not edited:
            assert count == f"{expected[way]:,}", (flow.name, way)


def hold_campaign_to_recount(
    connection: Connection, recount: Recount, campaign: Any, until: int
) -> None:
    """A campaign's report equals its recount, but for what happened at a switch's instant."""
    report = report_campaign(connection, campaign.name, until)
    least = recount.campaign(campaign.id, generous=False)
    most = recount.campaign(campaign.id, generous=True)
    for name in least:
        assert least[name] <= report[name] <= most[name], (campaign.name, name)
    since = until - 30 * 86_400_000_000
    assert report["leads_to_patients"] == recount.leads_to_patients(campaign.id, since, until)
    assert report["conversion_rate"] == (
        report["converted"] / report["reached"] if report["reached"] else None
    )
    for asset in report["assets"]:
        assert asset["converted"] <= asset["reached"] <= report["reached"]
        assert asset["engaged"] <= asset["reached"]
        assert asset["type"] != "list" or asset["reached"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_random_histories(seed: int, store_url: str) -> None:
    document = random_scenario(seed)
    with lived(document, store_url) as connection:
        hold_to_recount(connection, parse_instant(document["until"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_worked_cases(case: Path, tmp_path: Path) -> None:
    document: Any = load_json(case)
    with lived(document, str(tmp_path / "store.db")) as connection:
        hold_to_recount(connection, parse_instant(document["until"]))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_of_random_histories_is_a_sentence(seed: int, tmp_path: Path) -> None:
    with lived(random_scenario(seed), str(tmp_path / "store.db")) as connection:
        contacts = [row[0] for row in query(connection, "SELECT id FROM contact")]
        lines = [line for contact_id in contacts for line in why(connection, contact_id)]
        total = query(connection, "SELECT COUNT(*) FROM journal WHERE contact_id IS NOT NULL")
        assert len(lines) == total[0][0]
        for line in lines:
            sentence = line["sentence"]
            assert sentence and sentence[0].isupper() and sentence.endswith((".", "?"))
            assert "_" not in sentence and "because of" not in sentence
        one = query(connection, "SELECT id, name FROM flow")[0]
        mine = [line for line in lines if line["flow"] == one.name]
        assert mine == [line for id in contacts for line in why(connection, id, one.id)]


PRACTICE = {"name": "Oak Street Clinic", "timezone": "America/New_York", "sms_quiet_hours": None}
TEMPLATES = [
    {"name": "Welcome", "channel": "email", "subject": "Hi", "body": "<p>Hello</p>"},
    {"name": "Reminder", "channel": "sms", "body": "See you soon"},
]
WELCOME = {
    "name": "Welcome series",
    "goal": "book_appointment",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "hello", "type": "send_email", "template": "Welcome"},
        {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
        {
            "id": "opened",
            "type": "if_then",
            "condition": {"type": "opened_email", "step": "hello"},
            "yes": [{"id": "nudge", "type": "send_sms", "template": "Reminder"}],
            "no": [],
        },
    ],
}
FOLLOW_UP = {
    "name": "Follow-up",
    "trigger": {"type": "became_patient"},
    "steps": [{"id": "thanks", "type": "send_email", "template": "Welcome"}],
}
MONTHLY = {
    "name": "Monthly",
    "list": "News",
    "start": "2026-01-06T15:00:00Z",
    "every": {"amount": 2, "unit": "days"},
    "active": True,
    "steps": [
        {"id": "letter", "type": "send_email", "template": "Welcome"},
        {"id": "text", "type": "send_sms", "text": "Hello"},
    ],
}


def campaign(name: str, *assets: tuple[str, str]) -> dict[str, Any]:
    """A campaign without dates or goal."""
    return {"name": name, "assets": [{"type": kind, "name": asset} for kind, asset in assets]}


def entry(at: str, do: str, contact: str, **more: object) -> dict[str, Any]:
    """Something that happens to a contact in January 2026."""
    return {"at": f"2026-01-{at}Z", "do": do, "contact": contact, **more}


def created(at: str, contact: str, **fields: str) -> dict[str, Any]:
    """A new contact."""
    return entry(at, "create_contact", contact, fields=fields)


HELLO = {"automation": "Welcome series", "step": "hello"}
HISTORY: dict[str, Any] = {
    "format": "practice-crm/scenario@1",
    "practice": PRACTICE,
    "lists": [{"name": "News", "type": "static"}],
    "templates": TEMPLATES,
    "automations": [WELCOME, FOLLOW_UP],
    "sequences": [MONTHLY],
    "campaigns": [
        campaign("Spring", ("automation", "Welcome series"), ("email", "Welcome")),
        campaign("Patients", ("automation", "Follow-up"), ("list", "News")),
    ],
    "start": "2026-01-05T14:00:00Z",
    "until": "2026-01-09T14:00:00Z",
    "timeline": [
        created("05T14:00:00", "ann", email="ann@example.org", phone="+12025550123"),
        created("05T15:00:00", "bob", email="bob@example.org"),
        created("06T14:00:00", "cem"),
        entry("05T16:00:00", "open_email", "ann", **HELLO),
        entry("06T04:59:59", "open_email", "ann", **HELLO),
        entry("06T05:00:00", "click_email", "bob", **HELLO),
        entry("06T14:30:00", "join_list", "bob", list="News"),
        entry("06T14:30:00", "join_list", "ann", list="News"),
        entry("06T16:00:00", "open_email", "bob", sequence="Monthly", step="letter"),
        entry("06T17:00:00", "receive_sms", "ann", text="who is this?"),
        entry("06T18:00:00", "receive_sms", "ann", text="ah, thanks"),
        entry("07T12:00:00", "book_appointment", "ann"),
        entry("07T18:00:00", "receive_sms", "ann", text="thanks!"),
        {"at": "2026-01-08T16:00:00Z", "do": "pause", "campaign": "Spring"},
        entry("08T17:00:00", "book_appointment", "bob"),
    ],
}


def test_a_history_by_hand(store_url: str) -> None:
    with lived(HISTORY, store_url) as connection:
        report = report_automation(connection, "Welcome series")
        numbers = ("type", "entered", "sent", "skipped", "opened", "clicked", "replied", "waiting")
        steps = {step["id"]: tuple(step[name] for name in numbers) for step in report.pop("steps")}
        assert report == {
            "name": "Welcome series", "enrolled": 3, "completed": 3, "goal_reached": 2,
            "active": 0, "unenrolled": 0,
        }  # fmt: skip
        assert steps == {
            "hello": ("send_email", 3, 2, 1, 2, 1, 0, 0),
            "wait": ("delay", 3, 0, 0, 0, 0, 0, 0),
            "opened": ("if_then", 3, 0, 0, 0, 0, 0, 0),
            "nudge": ("send_sms", 2, 1, 1, 0, 0, 1, 0),
        }


def test_a_range_is_of_the_practice_s_days(store_url: str) -> None:
    with lived(HISTORY, store_url) as connection:
        first = report_automation(connection, "Welcome series", last=date(2026, 1, 5))
        assert (first["enrolled"], first["completed"]) == (2, 2)
        assert [step["opened"] for step in first["steps"]] == [1, 0, 0, 0]
        later = report_automation(connection, "Welcome series", first=date(2026, 1, 6))
        assert (later["enrolled"], later["goal_reached"]) == (1, 0)
        assert [step["opened"] for step in later["steps"]] == [1, 0, 0, 0]


def test_a_sequence_by_hand(store_url: str) -> None:
    with lived(HISTORY, store_url) as connection:
        report = report_sequence(connection, "Monthly")
        assert (report["contacts"], report["runs"]) == (2, 2)
        assert [step["sent"] for step in report["steps"]] == [4, 2]
        assert [step["opened"] for step in report["steps"]] == [1, 0]
        assert report["open_rate"] == 1 / 4, "of delivered emails"
        assert report["reply_rate"] == 1 / 6, "of delivered emails and texts"


def test_campaigns_by_hand(store_url: str) -> None:
    until = parse_instant("2026-01-09T14:00:00Z")
    with lived(HISTORY, store_url) as connection:
        spring = report_campaign(connection, "Spring", until)
        assert spring == {
            "name": "Spring", "status": "inactive", "reached": 3, "engaged": 2, "converted": 1,
            "conversion_rate": 1 / 3, "interval": list(wilson(1, 3) or ()),
            "leads_to_patients": 1,
            "assets": [
                {"type": "automation", "name": "Welcome series", "reached": 3, "engaged": 2,
                 "converted": 1},
                {"type": "email", "name": "Welcome", "reached": 2, "engaged": 2, "converted": 1},
            ],
        }  # fmt: skip
        patients = report_campaign(connection, "Patients", until)
        assert patients["reached"] == 2
        assert patients["converted"] == 0
        assert patients["leads_to_patients"] == 0, "they were touched because they flipped"
        a_month_on = until + 30 * 86_400_000_000
        assert report_campaign(connection, "Spring", a_month_on)["leads_to_patients"] == 0


def test_compare(store_url: str) -> None:
    until = parse_instant("2026-01-09T14:00:00Z")
    with lived(HISTORY, store_url) as connection:
        report = report_compare(connection, ["Spring", "Patients", "Spring"], until)
        assert [each["name"] for each in report["campaigns"]] == ["Spring", "Patients"]
        assert report["campaigns"][0] == report_campaign(connection, "Spring", until)
        assert report["best"]["reached"] == "Spring"
        assert report["best"]["conversion_rate"] is None, "too close to call"
        with pytest.raises(KnownError) as refused:
            report_compare(connection, ["Spring", "Spring"], until)
        assert refused.value.status == 2


def test_nothing_happened_yet(store_url: str) -> None:
    quiet = {**HISTORY, "timeline": [], "until": HISTORY["start"]}
    until = parse_instant("2026-01-05T14:00:00Z")
    with lived(quiet, store_url) as connection:
        assert report_automation(connection, "Follow-up") == {
            "name": "Follow-up", "enrolled": 0, "completed": 0, "goal_reached": 0, "active": 0,
            "unenrolled": 0,
            "steps": [{"id": "thanks", "type": "send_email", "entered": 0, "sent": 0, "skipped": 0,
                       "opened": 0, "clicked": 0, "replied": 0, "waiting": 0}],
        }  # fmt: skip
        sequence = report_sequence(connection, "Monthly")
        assert {key: sequence[key] for key in HEAD} == {
            "contacts": 0, "runs": 0, "open_rate": None, "reply_rate": None,
        }  # fmt: skip
        spring = report_campaign(connection, "Spring", until)
        assert (spring["reached"], spring["conversion_rate"], spring["interval"]) == (0, None, None)
        assert report_compare(connection, ["Spring", "Patients"], until)["best"] == dict.fromkeys(
            ("reached", "engaged", "converted", "leads_to_patients", "engagement_rate",
             "conversion_rate")
        )  # fmt: skip


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with lived(HISTORY, str(tmp_path / "store.db")) as connection:
        with pytest.raises(KnownError, match='called "Follow up"; did you mean "Follow-up"[?]$'):
            report_automation(connection, "Follow up")
        with pytest.raises(KnownError, match='no sequence called "Welcome series"[.]$'):
            report_sequence(connection, "Welcome series")
        with pytest.raises(KnownError, match="Spring") as refused:
            report_campaign(connection, "Sprint", 0)
        assert refused.value.status == 2


def test_why_speaks_in_wall_times_and_names(tmp_path: Path) -> None:
    with lived(HISTORY, str(tmp_path / "store.db")) as connection:
        ann = query(connection, "SELECT id FROM contact WHERE ref = 'ann'")[0][0]
        flow = query(connection, "SELECT id FROM flow WHERE name = 'Welcome series'")[0][0]
        lines = why(connection, ann, flow)
    assert [line["sentence"] for line in lines] == [
        "They entered “Welcome series”.",
        "The email “Welcome” was sent.",
        "The 2-day delay began; it ends on Wed Jan 7, 2026, 9:00 AM.",
        "They reached the goal of “Welcome series”.",
        "Checked whether they opened the email “Welcome”: yes.",
        "The text “Reminder” was sent.",
        "They reached the end of “Welcome series”.",
    ]
    assert lines[0] == {
        "at": "2026-01-05T14:00:00Z", "flow": "Welcome series", "step": None, "what": "enrolled",
        "why": None, "sentence": "They entered “Welcome series”.",
    }  # fmt: skip

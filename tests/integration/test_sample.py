from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from db.queries import journal
from db.session import temporary_store
from db.sql import query
from engine.calendar import DAY, format_instant, parse_instant
from engine.channels.port import Email, Text
from engine.channels.recording import RecordingChannel
from engine.dispatcher import Channels, deliver, standing
from engine.sample import Outcome, outcome, set_up
from engine.sample_life import live
from engine.workspace import Workspace

START = parse_instant("2026-01-05T12:00:00Z")
PEOPLE, DAYS = 220, 100
ENROLLING = {"enrolled", "not_enrolled", "completed", "unenrolled", "goal_reached"}
STEPPING = {
    "sent", "skipped", "waiting", "yes", "no", "task_created", "property_set", "unchanged",
    "added", "held",
}  # fmt: skip


@dataclass
class Practice:
    """The sample practice in a store of its own, with its post."""

    workspace: Workspace
    emails: RecordingChannel[Email] = field(default_factory=RecordingChannel)
    texts: RecordingChannel[Text] = field(default_factory=RecordingChannel)
    heard: list[float] = field(default_factory=list)

    def live(self, contacts: int, days: int, seed: int) -> None:
        def send(now: int) -> None:
            deliver(self.workspace, Channels(self.emails, self.texts), standing(now))

        live(
            self.workspace, send, contacts=contacts, days=days, seed=seed, start=START,
            progress=self.heard.append,
        )  # fmt: skip

    def ask(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self.workspace.store.read() as connection:
            return [tuple(row) for row in query(connection, sql, *values)]

    def journal(self) -> list[tuple[object, ...]]:
        with self.workspace.store.read() as connection:
            lines = journal.lines(connection, 0, 1_000_000)
            # Numbers of enrolments are a store's own.
            return [
                tuple(value for name, value in line._mapping.items() if name != "enrolment_id")
                for line in lines
            ]

    def outcome(self) -> list[Outcome]:
        with self.workspace.store.read() as connection:
            return list(outcome(self.workspace, connection))


@pytest.fixture(scope="module")
def year() -> Iterator[Practice]:
    with temporary_store() as store:
        practice = Practice(Workspace(store))
        set_up(practice.workspace, START)
        practice.live(PEOPLE, DAYS, seed=7)
        yield practice


def test_every_automation_and_sequence_enrols_somebody(year: Practice) -> None:
    idle = year.ask(
        """SELECT name FROM flow WHERE NOT EXISTS
        (SELECT 1 FROM enrolment WHERE enrolment.flow_id = flow.id)"""
    )
    assert idle == []
    assert all(row.enrolled > 0 for row in year.outcome())


def test_everything_the_engine_can_say_of_a_practice_without_mishaps_is_said(
    year: Practice,
) -> None:
    said = {row[0] for row in year.ask("SELECT DISTINCT what FROM journal")}
    assert said == ENROLLING | STEPPING | {"bounced"}


def test_everybody_is_there_and_nothing_happens_after_the_last_day(year: Practice) -> None:
    assert year.ask("SELECT COUNT(*) FROM contact") == [(PEOPLE,)]
    ((last,),) = year.ask("SELECT MAX(at) FROM event")
    assert isinstance(last, int)
    assert START + (DAYS - 2) * DAY < last < START + (DAYS + 1) * DAY


def test_all_mail_went_out_once_and_in_time(year: Practice) -> None:
    states = year.ask("SELECT DISTINCT state FROM message ORDER BY state")
    assert states == [("bounced",), ("sent",)]
    assert year.ask("SELECT COUNT(*) FROM journal WHERE why = 'too_late'") == [(0,)]
    keys = [email.key for email in year.emails.delivered]
    keys += [text.key for text in year.texts.delivered]
    assert len(set(keys)) == len(keys)
    assert year.ask("SELECT COUNT(*) FROM message") == [(len(keys),)]


def test_people_answer_in_every_way(year: Practice) -> None:
    kinds = {row[0] for row in year.ask("SELECT DISTINCT kind FROM event")}
    assert kinds >= {
        "email_opened", "email_clicked", "email_replied", "email_unsubscribed", "email_bounced",
        "sms_replied", "sms_opted_out", "appointment_booked", "appointment_completed",
        "appointment_cancelled", "became_patient", "review_submitted", "portal_activated",
        "page_visited", "event_registered", "form_submitted", "list_joined", "list_left",
        "property_changed", "onboarding_milestone",
    }  # fmt: skip


def test_the_desk_does_its_tasks_but_for_a_handful(year: Practice) -> None:
    now = START + DAYS * DAY
    ((tasks, undone, overdue),) = year.ask(
        """SELECT COUNT(*), SUM(CASE WHEN done_at IS NULL THEN 1 ELSE 0 END),
        SUM(CASE WHEN done_at IS NULL AND due_at < ? THEN 1 ELSE 0 END) FROM task""",
        now,
    )
    assert isinstance(tasks, int) and isinstance(undone, int) and isinstance(overdue, int)
    assert tasks > 50
    assert 1 <= overdue <= undone <= tasks // 10
    done = year.ask("SELECT MIN(done_at - created_at), MAX(done_at) FROM task")
    assert done[0][0] is not None and START < int(str(done[0][1])) < now + DAY
    late = year.ask("SELECT COUNT(*) FROM task WHERE done_at > due_at + ?", 2 * DAY)
    assert int(str(late[0][0])) < tasks // 4


def test_every_campaign_reached_and_converted_somebody(year: Practice) -> None:
    reached = year.ask(
        """SELECT campaign.name, COUNT(contact_id), COUNT(converted_at) FROM campaign
        LEFT JOIN touch ON touch.campaign_id = campaign.id AND touch.kind = ''
        GROUP BY campaign.name"""
    )
    assert len(reached) == 5
    assert [row for row in reached if not (row[1] and row[2])] == []


def test_progress_goes_up_to_all(year: Practice) -> None:
    assert year.heard == sorted(year.heard)
    assert len(year.heard) > DAYS
    assert year.heard[-1] == 1.0


def test_the_closing_table_adds_up(year: Practice) -> None:
    rows = {row.name: row for row in year.outcome()}
    welcome = rows["New lead welcome series"]
    assert welcome.trigger == "New contact"
    assert rows["Offboarding nudge"].trigger == "Left Active patients"
    assert welcome.completed is not None and 0 < welcome.completed <= 1
    assert welcome.goal_reached is not None and 0 < welcome.goal_reached < 1
    ((emails,),) = year.ask(
        """SELECT COUNT(*) FROM message JOIN flow ON flow.id = flow_id
        WHERE flow.name = ? AND channel = 'email'""",
        "New lead welcome series",
    )
    assert welcome.emails == emails


def test_the_same_seed_gives_the_same_journal_on_every_store_and_another_one_another(
    postgres_url: str,
) -> None:
    journals = []
    for seed, url in ((1, None), (1, postgres_url), (2, None)):
        with temporary_store(url) as store:
            practice = Practice(Workspace(store))
            set_up(practice.workspace, START)
            practice.live(30, 8, seed)
            journals.append(practice.journal())
    assert journals[0] == journals[1] != journals[2]


def test_dates_move_by_whole_weeks_with_the_start() -> None:
    with temporary_store() as store:
        practice = Practice(Workspace(store))
        set_up(practice.workspace, parse_instant("2027-03-10T15:00:00Z"))
        campaigns = practice.ask("SELECT name, start_date, end_date FROM campaign")
        assert ("Spring Allergy push", "2027-04-12", "2027-06-20") in campaigns
        ((start,),) = practice.ask("SELECT start_at FROM flow WHERE name = 'Monthly newsletter'")
        assert isinstance(start, int)
        assert format_instant(start) == "2027-03-24T15:00:00Z"

"""The main job as its people do it: a year of birthdays and of asking the dormant back."""

from __future__ import annotations

import email.utils
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import ROOT, environment
from tests.e2e.main_job import (
    ANSWERS,
    BIRTHDAY,
    CHECK,
    CURATED,
    DESK,
    END,
    LONG_AGO,
    PATIENTS,
    PEOPLE,
    QUIET_ENDS,
    START,
    STOP_WORDS,
    WEEK_AFTER,
    WIN_BACK,
    Letter,
    Letterbox,
    Person,
    Practice,
    Year,
    a_birthday_a_day,
    at,
    birthdays,
    clinical,
    curated,
    iso,
    shown,
    spreadsheet,
)
from tests.servers import SmtpSink

LEAP = CURATED[0]
PATIENCE = 60
"""Seconds after which a running engine is given up."""
NOTHING = {"events": 0, "enrolled": 0, "steps": 0, "sent": 0, "uncertain": 0}


@dataclass(frozen=True)
class Lived:
    """A practice that lived its year, and what it should have come to."""

    practice: Practice
    peer: Letterbox
    people: list[Person]
    year: Year
    before_eight: tuple[int, int]
    letters: list[EmailMessage]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    practice = Practice(tmp_path_factory.mktemp("practice"))
    with Letterbox() as peer:
        practice.set_up(peer.port)
        people = bring_in(practice)
        practice.go_live([BIRTHDAY, WIN_BACK], START)
        before_eight = until_eight(practice, peer)
        practice.live_until(ANSWERS)
        for person in people:
            if person.answer:
                practice.quickly("record", person.answer[0], "--contact", person.email,
                                 *person.answer[1:], "--at", iso(ANSWERS))  # fmt: skip
        practice.live_until(END)
        year = Year()
        for person in people:
            year.live(person)
        letters = [each.message for each in peer.received]
        yield Lived(practice, peer, people, year, before_eight, letters)


def bring_in(practice: Practice) -> list[Person]:
    """Import everybody; who they are by the files."""
    patients = list(clinical(PATIENTS / "Patient.000.ndjson"))
    found = practice.well("import", "fhir", PATIENTS, "--at", iso(START))
    assert (found["read"], found["created"], found["refused"]) == (30, 30, 0)
    crowd = spreadsheet(practice.home / "people.csv", PEOPLE)
    found = practice.well("import", "contacts", practice.home / "people.csv",
                          "--status", "patient", "--at", iso(START))  # fmt: skip
    assert (found["read"], found["created"], found["merged"]) == (PEOPLE, len(crowd), 0)
    assert found["refused"] == PEOPLE - len(crowd) == PEOPLE // 100
    special = curated(practice.home / "clinic.csv")
    found = practice.well("import", "contacts", practice.home / "clinic.csv", "--at", iso(START))
    assert (found["created"], found["refused"]) == (len(special), 0)
    return [*patients, *crowd, *special]


def until_eight(practice: Practice, peer: Letterbox) -> tuple[int, int]:
    """Live to the morning of 28 February; letters and texts of the leap day's child at 07:59:59."""
    morning = at(next(birthdays(LEAP.dob)), QUIET_ENDS)
    practice.live_until(morning - timedelta(seconds=1))
    letters = sum(LEAP.email in each.rcpt_to for each in peer.received)
    texts = sum(number == LEAP.phone for number, _ in practice.texts())
    practice.live_until(morning)
    assert sum(number == LEAP.phone for number, _ in practice.texts()) == 1
    return letters, texts


def as_letter(message: EmailMessage) -> Letter:
    _, address = email.utils.parseaddr(str(message["To"]))
    when = email.utils.parsedate_to_datetime(message["Date"]).astimezone(UTC)
    return address, str(message["Subject"]), when


def test_every_letter_of_the_year_arrives_once_and_no_other(lived: Lived) -> None:
    assert Counter(map(as_letter, lived.letters)) == lived.year.letters


def test_every_text_of_the_year_goes_out_once_and_no_other(lived: Lived) -> None:
    assert lived.practice.texts() == lived.year.texts
    assert all(words.endswith(STOP_WORDS) for _, words in lived.year.texts)


def test_no_text_goes_out_in_the_quiet_hours(lived: Lived) -> None:
    assert lived.before_eight == (1, 0)
    for person in CURATED:
        for line in journal(lived, person):
            if (line["step"], line["what"]) == ("text", "sent"):
                local = moment(line["at"]).astimezone(person.zone)
                assert 8 <= local.hour < 21


def test_headers_are_right(lived: Lived) -> None:
    names = {each.email: f"{each.first} {each.last}".strip() for each in lived.people}
    for received, message in zip(lived.peer.received, lived.letters, strict=True):
        display, address = email.utils.parseaddr(str(message["To"]))
        assert received.mail_from == DESK
        assert received.rcpt_to == (address,)
        assert " ".join(display.split()) == " ".join(names[address].split())
        assert email.utils.parseaddr(str(message["From"])) == ("Oak Street Clinic", DESK)
        assert message["List-Unsubscribe"] == f"<mailto:{DESK}?subject=unsubscribe>"
        assert message["Message-ID"].endswith("@oak.example>")
        assert not message.defects
    ids = Counter(str(message["Message-ID"]) for message in lived.letters)
    assert set(ids.values()) == {1}


def test_every_letter_has_a_filled_text_part_and_an_html_part(lived: Lived) -> None:
    by_email = {each.email: each for each in lived.people}
    for message in lived.letters:
        person = by_email[as_letter(message)[0]]
        plain, html = (part.get_content() for part in message.iter_parts())
        greeting = " ".join(f"{shown(person.first)} {person.last}".split())
        assert plain.startswith(f"Dear {greeting}")
        assert "Oak Street Clinic (https://oak.example/book?a=1&b=2)." in plain
        assert "1 Oak Street, Springfield" in plain
        assert f"mailto:{DESK}" in plain
        if person is not CURATED[11]:
            assert "{{" not in plain + html


def test_names_that_look_like_markup_stay_words(lived: Lived) -> None:
    odd = next(message for message in lived.letters if "odd@" in str(message["To"]))
    plain, html = (part.get_content() for part in odd.iter_parts())
    assert "{{owner}} <b>O\u2019Hara</b>" in plain
    assert "{{owner}} &lt;b&gt;O\u2019Hara&lt;/b&gt;" in html


def test_the_dead_and_the_barred_get_nothing_at_all(lived: Lived) -> None:
    barred = [person for person in lived.people if person.barred]
    assert len(barred) == 10
    for person in barred:
        assert journal(lived, person) == []


def test_the_reports_say_what_the_mailbox_holds(lived: Lived) -> None:
    practice, steps = lived.practice, lived.year.steps
    birthday = practice.well("report", "automation", "Birthday")
    letters = Counter(subject for _, subject, _ in map(as_letter, lived.letters))
    kept = sum(n for subject, n in letters.items() if subject.startswith("Happy birthday"))
    sent = {step["id"]: step["sent"] for step in birthday["steps"]}
    assert sent == {"letter": kept, "text": lived.practice.texts().total()}
    assert birthday["enrolled"] == birthday["completed"] == steps["Birthday"]
    assert [step["skipped"] for step in birthday["steps"]] == [
        steps["Birthday"] - sent["letter"], steps["Birthday"] - sent["text"],
    ]  # fmt: skip
    asked = practice.well("report", "automation", "Win back")
    sent = {step["id"]: step["sent"] for step in asked["steps"]}
    assert sent == {"first": steps["first"], "wait": 0, "second": steps["second"]}
    assert sent["first"] + sent["second"] == len(lived.peer.received) - kept
    assert (asked["enrolled"], asked["active"]) == (steps["Win back"], 0)
    assert (asked["goal_reached"], asked["unenrolled"]) == (steps["goal"], steps["left"])
    assert asked["completed"] == steps["Win back"] - steps["left"]


def test_a_person_s_journal_says_what_their_mailbox_holds(lived: Lived) -> None:
    letters: dict[str, Counter[datetime]] = {}
    for message in lived.letters:
        address, _, when = as_letter(message)
        letters.setdefault(address, Counter())[when] += 1
    texts = Counter(number for number, _ in lived.practice.texts().elements())
    reachable = [each for each in lived.people if each.email or each.phone]
    for person in [*CURATED, *reachable[::25]]:
        said = journal(lived, person)
        sent = [line for line in said if line["what"] == "sent"]
        assert sum(line["step"] == "text" for line in sent) == texts[person.phone]
        assert letters.get(person.email, Counter()) == Counter(
            moment(line["at"]) for line in sent if line["step"] != "text"
        )


def test_the_leap_day_is_kept_every_year(lived: Lived) -> None:
    sent = [line["at"] for line in journal(lived, LEAP) if line["step"] == "letter"]
    assert sent == [iso(at(day, CHECK)) for day in birthdays(LEAP.dob)]
    assert [instant[:10] for instant in sent] == ["2027-02-28", "2028-02-29"]


def test_running_again_changes_nothing(lived: Lived) -> None:
    before = len(lived.peer.received), lived.practice.texts()
    done = lived.practice.live_until(END)
    assert {key: done[key] for key in NOTHING} == NOTHING
    assert (len(lived.peer.received), lived.practice.texts()) == before


def test_a_second_import_merges_and_sends_nothing_twice(lived: Lived) -> None:
    practice = lived.practice
    found = practice.well("import", "fhir", PATIENTS)
    assert (found["created"], found["merged"]) == (0, 30)
    found = practice.well("import", "contacts", practice.home / "clinic.csv")
    assert (found["created"], found["merged"]) == (0, len(CURATED))
    found = practice.well("import", "contacts", practice.home / "people.csv")
    # Somebody with a name and nothing else may be anybody of that name.
    assert found["created"] == sum(
        not (each.email or each.phone or each.dob) for each in lived.people
    )
    practice.live_until(WEEK_AFTER)
    year = Year(WEEK_AFTER)
    for person in lived.people:
        year.live(person)
    assert Counter(as_letter(each.message) for each in lived.peer.received) == year.letters
    assert practice.texts() == year.texts


def journal(lived: Lived, person: Person) -> list[dict[str, Any]]:
    return list(lived.practice.quickly("why", person.email or person.phone)["lines"])


def moment(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


@contextmanager
def mail_server() -> Iterator[int]:
    """The port of Postfix's smtp-sink where this machine has it, else of our own peer."""
    sink = SmtpSink.program()
    if sink is None:
        with Letterbox() as peer:
            yield peer.port
    else:
        with SmtpSink.running(sink) as port:
            yield port


def set_up_long_ago(home: Path, port: int) -> tuple[Practice, dict[str, date]]:
    """A practice whose people are all dormant by now, and every day is somebody's birthday."""
    practice = Practice(home)
    practice.set_up(port, sms__quiet_hours="off", practice__timezone="UTC",
                    practice__check_time="00:00")  # fmt: skip
    born = a_birthday_a_day(home / "people.csv")
    practice.well("import", "contacts", home / "people.csv", "--status", "patient",
                  "--at", iso(LONG_AGO))  # fmt: skip
    practice.go_live([BIRTHDAY, WIN_BACK], LONG_AGO)
    return practice, born


def test_once_on_the_real_clock(tmp_path: Path) -> None:
    with mail_server() as port:
        practice, born = set_up_long_ago(tmp_path, port)
        done = practice.well("run", "--clock", "real", "--once")
        birthday = practice.well("report", "automation", "Birthday")
        asked = practice.well("report", "automation", "Win back")
        again = practice.well("run", "--clock", "real", "--once")
    kept = birthday["steps"][0]["sent"]
    # Today's, and those that are made up two days late; 29 February is nobody's.
    assert 2 <= kept <= 3
    assert practice.texts().total() == birthday["steps"][1]["sent"] == kept
    assert (asked["steps"][0]["sent"], asked["steps"][1]["waiting"]) == (len(born), len(born))
    assert (done["sent"], done["uncertain"]) == (len(born) + 2 * kept, 0)
    assert (again["sent"], again["steps"]) == (0, 0)


@contextmanager
def running(practice: Practice) -> Iterator[subprocess.Popen[str]]:
    """The engine on the real clock, as a program of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run", "--clock", "real", "--json",
         "--store", str(practice.store)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=environment(practice.home),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> Any:
    """What a running engine answers when it is told to end."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    return json.loads(out)


def test_ended_while_it_sends(tmp_path: Path) -> None:
    with Letterbox() as peer:
        practice, born = set_up_long_ago(tmp_path, peer.port)
        with running(practice) as process:
            assert peer.arrived.acquire(timeout=PATIENCE)
            done = ended(process)
        practice.well("run", "--clock", "real", "--once")
        letters = [each.message for each in peer.received]
    assert (done["sent"], done["uncertain"]) == (len(letters) + practice.texts().total(), 0)
    assert set(Counter(str(message["Message-ID"]) for message in letters).values()) == {1}
    kept = set()
    for address, subject, when in map(as_letter, letters):
        if subject.startswith("Happy birthday"):
            kept.add(address)
            days = when.date() - born[address].replace(year=when.year)
            assert days.days % 365 in (0, 1, 2)
    assert 2 <= len(kept) <= 3
    assert practice.texts().total() == len(kept)
    assert len(letters) == len(born) + len(kept)


def test_what_is_recorded_while_the_engine_runs_goes_out(tmp_path: Path) -> None:
    practice = Practice(tmp_path)
    trigger = {"type": "contact_created", "source": "any"}
    welcome = BIRTHDAY | {"name": "Welcome", "trigger": trigger}
    with Letterbox() as peer:
        practice.set_up(peer.port, sms__quiet_hours="off")
        practice.go_live([welcome], LONG_AGO)
        with running(practice) as process:
            for name in ("ann", "bob"):
                practice.well("record", "create_contact", "--contact", name, "--first-name", name,
                              "--email", f"{name}@clinic.example",
                              "--phone", "+12125550101")  # fmt: skip
                assert peer.arrived.acquire(timeout=PATIENCE)
            done = ended(process)
        letters = [as_letter(each.message)[:2] for each in peer.received]
    assert letters == [
        ("ann@clinic.example", "Happy birthday, ann"),
        ("bob@clinic.example", "Happy birthday, bob"),
    ]
    assert (done["sent"], practice.texts().total()) == (4, 2)

"""The main job as its people do it: a year of birthdays and of asking the dormant back."""

from __future__ import annotations

import email.utils
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.e2e.command_line import well
from tests.e2e.main_job import (
    ANSWERS,
    BIRTHDAY,
    CHECK,
    CURATED,
    DESK,
    END,
    PATIENTS,
    PEOPLE,
    QUIET_ENDS,
    START,
    STOP_WORDS,
    WIN_BACK,
    Letter,
    Letterbox,
    Person,
    Practice,
    Year,
    at,
    birthdays,
    clinical,
    curated,
    iso,
    shown,
    spreadsheet,
)

LEAP = CURATED[0]
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
                practice.well("record", person.answer[0], "--contact", person.email,
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


def journal(lived: Lived, person: Person) -> list[dict[str, Any]]:
    lines = well("why", person.email or person.phone, "--store", lived.practice.store)["lines"]
    return list(lines)


def moment(instant: str) -> datetime:
    return datetime.fromisoformat(instant)

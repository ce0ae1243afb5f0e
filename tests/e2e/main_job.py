"""The main job's practice: its people, its two automations, and what has to reach whom when.

What is expected is worked out here from the files alone, by the words of engine.md, without the
engine: `Year.letters` and `Year.texts` are the whole mailbox of the simulated year.
"""

from __future__ import annotations

import csv
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.e2e.command_line import Answer, program, well, written
from tests.servers import MailPeer
from tests.untidy import untidy_csv

PATIENTS = Path(__file__).parent / "data"
HOME = ZoneInfo("America/New_York")
CHECK = time(7, 30)
QUIET_ENDS = time(8)
PEOPLE = 2_000
DESK = "desk@oak.example"
STOP_WORDS = "Reply STOP to opt out"

START = datetime(2027, 2, 15, 14, tzinfo=UTC)
"""When the practice begins, after the check of that day."""
ANSWERS = datetime(2027, 5, 20, 15, tzinfo=UTC)
"""When some people answer: between the two letters that ask them back."""
END = datetime(2028, 3, 1, 14, tzinfo=UTC)
WEEK_AFTER = END + timedelta(days=7)
LONG_AGO = datetime(2025, 1, 6, 14, tzinfo=UTC)
"""When what runs on the real clock was set up."""

Letter = tuple[str, str, datetime]
"""An email as it must arrive: address, subject, date."""
Text = tuple[str, str]
"""A text as it must go out: number, words."""

BIRTHDAY: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Birthday",
    "trigger": {"type": "birthday", "offset": 0},
    "steps": [
        {"id": "letter", "type": "send_email", "template": "Birthday"},
        {"id": "text", "type": "send_sms", "text": "Happy birthday {{firstname}}, {{practice}}"},
    ],
}
WIN_BACK: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Win back",
    "goal": "patient_reactivation",
    "unenroll_on": ["goal_met"],
    "trigger": {"type": "inactive", "days": 90},
    "steps": [
        {"id": "first", "type": "send_email", "template": "We miss you"},
        {"id": "wait", "type": "delay", "amount": 1, "unit": "weeks"},
        {"id": "second", "type": "send_email", "template": "Still there"},
    ],
}
SUBJECTS = {
    "Birthday": 'Happy birthday, {{firstname|default("dear friend")}}',
    "We miss you": "We miss you, {{firstname}}",
    "Still there": "Are you still there, {{firstname}}?",
}
BODY = (
    "<p>Dear {{firstname}} {{lastname}},</p>"
    '<p>all at <a href="https://oak.example/book?a=1&amp;b=2">{{practice}}</a>.</p>'
)


@dataclass(frozen=True, slots=True)
class Person:
    """One who was imported; `answer` is the event recorded of them at `ANSWERS`."""

    first: str = ""
    last: str = ""
    email: str = ""
    phone: str = ""
    dob: date | None = None
    wants_email: bool = True
    wants_texts: bool = True
    barred: bool = False
    zone: ZoneInfo = HOME
    lead: bool = False
    answer: tuple[str, ...] = ()

    @property
    def heard(self) -> str:
        """What they answered, if they did."""
        return self.answer[0] if self.answer else ""


_MAIL = "@clinic.example"
_WEST, _ISLANDS = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Honolulu")
REPLIED = ("reply_email", "--automation", "Win back", "--step", "first")
CURATED = [
    Person("Lea", "Leap", f"lea{_MAIL}", "+12125550101", date(1988, 2, 29)),
    Person("", "Solo", f"solo{_MAIL}", "+12125550102", date(1970, 7, 4)),
    Person("", "", f"nameless{_MAIL}", "+12125550103", date(1971, 7, 5)),
    Person("Wes", "West", f"wes{_MAIL}", "+12125550104", date(1972, 1, 31), zone=_WEST),
    Person("Ida", "Isles", f"ida{_MAIL}", "+12125550105", date(1973, 11, 8), zone=_ISLANDS),
    Person("Eve", "Early", f"eve{_MAIL}", "+12125550106", date(1974, 2, 15)),
    Person("Noa", "Next", f"noa{_MAIL}", "+12125550107", date(1974, 2, 16)),
    Person("Del", "Dead", f"del{_MAIL}", "+12125550108", date(1930, 6, 1), barred=True),
    Person("Dan", "Nix", f"dan{_MAIL}", "+12125550109", date(1931, 6, 2), barred=True),
    Person("Tex", "Less", f"tex{_MAIL}", "+12125550110", date(1975, 6, 3), wants_texts=False),
    Person("Max", "Less", f"max{_MAIL}", "+12125550111", date(1976, 6, 4), wants_email=False),
    Person("{{owner}}", "<b>O\u2019Hara</b>", f"odd{_MAIL}", "+12125550112", date(1977, 9, 9)),
    Person("Amy", "Back", f"amy{_MAIL}", "+12125550113", date(1978, 9, 10),
           answer=("book_appointment",)),
    Person("Bea", "Look", f"bea{_MAIL}", "+12125550114", date(1979, 9, 11), answer=("visit_page",)),
    Person("Rex", "Reply", f"rex{_MAIL}", "+12125550115", date(1980, 9, 12), answer=REPLIED),
    Person("Liv", "Lead", f"liv{_MAIL}", "+12125550116", date(1981, 9, 13), lead=True,
           answer=("visit_page",)),
    Person("Sam", "Stop", f"sam{_MAIL}", "+12125550117", date(1982, 9, 14),
           answer=("receive_sms", "--text", "STOP")),
    Person("Uma", "Unsub", f"uma{_MAIL}", "+12125550118", date(1983, 9, 15),
           answer=("unsubscribe_email",)),
    Person("Sue", "Stop", f"sue{_MAIL}", "+12125550120", date(1985, 3, 4),
           answer=("receive_sms", "--text", "Stop.")),
    Person("Uli", "Unsub", f"uli{_MAIL}", "+12125550121", date(1986, 3, 5),
           answer=("unsubscribe_email",)),
    Person("Don", "Never", f"don{_MAIL}", "+12125550119", date(1984, 9, 16),
           answer=("do_not_contact",)),
]  # fmt: skip
DROPPED = {"Del": "Deceased", "Dan": "Do Not Contact", "Tex": "Do Not Text", "Max": "Do Not Email"}


@dataclass(slots=True)
class Year:
    """The mailbox from `START` to `end`, and what the reports must make of it."""

    end: datetime = END
    letters: Counter[Letter] = field(default_factory=Counter)
    texts: Counter[Text] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)

    def live(self, person: Person) -> None:
        """Add everything one person gets."""
        if person.barred:
            return
        for day in birthdays(person.dob, self.end):
            self._birthday(person, at(day, CHECK))
        seen = START
        for again in (False, True)[: 1 + bool(person.answer)]:
            day = dormant_day(ANSWERS if again else seen)
            if not (again and person.heard == "do_not_contact"):
                self._win_back(person, day, again=again)

    def _birthday(self, person: Person, check: datetime) -> None:
        over = check > ANSWERS
        if over and person.heard == "do_not_contact":
            return
        self.steps["Birthday"] += 1
        if person.email and person.wants_email and not (over and person.heard == _NO_EMAILS):
            self.steps["letter"] += 1
            name = shown(person.first, "dear friend")
            self.letters[person.email, f"Happy birthday, {name}", check] += 1
        if person.phone and person.wants_texts and not (over and person.heard == _NO_TEXTS):
            self.steps["text"] += 1
            words = f"Happy birthday {shown(person.first)}, Oak Street Clinic {STOP_WORDS}"
            self.texts[person.phone, words] += 1

    def _win_back(self, person: Person, day: date, *, again: bool) -> None:
        self.steps["Win back"] += 1
        patient_back = not (again or person.lead) and person.heard in _COMES_BACK
        self.steps["goal"] += patient_back
        left = patient_back or (not again and person.heard == "do_not_contact")
        self.steps["left"] += left
        if not (person.email and person.wants_email):
            return
        name = shown(person.first)
        if not (again and person.heard == _NO_EMAILS):
            self.steps["first"] += 1
            self.letters[person.email, f"We miss you, {name}", at(day, CHECK)] += 1
        if not (left or person.heard == _NO_EMAILS):
            self.steps["second"] += 1
            later = at(day + timedelta(days=7), CHECK)
            self.letters[person.email, f"Are you still there, {name}?", later] += 1


_NO_EMAILS, _NO_TEXTS = "unsubscribe_email", "receive_sms"
_COMES_BACK = ("book_appointment", "visit_page", "reply_email")


def shown(name: str, fallback: str = "there") -> str:
    """A first name as a token shows it."""
    return " ".join(name.split()) or fallback


def at(day: date, clock: time, zone: ZoneInfo = HOME) -> datetime:
    """The instant of a wall time."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def birthdays(dob: date | None, end: datetime = END) -> Iterator[date]:
    """The days from `START` to `end` on which a birthday is kept."""
    for year in (START.year, END.year) if dob else ():
        assert dob is not None
        leap_day = (dob.month, dob.day) == (2, 29) and year % 4
        day = date(year, 2, 28) if leap_day else dob.replace(year=year)
        if START < at(day, CHECK) <= end:
            yield day


def dormant_day(last_activity: datetime) -> date:
    """The day of the first check that finds somebody 90 × 24 hours without activity."""
    since = last_activity + timedelta(days=90)
    day = since.astimezone(HOME).date()
    return day if at(day, CHECK) >= since else day + timedelta(days=1)


def clinical(file: Path) -> Iterator[Person]:
    """The patients of a FHIR export, as they are written there."""
    for line in file.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        name = next(each for each in said["name"] if each["use"] == "official")
        yield Person(
            " ".join(name["given"]), name["family"],
            phone="+1" + said["telecom"][0]["value"].replace("-", ""),
            dob=date.fromisoformat(said["birthDate"]),
            barred=any(key.startswith("deceased") for key in said),
        )  # fmt: skip


def spreadsheet(file: Path, people: int) -> list[Person]:
    """Write a CSV of untidy people; those of them who can be taken in."""
    content, truths = untidy_csv(7, people)
    file.write_bytes(content)
    return [
        Person(
            truth.first_name or "", truth.last_name or "", (truth.email or "").lower(),
            truth.phone or "", date.fromisoformat(truth.dob) if truth.dob else None,
            wants_email=truth.email_subscription is not False,
        )
        for truth in truths
        if truth.refused is None
    ]  # fmt: skip


def curated(file: Path) -> list[Person]:
    """Write a CSV of those people of whom each stands for a rule."""
    flags = sorted(DROPPED.values())
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["First Name", "Last Name", "Email", "Cell Phone", "Birth Date",
                       "Time Zone", "Status", *flags])  # fmt: skip
        for each in CURATED:
            rows.writerow(
                [each.first, each.last, each.email, each.phone, each.dob,
                 "" if each.zone is HOME else each.zone.key, "lead" if each.lead else "patient",
                 *("yes" if DROPPED.get(each.first) == flag else "" for flag in flags)]
            )  # fmt: skip
    return CURATED


def a_birthday_a_day(file: Path) -> dict[str, date]:
    """Write a CSV of patients born on every day of a common year; their birth dates by email."""
    days = [date(1985, 1, 1) + timedelta(days=number) for number in range(365)]
    born = {f"born{day:%m%d}@clinic.example": day for day in days}
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["First Name", "Email", "Cell Phone", "Birth Date"])
        for number, (address, day) in enumerate(born.items()):
            rows.writerow([f"Day {number}", address, f"+1202555{number:04}", day])
    return born


class Letterbox(MailPeer):
    """A mail server that tells whoever waits of each message it took."""

    def __init__(self) -> None:
        super().__init__(pipelining=True)
        self.arrived = threading.Semaphore(0)

    def __enter__(self) -> Letterbox:
        super().__enter__()
        return self

    async def handle_DATA(self, *conversation: Any) -> str:
        reply = await super().handle_DATA(*conversation)
        self.arrived.release()
        return reply


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice that its people run from a terminal."""

    home: Path

    @property
    def store(self) -> Path:
        return self.home / "practice.db"

    @property
    def outbox(self) -> Path:
        """Where its texts go."""
        return self.home / "texts"

    def crm(self, *arguments: object) -> Answer:
        """One command, as a program of its own."""
        return program(*arguments, "--store", self.store, home=self.home)

    def well(self, *arguments: object) -> Any:
        """What a command answers; it must end well and say nothing on the side."""
        answer = self.crm(*arguments, "--json")
        assert (answer.status, answer.err) == (0, ""), answer
        return answer.json

    def quickly(self, *arguments: object) -> Any:
        """The same without a program of its own, where many commands are wanted."""
        return well(*arguments, "--store", self.store)

    def live_until(self, instant: datetime) -> Any:
        """Run the simulated clock through an instant."""
        return self.well("run", "--clock", "simulated", "--until", iso(instant))

    def set_up(self, port: int, **more: object) -> None:
        """Say who and where the practice is, and how its messages go out."""
        settings = {
            "practice.name": "Oak Street Clinic", "practice.timezone": HOME.key,
            "practice.address": "1 Oak Street, Springfield",
            "practice.check_time": f"{CHECK:%H:%M}", "email.from_email": DESK,
            "email.transport": "smtp", "email.smtp.host": "127.0.0.1", "email.smtp.port": port,
            "email.smtp.security": "none", "sms.transport": "folder", "sms.folder": self.outbox,
        } | {key.replace("__", "."): value for key, value in more.items()}  # fmt: skip
        for key, value in settings.items():
            self.quickly("settings", "set", key, value)

    def go_live(self, automations: Sequence[dict[str, Any]], when: datetime) -> None:
        """Bring in the templates and these automations, and switch them on at an instant."""
        for name, subject in SUBJECTS.items():
            document = {"format": "practice-crm/template@1", "name": name, "channel": "email",
                        "subject": subject, "body": BODY}  # fmt: skip
            self.quickly("import", "template", written(self.home / "template.json", document))
        for each in automations:
            file = written(self.home / "flow.automation.json", each)
            self.well("import", "automation", file, "--at", iso(when))
            self.well("activate", "automation", each["name"], "--at", iso(when))

    def texts(self) -> Counter[Text]:
        """The texts in the folder."""
        found = (json.loads(file.read_text()) for file in self.outbox.glob("*.sms.json"))
        return Counter((text["to"], text["body"]) for text in found)


def iso(instant: datetime) -> str:
    """An instant as the commands take it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

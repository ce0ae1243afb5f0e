"""Random scenario documents that press on every rule of engine.md with few contacts."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.e2e.reference import run_reference
from tests.e2e.reference.random_flows import FORMS, STATIC, VALUES, Document, FlowAuthor, Step

BASES = (
    ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)),
    ("America/New_York", date(2027, 2, 24)),
    ("America/New_York", date(2028, 2, 25)),
    ("Europe/London", date(2026, 3, 27)),
    ("Europe/London", date(2026, 10, 23)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("Asia/Kolkata", date(2026, 6, 1)),
)
ZONES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu")
QUIET = (None, ["21:00", "08:00"], ["21:00", "08:00"], ["12:00", "13:00"], ["22:30", "02:15"])
CAPS = (None, None, None, *({"messages": n, "days": d} for n, d in ((1, 1), (2, 1), (3, 3))))
TEXTS = (
    *("STOP", " Stop. ", "Opt-out", "quit", "START", "start!", "Unstop", "help", "INFO"),
    *("k", "yes", "see you there", "Can we move to nine?", "ok", "thanks", "1", "no") * 2,
    *("stop  all!", "please quit texting my husband"),
)
ACTIONS = (
    *("submit_form", "join_list", "set_property", "receive_sms", "book_appointment") * 6,
    *("leave_list", "edit") * 3,
    *("unenroll", "pause", "submit_review", "activate_portal", "visit_page") * 2,
    *("activate", "open_email", "click_email", "reply_email", "register_event"),
    *("unsubscribe_email", "do_not_contact"),
)


def random_scenario(seed: int) -> Document:
    """A valid scenario document, the same for the same seed (formats.md)."""
    return _Author(random.Random(seed)).scenario()


def _shown(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


class _Author(FlowAuthor):
    """Writes one scenario."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(dice)
        zone, self.first_day = dice.choice(BASES)
        self.zone = ZoneInfo(zone)
        self.days = dice.choice((3, 5, 9))
        self.quiet_days = dice.choice((0, 0, 0, 91))
        self.instants: list[str] = []

    def wall(self, day: int, hour: int, minute: int = 0) -> str:
        """The text of a wall time on the scenario's n-th day."""
        wanted = datetime.combine(self.first_day, datetime.min.time(), self.zone)
        return _shown(wanted.replace(hour=hour, minute=minute) + timedelta(days=day))

    def scenario(self) -> Document:
        """The whole document: a draft is run once to find the instants when steps come due."""
        check = self.dice.choice(("09:00", "09:00", "00:00", "01:30", "02:30", "14:00"))
        self._draw_instants(check)
        dynamic = [self._dynamic_list(n) for n in range(self.dice.choice((0, 0, 0, 1, 2, 3)))]
        document: Document = {
            "format": "practice-crm/scenario@1",
            "practice": {
                "name": "Oak Street Clinic",
                "timezone": self.zone.key,
                "check_time": check,
                "sms_quiet_hours": self.dice.choice(QUIET),
                "frequency_cap": self.dice.choice(CAPS),
            },
            "users": list(VALUES["contact_owner"]),
            "providers": list(VALUES["provider"]),
            "forms": list(FORMS),
            "lists": [{"name": name, "type": "static"} for name in STATIC] + dynamic,
            "templates": [
                {"name": "Welcome", "channel": "email", "subject": "Hi", "body": "<p>Hello</p>"},
                {"name": "Win-back", "channel": "email", "subject": "Hi", "body": "<p>Hi</p>"},
                {"name": "Reminder", "channel": "sms", "body": "See you soon, {{firstname}}"},
            ],
            "automations": self.automations(),
            "sequences": [self._sequence(n) for n in range(self.dice.choice((0, 1, 1, 2)))],
            "start": self.wall(-self.quiet_days, 0),
            "until": self.wall(self.days, 23, 59),
        }
        document["campaigns"] = self._campaigns(document)
        creations = [self._create(number) for number in range(self.dice.choice((1, 2, 3, 4, 6)))]
        document["timeline"] = creations + self._entries(document, creations, self.instants, 60)
        return self._press_on_due_instants(document, creations)

    def _draw_instants(self, check: str) -> None:
        hour, minute = (int(part) for part in check.split(":"))
        for _ in range(10):
            wall = self.dice.randrange(24), self.dice.choice((0, 0, 30))
            self.instants.append(self.wall(self.dice.randrange(self.days), *wall))
        for edge in (8, 9, 12, 13, 21, 22):
            self.instants.append(self.wall(self.dice.randrange(self.days), edge))
        for day in range(0, self.days, 2):
            self.instants.append(self.wall(day, hour, minute))
        self.instants.append(self.wall(1, 10).replace("Z", ".250000Z"))

    def _press_on_due_instants(self, document: Document, creations: list[Step]) -> Document:
        for _ in range(2):
            journal = run_reference(document)
            last = _order(document["until"])
            due = {line["until"] for line in journal if "until" in line}
            soon = sorted(at for at in due if _order(at) <= last)
            if soon:
                document["timeline"] += self._entries(document, creations, soon, 24)
            document["timeline"] += self._answers(document, journal, [*self.instants, *soon])
        if self.chance(0.2):
            _rename(document)
        return document

    def _answers(
        self, document: Document, journal: list[dict[str, str]], instants: list[str]
    ) -> list[Step]:
        """Opens, clicks and replies of what the draft did send, after it was sent."""
        kinds = _kinds(document)
        sent = [line for line in journal if line["what"] == "sent"]
        entries = []
        for line in self.dice.sample(sent, min(12, len(sent))):
            later = [at for at in instants if _order(at) > _order(line["at"])]
            soon = sorted(later, key=_order)[:5] or [line["at"]]
            entry = {"at": self.dice.choice(soon), "contact": line["contact"]}
            name, step = line["flow"], line["step"]
            if step in self.emails[name]:
                do = self.dice.choice(("open_email", "click_email", "click_email", "reply_email"))
                entries.append({**entry, "do": do, kinds[name]: name, "step": step})
            else:
                entries.append({**entry, "do": "receive_sms", "text": self.dice.choice(TEXTS)})
        return entries

    def _dynamic_list(self, number: int) -> Document:
        parts = [self._rule(depth=1) for _ in range(self.dice.randint(1, 2))]
        name = f"Dynamic {number + 1}"
        self.lists.append(name)
        return {"name": name, "type": "dynamic", "rule": {self.dice.choice(("all", "any")): parts}}

    def _rule(self, depth: int) -> Document:
        if depth and self.chance(0.2):
            return {"any": [self._rule(0), self._rule(0)]}
        days = self.dice.randint(1, 3)
        name, op, value = self.comparison()
        leaf: Document = {"type": "property", "property": name, "op": op}
        if op in ("is", "is_not"):
            leaf["value"] = value
        return self.dice.choice(
            (
                leaf,
                leaf,
                {"type": "property", "property": "source", "op": "is", "value": "import"},
                {"type": "property", "property": "dob", "op": "is_empty"},
                {"type": "in_list", "list": self.dice.choice(self.lists)},
                {"type": "last_activity_older", "days": days},
                {"type": "last_activity_older", "days": days},
                {
                    "type": "age",
                    "op": self.dice.choice(("at_least", "at_most")),
                    "years": self.dice.choice((1, 40)),
                },
                {"type": "birthday_in", "days": days - 1},
                {"type": "opened", "times": self.dice.randint(1, 2), "days": days},
                {"type": "clicked", "times": 1, "days": days},
                {"type": "replied", "days": days},
            )
        )

    def _create(self, number: int) -> Step:
        near = self.first_day + timedelta(days=self.dice.randint(-8, self.days + 8))
        births = (
            near.replace(year=1986, day=min(near.day, 28)),
            date(1984, 2, 29),
            date(1986, 2, 28),
            date(1990, 3, 1),
            self.first_day - timedelta(days=365),
            self.first_day,
        )
        fields: Document = {"first_name": f"Name{number}", "last_name": "Lee"}
        choices = (
            ("email", 0.85, f"c{number}@example.org"),
            ("phone", 0.85, "+12025550123"),
            ("dob", 0.8, self.dice.choice(births).isoformat()),
            ("timezone", 0.4, self.dice.choice(ZONES)),
            ("status", 0.4, "patient"),
            ("lead_source", 0.2, "Web"),
            ("sms_subscription", 0.1, "off"),
            ("email_subscription", 0.1, "off"),
            ("provider", 0.2, "Dr Ito"),
        )
        fields |= {name: value for name, probability, value in choices if self.chance(probability)}
        early = sorted(self.instants)[: len(self.instants) // 3]
        at = self.dice.choice((self.wall(0, 0), *early))
        if self.quiet_days and self.chance(0.7):
            at = self.wall(-self.quiet_days, self.dice.randint(0, 23))
        entry = {"at": at, "do": "create_contact", "contact": f"c{number}", "fields": fields}
        if self.chance(0.7):
            entry["source"] = self.dice.choice(("website_form", "walk_in", "manual", "import"))
        return entry

    def _campaigns(self, document: Document) -> list[Document]:
        assets = [{"type": "automation", "name": one["name"]} for one in document["automations"]]
        assets += [{"type": "sequence", "name": one["name"]} for one in document["sequences"]]
        campaigns = []
        for number in range(self.dice.choice((0, 1, 2))):
            mine = self.dice.sample(assets, self.dice.randint(1, min(2, len(assets))))
            if self.chance(0.3):
                mine.append({"type": "list", "name": "Welcomed"})
            campaign: Document = {
                "format": "practice-crm/campaign@1",
                "name": f"Campaign {number + 1}",
                "assets": mine,
            }
            if self.chance(0.5):
                end = self.first_day + timedelta(days=self.dice.randint(0, self.days))
                campaign["end"] = end.isoformat()
                campaign["start"] = (end - timedelta(days=self.dice.randint(1, 9))).isoformat()
            if self.chance(0.4):
                campaign["goal"] = "book_appointment"
            campaigns.append(campaign)
        return campaigns

    def _sequence(self, number: int) -> Document:
        before = self.wall(-2, 10)
        every = (None, None, {"amount": 1, "unit": "days"}, {"amount": 2, "unit": "days"})
        document: Document = {
            "format": "practice-crm/sequence@1",
            "name": f"Sequence {number + 1}",
            "list": self.dice.choice(self.lists),
            "start": self.dice.choice((before, self.wall(0, 0), *self.instants)),
            "every": self.dice.choice((*every, {"amount": 1, "unit": "weeks"})),
            "active": self.chance(0.85),
            "steps": self.steps(0, self.dice.randint(1, 3), sequence=True),
        }
        self.aim(document)
        return document

    def _entries(
        self, document: Document, creations: list[Step], instants: list[str], most: int
    ) -> list[Step]:
        entries = []
        for _ in range(self.dice.randint(most // 2, most)):
            do, at = self.dice.choice(ACTIONS), self.dice.choice(instants)
            if do in ("pause", "activate"):
                target = self._target(document)
                entries.append({"at": at, "do": do, **target})
                again = self.dice.choice(instants)
                entries.append({"at": again, "do": "activate", **target})
                continue
            flow = self.dice.choice(document["automations"])
            if do == "edit":
                edit = {"automation": flow["name"], "document": self.edited(flow)}
                entries.append({"at": at, "do": do, **edit})
                continue
            there = [one["contact"] for one in creations if _order(one["at"]) <= _order(at)]
            if there:
                contact = {"contact": self.dice.choice(there)}
                entries.append({"at": at, "do": do, **contact, **self._facts(document, do)})
        return entries

    def _target(self, document: Document) -> Document:
        kind = self.dice.choice(("automation", "automation", "sequence", "campaign", "campaign"))
        named = document[f"{kind}s"] or document["automations"]
        kind = kind if document[f"{kind}s"] else "automation"
        return {kind: self.dice.choice(named)["name"]}

    def _facts(self, document: Document, do: str) -> Document:
        if do in ("open_email", "click_email", "reply_email"):
            return self._email(document)
        name = self.dice.choice(("status", "lead_source", "insurance_verification", *VALUES))
        more: dict[str, Document] = {
            "submit_form": {"form": self.dice.choice(FORMS)},
            "join_list": {"list": self.dice.choice(STATIC)},
            "leave_list": {"list": self.dice.choice(STATIC)},
            "set_property": {"property": name, "value": self.dice.choice(VALUES[name])},
            "receive_sms": {"text": self.dice.choice(TEXTS)},
            "unenroll": {"automation": self.dice.choice(document["automations"])["name"]},
        }
        return more.get(do, {})

    def _email(self, document: Document) -> Document:
        known = [name for name, steps in self.emails.items() if steps]
        if not known:
            return {"do": "visit_page"}
        name = self.dice.choice(known)
        return {_kinds(document)[name]: name, "step": self.dice.choice(self.emails[name])}


def _kinds(document: Document) -> dict[str, str]:
    kinds = {one["name"]: "automation" for one in document["automations"]}
    return kinds | {one["name"]: "sequence" for one in document["sequences"]}


def _rename(document: Document) -> None:
    """Let the first edit give its automation a new name, which later entries use."""
    entries = sorted(document["timeline"], key=lambda entry: _order(entry["at"]))
    places = [place for place, entry in enumerate(entries) if entry["do"] == "edit"]
    if not places:
        return
    old = entries[places[0]]["automation"]
    for place, entry in enumerate(entries[places[0] :]):
        if entry.get("automation") != old:
            continue
        if place:
            entry["automation"] = f"{old}, renamed"
        if entry["do"] == "edit":
            entry["document"]["name"] = f"{old}, renamed"


def _order(at: str) -> datetime:
    return datetime.fromisoformat(at)

"""Every number of the reports again, the slow and obvious way, from what the store holds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.queries import setup
from db.sql import query
from engine.calendar import local_date
from engine.flow import Flow, read_flow, walk_cards
from engine.goals import ENGAGEMENT
from engine.practice import read_practice

END = "end"
TAKEN = ("sent", "skipped", "yes", "no", "task_created", "property_set", "unchanged", "added")
Counts = dict[str, Any]


class Recount:
    """One flow's or campaign's facts, gathered from enrolments, journal, messages and events."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.practice = read_practice(setup.settings(connection))

    def day(self, instant: int) -> date:
        """The practice's calendar day."""
        return local_date(instant, self.practice.zone)

    def automation(self, name: str, first: date, last: date) -> Counts:
        """An automation's report; `entered` only where the flow was never edited."""
        flow_id, documents = self.documents(name)
        enrolments = self.rows("SELECT * FROM enrolment WHERE flow_id = ?", flow_id)
        began = [e for e in enrolments if first <= self.day(e.enrolled_at) <= last]
        return {
            "name": name,
            "enrolled": len(began),
            "completed": sum(e.ended_why == "completed" for e in began),
            "goal_reached": sum(e.goal_at is not None for e in began),
            "active": sum(e.state != "ended" for e in enrolments),
            "unenrolled": sum(e.ended_why not in (None, "completed") for e in began),
            "steps": self.steps(flow_id, documents, first, last),
        }

    def steps(self, flow_id: int, documents: list[Any], first: date, last: date) -> list[Counts]:
        """The steps of the latest version, in reading order."""
        counts: dict[str, Counts] = defaultdict(lambda: defaultdict(int))
        for message in self.rows("SELECT * FROM message WHERE flow_id = ?", flow_id):
            if message.state not in ("withdrawn", "too_late"):
                counts[message.step]["sent"] += first <= self.day(message.queued_at) <= last
            for what in ("opened", "clicked", "replied"):
                at = self.first_signal(message.id, what)
                counts[message.step][what] += at is not None and first <= self.day(at) <= last
        for line in self.rows(
            "SELECT * FROM journal WHERE flow_id = ? AND what = 'skipped'", flow_id
        ):
            counts[line.step]["skipped"] += first <= self.day(line.at) <= last
        for walk in self.rows(
            "SELECT * FROM enrolment WHERE flow_id = ? AND state <> 'ended'", flow_id
        ):
            counts[walk.step]["waiting"] += 1
        if len(documents) == 1:
            for _, step, at in self.arrivals(flow_id, read_flow(documents[0])):
                counts[step]["entered"] += first <= self.day(at) <= last
        names = ("entered", "sent", "skipped", "opened", "clicked", "replied", "waiting")
        return [
            {
                "id": card["id"],
                "type": card["type"],
                **{name: counts[card["id"]][name] for name in names},
            }
            for _, card in walk_cards(documents[-1]["steps"])
        ]

    def arrivals(self, flow_id: int, flow: Flow) -> Iterable[tuple[int, str, int]]:
        """(walk, step, when it came there) of a never edited flow, from the journal."""
        came: dict[int, dict[str, int]] = defaultdict(dict)
        lines = self.rows(
            "SELECT * FROM journal WHERE flow_id = ? AND enrolment_id IS NOT NULL ORDER BY id",
            flow_id,
        )
        for line in lines:
            walk = came[line.enrolment_id]
            if line.what == "enrolled" and flow.first:
                walk.setdefault(flow.first, line.at)
            if line.step is not None:
                walk.setdefault(line.step, line.at)
            if line.what in TAKEN:
                step = flow.steps[line.step]
                lanes = {"yes": step.lanes[0], "no": step.lanes[1]}
                following = lanes.get(line.what, step.next)
                if following is not None:
                    walk.setdefault(following, line.at)
        return [(walk, *place) for walk, places in came.items() for place in places.items()]

    def went_on(self, flow_id: int, document: Any) -> dict[tuple[str, str], int]:
        """How many of a never edited flow went on below each step, one walk at a time."""
        inside = {card["id"]: ids_of(card.get("yes", []) + card.get("no", []))
                  for _, card in walk_cards(document["steps"])}  # fmt: skip
        counts: dict[tuple[str, str], int] = defaultdict(int)
        came: dict[int, list[str]] = defaultdict(list)
        for walk, step, _ in self.arrivals(flow_id, read_flow(document)):
            came[walk].append(step)
        sql = "SELECT id FROM enrolment WHERE flow_id = ? AND ended_why = 'completed'"
        ended = {row.id for row in self.rows(sql, flow_id)}
        for walk, places in came.items():
            way = [*places, END] if walk in ended else places
            for place, step in enumerate(places):
                counts[step, ""] += any(later not in inside[step] for later in way[place + 1 :])
        return counts

    def lanes(self, flow_id: int) -> Counter[tuple[str, str]]:
        """How often each lane was taken."""
        sql = "SELECT * FROM journal WHERE flow_id = ? AND what IN ('yes', 'no')"
        return Counter((line.step, line.what) for line in self.rows(sql, flow_id))

    def sequence(self, name: str) -> Counts:
        """A sequence's head figures."""
        flow_id, _ = self.documents(name)
        enrolments = self.rows("SELECT * FROM enrolment WHERE flow_id = ?", flow_id)
        messages = self.rows("SELECT * FROM message WHERE flow_id = ?", flow_id)
        delivered = {m.id: m.channel for m in messages if m.state == "sent"}
        emails = [id for id, channel in delivered.items() if channel == "email"]
        opened = sum(self.first_signal(m.id, "opened") is not None for m in messages)
        replied = sum(self.first_signal(m.id, "replied") is not None for m in messages)
        return {
            "contacts": len({e.contact_id for e in enrolments}),
            "runs": len({e.enrolled_at for e in enrolments}),
            "open_rate": opened / len(emails) if emails else None,
            "reply_rate": replied / len(delivered) if delivered else None,
        }

    def campaign(self, campaign_id: int, *, generous: bool) -> Counts:
        """Reached, engaged and converted to the patient: at most, or at least.

        What happens at the very instant of a switch or a touch counts only if `generous`.
        """
        touches: dict[int, int] = {}
        for contact_id, at in self.touching(campaign_id):
            if self.was_active(campaign_id, at, generous) and self.inside(campaign_id, at):
                touches[contact_id] = min(at, touches.get(contact_id, at))
        after: dict[str, set[int]] = {"engaged": set(), "converted": set()}
        for event in self.rows("SELECT * FROM event"):
            touched = touches.get(event.contact_id)
            if touched is None or not self.inside(campaign_id, event.at):
                continue
            late = event.at >= touched if generous else event.at > touched
            if late and self.was_active(campaign_id, event.at, generous):
                if event.kind in ENGAGEMENT:
                    after["engaged"].add(event.contact_id)
                if event.kind == "became_patient":
                    after["converted"].add(event.contact_id)
        return {"reached": len(touches), **{what: len(who) for what, who in after.items()}}

    def touching(self, campaign_id: int) -> Iterable[tuple[int, int]]:
        """(contact, at) of all that any asset of the campaign ever did to anybody."""
        for kind, asset in query(
            self.connection,
            "SELECT kind, asset_id FROM campaign_asset WHERE campaign_id = ?", campaign_id,
        ):  # fmt: skip
            flow = asset if kind in ("automation", "sequence") else -1
            template = asset if kind in ("email", "sms") else -1
            for walk in self.rows("SELECT * FROM enrolment WHERE flow_id = ?", flow):
                yield walk.contact_id, walk.enrolled_at
            for message in self.rows(
                "SELECT * FROM message WHERE flow_id = ? OR (template_id = ? AND channel = ?)",
                flow, template, kind,
            ):  # fmt: skip
                yield message.contact_id, message.queued_at

    def leads_to_patients(self, campaign_id: int, since: int, until: int) -> int:
        """Flips in the range, after a touch, while the campaign was active."""
        who = set()
        for event in self.rows("SELECT * FROM event WHERE kind = 'became_patient'"):
            touches = self.rows(
                "SELECT * FROM touch WHERE campaign_id = ? AND contact_id = ? AND first_at < ?",
                campaign_id, event.contact_id, event.at,
            )  # fmt: skip
            if touches and since < event.at <= until and self.status(campaign_id, event.at):
                who.add(event.contact_id)
        return len(who)

    def status(self, campaign_id: int, at: int) -> bool:
        """Whether the campaign was active just after `at`."""
        rows = self.rows("SELECT * FROM campaign_switch WHERE campaign_id = ?", campaign_id)
        states = [row.status for row in sorted(rows, key=lambda r: (r.at, r.id)) if row.at <= at]
        return bool(states) and states[-1] == "active"

    def was_active(self, campaign_id: int, at: int, generous: bool) -> bool:
        """Whether the campaign was active before and after `at`, or, `generous`, at some moment."""
        rows = self.rows("SELECT * FROM campaign_switch WHERE campaign_id = ?", campaign_id)
        rows = sorted(rows, key=lambda row: (row.at, row.id))
        states = [row.status for row in rows if row.at < at][-1:]
        states += [row.status for row in rows if row.at == at]
        active = [state == "active" for state in states]
        return any(active) if generous else bool(active) and all(active)

    def inside(self, campaign_id: int, at: int) -> bool:
        """Whether an instant is inside the campaign's dates."""
        (row,) = self.rows("SELECT * FROM campaign WHERE id = ?", campaign_id)
        day = self.day(at).isoformat()
        return (row.start_date or day) <= day <= (row.end_date or day)

    def documents(self, name: str) -> tuple[int, list[Any]]:
        """A flow's id and its versions' documents."""
        (flow,) = self.rows("SELECT * FROM flow WHERE name = ?", name)
        rows = self.rows("SELECT * FROM flow_version WHERE flow_id = ? ORDER BY id", flow.id)
        return int(flow.id), [json.loads(row.document) for row in rows]

    def first_signal(self, message_id: int, what: str) -> int | None:
        """When a message was first opened, clicked or replied to."""
        rows = self.rows("SELECT * FROM event WHERE message_id = ?", message_id)
        return min((row.at for row in rows if row.kind.endswith(f"_{what}")), default=None)

    def rows(self, sql: str, *values: object) -> list[Any]:
        """The rows of a question."""
        return list(query(self.connection, sql, *values))


def ids_of(cards: list[Any]) -> set[str]:
    """The ids of steps and of all in their lanes."""
    return {card["id"] for _, card in walk_cards(cards)}

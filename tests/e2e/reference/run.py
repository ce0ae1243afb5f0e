"""The one loop over instants (engine.md section 1, "Order inside one instant")."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.e2e.reference import checks, clock, entries, steps
from tests.e2e.reference.model import Campaign, Enrolment, Flow, World

Agenda = dict[datetime, list[Any]]


def run_reference(document: dict[str, Any]) -> list[dict[str, str]]:
    """The journal of a valid scenario document, line by line as in formats.md."""
    world = build(document)
    start, until = clock.parse(document["start"]), clock.parse(document["until"])
    timeline: Agenda = {}
    for entry in document["timeline"]:
        timeline.setdefault(clock.parse(entry["at"]), []).append(entry)
    dates = check_dates(world, start, until)
    runs = occurrences(world, start, until)
    ends = {one.ends for one in world.campaigns if one.ends is not None}
    fixed = set(timeline) | set(dates) | set(runs) | ends | {start}
    now = start
    while now <= until:
        world.now = now
        live_instant(world, timeline.get(now, []), dates.get(now, []), runs.get(now, []))
        to_come = [instant for instant in fixed if instant > now]
        to_come += [
            one.due
            for one in world.enrolments
            if one.live and one.flow.active and one.due is not None
        ]
        if not to_come:
            break
        now = min(to_come)
    # Journals show today's name, whatever the flow was called then (engine.md section 10).
    return [line | {"flow": flow.name} for flow, line in world.journal]


def build(document: dict[str, Any]) -> World:
    """The practice as it stands before its first instant."""
    zone = ZoneInfo(document["practice"]["timezone"])
    dynamic = [one for one in document.get("lists", []) if one["type"] == "dynamic"]
    world = World(document["practice"], zone, clock.parse(document["start"]), dynamic)
    for one in document.get("automations", []):
        world.flows.append(Flow("automation", len(world.flows) + 1, one["name"], one))
    for one in document.get("sequences", []):
        flow = Flow("sequence", len(world.flows) + 1, one["name"], one, one.get("active", True))
        world.flows.append(flow)
    for one in document.get("campaigns", []):
        assets = one.get("assets", [])
        names = {asset["name"] for asset in assets if asset["type"] in ("automation", "sequence")}
        flows = {flow.number for flow in world.flows if flow.name in names}
        ends = None
        if one.get("end"):
            day_after = date.fromisoformat(one["end"]) + clock.DAY
            ends = clock.instant_of(day_after, clock.time_of("00:00"), zone)
        world.campaigns.append(Campaign(one["name"], flows, ends))
    return world


def check_dates(world: World, start: datetime, until: datetime) -> Agenda:
    """The local dates to check, by the instant of their check."""
    at = clock.time_of(world.practice.get("check_time", "09:00"))
    dates: Agenda = {}
    day = clock.today(start, world.zone) - 2 * clock.DAY
    while day <= clock.today(until, world.zone) + clock.DAY:
        instant = clock.instant_of(day, at, world.zone)
        if start <= instant <= until:
            dates.setdefault(instant, []).append(day)
        day += clock.DAY
    return dates


def occurrences(world: World, start: datetime, until: datetime) -> Agenda:
    """The sequences that start a run, by instant; the rhythm is anchored to their start."""
    runs: Agenda = {}
    for flow in world.flows:
        if flow.kind != "sequence":
            continue
        first, every = clock.parse(flow.document["start"]), flow.document.get("every")
        instant, count = first, 0
        while instant <= until:
            if instant >= start:
                runs.setdefault(instant, []).append(flow)
            if not every:
                break
            count += 1
            days = count * every["amount"] * (7 if every["unit"] == "weeks" else 1)
            instant = clock.days_later(first, days, world.zone)
    return runs


def live_instant(world: World, timeline: list[Any], dates: list[date], runs: list[Flow]) -> None:
    """One instant: campaign ends, then rounds until nothing is left to do at it."""
    checks.end_campaigns(world)
    for entry in timeline:
        entries.perform(world, entry)
    for day in dates:
        checks.daily_check(world, day)
    for flow in runs:
        checks.occurrence(world, flow)
    due = due_now(world)
    while due:
        for enrolment in due:
            steps.take_step(world, enrolment)
        produced, world.produced = world.produced, []
        for take_effect in produced:
            take_effect()
        due = due_now(world)
    checks.close_sequences(world)


def due_now(world: World) -> list[Enrolment]:
    """Every enrolment due by now in a flow that is switched on, by number."""
    return [
        one
        for one in world.enrolments
        if one.live and one.flow.active and one.due is not None and one.due <= world.now
    ]

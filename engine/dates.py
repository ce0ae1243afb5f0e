"""The daily check: dynamic lists' time-based parts, birthdays, dormancy (engine.md section 5).

A cursor (day, job, contact) is kept in the transaction of each chunk, so a check that is cut
short goes on where it stopped and nobody is looked at twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db.connection import Connection
from db.queries import checks, setup
from engine.batch import Batch
from engine.calendar import DAY, anniversary_days, check_instant, local_date
from engine.catalogue import FlowState
from engine.lists import ask_lists
from engine.loading import load_contacts, load_last_event, open_batch
from engine.practice import Practice
from engine.progress import Progress, summary
from engine.record import Contact
from engine.saving import birth_day, save
from engine.vocabulary import DEFAULT_QUIET_DAYS
from engine.workspace import Workspace

CURSOR = "engine.check"
LISTS = 0
LATEST_BIRTHDAY = 2
"""Days a birthday check may be late and still be made up."""


@dataclass(frozen=True, slots=True)
class Check:
    """A place in the checks: the day, the job (0 for lists, else the flow) and the contact."""

    day: date
    job: int
    contact: int


def next_check(connection: Connection, practice: Practice) -> int | None:
    """When the next daily check is due; None before the engine's first instant."""
    place = _place(connection, practice)
    return None if place is None else check_instant(place.day, practice.check_time, practice.zone)


def run_checks(workspace: Workspace, now: int, chunk: int) -> Progress:
    """Run every daily check due at `now`, those missed while the program was off included."""
    progress = Progress()
    while _is_due(workspace, now):
        progress += _check_chunk(workspace, now, chunk)
    return progress


def _is_due(workspace: Workspace, now: int) -> bool:
    with workspace.store.read() as connection:
        due = next_check(connection, workspace.catalogue(connection).practice)
    return due is not None and due <= now


def _place(connection: Connection, practice: Practice) -> Check | None:
    cursor = setup.setting(connection, CURSOR)
    if cursor is not None:
        return Check(date.fromordinal(cursor[0]), cursor[1], cursor[2])
    begin = setup.setting(connection, setup.BEGIN)
    if begin is None:
        return None
    day = local_date(begin, practice.zone)
    if check_instant(day, practice.check_time, practice.zone) < begin:
        day += timedelta(days=1)
    return Check(day, LISTS, 0)


def _check_chunk(workspace: Workspace, now: int, chunk: int) -> Progress:
    """One job on one chunk of contacts, or on to the next day."""
    with workspace.write("checks") as connection:
        setup.lock_setting(connection, CURSOR)
        batch = open_batch(workspace, connection, now)
        place = _place(connection, batch.catalogue.practice)
        if place is None or _instant(batch, place.day) > now:
            return Progress()
        job = next((job for job in _jobs(batch, place.day) if job >= place.job), None)
        if job is None:
            _keep(connection, Check(place.day + timedelta(days=1), LISTS, 0))
            return Progress()
        after = place.contact if job == place.job else 0
        ids = _candidates(connection, batch, place.day, job, after, chunk)
        contacts = load_contacts(connection, ids)
        _run_job(workspace, connection, batch, place.day, job, contacts)
        save(connection, batch, contacts.values())
        more = len(ids) == chunk
        _keep(connection, Check(place.day, job if more else job + 1, ids[-1] if more else 0))
        return summary(batch)


def _keep(connection: Connection, place: Check) -> None:
    setup.put_setting(connection, CURSOR, [place.day.toordinal(), place.job, place.contact])


def _instant(batch: Batch, day: date) -> int:
    practice = batch.catalogue.practice
    return check_instant(day, practice.check_time, practice.zone)


def _jobs(batch: Batch, day: date) -> list[int]:
    """What the check of `day` has to do: only the latest one asks for dormancy and lists."""
    catalogue = batch.catalogue
    latest = _instant(batch, day + timedelta(days=1)) > batch.now
    jobs = [LISTS] if latest and any(rule.timed for _, rule in catalogue.rules) else []
    checked = _instant(batch, day)
    for state in catalogue.dated:
        if state.was_on(checked) and (latest or _trigger(state)["type"] == "birthday"):
            jobs.append(state.id)
    return jobs


def _trigger(state: FlowState) -> dict[str, object]:
    return dict(state.flow.trigger or {})


def _anniversary(state: FlowState, day: date) -> date:
    offset = _trigger(state)["offset"]
    return day - timedelta(days=offset if isinstance(offset, int) else 0)


def _candidates(
    connection: Connection, batch: Batch, day: date, job: int, after: int, chunk: int
) -> list[int]:
    if job == LISTS:
        return checks.everyone(connection, after, chunk)
    state = batch.catalogue.flows[job]
    if _trigger(state)["type"] == "birthday":
        return checks.born_on(connection, *_births(state, day), after, chunk)
    return checks.quiet_since(connection, job, _quiet_from(batch, state), after, chunk)


def _births(state: FlowState, day: date) -> tuple[list[int], str]:
    """The birthdays kept on `day`, each month × 100 + day, and the date all were born before."""
    kept = _anniversary(state, day)
    days = [month * 100 + number for month, number in anniversary_days(kept)]
    return days, f"{kept.year:04}-01-01"


def _quiet_from(batch: Batch, state: FlowState) -> int:
    """Whose last activity is at or before this instant is dormant."""
    quiet = _trigger(state).get("days", DEFAULT_QUIET_DAYS)
    return batch.now - (quiet if isinstance(quiet, int) else 0) * DAY


def _run_job(
    workspace: Workspace,
    connection: Connection,
    batch: Batch,
    day: date,
    job: int,
    contacts: dict[int, Contact],
) -> None:
    if job == LISTS:
        ask_lists(workspace, connection, batch, contacts, timed_only=True)
        return
    state = batch.catalogue.flows[job]
    load_last_event(connection, batch)
    # Until they were locked another desk could bar them, hear from them or put them in the flow.
    free = {id: contact for id, contact in contacts.items() if not contact.barred}
    if _trigger(state)["type"] == "birthday":
        _keep_birthdays(connection, batch, state, day, free)
    else:
        _meet_dormant(connection, batch, state, free)


def _meet_dormant(
    connection: Connection, batch: Batch, state: FlowState, contacts: dict[int, Contact]
) -> None:
    """Enrol once a dormancy."""
    quiet_from = _quiet_from(batch, state)
    rows = checks.standing(connection, contacts, state.id)
    standing = {row.contact_id: (row.live, row.latest) for row in rows}
    for contact in contacts.values():
        live, latest = standing.get(contact.id, (0, None))
        had = live or (latest is not None and latest >= contact.last_activity)
        if not had and contact.last_activity <= quiet_from:
            batch.enrol(contact, state, depth=0)


def _keep_birthdays(
    connection: Connection,
    batch: Batch,
    state: FlowState,
    day: date,
    contacts: dict[int, Contact],
) -> None:
    """Enrol once an anniversary; too long ago, say it was missed."""
    year = _anniversary(state, day).year
    days, before = _births(state, day)
    rows = checks.standing(connection, contacts, state.id, year)
    standing = {row.contact_id: (row.live, row.had) for row in rows}
    today = local_date(batch.now, batch.catalogue.practice.zone)
    missed = (today - day).days > LATEST_BIRTHDAY
    for contact in contacts.values():
        live, had = standing.get(contact.id, (0, 0))
        if had or birth_day(contact.dob) not in days or contact.dob >= before:
            continue
        if missed:
            batch.refuse(contact, state, "missed", None)
        elif live:
            batch.refuse(contact, state, "not_enrolled", "already_active")
        else:
            batch.enrol(contact, state, depth=0, occasion=year)

"""The daily check of one date-based flow, for one contact at a time (engine.md section 5)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from engine.batch import Batch
from engine.calendar import DAY, anniversary, check_instant
from engine.catalogue import FlowState
from engine.practice import Practice
from engine.record import Contact
from engine.vocabulary import DEFAULT_QUIET_DAYS


class Daily:
    """The checks of the days `first` to `last`, both included, for a flow that may be dated."""

    def __init__(self, state: FlowState, practice: Practice, first: date, last: date) -> None:
        trigger = state.flow.trigger or {}
        self._state = state
        self._type = trigger.get("type")
        self._quiet = trigger.get("days", DEFAULT_QUIET_DAYS) * DAY
        self._offset = timedelta(days=trigger.get("offset", 0))
        self._instants: dict[date, int] = {
            day: check_instant(day, practice.check_time, practice.zone)
            for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        }
        self._sorted = sorted(self._instants.values()) if self.concerns_all else []
        self._years = range(first.year - 1, last.year + 2)
        self._birthdays = lru_cache(maxsize=4096)(self._keep)

    @property
    def concerns_all(self) -> bool:
        """Whether time alone enrols: anybody may be concerned, whatever happened to them."""
        return self._type in ("birthday", "inactive")

    def next(self, contact: Contact, after: int) -> int | None:
        """The next check later than `after` that may enrol this contact as they stand now."""
        if self._type == "birthday":
            return min((at for at, _ in self._birthdays(contact.dob) if at > after), default=None)
        if self._type != "inactive" or _was_in_since_active(contact):
            return None
        earliest = max(after + 1, contact.created_at, contact.last_activity + self._quiet)
        place = bisect_left(self._sorted, earliest)
        return self._sorted[place] if place < len(self._sorted) else None

    def check(self, batch: Batch, contact: Contact) -> None:
        """Enrol who is to be enrolled, where the batch's instant is that of a check."""
        if contact.barred or contact.created_at > batch.now:
            return
        live = any(walk.live for walk in contact.walks)
        if self._type == "inactive":
            quiet = contact.last_activity <= batch.now - self._quiet
            if quiet and not live and not _was_in_since_active(contact) and self._is_check(batch):
                batch.enrol(contact, self._state, depth=0)
        elif self._type == "birthday":
            for at, year in self._birthdays(contact.dob):
                if at == batch.now and all(walk.occasion != year for walk in contact.walks):
                    self._celebrate(batch, contact, year, live)

    def _celebrate(self, batch: Batch, contact: Contact, year: int, live: bool) -> None:
        if live:
            batch.refuse(contact, self._state, "not_enrolled", "already_active")
        else:
            batch.enrol(contact, self._state, depth=0, occasion=year)

    def _is_check(self, batch: Batch) -> bool:
        place = bisect_left(self._sorted, batch.now)
        return self._sorted[place : place + 1] == [batch.now]

    def _keep(self, dob: str) -> Sequence[tuple[int, int]]:
        """(check, anniversary's year) of the checks that keep this birth."""
        if not dob:
            return ()
        born = date.fromisoformat(dob)
        days = ((anniversary(born, year) + self._offset, year) for year in self._years)
        return [
            (self._instants[day], year)
            for day, year in days
            if day in self._instants and year > born.year
        ]


def _was_in_since_active(contact: Contact) -> bool:
    return any(walk.enrolled_at >= contact.last_activity for walk in contact.walks)

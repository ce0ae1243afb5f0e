"""People from a file come in, those already known are merged (engine.md section 10, formats.md).

A chunk is one transaction, all or nothing: an import that was killed can be run again, and finds
those it already brought. A chunk asks its questions once for all its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from db import people as records
from db import shelves
from db.connection import Connection
from db.queries import events as log
from db.queries import setup
from engine.batch import Batch
from engine.campaigns import complete_ended
from engine.commands.contacts import NewContact, Past, add_contacts
from engine.commands.duplicates import Known, Matcher
from engine.commands.events import happen
from engine.commands.merging import take_in
from engine.intake.people import BOOKED, CANCELLED, COMPLETED, Happening, Person, Refusal
from engine.intake.values import fold
from engine.naming import load_names
from engine.record import Contact, Event
from engine.workspace import Workspace

BATCH = 2_000
SOURCE = "import"
T = TypeVar("T")
Progress = Callable[[int], None]
"""Told after each transaction how many rows were read so far."""

LOCK = "import.people"
"""One import at a time looks for duplicates, so that two don't create one person twice."""

_STATES = {BOOKED: "booked", COMPLETED: "completed", CANCELLED: "cancelled"}
_PLAIN = ("first_name", "last_name", "phone", "dob", "timezone", "status", "lead_source",
          "insurance_verification")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Rows read, and what became of them: every row read was created, merged or refused.

    Of those merged, `twice` are about somebody whom an earlier row of the same file was about.
    """

    read: int = 0
    created: int = 0
    merged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    twice: int = 0

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len(self.refusals)

    def __add__(self, other: ImportResult) -> ImportResult:
        return ImportResult(
            self.read + other.read,
            self.created + other.created,
            self.merged + other.merged,
            [*self.refusals, *other.refusals],
            self.twice + other.twice,
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person of a file, with what happened to them before."""

    person: Person
    visits: Sequence[Happening] = ()


def import_people(
    workspace: Workspace,
    people: Iterable[Person | Refusal],
    at: int,
    *,
    status: str = "lead",
    batch: int = BATCH,
    progress: Progress | None = None,
) -> ImportResult:
    """Take people in at `at`; `status` is for new ones whose row does not say.

    A row is refused whose owner is no user or whose list is filled by a rule; unknown providers
    and static lists are created.
    """
    arrivals = (each if isinstance(each, Refusal) else Arrival(each) for each in people)
    return import_arrivals(workspace, arrivals, at, status, batch, progress)


def import_arrivals(
    workspace: Workspace,
    arrivals: Iterable[Arrival | Refusal],
    at: int,
    status: str,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> ImportResult:
    """Take people and their visits in, `batch` rows a transaction."""
    complete_ended(workspace, at)
    total, seen = ImportResult(), Seen()
    for chunk in chunks(arrivals, batch):
        with workspace.write("import") as connection:
            setup.lock_setting(connection, LOCK)
            total += _Chunk(workspace, connection, at, status).take(chunk, seen)
        if progress is not None:
            progress(total.read)
    return total


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


class Seen:
    """Contacts by id, a bit each: millions of them in little memory."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, contact_id: int) -> bool:
        """Put one in; whether they were in before."""
        byte, bit = contact_id >> 3, 1 << (contact_id & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        known = bool(self._bits[byte] & bit)
        self._bits[byte] |= bit
        return known


class _Chunk:
    """The work of one transaction."""

    def __init__(self, workspace: Workspace, connection: Connection, at: int, status: str) -> None:
        self.workspace, self.connection, self.at, self.status = workspace, connection, at, status
        self.desk = Desk(connection)

    def take(self, chunk: Sequence[Arrival | Refusal], seen: Seen) -> ImportResult:
        """Create or merge everybody of the chunk; `seen` are those of the chunks before."""
        refusals, arrivals = [], []
        for each in chunk:
            if isinstance(each, Refusal):
                refusal: Refusal | None = self.desk.refused(each)
            else:
                refusal = self.desk.refusal(each.person)
            if refusal is not None:
                refusals.append(refusal)
            elif isinstance(each, Arrival):
                arrivals.append(each)
        told = self.desk.told(visit for each in arrivals for visit in each.visits)
        matcher = Matcher(self.connection, [each.person for each in arrivals])
        fresh: list[tuple[Known, NewContact]] = []
        merged: list[tuple[Known, NewContact]] = []
        known = []
        for each in arrivals:
            match, is_new = matcher.place(each.person)
            said = self._said(each, told, match.ref, is_new=is_new)
            (fresh if is_new else merged).append((match, said))
            known.append(match)
        self._create(fresh)
        self._merge(merged)
        records.set_refs(self.connection, matcher.new_refs())
        visits = [
            (match.id, visit)
            for match, each in zip(known, arrivals, strict=True)
            for visit in each.visits
        ]
        self.desk.put_visits(visits)
        twice = sum(seen.add(match.id) for match in known)
        return ImportResult(len(chunk), len(fresh), len(merged), refusals, twice)

    def _said(
        self, arrival: Arrival, told: set[str], ref: str | None, *, is_new: bool
    ) -> NewContact:
        person = arrival.person
        fields = self._fields(person)
        if is_new:
            fields.setdefault("status", self.status)
        return NewContact(
            SOURCE,
            fields,
            ref,
            self.desk.lists(person),
            person.archived,
            person.deceased,
            person.do_not_contact,
            withdrawals(person),
            past(arrival.visits, told, self.at),
        )

    def _fields(self, person: Person) -> dict[str, str]:
        """What the file says of the editable properties and the rest, owners and such as ids."""
        fields = {name: value for name in _PLAIN if (value := getattr(person, name))}
        if person.email:
            fields["email"] = person.email.lower()
        owner, provider = self.desk.owner(person), self.desk.provider(person.provider)
        if owner:
            fields["contact_owner"] = str(owner)
        if provider:
            fields["provider"] = str(provider)
        return fields

    def _create(self, fresh: Sequence[tuple[Known, NewContact]]) -> None:
        contacts, _ = add_contacts(
            self.workspace, self.connection, [said for _, said in fresh], self.at
        )
        for (match, _), contact in zip(fresh, contacts, strict=True):
            match.id = contact.id

    def _merge(self, merged: Sequence[tuple[Known, NewContact]]) -> None:
        said = [(match.id, each) for match, each in merged]
        take_in_all(self.workspace, self.connection, said, self.at)


def take_in_all(
    workspace: Workspace, connection: Connection, said: Sequence[tuple[int, NewContact]], at: int
) -> None:
    """What a source says of known contacts, in its order, in the open transaction."""

    def happens(batch: Batch, contacts: Mapping[int, Contact]) -> list[Event]:
        for contact_id, each in said:
            take_in(batch, contacts[contact_id], each)
        return []

    if said:
        happen(workspace, connection, list({contact_id for contact_id, _ in said}), at, happens)


def withdrawals(person: Person) -> tuple[str, ...]:
    """The channels this person wants nothing on."""
    said = (("sms", person.sms_subscription), ("email", person.email_subscription))
    return tuple(channel for channel, wanted in said if wanted is False)


def past(visits: Sequence[Happening], told: set[str], now: int) -> tuple[Past, ...]:
    """The visits that were not told before, in order of time and never in the future."""
    new = {visit_key(visit): visit for visit in visits if visit_key(visit) not in told}
    events = [Past(visit.kind, min(visit.at, now), key) for key, visit in new.items()]
    return tuple(sorted(events, key=lambda event: event.at))


def visit_key(visit: Happening) -> str:
    """What a visit is called in the log, so that it counts once."""
    return f"fhir:{visit.ref}:{visit.kind}"


class Desk:
    """The names of a chunk's rows and their ids; what may be created is, on the way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        names = load_names(connection)
        self._users = {fold(name): id for name, id in names.users.items()}
        self._providers = {fold(name): id for name, id in names.providers.items()}
        self._lists = {fold(name): id for name, id in names.lists.items()}
        self._static = {fold(name) for name in names.static_lists}

    def refusal(self, person: Person) -> Refusal | None:
        """Why this person can't be taken. Who is barred always is: that word must not be lost."""
        if person.do_not_contact or person.deceased or person.archived:
            return None
        wrong = self._faults(person)
        if not wrong:
            return None
        return Refusal(person.row, *wrong[0], person.cells, others=tuple(wrong[1:]))

    def refused(self, refusal: Refusal) -> Refusal:
        """A row refused already, with what else is wrong with the person it names."""
        more = self._faults(refusal.person) if refusal.person else []
        return replace(refusal, others=(*refusal.others, *more), person=None)

    def _faults(self, person: Person) -> list[tuple[str, str]]:
        wrong = []
        if person.owner and fold(person.owner) not in self._users:
            wrong.append(("owner", "is no user here: add them first, or leave it empty"))
        if any(self._is_dynamic(name) for name in person.lists):
            wrong.append(("lists", "names a dynamic list, which only its rule fills"))
        return wrong

    def _is_dynamic(self, name: str) -> bool:
        return fold(name) in self._lists and fold(name) not in self._static

    def owner(self, person: Person) -> int | None:
        """The user who is to look after this person."""
        return self._users.get(fold(person.owner)) if person.owner else None

    def provider(self, name: str | None) -> int | None:
        """The provider of this name, new or known."""
        if not name:
            return None
        key = fold(name)
        if key not in self._providers:
            self._providers[key] = shelves.add_named(self._connection, "provider", name)
        return self._providers[key]

    def lists(self, person: Person) -> list[int]:
        """The static lists of this person, new or known."""
        found = [self._list(name) for name in person.lists if not self._is_dynamic(name)]
        return list(dict.fromkeys(found))

    def _list(self, name: str) -> int:
        key = fold(name)
        if key not in self._lists:
            self._lists[key] = shelves.add_list(self._connection, name, None)
            self._static.add(key)
            setup.touch_catalogue(self._connection)
        return self._lists[key]

    def told(self, visits: Iterable[Happening]) -> set[str]:
        """The keys of those visits that are in the log already."""
        keys = {visit_key(visit) for visit in visits}
        return log.known_keys(self._connection, keys) if keys else set()

    def put_visits(self, visits: Iterable[tuple[int, Happening]]) -> None:
        """Keep the appointments themselves: (contact, visit)."""
        records.put_visits(
            self._connection,
            [
                (visit.ref, contact, self.provider(visit.provider), visit.at, _STATES[visit.kind])
                for contact, visit in visits
            ],
        )

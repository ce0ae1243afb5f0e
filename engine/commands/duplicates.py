"""Who of a file is known already: by ref, email, phone, or name and date of birth.

People of one family share an address and a telephone, so a match whose first name and date of
birth both differ is somebody else. Two patients of one clinical export are one person only if
neither differs: the same visitor registered twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.connection import Connection
from db.queries import people
from engine.intake.people import Person
from engine.intake.values import fold

Key = tuple[str, ...]

_CLINICAL = "Patient/"
_MOST = 50
"""An address or number that more people share than this is the practice's own, and nobody's."""


@dataclass(slots=True, eq=False)
class Known:
    """Someone in the store, or to be there: `id` is 0 until they are."""

    id: int
    ref: str | None
    first_name: str
    last_name: str
    dob: str


class Matcher:
    """Everybody a chunk's people could be, found in one question a key."""

    def __init__(self, connection: Connection, chunk: Sequence[Person]) -> None:
        self._index: dict[Key, list[Known]] = {}
        self._refs: list[tuple[str, Known]] = []
        by_id: dict[int, Known] = {}
        for row in sorted(_candidates(connection, chunk), key=lambda row: int(row.id)):
            if row.id not in by_id:
                id, ref, email, phone, first, last, dob = row
                by_id[id] = Known(id, ref, first, last, dob)
                self._learn(by_id[id], _keys(ref, email, phone, first, last, dob))

    def place(self, person: Person) -> tuple[Known, bool]:
        """Who this person is, and whether they are new; later rows find them."""
        keys = list(_person_keys(person))
        match = self._find(person, keys)
        is_new = match is None
        if match is None:
            match = Known(0, None, "", "", "")
        if person.ref and match.ref is None and ("ref", person.ref) not in self._index:
            match.ref = person.ref
            if not is_new:
                self._refs.append((person.ref, match))
        else:
            keys = [key for key in keys if key[0] != "ref"]
        match.first_name = person.first_name or match.first_name
        match.last_name = person.last_name or match.last_name
        match.dob = person.dob or match.dob
        self._learn(match, keys)
        return match, is_new

    def new_refs(self) -> list[tuple[str, int]]:
        """The refs that known people got: (ref, contact)."""
        return [(ref, match.id) for ref, match in self._refs]

    def _find(self, person: Person, keys: Sequence[Key]) -> Known | None:
        for key in keys:
            matches = self._index.get(key, ())
            for match in matches if len(matches) <= _MOST else ():
                if _is_one(match, person, key[0]):
                    return match
        return None

    def _learn(self, known: Known, keys: Iterable[Key]) -> None:
        for key in keys:
            found = self._index.setdefault(key, [])
            if len(found) <= _MOST and known not in found:
                found.append(known)


def _short_for(one: str, other: str) -> bool:
    """Ann and Anne, Rob and Robert; not Bob and Robert, whom only a person can tell."""
    return one.startswith(other) or other.startswith(one)


def _is_one(match: Known, person: Person, by: str) -> bool:
    """Whether nothing speaks against the match.

    A spreadsheet's ids are its own: the next file counts from 1 again. So they need the name.
    A household shares a number: first names of which none is short for the other then need the
    same birth date.
    """
    first = fold(match.first_name) == fold(person.first_name or "")
    if by == "ref":
        last = fold(match.last_name) == fold(person.last_name or "")
        return (first and last) or (person.ref or "").startswith(_CLINICAL)
    born = match.dob == person.dob or not (match.dob and person.dob)
    both = (match.ref or "", person.ref or "")
    if both[0] != both[1] and all(ref.startswith(_CLINICAL) for ref in both):
        return first and born
    if by == "phone":
        alike = _short_for(fold(match.first_name), fold(person.first_name or ""))
        born = born and (alike or bool(match.dob and person.dob))
    return first or born or not (match.first_name and person.first_name)


def _person_keys(person: Person) -> Iterator[Key]:
    return _keys(
        person.ref, person.email, person.phone,
        person.first_name or "", person.last_name or "", person.dob,
    )  # fmt: skip


def _keys(
    ref: str | None, email: str | None, phone: str | None, first: str, last: str, dob: str | None
) -> Iterator[Key]:
    """What to know somebody by, the surest first."""
    if ref:
        yield "ref", ref
    if email:
        yield "email", email.lower()
    if phone:
        yield "phone", phone
    if dob and (first or last):
        yield "born", dob, fold(first), fold(last)


def _candidates(connection: Connection, chunk: Sequence[Person]) -> Iterator[Any]:
    refs = {person.ref for person in chunk if person.ref}
    emails = {form for p in chunk if p.email for form in (p.email, p.email.lower())}
    phones = {person.phone for person in chunk if person.phone}
    births = {birth for person in chunk for birth in _births(person)}
    if refs:
        yield from people.by_refs(connection, refs)
    if emails:
        yield from people.by_emails(connection, emails)
    if phones:
        yield from people.by_phones(connection, phones)
    if births:
        yield from people.by_births(connection, births)


def _births(person: Person) -> Iterator[tuple[str, str, str]]:
    """Name and date of birth as one may have written them: some lists shout."""
    first, last = person.first_name or "", person.last_name or ""
    if person.dob and (first or last):
        yield last, first, person.dob
        yield last.upper(), first.upper(), person.dob
        yield last.title(), first.title(), person.dob

"""The table of contacts (screens.md section 8): its rows by page, and who is meant by a search.

A million people are never read at once: `anchors` are the keys of every thousandth row, from
which any page is a short walk.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from db.connection import Connection
from db.folding import folded
from db.queries import contacts_page, people, setup
from db.queries.contacts_page import Key
from engine.calendar import local_date
from engine.practice import read_practice
from engine.wording.local import Ways, phone_words, ways
from engine.wording.times import day_words

STRIDE: Final = 1_000
"""Rows from one anchor to the next."""
EVERYBODY: Final = (1 << 63) - 1
WORDS: Final = 6
"""Words of a name between which the last name may begin."""
FEWEST: Final = 3
"""Letters it takes to look for an address, and digits to look for a telephone number."""
_DIALLED: Final = frozenset("+()-./ ")

Ids = Sequence[int]


class Order(NamedTuple):
    """What the table is sorted by."""

    by: Literal["name", "last_activity"] = "name"
    descending: bool = False


class Person(NamedTuple):
    """A row of the table; `phone` and `last_activity`, a day, are as people write them."""

    id: int
    name: str
    status: str
    phone: str
    email: str
    owner: str
    last_activity: str
    archived: bool
    deceased: bool
    do_not_contact: bool


class Span(NamedTuple):
    """`length` rows, the first of them `offset` rows behind the row of an anchor."""

    anchor: Key
    offset: int
    length: int


def ways_here(connection: Connection) -> Ways:
    """How the practice's country writes what people are told apart by."""
    return ways(read_practice(setup.settings(connection)).region)


def count(connection: Connection) -> int:
    """How many people there are."""
    return people.count(connection)


def anchors(connection: Connection, order: Order, last: Key | None, most: int) -> list[Key]:
    """Up to `most` anchors behind `last`, or from the first row on; fewer at the end."""
    found: list[Key] = []
    while len(found) < most:
        step = 0 if last is None else STRIDE
        last = contacts_page.key_at(connection, order.by, last, step, descending=order.descending)
        if last is None:
            break
        found.append(last)
    contacts_page.forget_pages(connection)
    return found


def span_ids(connection: Connection, order: Order, spans: Iterable[Span]) -> Ids:
    """The ids of rows, in the order of the table."""
    found = array("q")
    for span in spans:
        found.extend(
            contacts_page.ids_at(
                connection, order.by, *span, descending=order.descending,
            )
        )  # fmt: skip
    return found


def everyone(connection: Connection) -> Ids:
    """The ids of all people."""
    return array("q", contacts_page.everyone(connection))


def in_order(connection: Connection, order: Order) -> Ids:
    """The ids of all people, in the order of the table."""
    return array("q", contacts_page.in_order(connection, order.by, descending=order.descending))


def rows(connection: Connection, ids: Ids) -> list[Person]:
    """The rows of these people, in this order, without those who are gone."""
    found = {row.id: row for row in contacts_page.rows(connection, ids)}
    contacts_page.forget_pages(connection)
    practice = read_practice(setup.settings(connection))
    return [
        Person(
            row.id, f"{row.first_name} {row.last_name}".strip(), row.status,
            phone_words(row.phone, practice.region), row.email, row.owner or "",
            day_words(local_date(row.last_activity, practice.zone)), bool(row.archived),
            bool(row.deceased), bool(row.do_not_contact),
        )
        for row in (found.get(id) for id in ids) if row is not None
    ]  # fmt: skip


def find(connection: Connection, text: str, order: Order, most: int = EVERYBODY) -> Ids:
    """The ids of all people meant by what was typed so far, or of the first by name.

    That is the beginning of a last name, of a first name, of both, of an email address or of a
    telephone number: found in this order, each by itself, unless it is by last activity. Names
    are compared as `db.folding` has them.
    """
    wanted = " ".join(text.split())
    if not wanted.isprintable():
        return array("q")
    found = dict.fromkeys(contacts_page.by_names(connection, _names(wanted), most))
    if " " not in wanted and len(wanted) >= FEWEST:
        mailboxes = contacts_page.by_reach(connection, "email", [wanted.lower()], most)
        found.update(dict.fromkeys(mailboxes))
    numbers = _numbers(wanted)
    if numbers:
        found.update(dict.fromkeys(contacts_page.by_reach(connection, "phone", numbers, most)))
    if order.by == "name":
        return array("q", reversed(found) if order.descending else found)
    return array("q", contacts_page.by_activity(connection, found, descending=order.descending))


def first_found(connection: Connection, text: str, most: int) -> list[Person]:
    """The first people meant by what was typed so far."""
    return rows(connection, find(connection, text, Order(), most)[:most])


def _names(wanted: str) -> list[tuple[str, str]]:
    """(last, first) beginnings that a person may mean, folded, in the ways names are written."""
    last, comma, first = wanted.partition(",")
    if comma:
        pairs = [(folded(last), folded(first))]
    else:
        words = folded(wanted).split()
        pairs = [(" ".join(words), ""), ("", " ".join(words))]
        for place in range(min(len(words), WORDS) - 1, 0, -1):
            before, after = " ".join(words[:place]), " ".join(words[place:])
            pairs += [(after, before), (before, after)]
    return [pair for pair in dict.fromkeys(pairs) if any(pair)]


def _numbers(wanted: str) -> list[str]:
    """The beginnings of numbers, as they are kept: with + and country, North America's first."""
    digits = "".join(letter for letter in wanted if letter.isascii() and letter.isdigit())
    other = {letter for letter in wanted if not letter.isdigit()}
    if len(digits) < FEWEST or not other <= _DIALLED:
        return []
    return [f"+{digits}"] if wanted.startswith("+") else [f"+1{digits}", f"+{digits}"]

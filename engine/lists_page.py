"""The lists (screens.md section 8): how many are on each, by what rule, and what uses it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from db.connection import Connection
from db.queries import listing, lists_page, uses
from engine.documents.names import Labels
from engine.documents.references import rule_to_public
from engine.documents.references import uses as references
from engine.naming import load_names
from engine.people import EVERYBODY, Ids, Person, rows
from engine.wording.filters import rule_words

PAGE: Final = 200


class ListRow(NamedTuple):
    """A list; `rule` in words, '' for a static one; `used_by` in words, '' by nothing."""

    id: int
    name: str
    static: bool
    size: int
    rule: str
    used_by: str


class Members(NamedTuple):
    """Some of the people on a list, by id, and whether there are more behind them."""

    people: list[Person]
    more: bool


def lists(connection: Connection) -> list[ListRow]:
    """All lists, by name."""
    labels = load_names(connection).inverse()
    used = _used_by(connection, None)
    return [_row(row, labels, used[row.id]) for row in listing.lists(connection)]


def list_row(connection: Connection, list_id: int) -> ListRow | None:
    """One list, or None if it is gone; no other is counted or read for it."""
    row = lists_page.entry(connection, list_id)
    if row is None:
        return None
    labels = load_names(connection).inverse()
    return _row(row, labels, _used_by(connection, list_id)[list_id])


def _row(row: Any, labels: Labels, used_by: Iterable[str]) -> ListRow:
    rule = "" if row.rule is None else rule_words(rule_to_public(json.loads(row.rule), labels))
    return ListRow(row.id, row.name, row.kind == "static", row.size, rule, ", ".join(used_by))


def members(connection: Connection, list_id: int, most: int) -> Members:
    """The first people on a list."""
    ids = lists_page.members(connection, list_id, 0, most + 1)
    return Members(rows(connection, ids[:most]), len(ids) > most)


def everyone_on(connection: Connection, list_id: int) -> Ids:
    """The ids of all people on a list, in the order in which `members` shows them."""
    return lists_page.members(connection, list_id, 0, EVERYBODY)


def _used_by(connection: Connection, list_id: int | None) -> dict[int, list[str]]:
    """Flows, lists and campaigns that name each list; of one, most others are not read."""
    used: dict[int, list[str]] = defaultdict(list)
    for kind, name, document in uses.flow_documents(connection, "list", list_id):
        for what, id in sorted(references(document)):
            if what == "list":
                used[id].append(f"{kind} “{name}”")
    for own, name, rule in uses.list_rules(connection):
        for what, id in sorted(references(rule)):
            if what == "list" and id != own:
                used[id].append(f"list “{name}”")
    for id, name in lists_page.campaigns(connection):
        used[id].append(f"campaign “{name}”")
    return used

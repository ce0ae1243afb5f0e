"""The lists (screens.md section 8): how many are on each, by what rule, and what uses it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Final, NamedTuple

from db.connection import Connection
from db.queries import listing, lists_page, uses
from engine.documents.references import rule_to_public
from engine.documents.references import uses as references
from engine.naming import load_names
from engine.people import Person, rows
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
    used = _used_by(connection)
    return [
        ListRow(
            row.id, row.name, row.kind == "static", row.size,
            "" if row.rule is None else rule_words(rule_to_public(json.loads(row.rule), labels)),
            ", ".join(used[row.id]),
        )
        for row in listing.lists(connection)
    ]  # fmt: skip


def members(connection: Connection, list_id: int, after: int) -> Members:
    """The next people on a list behind an id."""
    ids = lists_page.members(connection, list_id, after, PAGE + 1)
    return Members(rows(connection, ids[:PAGE]), len(ids) > PAGE)


def _used_by(connection: Connection) -> dict[int, list[str]]:
    """Flows, lists and campaigns that name each list."""
    used: dict[int, list[str]] = defaultdict(list)
    for kind, name, document in uses.flow_documents(connection):
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

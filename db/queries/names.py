"""What is called what: names and ids of everything documents refer to."""

from __future__ import annotations

from collections.abc import Mapping

from db.connection import Connection
from db.sql import query

_NAMED = {
    "users": "SELECT name, id FROM staff ORDER BY id",
    "providers": "SELECT name, id FROM provider ORDER BY id",
    "forms": "SELECT name, id FROM form ORDER BY id",
    "lists": "SELECT name, id FROM contact_list ORDER BY id",
    "emails": "SELECT name, id FROM template WHERE channel = 'email' ORDER BY id",
    "texts": "SELECT name, id FROM template WHERE channel = 'sms' ORDER BY id",
    "automations": "SELECT name, id FROM flow WHERE kind = 'automation' AND status <> 'deleted'",
    "sequences": "SELECT name, id FROM flow WHERE kind = 'sequence' AND status <> 'deleted'",
    "campaigns": "SELECT name, id FROM campaign ORDER BY id",
}


def names(connection: Connection) -> Mapping[str, Mapping[str, int]]:
    """Name → id, by the kinds of `engine.documents.names.Names`."""
    return {
        kind: {name: int(id) for name, id in query(connection, sql)} for kind, sql in _NAMED.items()
    }


def static_lists(connection: Connection) -> frozenset[str]:
    """The names of lists that are filled by hand and by steps."""
    return frozenset(
        row[0] for row in query(connection, "SELECT name FROM contact_list WHERE kind = 'static'")
    )

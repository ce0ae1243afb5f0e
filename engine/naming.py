"""The practice's names and ids, as documents refer to them."""

from __future__ import annotations

from db.connection import Connection
from db.queries import names as rows
from engine.documents.names import Names


def load_names(connection: Connection) -> Names:
    """What exists now, by name."""
    return Names(**rows.names(connection), static_lists=rows.static_lists(connection))

"""A whole practice from one store into another that is still empty."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db.bulk import copy_rows
from db.errors import KnownError
from db.models import metadata
from db.queries import finding, setup

_CHUNK = 5000


def pour(source: Connection, target: Connection) -> None:
    """Put all of `source` in the place of what is in `target`, in its open write transaction.

    Raises KnownError if there is a practice in `target` already.
    """
    setup.own(target)
    if not finding.is_empty(target):
        raise KnownError("There is a practice in this store already.")
    for table in reversed(metadata.sorted_tables):
        target.execute(table.delete())
    for table in metadata.sorted_tables:
        rows = source.execution_options(yield_per=_CHUNK).execute(select(table))
        copy_rows(target, table.name, table.c.keys(), (tuple(row) for row in rows))
        if "id" in table.c and target.dialect.name == "postgresql":
            target.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id))"
                f" FROM {table.name} HAVING max(id) IS NOT NULL"
            )

"""How Alembic reaches the store: over the connection, and the transaction, it is handed."""

from __future__ import annotations

from alembic import context

from db.models import metadata
from db.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # Else a migration that fails on SQLite stays half applied.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Names are searched for in any case, with or without accents, apostrophes and hyphens.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.folding import folded

revision = "0008"
down_revision = "0007"

_CHUNK = 10_000


def upgrade() -> None:
    """Add the folded names of everybody, and find people by them."""
    with op.batch_alter_table("contact") as batch:
        for column in ("folded_first", "folded_last"):
            batch.add_column(
                sa.Column(column, sa.Text(), nullable=False, server_default=sa.text("''"))
            )
    store, last = op.get_bind(), -1
    read = sa.text(
        "SELECT id, first_name, last_name FROM contact WHERE id > :last ORDER BY id LIMIT :most"
    )
    write = sa.text("UPDATE contact SET folded_first = :first, folded_last = :last WHERE id = :id")
    while rows := store.execute(read, {"last": last, "most": _CHUNK}).all():
        last = rows[-1].id
        store.execute(
            write,
            [
                {"id": row.id, "first": folded(row.first_name), "last": folded(row.last_name)}
                for row in rows
            ],
        )
    op.drop_index("ix_contact_first_name", "contact")
    op.create_index("ix_contact_folded_last", "contact", ["folded_last", "folded_first"])
    op.create_index("ix_contact_folded_first", "contact", ["folded_first", "folded_last"])

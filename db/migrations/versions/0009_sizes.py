"""How many are on each list is kept, and whose tasks are due when is found without the rest.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Count those who are on each list; add the index."""
    with op.batch_alter_table("contact_list") as batch:
        batch.add_column(
            sa.Column("size", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
    op.execute(
        """UPDATE contact_list SET size = (SELECT COUNT(*) FROM list_member
        WHERE list_member.list_id = contact_list.id)"""
    )
    only = sa.text("done_at IS NULL")
    op.create_index(
        "ix_task_whose", "task", ["user_id", "due_at"], sqlite_where=only, postgresql_where=only
    )

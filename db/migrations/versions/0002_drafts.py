"""Flows as they are being drawn, kept for each desk.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table of drafts."""
    op.create_table(
        "draft",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("flow_id", BIG, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("base_version", BIG),
        sa.Column("unsaved", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("desk", "kind", "flow_id"),
    )

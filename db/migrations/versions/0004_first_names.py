"""People are found by their first names too.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_contact_first_name", "contact", ["first_name", "last_name"])

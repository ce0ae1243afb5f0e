"""The enrolments behind a number are found by when they began.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_enrolment_flow_id", "enrolment", ["flow_id", "enrolled_at", "id"])

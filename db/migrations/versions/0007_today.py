"""What a trigger finds today is read without the rest of the log.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the index."""
    only = sa.text(
        "kind IN ('form_submitted', 'property_changed', 'email_opened', 'email_clicked',"
        " 'sms_replied')"
    )
    op.create_index(
        "ix_event_today", "event", ["kind", "at"], sqlite_where=only, postgresql_where=only
    )

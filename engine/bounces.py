"""Messages that came back after their channel had taken them (engine.md section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from db import outbox
from db.connection import Connection
from db.queries import setup
from engine.calendar import local_date
from engine.record import Line
from engine.saving import add_lines
from engine.workspace import Workspace

CAME_BACK: Final = {"email_bounced": ("email", "bounced"), "sms_failed": ("sms", "failed")}
"""The channel of each fact that says so, and what it makes of the message."""


def take_back_delivery(
    workspace: Workspace, connection: Connection, kind: str, codes: Mapping[int, str], at: int
) -> None:
    """Settle messages, by id with the code given, of which a fact of `kind` tells at `at`.

    They leave the delivered figures of the day they were counted on, and the journal says so.
    """
    channel, state = CAME_BACK[kind]
    # What is set up before messages, as everywhere.
    setup.share(connection)
    zone = workspace.catalogue(connection).practice.zone
    rows = outbox.come_back(connection, codes, channel, state)
    walked = [row for row in rows if row.flow_id is not None]
    for row in walked:
        if row.delivered_at is not None:
            day = local_date(row.delivered_at, zone).toordinal()
            outbox.add_day_counts(connection, day, "delivered", [(row.flow_id, row.step, -1)])
    lines = [
        Line(
            at, row.contact_id, row.flow_id, row.enrolment_id, row.version_id, row.step, state,
            codes[row.id] or None,
        )
        for row in walked
    ]  # fmt: skip
    add_lines(connection, lines)

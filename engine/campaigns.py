"""Campaigns end by themselves, at local midnight (engine.md section 8)."""

from __future__ import annotations

from db import shelf
from db.queries import setup
from engine.workspace import Workspace


def complete_ended(workspace: Workspace, now: int) -> None:
    """Complete every campaign whose end date is over at `now`, also when the program was off.

    The journal of its status says the midnight it ended at, not when that was noticed.
    """
    with workspace.store.read() as connection:
        ends = workspace.catalogue(connection).next_campaign_end
    if ends is None or ends > now:
        return
    with workspace.write("campaign_end") as connection:
        for campaign in workspace.catalogue(connection).campaigns:
            over = campaign.ends_at is not None and campaign.ends_at <= now
            if over and campaign.status != "completed" and campaign.ends_at is not None:
                shelf.switch_campaign(connection, campaign.id, "completed", campaign.ends_at)
        setup.touch_catalogue(connection)

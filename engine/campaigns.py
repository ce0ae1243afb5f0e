"""Campaigns end by themselves, at local midnight (engine.md section 8)."""

from __future__ import annotations

from db import shelf
from db.connection import Connection
from db.queries import setup
from engine.catalogue import Catalogue
from engine.workspace import Workspace


def complete_ended(workspace: Workspace, now: int) -> None:
    """Complete every campaign whose end date is over at `now`, also when the program was off."""
    with workspace.store.read() as connection:
        if not _any_ended(workspace.catalogue(connection), now):
            return
    with workspace.write("campaign_end") as connection:
        up_to_date(workspace, connection, now)


def up_to_date(workspace: Workspace, connection: Connection, now: int) -> Catalogue:
    """What is set up, once the campaigns that are over at `now` are completed.

    The history of their status says the midnight they ended at, not when that was noticed.
    """
    catalogue = workspace.catalogue(connection)
    if not _any_ended(catalogue, now):
        return catalogue
    # Before looking again: another engine may just have completed them.
    setup.lock_setting(connection, "campaigns")
    catalogue = workspace.catalogue(connection)
    for campaign in catalogue.campaigns:
        over = campaign.ends_at is not None and campaign.ends_at <= now
        if over and campaign.status != "completed" and campaign.ends_at is not None:
            shelf.switch_campaign(connection, campaign.id, "completed", campaign.ends_at)
    setup.touch_catalogue(connection)
    return workspace.catalogue(connection)


def _any_ended(catalogue: Catalogue, now: int) -> bool:
    ends = catalogue.next_campaign_end
    return ends is not None and ends <= now

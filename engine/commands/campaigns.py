"""Campaigns: save, switch, delete (engine.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from db import shelf
from db.errors import DocumentError, KnownError
from db.queries import setup
from engine.campaigns import complete_ended
from engine.catalogue import CampaignState
from engine.commands.events import begin
from engine.documents.campaign import check_campaign
from engine.naming import load_names
from engine.workspace import Workspace


def save_campaign(workspace: Workspace, document: Mapping[str, Any], at: int) -> int:
    """A new campaign, active from now on, from its public document; its number.

    Raises DocumentError with every fault, KnownError if the name is taken.
    """
    with workspace.write("campaigns") as connection:
        begin(connection, at)
        names = load_names(connection)
        faults = check_campaign(document, names).faults
        if faults:
            raise DocumentError(faults)
        if document["name"] in names.campaigns:
            raise KnownError(f"There already is a campaign called {document['name']!r}.", 2)
        campaign_id = shelf.add_campaign(
            connection, document["name"], document.get("goal"),
            (document.get("start"), document.get("end")), document.get("notes", ""), at,
        )  # fmt: skip
        assets = [
            (asset["type"], names.of(asset["type"])[asset["name"]])
            for asset in document.get("assets", ())
        ]
        shelf.set_assets(connection, campaign_id, assets)
        shelf.switch_campaign(connection, campaign_id, "active", at)
        setup.touch_catalogue(connection)
    complete_ended(workspace, at)
    return campaign_id


def activate(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Make a campaign active: what it held goes on. Raises KnownError once it is completed."""
    complete_ended(workspace, at)
    with workspace.write("campaigns") as connection:
        state = _open(workspace, connection, campaign_id)
        if state.status == "active":
            return
        shelf.switch_campaign(connection, campaign_id, "active", at)
        _release(workspace, connection, state, at)


def pause(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Make a campaign inactive. Raises KnownError once it is completed."""
    complete_ended(workspace, at)
    with workspace.write("campaigns") as connection:
        if _open(workspace, connection, campaign_id).status == "active":
            shelf.switch_campaign(connection, campaign_id, "inactive", at)
            setup.touch_catalogue(connection)


def delete(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Delete a campaign; its assets stay, and what only it held goes on."""
    with workspace.write("campaigns") as connection:
        state = _state(workspace, connection, campaign_id)
        shelf.delete_campaign(connection, campaign_id)
        _release(workspace, connection, state, at)


def _release(workspace: Workspace, connection: Connection, state: CampaignState, at: int) -> None:
    """Let the flows go on that no campaign holds any more."""
    held = workspace.catalogue(connection).held
    setup.touch_catalogue(connection)
    free = held - workspace.catalogue(connection).held
    flows = [asset for kind, asset in state.assets if asset in free and kind in FLOWS]
    shelf.release(connection, flows, at)
    shelf.forget_told(connection, flows)


FLOWS = ("automation", "sequence")


def _state(workspace: Workspace, connection: Connection, campaign_id: int) -> CampaignState:
    for state in workspace.catalogue(connection).campaigns:
        if state.id == campaign_id:
            return state
    raise KnownError("This campaign no longer exists.", 2)


def _open(workspace: Workspace, connection: Connection, campaign_id: int) -> CampaignState:
    state = _state(workspace, connection, campaign_id)
    if state.status == "completed":
        raise KnownError(
            f"The campaign {state.name!r} is completed and read-only: create a new one.", 2
        )
    return state

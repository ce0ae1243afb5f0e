"""Campaigns: save, switch, delete (engine.md section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from db import outbox, shelf
from db.connection import Connection
from db.errors import KnownError
from db.queries import setup
from engine.campaigns import complete_ended, up_to_date
from engine.catalogue import CampaignState
from engine.documents.campaign import check_campaign
from engine.documents.names import Names
from engine.naming import load_names
from engine.workspace import Workspace


def save_campaign(workspace: Workspace, document: Mapping[str, Any], at: int) -> int:
    """A new campaign, active from now on, from its public document; its number.

    What other campaigns held and it does not goes on. Raises DocumentError with every fault,
    KnownError if the name is taken.
    """
    with workspace.write("campaigns", sets_up=True) as connection:
        return add_campaign(workspace, connection, document, at)


def add_campaign(
    workspace: Workspace, connection: Connection, document: Mapping[str, Any], at: int
) -> int:
    """`save_campaign` in a transaction the caller has open."""
    setup.begin(connection, at)
    names = _checked(connection, document)
    if document["name"] in names.campaigns:
        raise KnownError(f"There already is a campaign called {document['name']!r}.", 2)
    with _releasing(workspace, connection, at):
        campaign_id = shelf.add_campaign(connection, *_settings(document), at)
        shelf.set_assets(connection, campaign_id, _assets(document, names))
        shelf.switch_campaign(connection, campaign_id, "active", at)
    return campaign_id


def edit_campaign(
    workspace: Workspace, campaign_id: int, document: Mapping[str, Any], at: int
) -> None:
    """Give a campaign new settings and assets; what it holds no more goes on.

    Raises DocumentError with every fault, KnownError once it is completed or if another
    campaign has the name.
    """
    complete_ended(workspace, at)
    with workspace.write("campaigns", sets_up=True) as connection:
        change_campaign(workspace, connection, campaign_id, document, at)


def change_campaign(
    workspace: Workspace,
    connection: Connection,
    campaign_id: int,
    document: Mapping[str, Any],
    at: int,
) -> None:
    """`edit_campaign` in a transaction the caller has open, ended campaigns completed before it."""
    _open(workspace, connection, campaign_id)
    names = _checked(connection, document)
    if names.campaigns.get(document["name"], campaign_id) != campaign_id:
        raise KnownError(f"Another campaign is called {document['name']!r}.", 2)
    with _releasing(workspace, connection, at):
        shelf.update_campaign(connection, campaign_id, *_settings(document))
        shelf.set_assets(connection, campaign_id, _assets(document, names))


def _checked(connection: Connection, document: Mapping[str, Any]) -> Names:
    names = load_names(connection)
    check_campaign(document, names).refuse()
    return names


def _settings(
    document: Mapping[str, Any],
) -> tuple[str, str | None, tuple[str | None, str | None], str]:
    """Name, goal, dates and notes, as the store takes them."""
    dates = (document.get("start"), document.get("end"))
    return document["name"], document.get("goal"), dates, document.get("notes", "")


def _assets(document: Mapping[str, Any], names: Names) -> list[tuple[str, int]]:
    return [
        (asset["type"], names.of(asset["type"])[asset["name"]])
        for asset in document.get("assets", ())
    ]


def activate(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Make a campaign active: what it held goes on. Raises KnownError once it is completed."""
    complete_ended(workspace, at)
    with workspace.write("campaigns", sets_up=True) as connection:
        state = _open(workspace, connection, campaign_id)
        if state.status == "active":
            return
        with _releasing(workspace, connection, at):
            shelf.switch_campaign(connection, campaign_id, "active", at)


def pause(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Make a campaign inactive. Raises KnownError once it is completed."""
    complete_ended(workspace, at)
    with workspace.write("campaigns", sets_up=True) as connection:
        if _open(workspace, connection, campaign_id).status == "active":
            shelf.switch_campaign(connection, campaign_id, "inactive", at)
            setup.touch_catalogue(connection)


def delete(workspace: Workspace, campaign_id: int, at: int) -> None:
    """Delete a campaign; its assets stay, and what only it held goes on."""
    with workspace.write("campaigns", sets_up=True) as connection:
        _state(workspace, connection, campaign_id)
        with _releasing(workspace, connection, at):
            shelf.delete_campaign(connection, campaign_id)


@contextmanager
def _releasing(workspace: Workspace, connection: Connection, at: int) -> Iterator[None]:
    """Let the flows go on that no campaign holds any more once the block has changed campaigns.

    A campaign that the change ends is completed first: it frees nobody.
    """
    held = workspace.catalogue(connection).held
    yield
    setup.touch_catalogue(connection)
    free = held - up_to_date(workspace, connection, at).held
    shelf.release(connection, free, at)
    shelf.forget_told(connection, free)
    outbox.release(connection, free, at)


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

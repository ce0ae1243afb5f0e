"""Whom inactive campaigns hold goes on once none holds them any more (engine.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.session import open_store
from engine.calendar import DAY, HOUR, MINUTE
from engine.commands import campaigns
from engine.commands.bundles import import_document
from engine.runner import advance
from tests.integration.desk import EMAIL, NOON, Desk


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    """Ann stands still in a flow that only an inactive campaign has."""
    store = open_store(store_url)
    desk = Desk(store).set_up(EMAIL)
    campaigns.pause(
        desk.workspace, campaigns.save_campaign(desk.workspace, campaign("One"), NOON), NOON
    )
    desk.ask(desk.person("Ann"))
    yield desk
    store.close()


def campaign(name: str, **more: Any) -> dict[str, Any]:
    assets = [{"type": "automation", "name": "Answer"}]
    return {"format": "practice-crm/campaign@1", "name": name, "assets": assets, **more}


def test_a_new_campaign_releases_what_it_frees(desk: Desk) -> None:
    assert desk.said() == ["enrolled", "held campaign"]
    campaigns.save_campaign(desk.workspace, campaign("Two"), NOON + HOUR)
    advance(desk.workspace, NOON + HOUR)
    assert desk.said()[2:] == ["sent", "completed"]


@pytest.mark.parametrize("kind", ["campaign", "bundle"])
def test_a_campaign_that_comes_in_releases_what_it_frees(desk: Desk, kind: str) -> None:
    two = campaign("Two")
    bundle = {"format": "practice-crm/bundle@1", "campaigns": [two],
              "lists": [{"name": "New", "type": "static"}]}  # fmt: skip
    # Another desk's memory of what is set up is older than the import.
    other = Desk(desk.workspace.store).workspace
    import_document(other, kind, {"campaign": two, "bundle": bundle}[kind], NOON + HOUR)
    advance(desk.workspace, NOON + HOUR)
    assert desk.said()[2:] == ["sent", "completed"]


def test_a_campaign_that_is_over_already_frees_nobody(desk: Desk) -> None:
    over = campaign("Over", end="2026-03-01")
    number = campaigns.save_campaign(desk.workspace, over, NOON + HOUR)
    advance(desk.workspace, NOON + HOUR)
    assert desk.said() == ["enrolled", "held campaign"]
    states = desk.rows("SELECT status FROM campaign WHERE id = ?", number)
    assert [row.status for row in states] == ["completed"]


def test_an_edit_that_ends_a_campaign_frees_nobody(desk: Desk) -> None:
    one = desk.rows("SELECT id FROM campaign")[0].id
    campaigns.edit_campaign(desk.workspace, one, campaign("One", end="2026-03-01"), NOON + MINUTE)
    advance(desk.workspace, NOON + DAY)
    assert desk.said() == ["enrolled", "held campaign"]

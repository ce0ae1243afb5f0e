"""Recipes: each can be saved in an empty practice once what it names came along."""

from __future__ import annotations

from db.session import open_store
from engine.commands.flows import activate, save_flow
from engine.commands.recipes import bring_along
from engine.documents.automation import check_automation
from engine.naming import load_names
from engine.recipes import TITLES, needs, recipes
from engine.vocabulary import TRIGGERS
from engine.workspace import Workspace

NOW = 1_767_621_600_000_000


def test_there_is_one_for_each_trigger() -> None:
    assert [recipe.title for recipe in recipes()] == list(TITLES)
    kinds = [recipe.document["trigger"]["type"] for recipe in recipes()]
    assert sorted(kinds) == sorted(TRIGGERS)


def test_each_runs_in_an_empty_practice(store_url: str) -> None:
    store = open_store(store_url)
    workspace = Workspace(store)
    for recipe in recipes():
        bring_along(workspace, recipe.document, NOW)
        with store.read() as connection:
            names = load_names(connection)
        assert check_automation(recipe.document, names).faults == []
        assert needs(recipe.document, names) == ([], [], [])
        activate(workspace, save_flow(workspace, "automation", recipe.document, NOW), NOW)
    store.close()


def test_what_there_is_stays_as_it_is(store_url: str) -> None:
    store = open_store(store_url)
    workspace = Workspace(store)
    first = bring_along(workspace, recipes()[0].document, NOW)
    assert {each["name"] for each in first.templates} >= {"Welcome to Practice EHR"}
    assert bring_along(workspace, recipes()[0].document, NOW) == ([], [], [])
    store.close()

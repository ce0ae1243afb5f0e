"""Choosing a recipe: what it names and the practice lacks is set up (screens.md section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import shelves
from db.queries import setup
from engine.commands.settings import keep_list
from engine.naming import load_names
from engine.recipes import Needs, needs
from engine.workspace import Workspace


def bring_along(workspace: Workspace, document: Mapping[str, Any], at: int) -> Needs:
    """Set up the templates, lists and forms of a recipe's document that there are not yet.

    Gives what was set up; what the practice has under these names stays as it is.
    """
    with workspace.write("recipes", sets_up=True) as connection:
        setup.begin(connection, at)
        lacking = needs(document, load_names(connection))
        for template in lacking.templates:
            shelves.put_template(connection, template)
        for each in lacking.lists:
            keep_list(connection, each)
        for name in lacking.forms:
            shelves.add_named(connection, "form", name)
        setup.touch_catalogue(connection)
        return lacking

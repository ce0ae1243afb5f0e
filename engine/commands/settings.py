"""What the practice sets up: its settings, people, forms, lists and templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import shelves
from db.connection import Connection
from db.errors import KnownError
from db.queries import setup
from engine.documents.references import rule_to_stored
from engine.documents.rule import check_rule
from engine.documents.template import check_template
from engine.naming import load_names
from engine.workspace import Workspace


def put_settings(workspace: Workspace, values: Mapping[str, object]) -> None:
    """Keep settings, by key; their values were checked by whoever asked for them."""
    with workspace.write("settings", sets_up=True) as connection:
        for key, value in values.items():
            setup.put_setting(connection, key, value)
        setup.touch_catalogue(connection)


def add_named(workspace: Workspace, kind: str, name: str) -> int:
    """A user, provider or form; known ones are kept. Its id."""
    with workspace.write("settings", sets_up=True) as connection:
        id = shelves.add_named(connection, kind, name)
        setup.touch_catalogue(connection)
        return id


def add_list(workspace: Workspace, document: Mapping[str, Any]) -> int:
    """A list from its document (formats.md); its id. The next tick fills one with a rule.

    Raises DocumentError for a wrong rule, KnownError if the name is taken.
    """
    with workspace.write("settings", sets_up=True) as connection:
        return keep_list(connection, document)


def keep_list(connection: Connection, document: Mapping[str, Any]) -> int:
    """A list from its document, in the open transaction; its id.

    `engine.lists` fills one with a rule. Raises as `add_list` does.
    """
    names = load_names(connection)
    if document["name"] in names.lists:
        raise KnownError(f"There already is a list called {document['name']!r}.", 2)
    rule = None
    if document["type"] == "dynamic":
        check_rule(document["rule"], names, "rule").refuse()
        rule = rule_to_stored(document["rule"], names)
    list_id = shelves.add_list(connection, document["name"], rule)
    if rule is not None:
        setup.put_setting(connection, setup.FILLED, 0)
    setup.touch_catalogue(connection)
    return list_id


def put_template(workspace: Workspace, document: Mapping[str, Any]) -> int:
    """Keep an email or text template, new or in place of its namesake; its id.

    Raises DocumentError with every fault.
    """
    check_template(document).refuse()
    with workspace.write("settings", sets_up=True) as connection:
        template_id = shelves.put_template(connection, document)
        setup.touch_catalogue(connection)
        return template_id

"""Correcting an email or a text of the library, from the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import shelves
from db.errors import KnownError
from db.queries import setup
from engine.documents.template import check_template
from engine.naming import load_names
from engine.templates_page import template_document
from engine.vocabulary import TEMPLATE_NOUNS
from engine.workspace import Workspace


class SavedElsewhere(KnownError):
    """Another desk saved the template since it was opened here; saving without `base` wins."""

    def __init__(self) -> None:
        super().__init__("Another desk saved it while it was being changed here.")


def change_template(
    workspace: Workspace, id: int, document: Mapping[str, Any], base: Mapping[str, Any] | None
) -> None:
    """Keep what a template says now, under its name or a new one; messages to come say it.

    `base` is the document that was changed into this one: SavedElsewhere if the store has another
    by now; None saves over whatever is there. Raises DocumentError with every fault, and
    KnownError if the template is gone or its new name taken.
    """
    check_template(document).refuse()
    with workspace.write("settings", sets_up=True) as connection:
        stands = template_document(connection, id)
        if stands is None:
            raise KnownError("It was deleted meanwhile: copy what you wrote into a new one.")
        if base is not None and stands != base:
            raise SavedElsewhere
        channel, name = document["channel"], document["name"]
        if load_names(connection).of(channel).get(name, id) != id:
            noun = TEMPLATE_NOUNS[channel]
            raise KnownError(f"Another {noun} is called “{name}” already: choose another name.", 2)
        shelves.change_template(connection, id, document)
        setup.touch_catalogue(connection)

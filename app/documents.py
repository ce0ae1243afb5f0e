"""What is stored, checked as the document it came from (formats.md)."""

from __future__ import annotations

from engine.commands.bundles import CHECKS
from engine.documents.faults import Checked
from engine.listing import show
from engine.naming import load_names
from engine.workspace import Workspace

KINDS = ("automation", "sequence", "campaign")
"""What can be checked by name, switched on and off."""


def check_stored(workspace: Workspace, kind: str, name: str) -> Checked:
    """Everything wrong with an existing automation, sequence or campaign as things stand now."""
    with workspace.store.read() as connection:
        try:
            document = show(connection, kind, name)
        except KeyError:
            return Checked([f"{name}: refers to something that was deleted; edit it"])
        return CHECKS[kind](document, load_names(connection))

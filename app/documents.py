"""What is stored, checked as the document it came from (formats.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from db.queries import flows, reports, setup
from engine.documents.automation import check_automation
from engine.documents.campaign import check_campaign
from engine.documents.faults import Checked
from engine.documents.names import Names
from engine.documents.references import to_public
from engine.documents.sequence import check_sequence
from engine.naming import load_names
from engine.workspace import Workspace

KINDS = ("automation", "sequence", "campaign")
CHECKS: Mapping[str, Callable[[object, Names], Checked]] = {
    "automation": check_automation,
    "sequence": check_sequence,
    "campaign": check_campaign,
}


def check_stored(workspace: Workspace, kind: str, name: str) -> Checked:
    """Everything wrong with an existing automation, sequence or campaign as things stand now."""
    with workspace.store.read() as connection:
        names = load_names(connection)
    try:
        document = public_document(workspace, kind, name)
    except KeyError:
        return Checked([f"{name}: refers to something that was deleted; edit it"])
    return CHECKS[kind](document, names)


def public_document(workspace: Workspace, kind: str, name: str) -> dict[str, Any]:
    """The document of an existing automation, sequence or campaign, with today's names."""
    with workspace.store.read() as connection:
        labels = load_names(connection).inverse()
        if kind == "campaign":
            row = reports.campaign_by_name(connection, name)
            assert row is not None
            assets = [
                {"type": type, "name": labels.of(type, id)}
                for campaign_id, type, id in setup.campaign_assets(connection)
                if campaign_id == row.id
            ]
            return {
                "format": "practice-crm/campaign@1", "name": name, "goal": row.goal,
                "start": row.start_date, "end": row.end_date, "notes": row.notes, "assets": assets,
            }  # fmt: skip
        row = flows.by_name(connection, name, kind)
        assert row is not None
        return to_public(
            flows.document(connection, row.version_id), labels,
            format=f"practice-crm/{kind}@1", name=name, description=row.description,
            active=row.status == "active" if kind == "sequence" else None,
        )  # fmt: skip

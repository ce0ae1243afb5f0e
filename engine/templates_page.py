"""The library of emails and texts (screens.md section 8): what each says, and what uses it."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from db.connection import Connection
from db.queries import listing, uses
from engine.documents.references import uses as references
from engine.naming import load_names


class TemplateRow(NamedTuple):
    """A template: `channel` is email or sms; `says` its subject or text; `used_by` in words."""

    channel: str
    name: str
    says: str
    used_by: str


def templates(connection: Connection) -> list[TemplateRow]:
    """All templates, emails first."""
    names = load_names(connection)
    used: dict[tuple[str, int], list[str]] = defaultdict(list)
    for kind, name, document in uses.flow_documents(connection):
        for what, id in sorted(references(document)):
            used[what, id].append(f"{kind} “{name}”")
    for channel, id, name in uses.template_campaigns(connection):
        used[channel, id].append(f"campaign “{name}”")
    return [
        TemplateRow(
            row.channel,
            row.name,
            row.subject or row.body,
            ", ".join(used[row.channel, names.of(row.channel)[row.name]]),
        )
        for row in listing.templates(connection)
    ]

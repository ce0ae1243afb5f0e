"""What the builder opens: a flow's document with today's names, and what its cards came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from db.errors import KnownError
from db.queries import flows, reports
from engine.documents.references import to_public
from engine.flow import walk_cards
from engine.listing import ALWAYS
from engine.naming import load_names
from engine.stats import rate
from engine.workspace import Reader

TRIGGER: Final = "trigger"
"""Under which the figures of the trigger's card stand."""
END: Final = "end"
"""Under which those of End of automation stand."""


class Opened(NamedTuple):
    """A saved flow as the builder opens it; its document is that of `version`."""

    id: int
    kind: str
    status: str
    version: int
    document: Mapping[str, Any]
    used: frozenset[str] = frozenset()
    """The ids of the steps of all its versions."""


def open_flow(reader: Reader, flow_id: int) -> Opened:
    """A flow's present document; raises KnownError if it was deleted."""
    row = flows.by_id(reader, flow_id)
    if row is None:
        raise KnownError("This automation was deleted; go back to the list.", 2)
    document = to_public(
        flows.document(reader, row.version_id), load_names(reader).inverse(),
        format=f"practice-crm/{row.kind}@1", name=row.name, description=row.description,
        active=row.status == "active" if row.kind == "sequence" else None,
    )  # fmt: skip
    used = frozenset(
        card["id"]
        for version in reports.documents(reader, flow_id)
        for _, card in walk_cards(version["steps"])
    )
    return Opened(row.id, row.kind, row.status, row.version_id, document, used)


def figures(reader: Reader, flow_id: int) -> dict[str, str]:
    """What each card of a live flow came to so far, in words, by step id (and TRIGGER and END).

    All time; who stands at a step stands there now.
    """
    here = Counter({row.step: row.here for row in reports.here(reader, [flow_id])})
    totals = reports.flow_totals(reader, [flow_id], *ALWAYS)
    row = flows.by_id(reader, flow_id)
    if row is None or not totals:
        return {}
    types = {
        card["id"]: card["type"]
        for _, card in walk_cards(flows.document(reader, row.version_id)["steps"])
    }
    said = {
        TRIGGER: f"{totals[0].enrolled:,} enrolled",
        END: f"{totals[0].completed:,} completed",
    }
    for step in reports.step_totals(reader, flow_id, *ALWAYS):
        if step.step in types:
            said[step.step] = _figure(types[step.step], step, here[step.step])
    return said


def _figure(type: str, step: Any, here: int) -> str:
    if type == "delay":
        return f"{here:,} waiting now · {step.entered - here:,} passed"
    if type == "send_email":
        parts = [f"{step.sent:,} sent", _share(step.opened, step.delivered, "opened")]
    elif type == "send_sms":
        parts = [f"{step.sent:,} sent", _share(step.replied, step.delivered, "replied")]
    else:
        parts = [f"{step.entered:,} entered"]
    if here:
        parts.append(f"{here:,} here now")
    return " · ".join(part for part in parts if part)


def _share(count: int, of: int, what: str) -> str:
    share = rate(count, of)
    return "" if share is None else f"{share:.0%} {what}"

"""Tables of what is set up, and the documents behind them (formats.md, `list` and `show`).

Numbers are those of the reports, made by the same questions; a rate of nothing is None.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from db.connection import Connection
from db.errors import KnownError
from db.queries import flows, listing, reports
from engine.calendar import format_instant
from engine.documents.faults import quoted
from engine.documents.references import rule_to_public, to_public
from engine.flow import Stored, walk_cards
from engine.naming import load_names
from engine.reports import find_campaign, find_flow, label, unknown
from engine.stats import rate

Item = dict[str, Any]

MOST_TASKS: Final = 10_000
"""How many open tasks a table shows, the longest due first."""
MOST_MESSAGES: Final = 10_000
"""How many uncertain, failed and waiting messages a table shows, in this order."""
_WAITING: Final = {"queued": "waiting", "claimed": "waiting"}
ALWAYS: Final = (date.min.toordinal(), date.max.toordinal())


def list_items(connection: Connection, what: str) -> list[Item]:
    """The rows of a table: one of `TABLES`. Raises KnownError for another."""
    if what not in TABLES:
        raise KnownError(f"There is no table of {quoted(what)}: name one of {', '.join(TABLES)}.",
                         2)  # fmt: skip
    return TABLES[what](connection)


def show(connection: Connection, kind: str, name: str) -> Item:
    """The public document of one of `KINDS`, with today's names.

    Raises KnownError for an unknown kind or name, and for a template name that both an email
    and a text have: then the kind is `email` or `sms`.
    """
    if kind not in KINDS:
        raise KnownError(f"There is no kind {quoted(kind)}: name one of {', '.join(KINDS)}.", 2)
    return KINDS[kind](connection, name)


def _automations(connection: Connection) -> list[Item]:
    rows = listing.flows(connection, "automation")
    counts = {row.flow_id: row for row in _totals(connection, rows)}
    active = _active(connection, rows)
    items = []
    for row in rows:
        document, count = json.loads(row.document), counts.get(row.id)
        enrolled = count.enrolled if count else 0
        items.append({
            "name": row.name, "status": row.status, "trigger": document["trigger"]["type"],
            "goal": document.get("goal"), "steps": _size(document), "enrolled": enrolled,
            "active": active[row.id],
            "completed_rate": rate(count.completed if count else 0, enrolled),
            "goal_rate": rate(count.goal_reached if count else 0, enrolled),
        })  # fmt: skip
    return items


def _sequences(connection: Connection) -> list[Item]:
    rows = listing.flows(connection, "sequence")
    counts = {row.flow_id: row for row in _totals(connection, rows)}
    active = _active(connection, rows)
    labels = load_names(connection).inverse()
    return [
        {
            "name": row.name, "status": row.status, "list": label(labels, "list", row.list_id),
            "every": None if row.every_amount is None
            else {"amount": row.every_amount, "unit": row.every_unit},
            "next": None if row.next_at is None else format_instant(row.next_at),
            "steps": _size(json.loads(row.document)),
            "runs": counts[row.id].runs if row.id in counts else 0, "active": active[row.id],
        }
        for row in rows
    ]  # fmt: skip


def _campaigns(connection: Connection) -> list[Item]:
    rows = listing.campaigns(connection)
    counts = {
        row.campaign_id: row
        for row in reports.campaign_totals(connection, [row.id for row in rows])
        if row.kind == ""
    }
    items = []
    for row in rows:
        count = counts.get(row.id)
        reached, converted = (count.reached, count.converted) if count else (0, 0)
        items.append({
            "name": row.name, "goal": row.goal, "status": row.status, "start": row.start_date,
            "end": row.end_date, "assets": row.assets, "reached": reached,
            "converted": converted, "conversion_rate": rate(converted, reached),
        })  # fmt: skip
    return items


def _lists(connection: Connection) -> list[Item]:
    return [
        {"name": row.name, "type": row.kind, "size": row.size} for row in listing.lists(connection)
    ]


def _templates(connection: Connection) -> list[Item]:
    return [
        {"name": row.name, "channel": row.channel, "subject": row.subject or None}
        for row in listing.templates(connection)
    ]


def _tasks(connection: Connection) -> list[Item]:
    return [
        {
            "title": row.title, "contact": row.contact_id,
            "contact_name": f"{row.first_name or ''} {row.last_name or ''}".strip(),
            "assignee": row.user_name or row.assignee, "due": format_instant(row.due_at),
            "flow": row.flow,
        }
        for row in listing.tasks(connection, MOST_TASKS)
    ]  # fmt: skip


def _messages(connection: Connection) -> list[Item]:
    return [
        {
            "id": row.id, "contact": row.contact_id, "flow": row.flow, "step": row.step,
            "channel": row.channel, "state": _WAITING.get(row.state, row.state),
            "when": format_instant(row.queued_at), "diagnostic": row.diagnostic,
        }
        for row in listing.unsettled_messages(connection, MOST_MESSAGES)
    ]  # fmt: skip


def _totals(connection: Connection, rows: Any) -> Any:
    return reports.flow_totals(connection, [row.id for row in rows], *ALWAYS)


def _active(connection: Connection, rows: Any) -> Counter[int]:
    active: Counter[int] = Counter()
    for row in reports.here(connection, [row.id for row in rows]):
        active[row.flow_id] += row.here
    return active


def _size(document: Stored) -> int:
    return sum(1 for _ in walk_cards(document["steps"]))


def _show_flow(kind: str, connection: Connection, name: str) -> Item:
    row = find_flow(connection, kind, name)
    return to_public(
        flows.document(connection, row.version_id),
        load_names(connection).inverse(),
        format=f"practice-crm/{kind}@1",
        name=row.name,
        description=row.description,
        active=row.status == "active" if kind == "sequence" else None,
    )


def _show_campaign(connection: Connection, name: str) -> Item:
    row = find_campaign(connection, name)
    labels = load_names(connection).inverse()
    document = {
        "format": "practice-crm/campaign@1", "name": row.name, "goal": row.goal,
        "start": row.start_date, "end": row.end_date, "notes": row.notes or None,
    }  # fmt: skip
    kept = {key: value for key, value in document.items() if value is not None}
    return kept | {
        "assets": [
            {"type": kind, "name": label(labels, kind, asset_id)}
            for kind, asset_id in listing.assets(connection, row.id)
        ]
    }


def _show_list(connection: Connection, name: str) -> Item:
    names = load_names(connection)
    row = listing.list_by_name(connection, name)
    if row is None:
        raise unknown("list", name, names.lists)
    document = {"name": row.name, "type": row.kind}
    if row.rule is None:
        return document
    return document | {"rule": rule_to_public(json.loads(row.rule), names.inverse())}


def _show_template(channel: str | None, connection: Connection, name: str) -> Item:
    rows = [
        row for row in listing.templates(connection, name) if channel in (None, row.channel)
    ]  # fmt: skip
    if not rows:
        names = load_names(connection)
        raise unknown("template", name, [*names.emails, *names.texts])
    if len(rows) > 1:
        raise KnownError(
            f"Both an email and a text are called {quoted(name)}: show email or show sms.", 2
        )
    head = {"format": "practice-crm/template@1", **rows[0]._mapping}
    return {key: value for key, value in head.items() if value}


TABLES: Final[Mapping[str, Callable[[Connection], list[Item]]]] = {
    "automations": _automations,
    "sequences": _sequences,
    "campaigns": _campaigns,
    "lists": _lists,
    "templates": _templates,
    "tasks": _tasks,
    "messages": _messages,
}
KINDS: Final[Mapping[str, Callable[[Connection, str], Item]]] = {
    "automation": partial(_show_flow, "automation"),
    "sequence": partial(_show_flow, "sequence"),
    "campaign": _show_campaign,
    "list": _show_list,
    "template": partial(_show_template, None),
    "email": partial(_show_template, "email"),
    "sms": partial(_show_template, "sms"),
}

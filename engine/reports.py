"""The numbers of one automation, sequence or campaign, and campaigns side by side (formats.md).

Numbers are counted by `db.queries.reports`; a rate of nothing is None. engine.md sections 8, 10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from db.connection import Connection, Row
from db.errors import KnownError
from db.queries import flows, setup
from db.queries import reports as totals
from engine.calendar import DAY
from engine.documents.faults import quoted
from engine.documents.names import Labels
from engine.documents.suggestions import suggestion
from engine.flow import walk_cards
from engine.naming import load_names
from engine.stats import best_count, best_rate, rate, wilson

Report = dict[str, Any]

RANGE_DAYS: Final = 30
"""How far back a campaign's page looks for leads who became patients."""

_COUNTS = ("entered", "sent", "skipped", "opened", "clicked", "replied")
_CHANNEL_OF = {"send_email": "email", "send_sms": "sms"}


def report_automation(
    connection: Connection, name: str, first: date | None = None, last: date | None = None
) -> Report:
    """An automation's numbers, of the practice's days `first` to `last`, both included.

    Completed, goal reached and unenrolled are of the enrolments that began in the range; what
    stands in the automation now ignores it. Raises KnownError if there is none of this name.
    """
    flow = find_flow(connection, "automation", name)
    days = _days(first, last)
    counts = totals.flow_totals(connection, [flow.id], *days)
    waiting = _waiting(connection, flow.id)
    return {
        "name": flow.name,
        "enrolled": counts[0].enrolled if counts else 0,
        "completed": counts[0].completed if counts else 0,
        "goal_reached": counts[0].goal_reached if counts else 0,
        "active": sum(waiting.values()),
        "unenrolled": counts[0].unenrolled if counts else 0,
        "steps": _steps(connection, flow, totals.step_totals(connection, flow.id, *days), waiting),
    }


def report_sequence(connection: Connection, name: str) -> Report:
    """A sequence's numbers since it began: the people it ever enrolled, and its runs.

    Open rate is of delivered emails, reply rate of delivered emails and texts. Raises
    KnownError if there is no sequence of this name.
    """
    flow = find_flow(connection, "sequence", name)
    days = _days(None, None)
    counts = totals.flow_totals(connection, [flow.id], *days)
    rows = totals.step_totals(connection, flow.id, *days)
    types = {
        card["id"]: card["type"]
        for document in totals.documents(connection, flow.id)
        for _, card in walk_cards(document["steps"])
    }
    delivered: Counter[str] = Counter()
    for row in rows:
        delivered[_CHANNEL_OF.get(types.get(row.step, ""), "")] += row.delivered
    return {
        "name": flow.name,
        "contacts": totals.ever_enrolled(connection, flow.id),
        "runs": counts[0].runs if counts else 0,
        "open_rate": rate(sum(row.opened for row in rows), delivered["email"]),
        "reply_rate": rate(sum(row.replied for row in rows), delivered.total()),
        "steps": _steps(connection, flow, rows, _waiting(connection, flow.id)),
    }


def report_campaign(connection: Connection, name: str, now: int) -> Report:
    """A campaign's numbers; leads → patients are those of the 30 × 24 h before `now`.

    Assets are those it has now; a list is whom it is for and reaches nobody. Raises KnownError
    if there is no campaign of this name.
    """
    campaign = find_campaign(connection, name)
    counts = {
        (row.kind, row.asset_id): (row.reached, row.engaged, row.converted)
        for row in totals.campaign_totals(connection, [campaign.id])
    }
    reached, engaged, converted = counts.get(("", 0), (0, 0, 0))
    since = now - RANGE_DAYS * DAY
    interval = wilson(converted, reached)
    return {
        "name": campaign.name,
        "status": campaign.status,
        "reached": reached,
        "engaged": engaged,
        "converted": converted,
        "conversion_rate": rate(converted, reached),
        "interval": None if interval is None else list(interval),
        "leads_to_patients": totals.leads_to_patients(connection, [campaign.id], since, now),
        "assets": _assets(connection, campaign.id, counts),
    }


def report_compare(connection: Connection, names: Sequence[str], now: int) -> Report:
    """Campaigns side by side, and by metric which is best: None where it is too close to call.

    Counts compare plainly, a tie has no best; rates must differ beyond chance, at 95 %. Raises
    KnownError for fewer than two campaigns or an unknown one.
    """
    wanted = list(dict.fromkeys(names))
    if len(wanted) < 2:
        raise KnownError("Name two or more campaigns to compare.", 2)
    reports = [report_campaign(connection, name, now) for name in wanted]
    best: dict[str, str | None] = {
        metric: best_count({report["name"]: report[metric] for report in reports})
        for metric in ("reached", "engaged", "converted", "leads_to_patients")
    }
    for metric, part in (("engagement_rate", "engaged"), ("conversion_rate", "converted")):
        counts = {report["name"]: (report[part], report["reached"]) for report in reports}
        best[metric] = best_rate(counts)
    return {"campaigns": reports, "best": best}


def find_flow(connection: Connection, kind: str, name: str) -> Row:
    """The automation or sequence (`kind`) of this name; raises KnownError if there is none."""
    found = flows.by_name(connection, name, kind)
    if found is None:
        raise unknown(kind, name, load_names(connection).of(kind))
    return found


def find_campaign(connection: Connection, name: str) -> Row:
    """The campaign of this name; raises KnownError if there is none."""
    found = totals.campaign_by_name(connection, name)
    if found is None:
        raise unknown("campaign", name, load_names(connection).campaigns)
    return found


def unknown(kind: str, name: str, known: Iterable[str]) -> KnownError:
    """That there is no `kind` of this name, with the nearest that there is."""
    ending = suggestion(name, known) or "."
    return KnownError(f"There is no {kind} called {quoted(name)}{ending}", 2)


def label(labels: Labels, kind: str, id: int) -> str:
    """Today's name of a record; for one that is gone, that it is."""
    return labels.by_kind[kind].get(id, f"deleted {kind}")


def _days(first: date | None, last: date | None) -> tuple[int, int]:
    return (first or date.min).toordinal(), (last or date.max).toordinal()


def _waiting(connection: Connection, flow_id: int) -> dict[str, int]:
    return {row.step: row.here for row in totals.here(connection, [flow_id])}


def _steps(
    connection: Connection, flow: Row, rows: Iterable[Any], waiting: Mapping[str, int]
) -> list[Report]:
    """One row a step of the present version, in reading order."""
    counted = {row.step: row for row in rows}
    steps = []
    for _, card in walk_cards(flows.document(connection, flow.version_id)["steps"]):
        row = counted.get(card["id"])
        counts = {name: getattr(row, name) if row else 0 for name in _COUNTS}
        here = waiting.get(card["id"], 0)
        steps.append({"id": card["id"], "type": card["type"], **counts, "waiting": here})
    return steps


def _assets(
    connection: Connection,
    campaign_id: int,
    counts: Mapping[tuple[str, int], tuple[int, int, int]],
) -> list[Report]:
    labels = load_names(connection).inverse()
    assets = []
    for owner, kind, asset_id in sorted(setup.campaign_assets(connection)):
        if owner == campaign_id:
            reached, engaged, converted = counts.get((kind, asset_id), (0, 0, 0))
            assets.append({
                "type": kind, "name": label(labels, kind, asset_id),
                "reached": reached, "engaged": engaged, "converted": converted,
            })  # fmt: skip
    return assets

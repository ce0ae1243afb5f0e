"""`list`, `show`, `why` and `report`: what is there, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app import wiring
from app.cli.call import told
from app.cli.common import answer, day, of_name, opened
from app.cli.printing import figures, print_table
from db.errors import KnownError
from db.queries import flows
from db.queries.people_search import find_contact
from engine import reports
from engine.calendar import parse_instant
from engine.listing import KINDS, TABLES, list_items
from engine.listing import show as document_of
from engine.naming import load_names
from engine.vocabulary import ASSIGNEES
from engine.why import why as lines_of
from engine.wording.times import moment_words

commands = typer.Typer()
_report = typer.Typer(no_args_is_help=True)
commands.add_typer(_report, name="report", help="The numbers of one thing, or several compared.")

_MOMENTS = frozenset({"due", "next", "when"})
_VOCABULARY = frozenset({"trigger", "goal", "assignee"})
_NONE = {"messages": "No message is waiting or in doubt."}

Name = Annotated[str, typer.Argument(metavar="NAME")]


@commands.command("list")
def list_(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="WHAT", help=f"One of {', '.join(TABLES)}.")],
) -> None:
    """List what is set up."""
    with opened(ctx) as workspace, workspace.store.read() as connection:
        items = list_items(connection, what)
        zone = workspace.catalogue(connection).practice.zone
    if told(ctx).json:
        answer(ctx, {"items": items})
    elif items:
        print_table([_in_words(item, zone) for item in items])
    else:
        print(_NONE.get(what, f"There are no {what} yet."))


def _in_words(item: Mapping[str, Any], zone: ZoneInfo | None = None) -> dict[str, Any]:
    """A row as people read it: words for the vocabulary, minutes in the practice's zone."""
    said = dict(item)
    for key, value in item.items():
        if key in _MOMENTS and value is not None and zone is not None:
            said[key] = moment_words(parse_instant(value), zone)
        elif key in _VOCABULARY and value is not None:
            said[key] = value.replace("_", " ")
    if item.get("assignee") not in (None, *ASSIGNEES):
        said["assignee"] = item["assignee"]
    if item.get("type") == "send_sms":
        said |= {"opened": None, "clicked": None}
    return said


@commands.command()
def show(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")],
    name: Name,
) -> None:
    """Show a document as it would be exported."""
    with opened(ctx) as workspace, workspace.store.read() as connection:
        document = document_of(connection, kind, name)
    answer(ctx, document, json.dumps(document, ensure_ascii=False, indent=2))


@commands.command()
def why(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(help="Number, reference, email, phone or name.")],
    automation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this one did, deleted or not.")
    ] = None,
    sequence: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this one did, deleted or not.")
    ] = None,
) -> None:
    """Say why each thing did or did not happen to a contact."""
    with opened(ctx) as workspace, workspace.store.read() as connection:
        flow, names = None, load_names(connection)
        for kind, name in (("automation", automation), ("sequence", sequence)):
            if name is not None:
                flow = of_name(kind, name, {**flows.deleted(connection, kind), **names.of(kind)})
        lines = lines_of(connection, find_contact(connection, contact), flow)
        zone = workspace.catalogue(connection).practice.zone
    times = [moment_words(parse_instant(str(line["at"])), zone) for line in lines]
    words = [f"{at:<22}  {line['sentence']}" for at, line in zip(times, lines, strict=True)]
    answer(ctx, {"lines": lines}, *(words or ["Nothing has happened here yet."]))


@_report.command("automation")
def report_automation(
    ctx: typer.Context,
    name: Name,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="First day.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DATE", help="Last day.")
    ] = None,
) -> None:
    """An automation's numbers."""
    if first is not None and last is not None and last < first:
        raise KnownError("--to must not be before --from.", 2)
    with opened(ctx) as workspace, workspace.store.read() as connection:
        report = reports.report_automation(connection, name, first, last)
    _tell(ctx, report, "steps")


@_report.command("sequence")
def report_sequence(ctx: typer.Context, name: Name) -> None:
    """A sequence's numbers."""
    with opened(ctx) as workspace, workspace.store.read() as connection:
        report = reports.report_sequence(connection, name)
    _tell(ctx, report, "steps")


@_report.command("campaign")
def report_campaign(ctx: typer.Context, name: Name) -> None:
    """A campaign's numbers."""
    with opened(ctx) as workspace:
        now = wiring.present(workspace)
        with workspace.store.read() as connection:
            report = reports.report_campaign(connection, name, now)
    _tell(ctx, report, "assets")


@_report.command("compare")
def report_compare(
    ctx: typer.Context, names: Annotated[list[str], typer.Argument(metavar="NAME...")]
) -> None:
    """Campaigns side by side; which is best, unless it is too close to call."""
    with opened(ctx) as workspace:
        now = wiring.present(workspace)
        with workspace.store.read() as connection:
            report = reports.report_compare(connection, names, now)
    if told(ctx).json:
        answer(ctx, report)
        return
    print_table([_without(each, ("assets", "interval")) for each in report["campaigns"]])
    for metric, name in report["best"].items():
        print(f"Best {metric.replace('_', ' ')}: {name or 'too close to call'}")


def _tell(ctx: typer.Context, report: dict[str, Any], part: str) -> None:
    if told(ctx).json:
        answer(ctx, report)
        return
    for line in figures(_without(report, (part,))):
        print(line)
    if report[part]:
        print_table([_in_words(row) for row in report[part]])


def _without(report: dict[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in report.items() if key not in parts}

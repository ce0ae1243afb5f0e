"""`import`: people and documents come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app import wiring
from app.cli.common import At, answer, counted, one_of, opened
from app.documents import CHECKS
from app.settings import SETTINGS, setting
from db.errors import KnownError
from db.queries import setup
from engine.calendar import local_date
from engine.commands import flows
from engine.commands.campaigns import save_campaign
from engine.commands.imports import ImportResult, import_people
from engine.commands.imports_fhir import import_clinical
from engine.commands.settings import put_template
from engine.documents.faults import quoted
from engine.documents.loading import kind_of, load_json
from engine.documents.template import check_template
from engine.intake import fhir, refusals, spreadsheet
from engine.naming import load_names
from engine.vocabulary import STATUSES
from engine.workspace import Workspace

commands = typer.Typer()
_import = typer.Typer(no_args_is_help=True)
commands.add_typer(_import, name="import", help="Bring people or documents in.")

MOST_SHOWN = 100
"""Refusals that are told one by one; the file has them all."""


@_import.command("contacts")
def contacts(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file.")],
    map: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADER=FIELD", help="What a column is; FIELD may be ignore."),
    ] = None,
    status: Annotated[
        str | None, typer.Option(help="lead or patient, of rows that do not say.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="The country of phone numbers without one, like US.")
    ] = None,
    at: At = None,
) -> None:
    """Bring people in from a spreadsheet; those already known are merged."""
    if status is not None:
        one_of("The status", status, STATUSES)
    columns = dict(_pair(each) for each in map or ())
    with opened(ctx) as workspace:
        now, country = wiring.present(workspace, at), _region(workspace, region)
        today = local_date(now, _zone(workspace))
        people = spreadsheet.read(file, columns, country, today, status)
        with counted("Importing people") as seen:
            result = import_people(workspace, people, now, status=status or "lead", progress=seen)
    kept = None
    if result.refusals:
        headers = spreadsheet.preview(file, 0, country).headers
        kept = _keep(
            file,
            ".refused.csv",
            lambda path: refusals.write_refused(path, headers, result.refusals),
        )
    _tell(ctx, result, kept)


@_import.command("fhir")
def clinical(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A FHIR export: a file or a folder of NDJSON.")],
    region: Annotated[
        str | None, typer.Option(help="The country of phone numbers without one, like US.")
    ] = None,
    at: At = None,
) -> None:
    """Bring patients and their visits in from a clinical export."""
    skipped: Counter[str] = Counter()
    with opened(ctx) as workspace:
        now, country = wiring.present(workspace, at), _region(workspace, region)
        today = local_date(now, _zone(workspace))
        items = fhir.read_folder_or_file(path, today, country, skipped)
        with counted("Importing people") as seen:
            result = import_clinical(workspace, items, now, progress=seen)
    kept = None
    if result.refusals:
        kept = _keep(
            path, ".refused.ndjson", lambda place: fhir.write_refused(place, result.refusals)
        )
    _tell(ctx, result, kept)


Document = Annotated[Path, typer.Argument(help="The document.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Put it in the place of its namesake, live at once.")
]


@_import.command("automation")
def automation(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring an automation in, as a draft."""
    _take_flow(ctx, "automation", file, at, replace=replace)


@_import.command("sequence")
def sequence(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring a sequence in; it is switched on if it says that it is active."""
    _take_flow(ctx, "sequence", file, at, replace=replace)


@_import.command("campaign")
def campaign(ctx: typer.Context, file: Document, at: At = None) -> None:
    """Bring a campaign in; it is active from now on."""
    document = _document("campaign", file)
    with opened(ctx) as workspace:
        save_campaign(workspace, document, wiring.present(workspace, at))
    _tell_document(ctx, "campaign", document["name"], replaced=False)


@_import.command("template")
def template(ctx: typer.Context, file: Document, replace: Replace = False) -> None:
    """Bring an email or a text into the library."""
    document = _document("template", file)
    check_template(document).refuse()
    name, channel = document["name"], document["channel"]
    with opened(ctx) as workspace:
        with workspace.store.read() as connection:
            known = name in load_names(connection).of(channel)
        if known and not replace:
            raise _taken("template", name)
        put_template(workspace, document)
    _tell_document(ctx, "template", name, replaced=known)


def _take_flow(ctx: typer.Context, kind: str, file: Path, at: int | None, *, replace: bool) -> None:
    document = _document(kind, file)
    with opened(ctx) as workspace:
        now = wiring.present(workspace, at)
        with workspace.store.read() as connection:
            names = load_names(connection)
        CHECKS[kind](document, names).refuse()
        name = document["name"]
        flow_id = names.of(kind).get(name)
        replaced = flow_id is not None
        if flow_id is None:
            flow_id = flows.save_flow(workspace, kind, document, now)
        elif replace:
            flows.edit_flow(workspace, flow_id, document, now)
        else:
            raise _taken(kind, name)
        if kind == "sequence":
            (flows.activate if document["active"] else flows.pause)(workspace, flow_id, now)
    _tell_document(ctx, kind, name, replaced=replaced)


def _document(kind: str, file: Path) -> dict[str, Any]:
    document = load_json(file)
    said = kind_of(document)
    if said != kind or not isinstance(document, dict):
        raise KnownError(f"{file.name} is a document of kind {said}: use import {said}.", 2)
    return document


def _taken(kind: str, name: str) -> KnownError:
    return KnownError(
        f"There already is a {kind} called {quoted(name)}: rename one, or say --replace.", 2
    )


def _tell_document(ctx: typer.Context, kind: str, name: str, *, replaced: bool) -> None:
    document: dict[str, Any] = {
        "read": 1, "created": int(not replaced), "merged": int(replaced), "refused": 0,
        "refused_file": None, "refusals": [],
    }  # fmt: skip
    answer(ctx, document, f"The {kind} {name} is {'replaced' if replaced else 'there'}.")


def _pair(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not header or not equals:
        raise KnownError(f"Write --map HEADER=FIELD, not {quoted(text)}.", 2)
    return header, field


def _region(workspace: Workspace, said: str | None) -> str:
    wanted = setting("practice.region")
    if said is not None:
        return str(wanted.parse(said))
    with workspace.store.read() as connection:
        return str(setup.settings(connection).get(wanted.key, SETTINGS[wanted.key].default))


def _zone(workspace: Workspace) -> Any:
    with workspace.store.read() as connection:
        return workspace.catalogue(connection).practice.zone


def _keep(file: Path, suffix: str, write: Callable[[Path], None]) -> str:
    """Write what was refused beside the input, or where that can't be, in this folder."""
    place = file.resolve()
    beside = place.with_name(place.name + suffix)
    try:
        write(beside)
    except KnownError:
        beside = Path.cwd() / beside.name
        write(beside)
    return str(beside)


def _tell(ctx: typer.Context, result: ImportResult, kept: str | None) -> None:
    shown = result.refusals[:MOST_SHOWN]
    document = {
        "read": result.read, "created": result.created, "merged": result.merged,
        "refused": result.refused, "refused_file": kept,
        "refusals": [
            {"row": each.row, "field": each.field, "reason": each.reason} for each in shown
        ],
    }  # fmt: skip
    words = [
        f"{result.read:,} rows read: {result.created:,} people created, {result.merged:,} merged, "
        f"{result.refused:,} refused."
    ]
    words += [f"row {each.row}: {each.field} {each.reason}".replace("  ", " ") for each in shown]
    if kept is not None:
        words.append(f"What was refused is in {kept}.")
    answer(ctx, document, *words)

"""`import`: people and documents come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from app import wiring
from app.cli.common import At, amount, answer, counted, one_of, opened
from db.errors import KnownError
from db.queries import setup
from engine.calendar import local_date
from engine.commands.bundles import import_document
from engine.commands.imports import ImportResult, import_people
from engine.commands.imports_fhir import import_clinical
from engine.documents.faults import quoted
from engine.documents.loading import kind_of, load_json
from engine.documents.workspace import PARTS
from engine.intake import fhir, refusals, spreadsheet
from engine.naming import load_names
from engine.settings import SETTINGS, setting
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
        kept = _keep(
            file,
            ".refused.csv",
            lambda path: refusals.write_refused(path, people.headers, result.refusals),
        )
    ignored = [*people.unread, *people.spare]
    _tell(ctx, result, kept, {"ignored_columns": ignored}, *_not_read(people))


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
        zone = _zone(workspace)
        items = fhir.read_folder_or_file(path, local_date(now, zone), zone, country, skipped)
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
    _take(ctx, "automation", file, at, replace=replace)


@_import.command("sequence")
def sequence(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring a sequence in; a new one is switched on if it says that it is active."""
    _take(ctx, "sequence", file, at, replace=replace)


@_import.command("campaign")
def campaign(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring a campaign in; a new one is active from now on."""
    _take(ctx, "campaign", file, at, replace=replace)


@_import.command("template")
def template(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring an email or a text into the library."""
    _take(ctx, "template", file, at, replace=replace)


@_import.command("bundle")
def bundle(ctx: typer.Context, file: Document, replace: Replace = False, at: At = None) -> None:
    """Bring a whole workspace in: settings, lists, templates, automations and the rest."""
    _take(ctx, "bundle", file, at, replace=replace)


def _take(ctx: typer.Context, kind: str, file: Path, at: int | None, *, replace: bool) -> None:
    document = load_json(file)
    said = kind_of(document)
    if said != kind or not isinstance(document, dict):
        raise KnownError(
            f"{file.name} is a document of the kind {said}, not {kind}: import it as what it is.", 2
        )
    with opened(ctx) as workspace:
        with workspace.store.read() as connection:
            names = load_names(connection)
        import_document(workspace, kind, document, wiring.present(workspace, at), replace=replace)
    parts = list(_parts(kind, document))
    merged = sum(name in names.of(part) for part, name in parts)
    answer(
        ctx,
        {
            "read": len(parts), "created": len(parts) - merged, "merged": merged, "refused": 0,
            "refused_file": None, "refusals": [],
        },
        f"{len(parts):,} read: {len(parts) - merged:,} new, {merged:,} known before.",
    )  # fmt: skip


def _parts(kind: str, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The kind and name of everything a document brings."""
    if kind != "bundle":
        yield document.get("channel", kind), document["name"]
        return
    for part in PARTS:
        for each in document.get(part, ()):
            if isinstance(each, str):
                yield part.removesuffix("s"), each
            else:
                yield each.get("channel", part.removesuffix("s")), each["name"]


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


def _not_read(people: spreadsheet.Reading) -> Iterator[str]:
    if people.unread:
        count = amount(len(people.unread), "column was", "columns were")
        yield f"{count} not read: {', '.join(map(quoted, people.unread))}."
    if people.spare:
        count = amount(len(people.spare), "column was", "columns were")
        names = ", ".join(map(quoted, people.spare))
        yield f"{count} read only where another for the same left a gap: {names}."


def _tell(
    ctx: typer.Context,
    result: ImportResult,
    kept: str | None,
    more: Mapping[str, object] | None = None,
    *further: str,
) -> None:
    faults = (
        (each.row, field, reason) for each in result.refusals for field, reason in each.faults
    )
    shown = list(islice(faults, MOST_SHOWN))
    document = {
        "read": result.read, "created": result.created, "merged": result.merged,
        "refused": result.refused, "refused_file": kept,
        "refusals": [
            {"row": row, "field": field, "reason": reason} for row, field, reason in shown
        ],
        **(more or {}),
    }  # fmt: skip
    words = [
        f"{amount(result.read, 'row', 'rows')} read: "
        f"{amount(result.created, 'person', 'people')} created, {result.merged:,} merged, "
        f"{result.refused:,} refused."
    ]
    words += further
    words += [f"row {row}: {field} {reason}".replace("  ", " ") for row, field, reason in shown]
    if kept is not None:
        words.append(f"What was refused is in {kept}.")
    answer(ctx, document, *words)

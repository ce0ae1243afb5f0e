"""`export`: documents and people go out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.common import amount, answer, counted, opened
from db.files import require_place, written
from engine.exports import export_contacts, export_document

commands = typer.Typer()
_export = typer.Typer(no_args_is_help=True)
commands.add_typer(_export, name="export", help="Write documents or people to a file.")

Name = Annotated[str, typer.Argument(metavar="NAME")]
Out = Annotated[Path | None, typer.Argument(metavar="FILE", help="Printed if left out.")]


@_export.command("automation")
def automation(ctx: typer.Context, name: Name, file: Out = None) -> None:
    """Write an automation's document."""
    _write(ctx, "automation", name, file)


@_export.command("sequence")
def sequence(ctx: typer.Context, name: Name, file: Out = None) -> None:
    """Write a sequence's document."""
    _write(ctx, "sequence", name, file)


@_export.command("campaign")
def campaign(ctx: typer.Context, name: Name, file: Out = None) -> None:
    """Write a campaign's document."""
    _write(ctx, "campaign", name, file)


@_export.command("template")
def template(ctx: typer.Context, name: Name, file: Out = None) -> None:
    """Write the document of an email or text of the library."""
    _write(ctx, "template", name, file)


@_export.command("bundle")
def bundle(ctx: typer.Context, file: Out = None) -> None:
    """Write the whole workspace but its people and their history."""
    _write(ctx, "bundle", "", file)


@_export.command("contacts")
def contacts(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv or .xlsx.")],
) -> None:
    """Write everybody to a spreadsheet."""
    require_place(file)
    with opened(ctx) as workspace, counted("Writing people") as seen:
        count = export_contacts(workspace.store, file, seen)
    words = f"{amount(count, 'person is', 'people are')} in {file}."
    answer(ctx, {"contacts": count, "file": str(file)}, words)


def _write(ctx: typer.Context, kind: str, name: str, file: Path | None) -> None:
    with opened(ctx) as workspace, workspace.store.read() as connection:
        document = export_document(connection, kind, name)
    if file is None:
        answer(ctx, document, _text(document))
        return
    with written(file) as out:
        out.write(_text(document) + "\n")
    answer(ctx, {"kind": kind, "name": name, "file": str(file)}, f"The {kind} is in {file}.")


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)

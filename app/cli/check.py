"""`check`: the builder's validation, in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.cli.call import told
from app.cli.common import answer, meant, opened
from app.documents import KINDS, check_stored
from db.errors import KnownError
from engine.commands.bundles import CHECKS
from engine.documents.faults import Checked, quoted
from engine.documents.loading import kind_of, load_json
from engine.documents.names import Names
from engine.documents.scenario import check_scenario
from engine.naming import load_names

commands = typer.Typer()


@commands.command()
def check(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_NAME",
            help="A document of any kind, or the name of an automation, sequence or campaign.",
        ),
    ],
) -> None:
    """Say everything that is wrong with a document, and what is probably a mistake."""
    is_file = what.endswith(".json") or os.path.isfile(what)
    kind, found = _check_file(ctx, Path(what)) if is_file else _check_name(ctx, what)
    warnings = [f"warning: {warning}" for warning in found.warnings]
    words = warnings if found.faults else [*warnings, f"This {kind} can run."]
    document = {"kind": kind, "faults": found.faults, "warnings": found.warnings}
    answer(ctx, document, *words)
    found.refuse()


def _check_file(ctx: typer.Context, path: Path) -> tuple[str, Checked]:
    document = load_json(path)
    kind = kind_of(document)
    if kind == "scenario":
        return kind, check_scenario(document)
    assert isinstance(document, dict)
    return kind, CHECKS[kind](document, _names(ctx))


def _names(ctx: typer.Context) -> Names:
    """What the document may refer to; nothing where no store was made yet."""
    if not wiring.store_exists(told(ctx).store):
        return Names()
    with opened(ctx) as workspace, workspace.store.read() as connection:
        return load_names(connection)


def _check_name(ctx: typer.Context, name: str) -> tuple[str, Checked]:
    with opened(ctx) as workspace:
        with workspace.store.read() as connection:
            names = load_names(connection)
        for kind in KINDS:
            if name in names.of(kind):
                return kind, check_stored(workspace, kind, name)
    known = [each for kind in KINDS for each in names.of(kind)]
    raise KnownError(
        f"There is no file and no automation, sequence or campaign called {quoted(name)}"
        f"{meant(name, known)}", 2,
    )  # fmt: skip

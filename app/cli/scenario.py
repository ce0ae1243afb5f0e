"""`scenario`: a whole practice on the simulated clock, in a throw-away store."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from app.cli.call import told
from app.cli.common import Batch, answer, busy
from db.files import written
from db.session import sqlite_path, temporary_store
from engine.documents.loading import load_json
from engine.documents.scenario import check_scenario, filled
from engine.runner import CHUNK
from engine.scenario import Scenario

commands = typer.Typer()


@commands.command()
def scenario(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A scenario document.")],
    journal: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Where the journal goes; else it is printed.")
    ] = None,
    batch: Batch = CHUNK,
) -> None:
    """Run a scenario and give its journal, as JSON Lines; with --json as one object."""
    document = load_json(file)
    check_scenario(document).refuse()
    assert isinstance(document, dict)
    url = told(ctx).store
    server = url if url is not None and sqlite_path(url) is None else None
    with temporary_store(server) as store:
        run = Scenario(store, filled(document), batch)
        if journal is None:
            _run(run)
            if told(ctx).json:
                answer(ctx, {"journal": list(run.journal())})
            else:
                _write(run, sys.stdout)
            return
        with written(journal) as out:
            _run(run)
            lines = _write(run, out)
    answer(ctx, {"lines": lines, "journal": str(journal)}, f"{lines} lines in {journal}")


def _run(run: Scenario) -> None:
    with busy("Living through the scenario"):
        run.run()


def _write(run: Scenario, out: TextIO) -> int:
    lines = 0
    for line in run.journal():
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        lines += 1
    return lines

"""`backup`, `restore` and `doctor`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.channels import channel_checks
from app.cli.call import told
from app.cli.common import answer, busy, opened
from db import backup as copies
from db.doctor import Check, checks
from db.errors import KnownError

commands = typer.Typer()

File = Annotated[Path, typer.Argument(help="The backup.")]


@commands.command()
def backup(ctx: typer.Context, file: File) -> None:
    """Write a whole, checked copy of the store; work may go on meanwhile."""
    with opened(ctx, create=False) as workspace, busy("Copying the store"):
        copies.backup(workspace.store, file)
    answer(ctx, {"file": str(file), "bytes": file.stat().st_size}, f"The backup is {file}.")


@commands.command()
def restore(ctx: typer.Context, file: File) -> None:
    """Put a backup in the store's place; what was there is kept beside it."""
    url = wiring.store_url(told(ctx).store)
    with busy("Putting the backup back"):
        kept = copies.restore(url, file, ledger=wiring.ledger(url))
    words = ["The backup is back in place."]
    if kept is not None:
        words.append(f"What was there before is kept as {kept}.")
    answer(ctx, {"file": str(file), "kept": kept}, *words)


@commands.command()
def doctor(ctx: typer.Context) -> None:
    """Ask of the store and the channels whatever may be wrong with them."""
    found = _asked(ctx)
    words = [f"{'ok ' if each.ok else 'BAD'}  {each.name}: {each.detail}" for each in found]
    answer(ctx, {"checks": [asdict(each) for each in found]}, *words)
    if not all(each.ok for each in found):
        raise typer.Exit(1)


def _asked(ctx: typer.Context) -> list[Check]:
    try:
        with opened(ctx, create=False) as workspace:
            found = checks(
                workspace.store,
                wiring.present(workspace),
                ledger=wiring.ledger(workspace.store.url),
            )
            return [*found, *channel_checks(workspace)]
    except KnownError as error:
        if error.status == 2:
            raise
        return [Check("store opens", False, error.sentence)]

"""`backup`, `restore`, `unlock` and `doctor`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app import wiring
from app.channels import channel_checks
from app.cli.call import told
from app.cli.common import answer, busy, hidden, opened
from db import backup as copies
from db import keys
from db.doctor import Check, checks
from db.errors import KnownError
from db.session import keyed_path, open_store
from db.session import unlock as unlock_store
from engine.commands import restoring

commands = typer.Typer()

_PROMPT = "Recovery key: "
_WARNING = (
    "Whoever has this key can open the store and its backups: print it, and keep it in a safe."
)

File = Annotated[Path, typer.Argument(help="The backup.")]


@commands.command()
def backup(
    ctx: typer.Context,
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a file that is there.")
    ] = False,
) -> None:
    """Write a whole, checked copy of the store; work may go on meanwhile."""
    with opened(ctx, create=False) as workspace, busy("Copying the store"):
        copies.backup(workspace.store, file, replace=replace)
    answer(ctx, {"file": str(file), "bytes": file.stat().st_size}, f"The backup is {file}.")


@commands.command()
def restore(
    ctx: typer.Context,
    file: File,
    key_from_stdin: Annotated[
        bool,
        typer.Option("--key-from-stdin", help="Ask for the backup's recovery key; it has another."),
    ] = False,
) -> None:
    """Put a backup in the store's place; what was there is kept beside it."""
    url = wiring.store_url(told(ctx).store)
    key = keys.parse_key(hidden(_PROMPT)) if key_from_stdin else None
    with busy("Putting the backup back"):
        kept = restoring.restore(url, file, key=key, ledger=wiring.ledger(url))
    words = ["The backup is back in place."]
    if kept is not None:
        words.append(f"What was there before is kept as {kept}.")
    answer(ctx, {"file": str(file), "kept": kept}, *words)


@commands.command()
def unlock(ctx: typer.Context) -> None:
    """Keep the store's key again, from its recovery key: typed, or sent to standard input."""
    url = wiring.store_url(told(ctx).store)
    keyed_path(url)
    unlock_store(url, hidden(_PROMPT))
    answer(ctx, {"unlocked": True}, "The recovery key opens the store; its key is kept again.")


@commands.command()
def doctor(
    ctx: typer.Context,
    recovery_key: Annotated[
        bool, typer.Option("--recovery-key", help="Print the store's recovery key instead.")
    ] = False,
) -> None:
    """Ask of the store and the channels whatever may be wrong with them."""
    if recovery_key:
        _print_key(ctx)
        return
    found = _asked(ctx)
    words = [f"{'ok ' if each.ok else 'BAD'}  {each.name}: {each.detail}" for each in found]
    answer(ctx, {"checks": [asdict(each) for each in found]}, *words)
    if not all(each.ok for each in found):
        raise typer.Exit(1)


def _print_key(ctx: typer.Context) -> None:
    url = wiring.store_url(told(ctx).store)
    keyed_path(url)
    store = open_store(url, create=False)
    store.close()
    printed = keys.recovery_key(store.key or "")
    answer(ctx, {"recovery_key": printed}, printed, _WARNING)


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

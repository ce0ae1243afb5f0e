"""`add`: what a practice sets up by name alone."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.common import answer, one_of, opened
from db.errors import KnownError
from engine.commands.settings import add_list, add_named
from engine.documents.faults import Checked, Place, quoted
from engine.documents.values import name as check_name
from engine.documents.workspace import RESERVED
from engine.naming import load_names

commands = typer.Typer()

KINDS = ("user", "provider", "form", "list")


@commands.command()
def add(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
) -> None:
    """Add a user, a provider, a form or a static list."""
    one_of("The kind", kind, KINDS)
    found = Checked()
    check_name(name, Place("name", found))
    found.refuse()
    if name in RESERVED.get(f"{kind}s", ()):
        raise KnownError(f"{quoted(name)} has a meaning of its own: choose another name.", 2)
    with opened(ctx) as workspace:
        with workspace.store.read() as connection:
            if name in load_names(connection).of(kind):
                raise KnownError(f"There already is a {kind} called {quoted(name)}.", 2)
        if kind == "list":
            add_list(workspace, {"name": name, "type": "static"})
        else:
            add_named(workspace, kind, name)
    answer(ctx, {"kind": kind, "name": name}, f"The {kind} {name} is there now.")

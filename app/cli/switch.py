"""`activate` and `pause`."""

from __future__ import annotations

from typing import Annotated

import typer

from app import wiring
from app.cli.common import At, answer, of_name, one_of, opened
from app.documents import KINDS, check_stored
from engine.commands import campaigns, flows
from engine.naming import load_names

commands = typer.Typer()

Kind = Annotated[
    str, typer.Argument(metavar="KIND", help="One of automation, sequence and campaign.")
]
Name = Annotated[str, typer.Argument(metavar="NAME")]


@commands.command()
def activate(ctx: typer.Context, kind: Kind, name: Name, at: At = None) -> None:
    """Switch an automation, sequence or campaign on; one that can't run is refused."""
    _switch(ctx, kind, name, at, on=True)


@commands.command()
def pause(ctx: typer.Context, kind: Kind, name: Name, at: At = None) -> None:
    """Switch an automation, sequence or campaign off: everyone in it stands still."""
    _switch(ctx, kind, name, at, on=False)


def _switch(ctx: typer.Context, kind: str, name: str, at: int | None, *, on: bool) -> None:
    one_of("The kind", kind, KINDS)
    with opened(ctx) as workspace:
        moment = wiring.present(workspace, at)
        with workspace.store.read() as connection:
            id = of_name(kind, name, load_names(connection).of(kind))
        if on:
            check_stored(workspace, kind, name).refuse()
        place = campaigns if kind == "campaign" else flows
        (place.activate if on else place.pause)(workspace, id, moment)
    state = "active" if on else "inactive" if kind == "campaign" else "paused"
    document = {"kind": kind, "name": name, "status": state}
    answer(ctx, document, f"The {kind} {name} is {state}.")

"""`record`: one event from outside, as it would come in by itself (engine.md section 2)."""

from __future__ import annotations

from typing import Annotated

import typer

from app import wiring
from app.cli.common import At, answer, one_of, opened
from engine.commands import happenings
from engine.commands.happenings import Happening
from engine.vocabulary import EVENT_ENTRIES

commands = typer.Typer()

Said = Annotated[str | None, typer.Option()]


@commands.command()
def record(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Like appointment_booked.")],
    contact: Annotated[
        str, typer.Option(metavar="WHO", help="Number, email, phone, name or (if new) reference.")
    ],
    at: At = None,
    form: Said = None,
    list: Said = None,
    property: Said = None,
    value: Said = None,
    text: Said = None,
    message: Annotated[int | None, typer.Option(help="The message's number.")] = None,
    flow: Annotated[str | None, typer.Option(help="An automation or a sequence.")] = None,
    automation: Said = None,
    sequence: Said = None,
    step: Said = None,
    link: Said = None,
    key: Annotated[str | None, typer.Option(help="An outside name: taken only once.")] = None,
    source: Annotated[str, typer.Option(help="Of a new contact.")] = "manual",
    first_name: Said = None,
    last_name: Said = None,
    email: Said = None,
    phone: Said = None,
    dob: Said = None,
    timezone: Said = None,
    set: Annotated[list[str] | None, typer.Option(metavar="PROPERTY=VALUE")] = None,
) -> None:
    """Record one event from outside, and all it sets off."""
    kind = one_of("The event", EVENT_ENTRIES.get(event, event), happenings.KINDS)
    with opened(ctx) as workspace:
        moment = wiring.present(workspace, at)
        found = happenings.record(Happening(workspace, kind, contact, moment, ctx.params))
    answer(ctx, {"event": kind, **found}, *happenings.words(event, contact, found))

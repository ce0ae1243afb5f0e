"""`resolve`, `unenroll`, `delete` and `merge`: what a person decides about one of many."""

from __future__ import annotations

from typing import Annotated

import typer

from app import wiring
from app.cli.common import At, answer, of_name, one_of, opened
from db.errors import KnownError
from db.queries.people_search import find_contact
from engine.commands import flows, messages
from engine.commands.merging import merge_contacts
from engine.commands.removal import remove
from engine.naming import load_names

commands = typer.Typer()

FLOW_KINDS = ("automation", "sequence")
SHELVES = ("email", "sms", "list", "form", "user", "provider")

Who = Annotated[str, typer.Argument(help="Number, reference, email, phone or name.")]


@commands.command()
def resolve(
    ctx: typer.Context,
    message: Annotated[int, typer.Argument(help="The number that `list messages` shows.")],
    send_again: Annotated[
        bool, typer.Option("--send-again", help="It did not go out: send it.")
    ] = False,
    mark_sent: Annotated[bool, typer.Option("--mark-sent", help="It did go out: say so.")] = False,
    at: At = None,
) -> None:
    """Settle a message that may or may not have gone out."""
    if send_again == mark_sent:
        raise KnownError("Give --send-again or --mark-sent.", 2)
    with opened(ctx) as workspace:
        decide = messages.send_again if send_again else messages.mark_sent
        decide(workspace, message, wiring.present(workspace, at))
    state = "queued" if send_again else "sent"
    answer(ctx, {"message": message, "state": state}, f"Message {message} is {state} now.")


@commands.command()
def unenroll(
    ctx: typer.Context,
    contact: Who,
    automation: Annotated[str, typer.Argument(metavar="AUTOMATION", help="Or a sequence.")],
    at: At = None,
) -> None:
    """Take one contact out of an automation or a sequence."""
    with opened(ctx) as workspace:
        moment = wiring.present(workspace, at)
        with workspace.store.read() as connection:
            names, contact_id = load_names(connection), find_contact(connection, contact)
        known = {**names.automations, **names.sequences}
        flow_id = of_name("automation or sequence", automation, known)
        flows.unenrol(workspace, flow_id, contact_id, moment)
    document = {"contact": contact_id, "flow": automation}
    answer(ctx, document, f"Contact {contact_id} is not in {automation} now.")


@commands.command()
def delete(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join((*FLOW_KINDS, *SHELVES)))],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    yes: Annotated[bool, typer.Option("--yes", help="It is meant: there is no way back.")] = False,
    at: At = None,
) -> None:
    """Delete an automation or a sequence: everyone in it leaves; its history stays.

    Or a template, list, form, user or provider, which is refused while anything uses it.
    """
    one_of("The kind", kind, (*FLOW_KINDS, *SHELVES))
    with opened(ctx) as workspace:
        if kind in SHELVES:
            if not yes:
                raise KnownError("It would be gone for good: add --yes if that is meant.", 2)
            remove(workspace, kind, name)
            answer(ctx, {"kind": kind, "name": name, "status": "deleted"},
                   f"The {kind} {name} is deleted.")  # fmt: skip
            return
        moment = wiring.present(workspace, at)
        with workspace.store.read() as connection:
            flow_id = of_name(kind, name, load_names(connection).of(kind))
        if not yes:
            raise KnownError("Everyone in it would leave, for good: add --yes if that is meant.", 2)
        flows.delete(workspace, flow_id, moment)
    answer(ctx, {"kind": kind, "name": name, "status": "deleted"}, f"The {kind} {name} is deleted.")


@commands.command()
def merge(ctx: typer.Context, keep: Who, other: Who, at: At = None) -> None:
    """Make two records of one person one: KEEP stays, what OTHER knows more is added."""
    with opened(ctx) as workspace:
        moment = wiring.present(workspace, at)
        with workspace.store.read() as connection:
            keep_id, other_id = find_contact(connection, keep), find_contact(connection, other)
        merge_contacts(workspace, keep_id, other_id, moment)
    words = f"Contact {other_id} is part of contact {keep_id} now."
    answer(ctx, {"contact": keep_id, "merged": other_id}, words)

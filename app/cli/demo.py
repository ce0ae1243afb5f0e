"""`demo`: a sample practice that lived some simulated days through the real engine."""

from __future__ import annotations

from typing import Annotated

import typer

from app import wiring
from app.cli.call import told
from app.cli.common import amount, answer, progress
from app.cli.printing import print_table
from app.opening import open_window
from app.places import data_folder, make_folder
from app.screen import why_no_screen
from db.errors import KnownError
from engine.calendar import DAY
from engine.dispatcher import RECORDED, deliver, standing
from engine.naming import load_names
from engine.sample import outcome, set_up
from engine.sample_life import live
from engine.workspace import Workspace

commands = typer.Typer()


@commands.command()
def demo(
    ctx: typer.Context,
    contacts: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many people.")] = 2000,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days they live.")] = 120,
    headless: Annotated[bool, typer.Option("--headless", help="Without the window.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed, the same lives.")] = 1,
) -> None:
    """Build a sample practice, live some days of it (nothing is really sent) and show it."""
    url = told(ctx).store or _own()
    workspace = wiring.open_workspace(url)
    try:
        _refuse_used(workspace)
        _live(workspace, contacts, days, seed)
        with workspace.store.read() as connection:
            rows = [each._asdict() for each in outcome(workspace, connection)]
        place = workspace.store.place
    finally:
        workspace.store.close()
    if told(ctx).json:
        document = {"store": place, "contacts": contacts, "days": days, "automations": rows}
        answer(ctx, document)
        return
    print_table(rows)
    lived = f"{amount(contacts, 'person', 'people')} lived {amount(days, 'day', 'days')}"
    print(f"{lived} in {place}; nothing was really sent.")
    if headless:
        return
    reason = why_no_screen()
    if reason is not None:
        print(f"{reason} This was the run without it.")
        return
    raise typer.Exit(open_window(url))


def _live(workspace: Workspace, contacts: int, days: int, seed: int) -> None:
    start = wiring.now() - days * DAY
    set_up(workspace, start)
    with progress("Living the sample practice") as seen:
        live(
            workspace, lambda now: deliver(workspace, RECORDED, standing(now)), contacts=contacts,
            days=days, seed=seed, start=start, progress=seen,
        )  # fmt: skip


def _own() -> str:
    """The demo's own store, made anew each time."""
    folder = data_folder()
    make_folder(folder)
    store = folder / "demo.db"
    wiring.remove_store(store)
    return f"sqlite:///{store}"


def _refuse_used(workspace: Workspace) -> None:
    with workspace.store.read() as connection:
        names = load_names(connection)
    if names.automations or names.sequences or names.campaigns:
        raise KnownError(
            f"{workspace.store.place} holds a practice already: give another --store.", 2
        )

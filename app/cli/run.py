"""`run`: the engine without a window."""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict, replace
from typing import Annotated

import typer

from app import wiring
from app.channels import build_channels, refuse_real_channels
from app.cli.common import Batch, amount, answer, busy, instant, one_of, opened
from db import outbox
from db.errors import KnownError
from engine.calendar import format_instant, parse_instant
from engine.due import next_due
from engine.runner import CHUNK
from engine.scheduler import Done, Engine, RealClock, simulate
from engine.workspace import Workspace

commands = typer.Typer()

_EARLIEST = parse_instant("0001-01-01T00:00:00Z")


@commands.command()
def run(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")] = False,
    until: Annotated[
        int | None, typer.Option(parser=instant, metavar="INSTANT", help="Go on through this.")
    ] = None,
    clock: Annotated[str, typer.Option(help="real, or simulated: jump to what is due.")] = "real",
    batch: Batch = CHUNK,
) -> None:
    """Run the engine: everything that is due, and the messages that are to go."""
    one_of("The clock", clock, ("real", "simulated"))
    if once and until is not None:
        raise KnownError("Give --once or --until, not both.", 2)
    if clock == "simulated" and until is None and not once:
        raise KnownError("A simulated clock needs --until INSTANT, or --once.", 2)
    with opened(ctx) as workspace:
        if clock == "simulated":
            refuse_real_channels(workspace)
        channels = build_channels(workspace)
        engine = Engine(workspace, channels, batch)
        try:
            if clock == "simulated":
                done = _simulate(engine, until)
            else:
                wiring.leave_clock(workspace, None)
                engine = replace(engine, clock=wiring.now)
                done = engine.tick(wiring.now()) if once else _live(engine, until)
        finally:
            for channel in channels:
                if channel is not None:
                    channel.close()
        with workspace.store.read() as connection:
            waiting = outbox.waiting(connection)
    following = None if done.next_due is None else format_instant(done.next_due)
    document = {**asdict(done), "next_due": following, "waiting": waiting}
    answer(ctx, document, *_words(done, following, waiting))


def _simulate(engine: Engine, until: int | None) -> Done:
    start = _start(engine.workspace)
    until = start if until is None else until
    if until < start:
        raise KnownError(
            f"The simulated clock already stands at {format_instant(start)}: "
            "give a later --until.", 2,
        )  # fmt: skip
    with busy("Living through simulated time"):
        done = simulate(engine, start, until)
    # After a fault the clock stands where it stood: going on from there does nothing twice.
    wiring.leave_clock(engine.workspace, until)
    return done


def _start(workspace: Workspace) -> int:
    """Where simulated time goes on: where it was left, else at the first thing still to be done."""
    left = wiring.simulated_now(workspace)
    if left is not None:
        return left
    first = next_due(workspace, _EARLIEST)
    return wiring.now() if first is None else min(first, wiring.now())


def _live(engine: Engine, until: int | None) -> Done:
    clock = RealClock(engine.tick, until, lambda fault: print(fault.sentence, file=sys.stderr))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: clock.stop())
    return clock.run()


def _words(done: Done, following: str | None, waiting: int) -> list[str]:
    said = [
        f"{done.enrolled:,} enrolled, {amount(done.steps, 'step', 'steps')}, "
        f"{amount(done.sent, 'message', 'messages')} sent."
    ]
    if done.uncertain:
        said.append(
            f"{amount(done.uncertain, 'message', 'messages')} may or may not have gone out."
        )
    if waiting:
        said.append(
            f"{amount(waiting, 'message waits', 'messages wait')} to go out; "
            "`doctor` says what may stop them."
        )
    return [*said, f"Next due: {following or 'nothing'}."]

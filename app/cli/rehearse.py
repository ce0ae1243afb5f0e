"""`rehearse`: what an automation would have done on recorded history; nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app import wiring
from app.cli.call import told
from app.cli.common import amount, answer, day, opened, progress
from app.cli.printing import figures, print_table
from db.errors import KnownError
from engine.documents.loading import kind_of, load_json
from engine.listing import show
from engine.naming import load_names
from engine.rehearsal import Version, rehearse_all
from engine.replay.result import Day, Difference, Rehearsal, compare_rehearsals
from engine.wording.reasons import reason_title
from engine.wording.times import moment_words
from engine.wording.values import uncapital
from engine.workspace import Reader, Workspace

commands = typer.Typer()


@commands.command("rehearse")
def rehearse_automation(
    ctx: typer.Context,
    automation: Annotated[
        str, typer.Argument(metavar="AUTOMATION", help="A name, or the file of a document.")
    ],
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help="First day.")],
    last: Annotated[date, typer.Option("--to", parser=day, metavar="DATE", help="Last day.")],
    against: Annotated[
        str | None,
        typer.Option(metavar="FILE_OR_NAME", help="Rehearse this too, and say what differs."),
    ] = None,
) -> None:
    """Replay what was recorded against an automation, draft or live; changes nothing."""
    if last < first:
        raise KnownError("--to must not be before --from.", 2)
    with opened(ctx) as workspace:
        with workspace.store.read() as reader:
            zone = workspace.catalogue(reader).practice.zone
        whats = [what for what in (automation, against) if what is not None]
        done = _rehearse(workspace, whats, first, last)
    document = done[0].document()
    if against is not None:
        differences = compare_rehearsals(*done)
        document["against"] = done[1].document()
        document["differences"] = {each.what: [each.one, each.other] for each in differences}
    answer(ctx, document)
    if not told(ctx).json:
        _tell(done[0], zone)
        if against is not None:
            _tell_differences(against, differences)


def _rehearse(
    workspace: Workspace, whats: Sequence[str], first: date, last: date
) -> list[Rehearsal]:
    """Every one of these rehearsed on the same moment of the store."""
    now = wiring.present(workspace)
    with workspace.store.read() as reader, progress("Replaying what happened") as seen:
        versions = [_find(reader, what) for what in whats]
        return rehearse_all(reader, versions, first, last, now, progress=seen)


def _find(reader: Reader, what: str) -> Version:
    """The automation of a file, else of a name; a file's name says what it is a version of."""
    if not what.endswith(".json") and not os.path.isfile(what):
        return Version(show(reader, "automation", what), load_names(reader).automations[what])
    document = load_json(Path(what))
    kind = kind_of(document)
    if kind != "automation":
        raise KnownError(f"{what} is a {kind} document: only an automation can be rehearsed.", 2)
    assert isinstance(document, dict)
    name = document.get("name")
    return Version(document, load_names(reader).automations.get(name if type(name) is str else ""))


def _tell(done: Rehearsal, zone: ZoneInfo) -> None:
    replayed = amount(done.events, "recorded event", "recorded events")
    print(f"{done.name}, {done.first} to {done.last}: {replayed} replayed, nothing was changed.")
    numbers = {
        "enrolled": done.enrolled, "people": done.people, "emails": done.email,
        "texts": done.sms, "tasks": done.tasks, "completed": done.completed,
        "goal_reached": done.goal_reached, "opted_out_while_in_it": done.lost,
        "still_in_it": done.active,
    }  # fmt: skip
    for line in (*figures(numbers), *_reasons(done)):
        print(line)
    if done.unanswered:
        answers = amount(done.unanswered, "answer", "answers")
        print(f"Left out: {answers} to its own messages that the rehearsal did not send.")
    if days := [row for row in map(_row, done.days) if any(list(row.values())[1:])]:
        print()
        print_table(days)
    for person in done.examples:
        print(f"\n{person.name or person.id}")
        for mark in person.path:
            print(f"  {moment_words(mark.at, zone):<28}  {mark.sentence}")


def _row(day: Day) -> dict[str, Any]:
    """A day as a row of a table; its numbers are of other enrolments than those of that day."""
    return {
        "day": day.day, "enrolled": day.enrolled, "emails": day.email, "texts": day.sms,
        "tasks": day.tasks, "skipped": day.skipped, "finished": day.completed,
        "reached_the_goal": day.goal_reached,
    }  # fmt: skip


def _reasons(done: Rehearsal) -> Iterator[str]:
    for title, reasons in (
        ("Skipped", done.skipped), ("Unenrolled", done.unenrolled),
        ("Not enrolled", done.not_enrolled),
    ):  # fmt: skip
        for why, number in reasons.items():
            yield f"{title}, {uncapital(reason_title(why))}: {number:,}"


def _tell_differences(against: str, differences: Sequence[Difference]) -> None:
    print(f"\nAgainst {against}:")
    if not differences:
        print("Both would have done the same, in numbers.")
    for each in differences:
        title = each.what.replace("_", " ").replace(".", ", ")
        print(f"{title.capitalize()}: {each.one:,} here, {each.other:,} there")

"""A file of people brought in from the window (formats.md, "Command line": import contacts)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from db.errors import KnownError
from engine.calendar import local_date
from engine.catalogue import FlowState
from engine.commands.contacts import home_region
from engine.commands.imports import SOURCE, ImportResult, import_people
from engine.intake import refusals, spreadsheet
from engine.intake.tables import open_table
from engine.wording.local import EXAMPLE, date_words
from engine.workspace import Workspace

SHOWN: Final = 5
"""Rows of a file that a person is shown first."""
REFUSED: Final = ".refused.csv"
"""The end of the name of a file of refused rows."""
BATCH: Final = 500
"""Rows a transaction: few enough that a stopped import ends at once."""


class Taken(NamedTuple):
    """What became of the rows, and the file of those refused.

    It is None if there are none, or if none could be written beside the input: `keep_refused`.
    `at` is the instant of all that was brought in.
    """

    result: ImportResult
    refused_file: Path | None
    at: int
    headers: tuple[str, ...] = ()


class Stopped(Exception):
    """Somebody stopped an import between two of its transactions."""


class Look(NamedTuple):
    """What a file says, before anything of it is brought in.

    `starting` is how many automations that are on begin for whoever is new, `dob` a date of birth
    as the practice's country writes it.
    """

    preview: spreadsheet.Preview
    starting: int
    dob: str


def look(workspace: Workspace, file: Path) -> Look:
    """The headers of a file, what each is taken for, and its first rows. Raises KnownError."""
    with workspace.store.read() as connection:
        region = home_region(connection)
        flows = workspace.catalogue(connection).flows.values()
    starting = sum(flow.active and _takes_imported(flow) for flow in flows)
    dob = date_words(EXAMPLE, region)
    return Look(spreadsheet.preview(file, SHOWN, region), starting, dob)


def _takes_imported(flow: FlowState) -> bool:
    trigger = flow.flow.trigger or {}
    source = trigger.get("source", SOURCE)
    return trigger.get("type") == "contact_created" and source in ("any", SOURCE)


def take(
    workspace: Workspace,
    file: Path,
    columns: Sequence[str | None],
    status: str,
    at: int,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Taken | None:
    """Bring the people of a file in; None if it was stopped, with all brought so far kept.

    `columns` are the fields of the columns in order, None for one that is left out, or empty for
    what was guessed; `status` is for rows that do not say. The refused rows land in a file beside
    the input, if one can be written there. Raises KnownError.
    """
    with workspace.store.read() as connection:
        region = home_region(connection)
        today = local_date(at, workspace.catalogue(connection).practice.zone)
    people = spreadsheet.read(file, {}, region, today, status, columns)
    size = 1
    for size, _ in enumerate(open_table(file).rows(len(people.headers)), 1):
        if size % BATCH == 1 and cancelled():
            return None

    def seen(rows: int) -> None:
        progress(min(0.99, rows / size))
        if cancelled():
            raise Stopped

    try:
        result = import_people(workspace, people, at, status=status, batch=BATCH, progress=seen)
    except Stopped:
        return None
    taken = Taken(result, None, at, tuple(people.headers))
    return keep_beside(taken, file) if result.refusals else taken


def keep_beside(taken: Taken, file: Path) -> Taken:
    """The refused rows in a file beside the one they came from, where one can be written there.

    Where it can't the import stands all the same.
    """
    beside = file.with_name(f"{file.name}{REFUSED}")
    try:
        keep_refused(taken, beside)
    except KnownError:
        return taken
    return taken._replace(refused_file=beside)


def keep_refused(taken: Taken, file: Path) -> None:
    """The refused rows of an import in this file. Raises KnownError."""
    refusals.write_refused(file, taken.headers, taken.result.refusals)

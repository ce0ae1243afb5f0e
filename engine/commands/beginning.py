"""The first start: a store is filled with the sample practice, or with the practice's own people.

Both are long: they say how far they are, from 0 to 1, and ask whether to stop. Stopped they raise
KnownError, with no transaction half done (quality.md, "For people" 14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from db.errors import KnownError
from db.pouring import pour
from db.queries import setup
from db.session import temporary_store
from engine.calendar import DAY, local_date
from engine.commands.imports import import_people
from engine.dispatcher import RECORDED, deliver, standing
from engine.intake import refusals, spreadsheet
from engine.sample import set_up
from engine.sample_life import live
from engine.settings import SETTINGS
from engine.workspace import Workspace

PEOPLE: Final = 400
DAYS: Final = 90
SEED: Final = 1
BATCH: Final = 500
"""Rows in a transaction: few enough that a stop is heard within a moment."""

Tell = Callable[[float], None]
Cancelled = Callable[[], bool]
T = TypeVar("T")


def fill_with_sample(
    workspace: Workspace, now: int, tell: Tell, cancelled: Cancelled, *,
    people: int = PEOPLE, days: int = DAYS,
) -> None:  # fmt: skip
    """Fill an empty store with the sample practice, as it stands at `now` after some days' life.

    It lives in a store of its own and comes over in one transaction: all of it or nothing.
    """

    def heard(share: float) -> None:
        _stop_if(cancelled)
        tell(share * 0.95)

    with temporary_store() as store:
        sample, start = Workspace(store), now - days * DAY
        set_up(sample, start)
        heard(0.0)

        def send(at: int) -> None:
            _stop_if(cancelled)
            deliver(sample, RECORDED, standing(at))

        live(sample, send, contacts=people, days=days, seed=SEED, start=start, progress=heard)
        with store.read() as source, workspace.write("beginning", sets_up=True) as target:
            pour(source, target)
            _stop_if(cancelled)
    tell(1.0)


class Brought(NamedTuple):
    """What became of a file's rows, and where those that were refused were written, if anywhere."""

    read: int
    created: int
    merged: int
    refused: int
    refused_file: Path | None


def bring_people(
    workspace: Workspace, file: Path, now: int, tell: Tell, cancelled: Cancelled
) -> Brought:
    """Bring people in from a spreadsheet at `now`, as `import contacts` does; all start as leads.

    Stopped, those of finished transactions stay: the same file can be brought again, and creates
    nobody twice. Raises KnownError for a file that can't be read.
    """
    with workspace.store.read() as connection:
        zone = workspace.catalogue(connection).practice.zone
        wanted = SETTINGS["practice.region"]
        region = str(setup.settings(connection).get(wanted.key, wanted.default))
    people = spreadsheet.read(file, {}, region, local_date(now, zone), None)
    total = _lines(file)
    result = import_people(
        workspace, _until(cancelled, people), now, batch=BATCH,
        progress=lambda rows: tell(min(rows / total, 1.0) if total else 0.0),
    )  # fmt: skip
    kept = None
    if result.refusals:
        kept = file.with_name(f"{file.name}.refused.csv")
        try:
            refusals.write_refused(kept, people.headers, result.refusals)
        except KnownError:
            kept = None
    return Brought(result.read, result.created, result.merged, result.refused, kept)


def _until(cancelled: Cancelled, items: Iterable[T]) -> Iterator[T]:
    for item in items:
        _stop_if(cancelled)
        yield item


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise KnownError("Stopped before it was done.")


def _lines(file: Path) -> int:
    """About how many rows there are; 0 where only reading all of it would tell."""
    if file.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return 0
    with file.open("rb") as text:
        return sum(block.count(b"\n") for block in iter(lambda: text.read(1 << 20), b""))

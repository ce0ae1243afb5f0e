"""A clinical export comes in: providers, patients and their visits (formats.md, import fhir).

Patients go the way of all imported people. Their visits are events at their own instants and
stand in the log before the patient's creation: they set off nothing that was switched on later,
and no condition takes them for an answer to a message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from db import shelves
from db.queries import people as known_people
from db.queries import setup
from engine.commands.contacts import NewContact
from engine.commands.imports import (
    BATCH,
    LOCK,
    SOURCE,
    Arrival,
    Desk,
    ImportResult,
    Progress,
    chunks,
    import_arrivals,
    past,
    take_in_all,
)
from engine.intake.fhir import Item
from engine.intake.people import Happening, Person, Practitioner, Refusal
from engine.workspace import Workspace


@dataclass(slots=True)
class _Export:
    """A whole export in memory: visits come last in it and belong to the people before."""

    providers: list[str] = field(default_factory=list)
    people: list[Person | Refusal] = field(default_factory=list)
    visits: dict[str, list[Happening]] = field(default_factory=lambda: defaultdict(list))


def import_clinical(
    workspace: Workspace,
    items: Iterable[Item],
    at: int,
    *,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> ImportResult:
    """Take a clinical export in at `at`; the same export again changes nothing.

    Visits of people who are not in the export go to those the store knows by ref; the rest are
    refused. Of the visits only refused ones count as rows.
    """
    export = _gather(items)
    with workspace.write("import") as connection:
        for name in dict.fromkeys(export.providers):
            shelves.add_named(connection, "provider", name)
    result = import_arrivals(workspace, _arrivals(export), at, "patient", batch, progress)
    for refs in chunks(sorted(export.visits), batch):
        result += _take_visits(workspace, {ref: export.visits[ref] for ref in refs}, at)
    return result


def _gather(items: Iterable[Item]) -> _Export:
    export = _Export()
    for item in items:
        if isinstance(item, Practitioner):
            export.providers.append(item.name)
        elif isinstance(item, Happening):
            export.visits[item.person_ref].append(item)
        else:
            export.people.append(item)
    return export


def _arrivals(export: _Export) -> Iterator[Arrival | Refusal]:
    """Everybody with their visits, which are taken out of the export."""
    for each in export.people:
        if isinstance(each, Refusal):
            yield each
        else:
            yield Arrival(each, export.visits.pop(each.ref or "", ()))


def _take_visits(workspace: Workspace, visits: dict[str, list[Happening]], at: int) -> ImportResult:
    """The visits of people the store knows, in one transaction."""
    with workspace.write("import") as connection:
        setup.lock_setting(connection, LOCK)
        desk = Desk(connection)
        ids = {row.ref: int(row.id) for row in known_people.by_refs(connection, visits)}
        mine = [(ids[ref], visits[ref]) for ref in visits if ref in ids]
        told = desk.told(visit for _, each in mine for visit in each)
        said = [(id, NewContact(SOURCE, {}, past=past(each, told, at))) for id, each in mine]
        take_in_all(workspace, connection, [pair for pair in said if pair[1].past], at)
        desk.put_visits((id, visit) for id, each in mine for visit in each)
    refusals = [_stray(visit) for ref in visits if ref not in ids for visit in visits[ref]]
    return ImportResult(len(refusals), refusals=refusals)


def _stray(visit: Happening) -> Refusal:
    return Refusal(visit.row, "subject", "is no patient of this export and none known here")

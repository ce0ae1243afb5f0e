"""What goes out: documents, the whole workspace as a bundle, people as a table (formats.md)."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import xlsxwriter

from db.connection import Connection
from db.errors import KnownError
from db.files import drafted, written
from db.queries import people, setup
from db.session import Store
from engine.documents.faults import quoted
from engine.documents.names import Names
from engine.intake.refusals import disarmed
from engine.listing import show
from engine.naming import load_names
from engine.practice import read_practice

BUNDLE = "bundle"
COLUMNS = (
    "ID", "First name", "Last name", "Email", "Phone", "Date of birth", "Time zone", "Status",
    "Lead source", "Contact owner", "Provider", "Email subscription", "SMS subscription",
    "Insurance verification", "Do not contact", "Deceased", "Archived", "Lists",
)  # fmt: skip
"""The headers of a table of people, as our own import reads them."""

_PIECE = 1 << 20
"""Bytes written at once: a thread that lets the interpreter go at every 8 KB starves the others."""
_PAGE = 5_000
_MOST_ROWS = 1_048_575
Write = Callable[[Sequence[str]], None]
"""Puts one row under the last."""


class _Stopped(Exception):
    """Somebody asked to stop."""


def export_document(connection: Connection, kind: str, name: str = "") -> dict[str, Any]:
    """The public document of a kind and name (`engine.listing.show`), or the `bundle` of all.

    Importing it again gives the same. Raises KnownError for an unknown kind or name.
    """
    return export_bundle(connection) if kind == BUNDLE else show(connection, kind, name)


def write_document(connection: Connection, kind: str, name: str, path: Path) -> None:
    """Write `export_document` to a JSON file, which appears whole or not at all.

    Raises KnownError if there is no such document, or the file can't be written.
    """
    document = export_document(connection, kind, name)
    with written(path) as out:
        out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def export_bundle(connection: Connection) -> dict[str, Any]:
    """The whole workspace but its people and their history, in the order it was set up."""
    names = load_names(connection)
    templates = [("email", each) for each in names.emails] + [("sms", each) for each in names.texts]
    return {
        "format": "practice-crm/bundle@1",
        "practice": _practice(connection),
        "users": list(names.users),
        "providers": list(names.providers),
        "forms": list(names.forms),
        "lists": [show(connection, "list", name) for name in names.lists],
        "templates": [show(connection, channel, name) for channel, name in templates],
        "automations": _in_order(connection, names, "automation"),
        "sequences": _in_order(connection, names, "sequence"),
        "campaigns": _in_order(connection, names, "campaign"),
    }


def _practice(connection: Connection) -> dict[str, Any]:
    practice = read_practice(setup.settings(connection))
    cap = practice.cap
    return {
        "name": practice.name,
        "timezone": practice.zone.key,
        "check_time": f"{practice.check_time:%H:%M}",
        "sms_quiet_hours": [f"{end:%H:%M}" for end in practice.quiet] if practice.quiet else None,
        "frequency_cap": {"messages": cap[0], "days": cap[1]} if cap else None,
    }


def _in_order(connection: Connection, names: Names, kind: str) -> list[dict[str, Any]]:
    by_number = sorted(names.of(kind).items(), key=lambda named: named[1])
    return [show(connection, kind, name) for name, _ in by_number]


def export_contacts(store: Store, path: Path, progress: Callable[[int], None] | None = None) -> int:
    """Everybody as a CSV or XLSX file, by its ending; how many there were.

    The file appears whole or not at all, its owner's alone. A cell a spreadsheet would run as a
    formula gets an apostrophe in front, which our own import takes off again; so do telephone
    numbers. A list name with a comma in it reads as two. `progress` hears how many rows are
    written. Raises KnownError for another ending, too many people for a workbook, or a file that
    can't be written.
    """
    writers = {".csv": _csv, ".xlsx": _xlsx}
    if path.suffix.lower() not in writers:
        raise KnownError(f"{path.name} must end in .csv or .xlsx.", 2)
    try:
        with drafted(path) as draft, store.read() as connection:
            _require_room(connection, path)
            with writers[path.suffix.lower()](draft) as write:
                return _write_people(connection, write, progress)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise KnownError(f"{path} can't be written: make room on its disk.") from error


def _require_room(connection: Connection, path: Path) -> None:
    if path.suffix.lower() == ".xlsx" and people.count(connection) > _MOST_ROWS:
        raise KnownError(
            f"A workbook holds at most {_MOST_ROWS:,} people: name a file that ends in .csv, not "
            f"{quoted(path.name)}.", 2,
        )  # fmt: skip


def export_found(
    store: Store,
    choose: Callable[[Connection], Sequence[int]],
    path: Path,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> int:
    """The people that `choose` gives, in its order, as a CSV file; how many there were.

    As `export_contacts` writes them, and raising as it does. `progress` hears shares, up to 1;
    cancelled, there is no file, and a file that was there stays as it was.
    """
    with suppress(_Stopped), drafted(path) as draft, store.read() as connection:
        found = choose(connection)
        count = 0
        with _csv(draft) as write:
            write(COLUMNS)
            for first in range(0, len(found), _PAGE):
                if cancelled():
                    raise _Stopped
                count += _write_these(connection, found[first : first + _PAGE], write)
                progress(min(1.0, (first + _PAGE) / len(found)))
        return count
    return 0


def _write_these(connection: Connection, chosen: Sequence[int], write: Write) -> int:
    there = {row.id: row for row in people.these(connection, chosen)}
    return _write_rows(connection, [there[id] for id in chosen if id in there], write)


def _write_people(
    connection: Connection, write: Write, progress: Callable[[int], None] | None
) -> int:
    write(COLUMNS)
    count = after = 0
    while rows := people.page(connection, after, _PAGE):
        count, after = count + _write_rows(connection, rows, write), rows[-1].id
        if progress is not None:
            progress(count)
    return count


def _write_rows(connection: Connection, rows: Sequence[Any], write: Write) -> int:
    lists = defaultdict(list)
    for contact, name in people.static_lists_of(connection, [row.id for row in rows]):
        lists[contact].append(name)
    for row in rows:
        write([disarmed(cell) for cell in _cells(row, lists[row.id])])
    return len(rows)


def _cells(row: Any, lists: Sequence[str]) -> tuple[str, ...]:
    return (
        row.ref or "", row.first_name, row.last_name, row.email, row.phone, row.dob or "",
        row.timezone, row.status, row.lead_source, row.owner or "", row.provider or "",
        "subscribed" if row.email_on else "unsubscribed",
        "subscribed" if row.sms_on else "unsubscribed", row.insurance,
        _yes(row.do_not_contact), _yes(row.deceased), _yes(row.archived), "; ".join(lists),
    )  # fmt: skip


def _yes(flag: int) -> str:
    return "yes" if flag else "no"


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    with path.open("w", _PIECE, encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file).writerow


@contextmanager
def _xlsx(path: Path) -> Iterator[Write]:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Contacts")
        sheet.freeze_panes(1, 0)
        place = iter(range(_MOST_ROWS + 1))

        def write(cells: Sequence[str]) -> None:
            row = next(place)
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, column, cell)

        yield write

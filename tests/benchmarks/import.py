"""Import of 100,000 people from CSV, triggers live, against raw writing of the same rows.

Twenty automations are on, one of which takes everybody imported. The rows the import left are
then written again, the fastest way the store has, into a second store that stands where the
first one stood, as many contacts a commit. `python tests/benchmarks/import.py [N]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import csv
import tempfile
from datetime import date
from typing import Any

from db.bulk import copy_rows
from db.models import metadata
from db.session import Store, temporary_store
from engine.commands import flows, settings
from engine.commands.imports import BATCH, ImportResult, import_people
from engine.intake.spreadsheet import read
from engine.workspace import Workspace
from tests.benchmarks.measure import START, figure, report, seconds, stores

BAR = 0.2
TABLES = ("contact", "event", "enrolment", "journal", "step_day", "flow_day", "step_here")

Rows = dict[str, list[tuple[Any, ...]]]


def main() -> None:
    """Measure on both stores."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder, stores() as addresses:
        path = Path(folder, "people.csv")
        write_people(path, count)
        report([measure(dialect, url, path, count) for dialect, url in addresses])


def measure(dialect: str, url: str | None, path: Path, count: int) -> dict[str, Any]:
    """Both sides on one kind of store, in contacts a second."""
    with temporary_store(url) as one, temporary_store(url) as other:
        workspace = practice(one)
        practice(other)
        ours = seconds(lambda: bring(workspace, path, count))
        rows = written(one)
        raw = seconds(lambda: write_raw(other, rows))
    return figure(f"import {dialect}", count / ours, count / raw, BAR)


def write_people(path: Path, count: int) -> None:
    """People as practices list them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["First name", "Last name", "Email", "Phone", "Date of birth", "Source"])
        for n in range(count):
            phone = f"({200 + n // 10_000 % 700}) {200 + n // 7 % 700}-{n % 10_000:04d}"
            born = f"{1940 + n % 65}-{1 + n % 12:02d}-{1 + n % 28:02d}"
            out.writerow(
                [f"First{n % 977}", f"Last{n % 7919}", f"p{n}@example.org", phone, born, "Fair"]
            )


def practice(store: Store) -> Workspace:
    """Twenty active automations, of which one takes whom an import creates."""
    workspace = Workspace(store)
    settings.add_list(workspace, {"name": "Welcomed", "type": "static"})
    settings.add_named(workspace, "form", "Intake")
    for number in range(20):
        trigger = {"type": "form_submitted", "form": "Intake"}
        document = {
            "format": "practice-crm/automation@1",
            "name": f"Automation {number}",
            "trigger": trigger if number else {"type": "contact_created", "source": "import"},
            "steps": [{"id": "keep", "type": "add_to_list", "list": "Welcomed"}],
        }
        flow_id = flows.save_flow(workspace, "automation", document, START)
        flows.activate(workspace, flow_id, START)
    return workspace


def bring(workspace: Workspace, path: Path, count: int) -> ImportResult:
    """The import itself, from the file on."""
    people = read(path, {}, "US", date(2026, 1, 5), None)
    result = import_people(workspace, people, START)
    if result.created != count:
        raise AssertionError(f"{result.created} of {count} people came in")
    return result


def written(store: Store) -> Rows:
    """Every row the import left, by table."""
    with store.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(metadata.tables[name].select())]
            for name in TABLES
        }


def write_raw(store: Store, rows: Rows) -> None:
    """The same rows, bare."""
    commits = -(-len(rows["contact"]) // BATCH)
    for number in range(commits):
        with store.write() as connection:
            for name, every in rows.items():
                size = -(-len(every) // commits)
                columns = [column.name for column in metadata.tables[name].columns]
                copy_rows(connection, name, columns, every[number * size : (number + 1) * size])


if __name__ == "__main__":
    main()

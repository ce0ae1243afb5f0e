"""Import of 100,000 people from CSV, triggers live, against a raw insert of the same rows.

Run as `python tests/benchmarks/import.py`; prints quality.md's JSON, one entry a store. The raw
side writes the very rows the import left behind, by the store's plain `executemany`, with the
same commit size into the same kind of store.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Beside this script lies an email.py, which would stand in for the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import argparse
import cProfile
import csv
import json
import pstats
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

from db.models import metadata
from db.session import Store, executemany, insert_sql, temporary_store
from engine.calendar import parse_instant
from engine.commands import flows, settings
from engine.commands.imports import BATCH, import_people
from engine.intake.spreadsheet import read
from engine.workspace import Workspace
from tests.servers import machine_postgres, running_postgres, wheel_postgres

BAR = 0.2
AT = parse_instant("2026-01-05T14:00:00Z")
TODAY = date(2026, 1, 5)
TABLES = ("contact", "event", "enrolment", "journal", "list_member", "step_day", "flow_day",
          "step_here")  # fmt: skip


def write_people(path: Path, count: int) -> None:
    """A CSV of people as practices have them: names, addresses, birth dates."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["First name", "Last name", "Email", "Phone", "Date of birth", "Source"])
        for n in range(count):
            out.writerow([
                f"First{n % 977}", f"Last{n % 7919}", f"person{n}@example.org",
                f"({200 + n // 10_000 % 700}) {200 + n // 7 % 700}-{n % 10_000:04d}",
                f"{1940 + n % 65}-{1 + n % 12:02d}-{1 + n % 28:02d}", "Fair",
            ])  # fmt: skip


def set_up(workspace: Workspace) -> None:
    """Twenty active automations, of which one takes an imported contact."""
    settings.put_settings(workspace, {"practice.name": "Oak Street Clinic"})
    settings.add_list(workspace, {"name": "Welcomed", "type": "static"})
    form = settings.add_named(workspace, "form", "Intake")
    assert form
    for number in range(20):
        trigger = {"type": "contact_created", "source": "import"}
        if number:
            trigger = {"type": "form_submitted", "form": "Intake"}
        document = {
            "format": "practice-crm/automation@1",
            "name": f"Automation {number}",
            "trigger": trigger,
            "steps": [{"id": "keep", "type": "add_to_list", "list": "Welcomed"}],
        }
        flows.activate(workspace, flows.save_flow(workspace, "automation", document, AT), AT)


def rows_of(store: Store) -> dict[str, list[Any]]:
    """Every row the import left, by table."""
    with store.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(metadata.tables[name].select())]
            for name in TABLES
        }


def insert_raw(store: Store, rows: dict[str, list[Any]]) -> None:
    """Write the rows by plain `executemany`, as many contacts a commit as the import."""
    commits = max(1, -(-len(rows["contact"]) // BATCH))
    for number in range(commits):
        with store.write() as connection:
            for name, all_rows in rows.items():
                size = -(-len(all_rows) // commits)
                columns = tuple(column.name for column in metadata.tables[name].columns)
                part = all_rows[number * size : (number + 1) * size]
                if part:
                    executemany(connection, insert_sql(name, columns, store.dialect), part)


def measure(name: str, url: str | None, path: Path, profile: bool) -> dict[str, object]:
    """One store's entry."""
    with temporary_store(url) as store:
        workspace = Workspace(store)
        set_up(workspace)
        profiler = cProfile.Profile()
        began = time.perf_counter()
        if profile:
            profiler.enable()
        result = import_people(workspace, read(path, {}, "US", TODAY, None), AT)
        profiler.disable()
        value = result.created / (time.perf_counter() - began)
        rows = rows_of(store)
        if profile:
            pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(30)
    with temporary_store(url) as store:
        with store.write() as connection:
            connection.exec_driver_sql("INSERT INTO contact_list (name, kind) VALUES ('W', 'x')")
        began = time.perf_counter()
        insert_raw(store, rows)
        against = len(rows["contact"]) / (time.perf_counter() - began)
    ratio = value / against
    return {
        "name": f"import {name}", "value": round(value), "against": round(against),
        "ratio": round(ratio, 3), "bar": BAR, "holds": ratio >= BAR,
    }  # fmt: skip


def stores(stack: ExitStack) -> Iterator[tuple[str, str | None]]:
    """SQLite, and PostgreSQL where there is one."""
    yield "sqlite", None
    if machine_postgres() or wheel_postgres():
        server = stack.enter_context(running_postgres())
        yield "postgresql", stack.enter_context(server.database())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder, "people.csv")
        write_people(path, asked.contacts)
        entries = [measure(name, url, path, asked.profile) for name, url in stores(stack)]
    print(json.dumps(entries, indent=1))


if __name__ == "__main__":
    main()

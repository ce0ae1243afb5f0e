"""The engine against the worked cases and, on random flows and histories, the slow runner."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.session import temporary_store
from engine.documents.loading import load_json
from engine.documents.scenario import check_scenario, filled
from engine.scenario import Scenario
from tests.e2e.compare import differences
from tests.e2e.random_scenarios import random_scenario
from tests.e2e.reference import run_reference
from tests.servers import PostgresServer

CASES = sorted((Path(__file__).parent / "scenarios").glob("*.scenario.json"))
BATCHES = (1, 7, 5000)
HISTORIES = int(os.environ.get("PRACTICE_CRM_SCENARIOS", "120"))
"""Random histories compared; the environment may ask for thousands."""
TOGETHER = 20
Journal = list[dict[str, Any]]


def journal(document: Any, url: str | None, chunk: int) -> Journal:
    """The journal the engine gives of a scenario document."""
    check_scenario(document).refuse()
    with temporary_store(url) as store:
        scenario = Scenario(store, filled(document), chunk)
        scenario.run()
        return list(scenario.journal())


def expected(case: Path) -> Journal:
    """The journal beside a worked case."""
    lines = case.with_name(case.name.replace(".scenario.json", ".journal.jsonl")).read_text()
    return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL address in which scenarios make schemas of their own."""
    with postgres.database() as url:
        yield url


@pytest.mark.parametrize("chunk", BATCHES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_a_worked_case_gives_its_journal(case: Path, chunk: int) -> None:
    """On SQLite, in batches of every size."""
    assert differences(expected(case), journal(load_json(case), None, chunk)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_a_worked_case_gives_the_same_on_postgresql(case: Path, database: str) -> None:
    """Each in another batch size, all sizes in the end."""
    chunk = BATCHES[CASES.index(case) % len(BATCHES)]
    assert differences(expected(case), journal(load_json(case), database, chunk)) == []


@pytest.mark.parametrize("first", range(1000, 1000 + HISTORIES, TOGETHER))
def test_random_flows_give_what_the_slow_runner_gives(first: int) -> None:
    """Several histories a test; each in another batch size."""
    for seed in range(first, first + TOGETHER):
        document = random_scenario(seed)
        found = journal(document, None, BATCHES[seed % 3])
        assert differences(run_reference(document), found) == [], f"seed {seed}"


def test_random_flows_give_the_same_on_postgresql(database: str) -> None:
    """A handful: what differs between the stores is the SQL, not the rules."""
    for seed in range(2000, 2012):
        document = random_scenario(seed)
        found = journal(document, database, BATCHES[seed % 3])
        assert differences(run_reference(document), found) == [], f"seed {seed}"

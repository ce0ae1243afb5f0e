"""The reference runner gives every worked case its journal, and is stable on random ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.compare import differences
from tests.e2e.random_scenarios import random_scenario
from tests.e2e.reference import run_reference

CASES = sorted((Path(__file__).parent / "scenarios").glob("*.scenario.json"))
SEEDS = range(50)
FACTS = {
    *("enrolled", "completed", "goal_reached", "loop_stopped", "ignored", "waiting"),
    *("sent", "yes", "no", "task_created", "property_set", "unchanged", "added"),
    *("skipped no_address", "skipped no_number", "skipped unsubscribed"),
    *("skipped opted_out", "skipped capped"),
    *("held campaign", "held run_hours", "held quiet_hours"),
    *("not_enrolled do_not_contact", "not_enrolled once", "not_enrolled already_active"),
    *("unenrolled goal_met", "unenrolled email_reply", "unenrolled sms_opt_out"),
    *("unenrolled do_not_contact", "unenrolled manual"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_worked_case(case: Path) -> None:
    journal = case.with_name(case.name.replace(".scenario.json", ".journal.jsonl"))
    expected = [json.loads(line) for line in journal.read_text().splitlines()]
    assert differences(expected, run_reference(json.loads(case.read_text()))) == []


def test_every_worked_case_is_there() -> None:
    assert len(CASES) == 15


@pytest.mark.parametrize("seed", SEEDS)
def test_random_scenario_is_stable(seed: int) -> None:
    document = random_scenario(seed)
    assert document == random_scenario(seed)
    before = json.dumps(document)
    assert run_reference(document) == run_reference(document)
    assert json.dumps(document) == before


def test_random_scenarios_bring_about_every_fact() -> None:
    lines = [line for seed in SEEDS for line in run_reference(random_scenario(seed))]
    said = {" ".join((line["what"], line.get("why", ""))).strip() for line in lines}
    assert said == FACTS


def test_a_difference_is_told() -> None:
    line = {"at": "2026-06-01T12:00:00Z", "contact": "ann", "flow": "Texts", "what": "enrolled"}
    other = line | {"contact": "bob"}
    assert differences([line, other], [other, line]) == []
    assert differences([line], [line | {"what": "completed"}]) == [
        "ann in Texts: line 1: expected at=2026-06-01T12:00:00Z, what=enrolled; "
        "got at=2026-06-01T12:00:00Z, what=completed"
    ]
    assert differences([], [line]) != []

"""The reference runner gives every worked case its journal, and is stable on random ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.compare import differences
from tests.e2e.reference import run_reference

CASES = sorted((Path(__file__).parent / "scenarios").glob("*.scenario.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_worked_case(case: Path) -> None:
    journal = case.with_name(case.name.replace(".scenario.json", ".journal.jsonl"))
    expected = [json.loads(line) for line in journal.read_text().splitlines()]
    assert differences(expected, run_reference(json.loads(case.read_text()))) == []


def test_every_worked_case_is_there() -> None:
    assert len(CASES) == 15

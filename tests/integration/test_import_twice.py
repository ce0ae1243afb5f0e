"""Somebody twice in one file is counted so, also where the transactions part them."""

from __future__ import annotations

import pytest

from db.session import temporary_store
from engine.commands.imports import import_people
from engine.intake.people import Person
from engine.workspace import Workspace
from tests.gui.people import add_people

NOW = 1_767_621_600_000_000


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_it_is_counted_whatever_the_size_of_a_transaction(batch: int) -> None:
    rows = ["ann.lee@example.org", "zoe@example.org", "zoe@example.org", "ann.lee@example.org"]
    people = [Person(place, email=email) for place, email in enumerate(rows, 1)]
    with temporary_store() as store:
        workspace = Workspace(store)
        add_people(workspace, NOW)
        result = import_people(workspace, people, NOW, batch=batch)
    assert (result.created, result.merged, result.twice) == (1, 3, 2)

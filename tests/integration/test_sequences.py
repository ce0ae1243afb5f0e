"""When a sequence runs, and when it can't (engine.md section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.errors import KnownError
from db.session import open_store
from engine.calendar import DAY, HOUR, parse_instant
from engine.commands import contacts, flows, settings
from engine.commands.bundles import import_document
from engine.naming import load_names
from engine.runner import advance
from tests.integration.desk import NOON, Desk

START = parse_instant("2026-03-04T09:00:00Z")
PASSED = "The sequence 'Recall' was to run once, at 2026-03-04T09:00:00Z, and that has passed"


@pytest.fixture
def desk(store_url: str) -> Iterator[Desk]:
    """A practice with Ann on its list."""
    store = open_store(store_url)
    desk = Desk(store).set_up({"id": "d", "type": "delay", "amount": 1, "unit": "hours"})
    settings.add_list(desk.workspace, {"name": "Everyone", "type": "static"})
    with store.read() as connection:
        everyone = load_names(connection).lists["Everyone"]
    new = contacts.NewContact("manual", {"first_name": "Ann"}, lists=[everyone])
    contacts.create_contacts(desk.workspace, [new], NOON)
    yield desk
    store.close()


def recall(**more: Any) -> dict[str, Any]:
    return {
        "format": "practice-crm/sequence@1", "name": "Recall", "list": "Everyone",
        "active": True, "start": "2026-03-04T09:00:00Z", "every": None,
        "steps": [{"id": "d", "type": "delay", "amount": 1, "unit": "hours"}], **more,
    }  # fmt: skip


def save(desk: Desk) -> int:
    return flows.save_flow(desk.workspace, "sequence", recall(), NOON)


def status(desk: Desk, sequence: int) -> str:
    return str(desk.rows("SELECT status FROM flow WHERE id = ?", sequence)[0].status)


def test_one_that_could_never_run_is_not_switched_on(desk: Desk) -> None:
    sequence = save(desk)
    with pytest.raises(KnownError, match=PASSED):
        flows.activate(desk.workspace, sequence, START + 1)
    assert status(desk, sequence) == "draft"
    flows.edit_flow(desk.workspace, sequence, recall(start="2026-03-05T09:00:00Z"), START + HOUR)
    flows.activate(desk.workspace, sequence, START + HOUR)
    for now in (START + DAY, START + DAY + HOUR):
        advance(desk.workspace, now)
    assert desk.said() == ["enrolled", "waiting", "completed", "completed"]
    assert status(desk, sequence) == "completed"


def test_one_paused_over_its_start_is_not_switched_on_again(desk: Desk) -> None:
    sequence = save(desk)
    flows.activate(desk.workspace, sequence, NOON)
    flows.pause(desk.workspace, sequence, NOON + HOUR)
    advance(desk.workspace, START)
    with pytest.raises(KnownError, match=PASSED):
        flows.activate(desk.workspace, sequence, START + HOUR)


def test_one_paused_on_its_way_goes_on(desk: Desk) -> None:
    sequence = save(desk)
    flows.activate(desk.workspace, sequence, START)
    advance(desk.workspace, START)
    flows.pause(desk.workspace, sequence, START + 1)
    flows.activate(desk.workspace, sequence, START + 2 * HOUR)
    advance(desk.workspace, START + 2 * HOUR)
    assert status(desk, sequence) == "completed"


def test_one_that_comes_in_active_too_late_is_refused(desk: Desk) -> None:
    with pytest.raises(KnownError, match=PASSED):
        import_document(desk.workspace, "sequence", recall(), START + 1)
    import_document(desk.workspace, "sequence", recall(active=False), START + 1)


def test_an_edit_may_not_move_the_start_to_the_past(desk: Desk) -> None:
    sequence = save(desk)
    flows.activate(desk.workspace, sequence, NOON)
    with pytest.raises(KnownError, match="give it a later start"):
        flows.edit_flow(desk.workspace, sequence, recall(start="2026-03-01T09:00:00Z"), NOON + HOUR)
    assert status(desk, sequence) == "active"


def test_an_edit_loses_no_occurrence_that_is_due(desk: Desk) -> None:
    sequence = save(desk)
    flows.activate(desk.workspace, sequence, NOON)
    flows.edit_flow(desk.workspace, sequence, recall(description="New words"), START + HOUR)
    advance(desk.workspace, START + HOUR)
    assert desk.said() == ["enrolled", "waiting"]

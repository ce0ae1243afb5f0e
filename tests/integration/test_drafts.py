"""What is being drawn survives the window, and no desk saves over another unawares."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.errors import DocumentError, KnownError
from db.session import Store, open_store
from db.sql import execute, query
from engine.calendar import SECOND
from engine.commands import flows
from engine.commands.drafts import (
    Overtaken,
    Saved,
    drop_draft,
    keep_draft,
    save_draft,
    update_flow,
)
from engine.drafts import (
    DAMAGED,
    DAMAGED_NEW,
    NEW,
    PARTLY_NEW,
    Draft,
    DraftKey,
    Found,
    current_version,
    read_draft,
)
from engine.listing import show
from engine.workspace import Workspace
from tests.integration.desk import NOON

ROOT = Path(__file__).parents[2]

WAIT = {"id": "wait", "type": "delay", "amount": 1, "unit": "days"}
CALL = {
    "id": "call",
    "type": "create_task",
    "title": "Call",
    "assignee": "front_desk",
    "due_in": {"amount": 1, "unit": "days"},
}
DOCUMENT: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Welcome",
    "trigger": {"type": "became_patient"},
    "steps": [WAIT, CALL],
}
UNFINISHED = {"name": "", "steps": [{"id": "a", "type": "send_email", "template": "\ud800\0"}]}
HISTORY = [{"words": "Add", "changes": [{"path": ["steps", 0], "before": [], "after": [WAIT]}]}]
DRAFT = Draft(DOCUMENT, HISTORY, 1, None, True, NOON)
HERE = DraftKey("front", "automation", NEW)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    yield store
    store.close()


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)


def found(workspace: Workspace, key: DraftKey) -> Found:
    with workspace.store.read() as connection:
        return read_draft(connection, key)


def version(workspace: Workspace, flow_id: int) -> int | None:
    with workspace.store.read() as connection:
        return current_version(connection, flow_id)


def public(workspace: Workspace, name: str = "Welcome") -> dict[str, Any]:
    with workspace.store.read() as connection:
        return show(connection, "automation", name)


def put(workspace: Workspace, column: str, value: object) -> None:
    with workspace.store.write() as connection:
        execute(connection, f"UPDATE draft SET {column} = ?", value)


def test_a_draft_is_found_as_it_was_kept(workspace: Workspace) -> None:
    assert found(workspace, HERE) == Found(None)
    keep_draft(workspace, HERE, DRAFT)
    assert found(workspace, HERE) == Found(DRAFT)
    later = Draft(UNFINISHED, [], 0, 7, False, NOON + SECOND)
    keep_draft(workspace, HERE, later)
    assert found(workspace, HERE) == Found(later)
    drop_draft(workspace, HERE)
    drop_draft(workspace, HERE)
    assert found(workspace, HERE) == Found(None)


def test_every_desk_kind_and_flow_has_a_draft_of_its_own(workspace: Workspace) -> None:
    flow_id = flows.save_flow(workspace, "automation", DOCUMENT, NOON)
    keys = [
        HERE,
        HERE._replace(desk="back"),
        HERE._replace(kind="sequence"),
        HERE._replace(flow_id=flow_id),
    ]
    for place, key in enumerate(keys):
        keep_draft(workspace, key, replace(DRAFT, at=place))
    drop_draft(workspace, keys[0])
    kept = [found(workspace, key).draft for key in keys]
    assert [draft and draft.at for draft in kept] == [None, 1, 2, 3]


def test_a_draft_outlives_its_store_being_closed(store_url: str) -> None:
    store = open_store(store_url)
    keep_draft(Workspace(store), HERE, DRAFT)
    store.close()
    store = open_store(store_url)
    assert found(Workspace(store), HERE) == Found(DRAFT)
    store.close()


DRAWING = """
import sys
from db.session import open_store
from engine.commands.drafts import keep_draft
from engine.drafts import Draft, DraftKey
from engine.workspace import Workspace
workspace = Workspace(open_store(sys.argv[1]))
for second in range(1_000_000):
    document = {"name": str(second), "steps": []}
    draft = Draft(document, [], 0, None, True, second)
    keep_draft(workspace, DraftKey("front", "automation", 0), draft)
    print(second, flush=True)
"""


def test_what_was_kept_is_there_after_a_kill(store_url: str) -> None:
    open_store(store_url).close()
    for last in (1, 7, 20):
        with subprocess.Popen(
            [sys.executable, "-c", DRAWING, store_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as desk:
            assert desk.stdout is not None
            while int(desk.stdout.readline()) < last:
                pass
            desk.kill()
        store = open_store(store_url)
        draft = found(Workspace(store), HERE).draft
        assert draft is not None
        assert draft.at >= last
        assert draft.document["name"] == str(draft.at)
        store.close()


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "null",
        "[]",
        '{"steps": 1}',
        '{"steps": [{"id": "a"}]}',
        '{"trigger": [], "steps": []}',
        '{"format": "practice-crm/automation@1", "steps": [{"id": "a", "type": "call"}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_draft_is_a_sentence(workspace: Workspace, document: str) -> None:
    keep_draft(workspace, HERE, DRAFT)
    put(workspace, "document", document)
    assert found(workspace, HERE) == Found(None, DAMAGED_NEW)
    keep_draft(workspace, HERE, DRAFT)
    assert found(workspace, HERE) == Found(DRAFT)
    flow_id = flows.save_flow(workspace, "automation", DOCUMENT, NOON)
    keep_draft(workspace, HERE._replace(flow_id=flow_id), DRAFT)
    put(workspace, "document", document)
    assert found(workspace, HERE._replace(flow_id=flow_id)) == Found(None, DAMAGED)


def test_what_can_be_read_of_a_damaged_draft_is_found(workspace: Workspace) -> None:
    damaged = {
        **DOCUMENT,
        "format": "practice-crm/automation@0",
        "color": "red",
        "trigger": [],
        "steps": [
            WAIT,
            {**WAIT, "amount": 2},
            {"id": "b", "type": "pigeon"},
            5,
            {**CALL, "due_in": 3},
        ],
    }
    keep_draft(workspace, HERE, replace(DRAFT, document=damaged))
    readable = {**DOCUMENT, "steps": [WAIT, {k: v for k, v in CALL.items() if k != "due_in"}]}
    del readable["trigger"]
    draft = replace(DRAFT, document=readable, history=[], position=0)
    assert found(workspace, HERE) == Found(draft, PARTLY_NEW)


@pytest.mark.parametrize(
    ("column", "value"), [("history", "{"), ("history", "{}"), ("position", 2), ("position", -1)]
)
def test_a_damaged_history_leaves_the_flow(
    workspace: Workspace, column: str, value: object
) -> None:
    keep_draft(workspace, HERE, DRAFT)
    put(workspace, column, value)
    assert found(workspace, HERE) == Found(replace(DRAFT, history=[], position=0))


def test_what_no_document_can_be_like_is_not_kept(workspace: Workspace) -> None:
    steps: list[Any] = []
    for number in range(2_000):
        steps = [{"id": str(number), "type": "if_then", "yes": steps, "no": []}]
    keep_draft(workspace, HERE, DRAFT)
    with pytest.raises(KnownError, match="too many branches inside branches"):
        keep_draft(workspace, HERE, replace(DRAFT, document={"steps": steps}))
    assert found(workspace, HERE) == Found(DRAFT)


def test_saving_a_new_flow_takes_its_draft_along(workspace: Workspace) -> None:
    keep_draft(workspace, HERE, DRAFT)
    saved = save_draft(workspace, HERE, DRAFT, NOON)
    assert public(workspace) == DOCUMENT
    assert saved == Saved(saved.flow_id, version(workspace, saved.flow_id) or 0)
    assert found(workspace, HERE) == Found(None)
    kept = replace(DRAFT, base_version=saved.version, unsaved=False)
    assert found(workspace, HERE._replace(flow_id=saved.flow_id)) == Found(kept)


def test_saving_again_makes_a_version_and_keeps_the_history(workspace: Workspace) -> None:
    first = save_draft(workspace, HERE, DRAFT, NOON)
    key = HERE._replace(flow_id=first.flow_id)
    shorter = {**DOCUMENT, "steps": [CALL]}
    draft = Draft(shorter, HISTORY, 0, first.version, True, NOON)
    second = save_draft(workspace, key, draft, NOON + SECOND)
    assert second.flow_id == first.flow_id
    assert second.version == version(workspace, first.flow_id) != first.version
    assert public(workspace) == shorter
    assert found(workspace, key).draft == replace(
        draft, base_version=second.version, unsaved=False, at=NOON + SECOND
    )


def test_a_faulty_draft_is_refused_and_stays(workspace: Workspace) -> None:
    draft = replace(DRAFT, document={**DOCUMENT, "steps": []})
    keep_draft(workspace, HERE, draft)
    with pytest.raises(DocumentError, match="steps: must have at least one step"):
        save_draft(workspace, HERE, draft, NOON)
    assert found(workspace, HERE) == Found(draft)
    save_draft(workspace, HERE, DRAFT, NOON)
    with pytest.raises(KnownError, match="already is an automation"):
        save_draft(workspace, HERE, DRAFT, NOON)


def test_the_second_desk_hears_that_the_first_saved(workspace: Workspace) -> None:
    flow_id = flows.save_flow(workspace, "automation", DOCUMENT, NOON)
    base = version(workspace, flow_id) or 0
    theirs = update_flow(workspace, flow_id, {**DOCUMENT, "steps": [WAIT]}, base, NOON)
    assert version(workspace, flow_id) == theirs != base
    mine = {**DOCUMENT, "steps": [CALL]}
    key = DraftKey("back", "automation", flow_id)
    for save in (
        lambda: update_flow(workspace, flow_id, mine, base, NOON),
        lambda: save_draft(workspace, key, Draft(mine, [], 0, base, True, NOON), NOON),
    ):
        with pytest.raises(Overtaken, match="Another desk saved this flow"):
            save()
    assert public(workspace)["steps"] == [WAIT]
    assert found(workspace, key) == Found(None)
    assert update_flow(workspace, flow_id, mine, theirs, NOON) == version(workspace, flow_id)
    assert public(workspace)["steps"] == [CALL]


def test_a_flow_that_was_deleted_meanwhile(workspace: Workspace) -> None:
    flow_id = flows.save_flow(workspace, "automation", DOCUMENT, NOON)
    base = version(workspace, flow_id) or 0
    key = HERE._replace(flow_id=flow_id)
    keep_draft(workspace, HERE, DRAFT)
    keep_draft(workspace, key, DRAFT)
    flows.delete(workspace, flow_id, NOON)
    assert version(workspace, flow_id) is None
    assert found(workspace, key) == Found(None)
    assert found(workspace, HERE) == Found(DRAFT)
    with pytest.raises(KnownError, match="deleted meanwhile"):
        keep_draft(workspace, key, DRAFT)
    assert found(workspace, key) == Found(None)
    with pytest.raises(KnownError, match="no longer exists"):
        update_flow(workspace, flow_id, DOCUMENT, base, NOON)


def test_of_desks_that_save_at_once_one_wins(store_url: str) -> None:
    store = open_store(store_url)
    flow_id = flows.save_flow(Workspace(store), "automation", DOCUMENT, NOON)
    base = version(Workspace(store), flow_id) or 0
    desks, start = [open_store(store_url) for _ in range(4)], threading.Barrier(4)
    heard: list[str] = []

    def save(desk: Store) -> None:
        start.wait()
        try:
            update_flow(Workspace(desk), flow_id, DOCUMENT, base, NOON)
            heard.append("saved")
        except Overtaken:
            heard.append("overtaken")

    threads = [threading.Thread(target=save, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["overtaken"] * 3 + ["saved"]
    with store.read() as connection:
        versions = query(connection, "SELECT id FROM flow_version WHERE flow_id = ?", flow_id)
        assert len(versions) == 2
    for desk in (*desks, store):
        desk.close()

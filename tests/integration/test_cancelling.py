"""A long job that is cancelled does no more than the chunk it is in (quality.md, "For people")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.queries import people
from db.session import temporary_store
from db.sql import query
from engine.commands.membership import CHUNK, put_chosen_on_list
from engine.importing import BATCH, take
from engine.people import everyone
from engine.workspace import Workspace
from tests.gui.people import add_many, static_list

NOON = 1_772_470_800_000_000


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with temporary_store() as store:
        yield Workspace(store)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "people.csv"
    rows = (f"Ann{n},Lee{n},ann{n}@example.org\n" for n in range(4 * BATCH))
    made.write_text("First name,Last name,Email\n" + "".join(rows))
    return made


@pytest.mark.parametrize("chunks", [1, 2])
def test_an_import_ends_with_the_chunk_it_is_in(
    workspace: Workspace, file: Path, chunks: int
) -> None:
    shares: list[float] = []
    done = take(workspace, file, [], "lead", NOON, shares.append, lambda: len(shares) >= chunks)
    assert done is None
    assert len(shares) == chunks
    with workspace.store.read() as connection:
        count = people.count(connection)
        events = query(connection, "SELECT COUNT(*) FROM event")[0][0]
    assert count == events
    assert count % BATCH == 0
    assert count <= chunks * BATCH
    assert not list(file.parent.glob("*.refused.csv"))


def test_an_import_cancelled_while_it_is_counted_brings_nobody(
    workspace: Workspace, file: Path
) -> None:
    asked: list[bool] = []
    shares: list[float] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) == 2

    assert take(workspace, file, [], "lead", NOON, shares.append, cancelled) is None
    assert (len(asked), shares) == (2, [])
    with workspace.store.read() as connection:
        assert people.count(connection) == 0


def test_a_cancelled_bulk_action_keeps_whole_chunks(workspace: Workspace) -> None:

    add_many(workspace, 3 * CHUNK, NOON)
    list_id = static_list(workspace, "Spring")
    shares: list[float] = []
    moved = put_chosen_on_list(
        workspace, list_id, everyone, NOON, shares.append, lambda: len(shares) == 1
    )
    assert len(shares) == 1
    assert moved == (CHUNK, CHUNK)
    with workspace.store.read() as connection:
        size = query(connection, "SELECT COUNT(*) FROM list_member")[0][0]
        events = query(connection, "SELECT COUNT(*) FROM event WHERE kind = 'list_joined'")[0][0]
    assert size == events == CHUNK

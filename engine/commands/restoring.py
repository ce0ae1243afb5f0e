"""Put a backup back, with what people said since (engine.md section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from db import backup
from db.ledger import ConsentLine
from db.session import Store
from engine.commands.events import Fact, record_facts
from engine.workspace import Workspace


def restore(
    url: str, file: Path, *, key: str | None = None, ledger: Path | None = None
) -> str | None:
    """`db.backup.restore`: a consent given since the backup is an event of its own instant.

    So it ends the walks it ends, as on the day it came.
    """
    return backup.restore(url, file, _hear, key=key, ledger=ledger)


def _hear(store: Store, lines: Sequence[ConsentLine]) -> None:
    workspace = Workspace(store)
    with workspace.write("restore") as connection:
        for at, those in groupby(lines, attrgetter("at")):
            facts = [Fact(line.contact_id, line.kind) for line in those]
            record_facts(workspace, connection, facts, at)

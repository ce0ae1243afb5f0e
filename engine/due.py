"""When the engine next has something to do."""

from __future__ import annotations

from sqlalchemy import Connection

from db.queries import checks
from engine.dates import next_check
from engine.occurrences import next_occurrence
from engine.workspace import Workspace


def next_due(workspace: Workspace, now: int) -> int | None:
    """The earliest instant later than `now` at which anything is due; None for never.

    Looks at walks, the daily check, occurrences, campaign ends and messages to try again.
    """
    with workspace.store.read() as connection:
        instants = (*_engine(workspace, connection), checks.first_try(connection))
    return min((at for at in instants if at is not None and at > now), default=None)


def is_due(workspace: Workspace, now: int) -> bool:
    """Whether the engine has anything to do at `now`; takes no lock to find out."""
    with workspace.store.read() as connection:
        return any(at is not None and at <= now for at in _engine(workspace, connection))


def _engine(workspace: Workspace, connection: Connection) -> tuple[int | None, ...]:
    catalogue = workspace.catalogue(connection)
    return (
        checks.first_due(connection),
        next_check(connection, catalogue.practice),
        next_occurrence(catalogue),
        catalogue.next_campaign_end,
    )

"""When the engine next has something to do."""

from __future__ import annotations

from typing import NamedTuple

from db.connection import Connection
from db.queries import checks
from engine.dates import next_check
from engine.occurrences import may_be_through, next_occurrence
from engine.workspace import Workspace


def next_due(workspace: Workspace, now: int) -> int | None:
    """The earliest instant later than `now` at which anything is due; None for never.

    Looks at walks, the daily check, occurrences, campaign ends and messages to try again.
    """
    with workspace.store.read() as connection:
        instants = (*_engine(workspace, connection), checks.first_try(connection))
    return min((at for at in instants if at is not None and at > now), default=None)


class Due(NamedTuple):
    """Which kinds of work there are at an instant.

    `lists`: new ones to be filled; `once_only`: sequences that may be through.
    """

    campaigns: bool
    lists: bool
    checks: bool
    occurrences: bool
    walks: bool
    once_only: bool


def look(workspace: Workspace, now: int) -> Due:
    """What the engine has to do at `now`, in one look that takes no lock."""
    with workspace.store.read() as connection:
        walks, check, occurrence, campaign_end = _engine(workspace, connection)
        catalogue = workspace.catalogue(connection)
        lists, once_only = catalogue.fills, may_be_through(catalogue)

    def is_due(at: int | None) -> bool:
        return at is not None and at <= now

    return Due(
        is_due(campaign_end), lists, is_due(check), is_due(occurrence), is_due(walks), once_only
    )


def _engine(workspace: Workspace, connection: Connection) -> tuple[int | None, ...]:
    catalogue = workspace.catalogue(connection)
    return (
        checks.first_due(connection),
        next_check(connection, catalogue.practice),
        next_occurrence(catalogue),
        catalogue.next_campaign_end,
    )

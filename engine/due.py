"""When the engine next has something to do."""

from __future__ import annotations

from db.queries import checks
from engine.dates import next_check
from engine.occurrences import next_occurrence
from engine.workspace import Workspace


def next_due(workspace: Workspace, now: int) -> int | None:
    """The earliest instant later than `now` at which anything is due; None for never.

    Looks at walks, the daily check, occurrences, campaign ends and messages to try again.
    """
    with workspace.store.read() as connection:
        catalogue = workspace.catalogue(connection)
        instants = (
            checks.first_due(connection),
            checks.first_try(connection),
            next_check(connection, catalogue.practice),
            next_occurrence(catalogue),
            catalogue.next_campaign_end,
        )
    return min((at for at in instants if at is not None and at > now), default=None)

"""Take messages for one attempt, in one transaction (engine.md section 9).

Consent is asked again inside it; what must not go now stays queued until it may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from db import outbox
from db.ledger import HANDED_OVER
from db.outbox import Claimed
from engine.calendar import MINUTE, quiet_until, zone
from engine.campaigns import up_to_date
from engine.catalogue import Catalogue
from engine.practice import Practice
from engine.settlement import ledger_line
from engine.withdrawals import take_back
from engine.workspace import Workspace

CLAIM = 50
"""Messages in one claim: so many a crash may leave uncertain where the channel can't be asked."""
DRAWING = 10 * MINUTE
"""How long a channel may draw from one claim: what it has not drawn by then is put back."""
LEASE = 30 * MINUTE
"""How long a claim holds. Of what was drawn, the slowest mail server that still answers is done
by then: eight replies of two minutes each, for the message at hand and the one ahead."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages taken for one attempt: `fresh` to hand over, `stale` to ask the channel about.

    Nothing may be drawn at or after `draw_until`. `taken_back` counts, by their reason, the
    messages that must not go any more.
    """

    fresh: Sequence[Claimed]
    stale: Sequence[Claimed]
    draw_until: int
    taken_back: Counter[str]


def take(
    workspace: Workspace, channel: str, now: int, limit: int, *, leaves: bool
) -> tuple[Claim, bool]:
    """Take what may go on a channel at `now`, and say whether there may be more.

    Where nothing `leaves`, consent stays as the step found it at this instant. Else the ledger
    hears of what is taken before the commit: should the store be lost, it may have gone out.
    """
    with workspace.write("claim") as connection:
        # Before the messages: who releases what a campaign held locks in this order too.
        catalogue = up_to_date(workspace, connection, now) if leaves else None
        kept = messages = outbox.due(connection, channel, now, limit)
        taken_back: dict[int, str] = {}
        if catalogue is not None:
            taken_back = take_back(workspace, connection, messages, now)
            rest = [m for m in messages if m.id not in taken_back]
            waits = _waits(catalogue, rest, now)
            outbox.postpone(connection, waits)
            kept = [m for m in rest if m.id not in waits]
        outbox.claim(connection, [m.id for m in kept], now + LEASE)
        fresh = [m for m in kept if m.state == "queued"]
        if leaves:
            workspace.keep(ledger_line(m, m.contact_id, now, HANDED_OVER) for m in fresh)
    stale = [m for m in kept if m.state == "claimed"]
    claim = Claim(fresh, stale, now + DRAWING, Counter(taken_back.values()))
    return claim, len(messages) == limit


def _waits(catalogue: Catalogue, messages: Sequence[Claimed], now: int) -> dict[int, int]:
    """Until when queued messages wait, by id: for a campaign, then for quiet hours (section 4).

    What a campaign holds waits until it is released, or too late to send.
    """
    practice = catalogue.practice
    quiet: dict[str, int | None] = {}
    waits: dict[int, int] = {}
    for message in messages:
        if message.state != "queued":
            continue
        if message.flow_id in catalogue.held:
            waits[message.id] = message.queued_at + practice.too_late + 1
        elif message.channel == "sms":
            if message.timezone not in quiet:
                quiet[message.timezone] = _quiet_until(practice, message.timezone, now)
            until = quiet[message.timezone]
            if until is not None:
                waits[message.id] = until
    return waits


def _quiet_until(practice: Practice, name: str, now: int) -> int | None:
    """The end of the quiet hours of now in a zone, else the practice's; None outside them."""
    if practice.quiet is None:
        return None
    return quiet_until(practice.quiet, now, zone(name) if name else practice.zone)

"""What a person decides of a message that may or may not have gone out (engine.md section 9)."""

from __future__ import annotations

from db import outbox
from db.connection import Connection
from db.errors import KnownError
from db.ledger import SENT
from db.outbox import Claimed
from engine.calendar import local_date
from engine.settlement import ledger_line, log_sent
from engine.workspace import Workspace

LARGEST_ID = 2**63 - 1
"""The largest number a store can hold."""


def send_again(workspace: Workspace, message_id: int, at: int) -> None:
    """Queue an uncertain message anew, as one of the instant `at`.

    Consent is asked again when it goes out. Raises KnownError if there is none of this number, or
    it is not uncertain.
    """
    with workspace.write("messages") as connection:
        message = _uncertain(connection, message_id)
        if message.place is not None:
            zone = workspace.catalogue(connection).practice.zone
            for instant, number in ((message.queued_at, -1), (at, 1)):
                day = local_date(instant, zone).toordinal()
                counts = [(*message.place, number)]
                outbox.add_day_counts(connection, day, "sent", counts)
        outbox.queue_again(connection, message_id, at)


def mark_sent(workspace: Workspace, message_id: int, at: int) -> None:
    """Record that an uncertain message did go out, as known since `at`.

    Raises KnownError if there is none, or it is not uncertain.
    """
    with workspace.write("messages") as connection:
        message = _uncertain(connection, message_id)
        workspace.keep([ledger_line(message, message.contact_id, at, SENT)])
        outbox.settle_sent(connection, [message_id], at)
        log_sent(workspace, connection, [message], {message_id: message.contact_id}, at)


def _uncertain(connection: Connection, message_id: int) -> Claimed:
    if message_id > LARGEST_ID or not outbox.is_there(connection, message_id):
        raise KnownError(
            f"There is no message {message_id}: `list messages` names those to settle.", 2
        )
    message = outbox.uncertain_one(connection, message_id)
    if message is None:
        raise KnownError("It is known by now what became of this message: look at it again.", 2)
    return message

"""Send SMS."""

from __future__ import annotations

from engine.batch import Batch
from engine.flow import Step
from engine.record import Contact, Walk
from engine.steps.sending import queue


def refusal(contact: Contact) -> str | None:
    """Why this person can get no text, or None."""
    if not contact.phone:
        return "no_number"
    return "opted_out" if contact.sms_subscription != "on" else None


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Queue the text."""
    return queue(batch, walk, step, "sms", refusal(walk.contact))

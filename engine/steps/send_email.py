"""Send email."""

from __future__ import annotations

from engine.batch import Batch
from engine.flow import Step
from engine.record import Contact, Walk
from engine.steps.sending import queue


def refusal(contact: Contact) -> str | None:
    """Why this person can get no email, or None."""
    if not contact.email:
        return "no_address"
    if contact.email_subscription != "on":
        return "unsubscribed"
    return "bounced" if contact.email_bounced else None


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Queue the email."""
    return queue(batch, walk, step, "email", refusal(walk.contact))

"""What hits a goal, and what counts as activity (engine.md sections 2, 6 and 8)."""

from __future__ import annotations

from engine.calendar import DAY
from engine.record import Contact, Event

DORMANT = 90 * DAY

ENGAGEMENT = frozenset(
    {"email_opened", "email_clicked", "email_replied", "sms_replied", "form_submitted",
     "page_visited"}
)  # fmt: skip
OPT_OUTS = frozenset({"sms_opted_out", "email_unsubscribed", "do_not_contact"})
CHANNEL_FACTS = frozenset(
    {"email_sent", "email_delivered", "email_bounced", "sms_sent", "sms_delivered", "sms_failed"}
)
MILESTONES = frozenset({"form_submitted", "onboarding_milestone"})


def is_activity(event: Event) -> bool:
    """Whether the event moves last activity (engine.md section 2)."""
    return event.depth == 0 and not event.by_rule and event.kind not in CHANNEL_FACTS


def is_dormant(contact: Contact, now: int) -> bool:
    """A patient whose last activity is over 90 × 24 hours before `now`."""
    return contact.status == "patient" and now - contact.last_activity > DORMANT


def verified(event: Event) -> bool:
    """Whether insurance verification became verified."""
    return (
        event.kind == "property_changed"
        and event.field == "insurance_verification"
        and event.new == "verified"
    )


def hits(goal: str, event: Event, *, was_dormant: bool) -> bool:
    """Whether `event` is the goal's event; `was_dormant` is the fact of the enrolment."""
    if goal == "book_appointment":
        return event.kind == "became_patient"
    if goal == "rebook_appointment":
        return event.kind == "appointment_booked" and event.was_patient
    if goal == "patient_reactivation":
        opts_out = event.opt_out or event.kind in OPT_OUTS
        return was_dormant and is_activity(event) and not opts_out
    if goal == "verification_complete":
        return verified(event)
    if goal == "engagement":
        return event.kind in ENGAGEMENT
    if goal == "onboarding":
        return event.kind in MILESTONES or verified(event)
    return event.kind == EVENT_OF_GOAL.get(goal)


EVENT_OF_GOAL = {
    "review_submitted": "review_submitted",
    "portal_activated": "portal_activated",
    "event_promotion": "event_registered",
}

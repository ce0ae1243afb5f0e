"""The goals in words: what hits each, and the field it reads (engine.md sections 6 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class GoalWords(NamedTuple):
    """A goal: its name, its one-line firing rule, and the field it reads."""

    title: str
    rule: str
    field: str


_AUTOMATION: Final[Mapping[str, GoalWords]] = {
    "book_appointment": GoalWords(
        "Book appointment",
        "First appointment, any provider. The lead-to-Patient transition.",
        "Status flips Lead → Patient",
    ),
    "rebook_appointment": GoalWords(
        "Rebook appointment",
        "Existing patient creates another appointment after enrollment.",
        "Appointments row, contact already Patient",
    ),
    "patient_reactivation": GoalWords(
        "Patient reactivation",
        "Patient with Last Activity > 90 days records any new activity.",
        "Last Activity",
    ),
    "review_submitted": GoalWords(
        "Review submitted",
        "A review record is attached to the contact (Google, internal, intake form).",
        "Reviews — contact link",
    ),
    "verification_complete": GoalWords(
        "Verification complete",
        "Insurance verification status flips to Verified.",
        "Insurance verification",
    ),
    "portal_activated": GoalWords(
        "Patient portal activated",
        "Contact successfully registers and activates their patient portal account.",
        "Portal account — Active",
    ),
    "engagement": GoalWords(
        "Engagement",
        "Softest goal. Any positive engagement — open, click, reply, form, page visit.",
        "Activity feed",
    ),
}
_CAMPAIGN: Final[Mapping[str, GoalWords]] = {
    "book_appointment": GoalWords(
        "Book appointment",
        "Contacts touched by any asset who booked their first appointment during the campaign.",
        "Asset roll-up — bookings",
    ),
    "patient_reactivation": GoalWords(
        "Patient reactivation",
        "Dormant patients (Last Activity > 90 days) who returned after any asset touched them.",
        "Last Activity",
    ),
    "onboarding": GoalWords(
        "Onboarding",
        "New patients who completed a milestone (form, intake, verification) in the window.",
        "Onboarding milestones",
    ),
    "event_promotion": GoalWords(
        "Event promotion",
        "Registrations or RSVPs collected for the event during the window.",
        "Event registrations",
    ),
}

FACTS: Final[Mapping[str, str]] = {
    "Enrolled": "The contact joined the flow because the trigger fired. The starting line.",
    "Completed": "The contact walked through every step and reached End of automation.",
    "Goal reached": "The contact did the converting event within the lookback, also after the end.",
}
"""The three facts of an enrolment, which are independent of each other."""


def describe_goal(goal: str, *, campaign: bool = False) -> GoalWords:
    """An automation's goal in words, or a campaign's; KeyError for one nobody knows."""
    if campaign and goal in _CAMPAIGN:
        return _CAMPAIGN[goal]
    return _AUTOMATION[goal]

"""The words of documents and of the engine, each said once (formats.md, engine.md)."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES = ("website_form", "walk_in", "manual", "import")
STATUSES = ("lead", "patient")
SUBSCRIPTIONS = ("on", "off")
INSURANCE_VERIFICATIONS = ("not_started", "pending", "verified", "failed")

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "status": STATUSES,
    "lead_source": (),
    "contact_owner": (),
    "provider": (),
    "sms_subscription": SUBSCRIPTIONS,
    "email_subscription": SUBSCRIPTIONS,
    "insurance_verification": INSURANCE_VERIFICATIONS,
}
"""The editable properties and the values each may have; none listed: see below, or any text."""

PROPERTY_REFERENCES: Mapping[str, str] = {"contact_owner": "user", "provider": "provider"}
"""The properties whose value names a record, and its kind."""

CONTACT_FIELDS = ("first_name", "last_name", "email", "phone", "dob", "timezone")

TRIGGERS = (
    "contact_created",
    "became_patient",
    "form_submitted",
    "list_joined",
    "list_left",
    "property_changed",
    "email_engaged",
    "sms_replied",
    "birthday",
    "inactive",
)
ONCE_TRIGGERS = ("contact_created", "became_patient")
DATE_TRIGGERS = ("birthday", "inactive")
BIRTHDAY_OFFSETS = (-7, -1, 0, 1, 7)
ENGAGEMENT_KINDS = ("opened", "clicked", "either")
ANY = "any"

STEP_TYPES = (
    "send_email",
    "send_sms",
    "delay",
    "if_then",
    "create_task",
    "set_property",
    "add_to_list",
)
SEQUENCE_STEP_TYPES = STEP_TYPES[:5]

CONDITIONS = (
    "opened_email",
    "clicked_email",
    "replied",
    "booked_appointment",
    "submitted_form",
    "goal_reached",
    "property",
    "in_list",
)
VALUE_OPS = ("is", "is_not")
PROPERTY_OPS = (*VALUE_OPS, "is_empty", "is_not_empty")

UNITS: Mapping[str, int] = {
    "minutes": 52_596_000,
    "hours": 876_600,
    "days": 36_525,
    "weeks": 5_217,
}
"""The units of delays and intervals, with how many of each make a hundred years."""

SEQUENCE_UNITS = ("days", "weeks")
ASSIGNEES = ("contact_owner", "front_desk")
"""The assignees that are not the name of a user."""

UNENROL_RULES = ("goal_met", "email_reply", "sms_opt_out")

AUTOMATION_GOALS = (
    "book_appointment",
    "rebook_appointment",
    "patient_reactivation",
    "review_submitted",
    "verification_complete",
    "portal_activated",
    "engagement",
)
MAIN_CAMPAIGN_GOALS = (
    "book_appointment",
    "patient_reactivation",
    "onboarding",
    "event_promotion",
)
MORE_CAMPAIGN_GOALS = (
    "rebook_appointment",
    "review_submitted",
    "verification_complete",
    "portal_activated",
    "engagement",
)
CAMPAIGN_GOALS = MAIN_CAMPAIGN_GOALS + MORE_CAMPAIGN_GOALS

CHANNELS = ("email", "sms")
ASSET_TYPES = ("email", "sms", "automation", "sequence", "list")
LIST_TYPES = ("static", "dynamic")
TOKENS = ("firstname", "lastname", "practice", "owner")
TOKEN_FILTERS = ("default", "fallback")

DEFAULT_CHECK_TIME = "09:00"
DEFAULT_QUIET_HOURS = ("21:00", "08:00")
DEFAULT_FROM_EMAIL = "support@practiceehr.com"
"""The sender of an email where neither its template nor a setting names one."""

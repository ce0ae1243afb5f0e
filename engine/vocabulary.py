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
ONCE_TRIGGERS = frozenset({"contact_created", "became_patient"})
"""Those that take each person once ever."""
DATE_TRIGGERS = frozenset({"birthday", "inactive"})
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
TEMPLATE_NOUNS = {"email": "email", "sms": "text"}
TOKENS = ("firstname", "lastname", "practice", "owner")
TOKEN_FILTERS = ("default", "fallback")

PLAIN_ENTRIES: Mapping[str, str] = {
    "book_appointment": "appointment_booked",
    "submit_review": "review_submitted",
    "activate_portal": "portal_activated",
    "visit_page": "page_visited",
    "register_event": "event_registered",
    "unsubscribe_email": "email_unsubscribed",
    "do_not_contact": "do_not_contact",
}
"""The entries of a scenario's timeline that say only who, and the events they record."""

ENGAGEMENT_ENTRIES: Mapping[str, str] = {
    "open_email": "email_opened",
    "click_email": "email_clicked",
    "reply_email": "email_replied",
}
ENGAGEMENTS: Mapping[str, str] = {
    "email_opened": "opened",
    "email_clicked": "clicked",
    "email_replied": "replied",
}
"""The events that answer an email, and what was done with it."""

EVENT_ENTRIES: Mapping[str, str] = {
    **PLAIN_ENTRIES,
    **ENGAGEMENT_ENTRIES,
    "create_contact": "contact_created",
    "submit_form": "form_submitted",
    "join_list": "list_joined",
    "leave_list": "list_left",
    "set_property": "property_changed",
    "receive_sms": "sms_replied",
}
"""All entries of a scenario's timeline that record an event, and the event."""

TRIGGER = "trigger"
END = "end"
"""The cards of a flow that are no step, where it begins and where it ends, by their ids."""

DEFAULT_PRACTICE = "Our practice"
DEFAULT_ZONE = "UTC"
DEFAULT_CHECK_TIME = "09:00"
DEFAULT_QUIET_HOURS = ("21:00", "08:00")
DEFAULT_LOOKBACK_DAYS = 30
DEFAULT_QUIET_DAYS = 90
"""The days of the `inactive` trigger that says none."""
DEFAULT_TOO_LATE_DAYS = 3
DEFAULT_FROM_EMAIL = "support@practiceehr.com"
"""The sender of an email where neither its template nor a setting names one."""
DEFAULT_REGION = "US"
"""The country of phone numbers that name none, where no setting says another."""

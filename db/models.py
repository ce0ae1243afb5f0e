"""The schema, the same on SQLite and PostgreSQL. Migrations in `db/migrations` build it.

Instants are integers: microseconds since the epoch, UTC. Flags are 0 or 1. Dates are ISO text.
Everything refers by id, so a rename changes no history (engine.md section 10).
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from db.columns import (
    Big,
    flag_column,
    id_column,
    instant_column,
    partial_index,
    ref_column,
    text_column,
)
from db.columns import metadata as metadata
from db.models_flows import draft as draft
from db.models_flows import flow as flow
from db.models_flows import flow_switch as flow_switch
from db.models_flows import flow_version as flow_version


def _named(table: str) -> Table:
    return Table(table, metadata, id_column(), Column("name", Text, nullable=False, unique=True))


setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

user = _named("staff")
provider = _named("provider")
form = _named("form")

contact_list = Table(
    "contact_list",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    text_column("kind", "static"),
    Column("rule", Text),
    flag_column("size"),
)
"""`size` is how many are on it, kept in the transaction of who joins and leaves."""

template = Table(
    "template",
    metadata,
    id_column(),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    text_column("subject"),
    text_column("preview_text"),
    text_column("from_name"),
    text_column("from_email"),
    text_column("body"),
    UniqueConstraint("channel", "name"),
)

contact = Table(
    "contact",
    metadata,
    id_column(),
    Column("ref", Text, unique=True),
    text_column("first_name"),
    text_column("last_name"),
    text_column("email"),
    text_column("phone"),
    Column("dob", Text),
    Column("birth_day", Integer),
    text_column("timezone"),
    text_column("source", "manual"),
    text_column("status", "lead"),
    text_column("lead_source"),
    ref_column("owner_id", "staff", optional=True),
    ref_column("provider_id", "provider", optional=True),
    flag_column("sms_on", 1),
    flag_column("email_on", 1),
    flag_column("sms_opted_out"),
    flag_column("email_opted_out"),
    text_column("insurance", "not_started"),
    flag_column("archived"),
    flag_column("deceased"),
    flag_column("do_not_contact"),
    flag_column("email_bounced"),
    instant_column("created_at"),
    instant_column("last_activity"),
    text_column("folded_first"),
    text_column("folded_last"),
    partial_index("ix_contact_email", "email", where="email <> ''"),
    partial_index("ix_contact_phone", "phone", where="phone <> ''"),
    partial_index("ix_contact_birth_day", "birth_day", where="birth_day IS NOT NULL"),
    Index("ix_contact_name", "last_name", "first_name"),
    Index("ix_contact_folded_last", "folded_last", "folded_first"),
    Index("ix_contact_folded_first", "folded_first", "folded_last"),
    Index("ix_contact_last_activity", "last_activity"),
)
"""`birth_day` is month × 100 + day. `sms_opted_out` is the contact's own STOP, which only their
own START clears; `sms_on` is the subscription that sends obey. The folded names are those of
`db.folding`, written with the names."""

list_member = Table(
    "list_member",
    metadata,
    ref_column("list_id", "contact_list"),
    ref_column("contact_id", "contact"),
    PrimaryKeyConstraint("list_id", "contact_id"),
    Index("ix_list_member_contact_id", "contact_id"),
)

appointment = Table(
    "appointment",
    metadata,
    id_column(),
    Column("ref", Text, unique=True),
    ref_column("contact_id", "contact"),
    ref_column("provider_id", "provider", optional=True),
    instant_column("at"),
    text_column("status", "booked"),
    Index("ix_appointment_contact_id", "contact_id"),
)

event = Table(
    "event",
    metadata,
    id_column(),
    Column("contact_id", Big, nullable=False),
    instant_column("at"),
    Column("kind", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("enrolment_id", Big),
    Column("message_id", Big),
    Column("subject_id", Big),
    Column("field", Text),
    Column("old", Text),
    Column("new", Text),
    Column("key", Text),
    Index("ix_event_contact_id", "contact_id", "id"),
    partial_index("uq_event_key", "key", where="key IS NOT NULL", unique=True),
    partial_index("ix_event_became_patient", "at", where="kind = 'became_patient'"),
    partial_index(
        "ix_event_today",
        "kind",
        "at",
        where="kind IN ('form_submitted', 'property_changed', 'email_opened', 'email_clicked',"
        " 'sms_replied')",
    ),
)
"""The append-only log of everything that happens to a contact (engine.md section 2).

`subject_id` is the form, list or template the event is about; `field`, `old`, `new` tell a
property change; `new` alone holds a text or link; `key` makes an outside event count once."""

consent = Table(
    "consent",
    metadata,
    id_column(),
    ref_column("contact_id", "contact"),
    instant_column("at"),
    Column("channel", Text, nullable=False),
    Column("change", Text, nullable=False),
    text_column("words"),
    Index("ix_consent_contact_id", "contact_id"),
)

suppression = Table(
    "suppression",
    metadata,
    id_column(),
    Column("digest", Text, nullable=False),
    Column("kind", Text, nullable=False),
    instant_column("at"),
    Index("ix_suppression_digest", "digest"),
)
"""Consents a restore found of people it did not bring back (`db.optouts`)."""

enrolment = Table(
    "enrolment",
    metadata,
    id_column(),
    Column("flow_id", Big, nullable=False),
    Column("contact_id", Big, nullable=False),
    Column("version_id", Big, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text),
    flag_column("started"),
    instant_column("due_at", optional=True),
    flag_column("told"),
    instant_column("enrolled_at"),
    Column("after_event", Big, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("occasion", Integer),
    flag_column("was_dormant"),
    flag_column("edited"),
    instant_column("goal_until", optional=True),
    instant_column("goal_at", optional=True),
    instant_column("ended_at", optional=True),
    Column("ended_why", Text),
    partial_index("ix_enrolment_due", "due_at", "id", where="due_at IS NOT NULL"),
    partial_index(
        "uq_enrolment_live", "flow_id", "contact_id", where="state <> 'ended'", unique=True
    ),
    partial_index("ix_enrolment_goal", "flow_id", "goal_at", "id", where="goal_at IS NOT NULL"),
    Index("ix_enrolment_contact_id", "contact_id", "flow_id"),
    Index("ix_enrolment_flow_id", "flow_id", "enrolled_at", "id"),
)
"""One contact's walk through a flow.

`state`: waiting (due at `due_at`), parked (paused flow or held campaign: no instant), ended.
`started`: the delay at `step` is running. `told`: `held: campaign` was journalled and not yet
released. `after_event`: conditions look at events with a larger id. `occasion`: the anniversary
year of a birthday. `was_dormant`: at enrolment a patient quiet for over 90 days. `edited`: the
flow was edited during the walk, so steps it already ran must be looked up. `goal_until`: the
last instant at which the goal still counts, or null without a goal."""

journal = Table(
    "journal",
    metadata,
    id_column(),
    instant_column("at"),
    Column("contact_id", Big),
    Column("flow_id", Big, nullable=False),
    Column("enrolment_id", Big),
    Column("version_id", Big),
    Column("step", Text),
    Column("what", Text, nullable=False),
    Column("why", Text),
    instant_column("until", optional=True),
    Index("ix_journal_contact_id", "contact_id", "id"),
)

message = Table(
    "message",
    metadata,
    id_column(),
    Column("contact_id", Big, nullable=False),
    Column("enrolment_id", Big),
    Column("flow_id", Big),
    Column("version_id", Big),
    Column("step", Text),
    Column("visit", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template_id", Big),
    Column("state", Text, nullable=False),
    instant_column("queued_at"),
    instant_column("next_try", optional=True),
    Column("attempts", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    instant_column("sent_at", optional=True),
    instant_column("opened_at", optional=True),
    instant_column("clicked_at", optional=True),
    instant_column("replied_at", optional=True),
    Column("diagnostic", Text),
    Index("uq_message_key", "enrolment_id", "step", "visit", unique=True),
    Index("ix_message_contact_id", "contact_id", "queued_at"),
    partial_index("ix_message_next_try", "next_try", "id", where="next_try IS NOT NULL"),
    *(
        partial_index(f"ix_message_{what}", "flow_id", what, "id", where=f"{what} IS NOT NULL")
        for what in ("opened_at", "clicked_at", "replied_at")
    ),
)
"""One message to one contact. `state`: queued, claimed, sent, bounced, failed, uncertain,
withdrawn, too_late. `next_try` is when a dispatcher may take it: for a claimed one, the end of
its lease; null when it is settled. `generation` counts claims (engine.md section 9)."""

task = Table(
    "task",
    metadata,
    id_column(),
    ref_column("contact_id", "contact", optional=True),
    Column("enrolment_id", Big),
    Column("step", Text),
    Column("title", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    ref_column("user_id", "staff", optional=True),
    instant_column("created_at"),
    instant_column("due_at"),
    instant_column("done_at", optional=True),
    partial_index("ix_task_due_at", "due_at", where="done_at IS NULL"),
    partial_index("ix_task_whose", "user_id", "due_at", where="done_at IS NULL"),
    Index("ix_task_contact_id", "contact_id"),
)

campaign = Table(
    "campaign",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("goal", Text),
    Column("start_date", Text),
    Column("end_date", Text),
    text_column("notes"),
    text_column("status", "inactive"),
    instant_column("created_at"),
)

campaign_asset = Table(
    "campaign_asset",
    metadata,
    ref_column("campaign_id", "campaign"),
    Column("kind", Text, nullable=False),
    Column("asset_id", Big, nullable=False),
    PrimaryKeyConstraint("campaign_id", "kind", "asset_id"),
    Index("ix_campaign_asset_asset", "kind", "asset_id"),
)

campaign_switch = Table(
    "campaign_switch",
    metadata,
    id_column(),
    ref_column("campaign_id", "campaign"),
    instant_column("at"),
    Column("status", Text, nullable=False),
    Index("ix_campaign_switch_campaign_id", "campaign_id"),
)

touch = Table(
    "touch",
    metadata,
    Column("campaign_id", Big, nullable=False),
    Column("contact_id", Big, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asset_id", Big, nullable=False),
    instant_column("first_at"),
    instant_column("engaged_at", optional=True),
    instant_column("converted_at", optional=True),
    flag_column("was_dormant"),
    PrimaryKeyConstraint("contact_id", "campaign_id", "kind", "asset_id"),
    Index("ix_touch_campaign", "campaign_id", "kind", "asset_id"),
)
"""The first touch of a contact by a campaign (`kind` '' and `asset_id` 0) and by each of its
assets (engine.md section 8)."""

step_day = Table(
    "step_day",
    metadata,
    Column("flow_id", Big, nullable=False),
    Column("step", Text, nullable=False),
    Column("day", Integer, nullable=False),
    *(
        flag_column(count)
        for count in (
            "entered",
            "sent",
            "skipped",
            "delivered",
            "opened",
            "clicked",
            "replied",
            "dropped",
            "took_yes",
            "took_no",
        )
    ),
    PrimaryKeyConstraint("flow_id", "step", "day"),
)
"""Counts of a step by day, kept in the transaction of what they count. `day` is the ordinal of
the calendar day in the practice zone; `dropped` are those who left the flow while they stood
there, `took_yes` and `took_no` those an if/then sent into each lane."""

flow_day = Table(
    "flow_day",
    metadata,
    Column("flow_id", Big, nullable=False),
    Column("day", Integer, nullable=False),
    *(
        flag_column(count)
        for count in (
            "enrolled",
            "completed",
            "goal_reached",
            "unenrolled",
            "began_completed",
            "began_goal_reached",
            "began_unenrolled",
            "began_engaged",
        )
    ),
    PrimaryKeyConstraint("flow_id", "day"),
)
"""Counts of a flow by day: the first four by the day it happened, `began_…` by the day the
enrolment began, so that rates are of those who began in a range (engine.md section 10). An
enrolment is engaged once one of its own messages was opened, clicked or replied to."""

step_here = Table(
    "step_here",
    metadata,
    Column("flow_id", Big, nullable=False),
    Column("step", Text, nullable=False),
    Column("here", Integer, nullable=False),
    PrimaryKeyConstraint("flow_id", "step"),
)

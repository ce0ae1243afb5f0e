"""The schema, the same on SQLite and PostgreSQL. Migrations in `db/migrations` build it.

Instants are integers: microseconds since the epoch, UTC. Flags are 0 or 1. Dates are ISO text.
Everything refers by id, so a rename changes no history (engine.md section 10).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Big = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Big, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Big, ForeignKey(f"{target}.id"), nullable=optional)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def _flag(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def _instant(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Big, nullable=optional)


def _named(table: str) -> Table:
    return Table(table, metadata, _id(), Column("name", Text, nullable=False, unique=True))


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
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _text("kind", "static"),
    Column("rule", Text),
)

template = Table(
    "template",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    _text("subject"),
    _text("preview_text"),
    _text("from_name"),
    _text("from_email"),
    _text("body"),
    UniqueConstraint("channel", "name"),
)

contact = Table(
    "contact",
    metadata,
    _id(),
    Column("ref", Text, unique=True),
    _text("first_name"),
    _text("last_name"),
    _text("email"),
    _text("phone"),
    Column("dob", Text),
    Column("birth_day", Integer),
    _text("timezone"),
    _text("source", "manual"),
    _text("status", "lead"),
    _text("lead_source"),
    _ref("owner_id", "staff", optional=True),
    _ref("provider_id", "provider", optional=True),
    _flag("sms_on", 1),
    _flag("email_on", 1),
    _flag("sms_opted_out"),
    _flag("email_opted_out"),
    _text("insurance", "not_started"),
    _flag("archived"),
    _flag("deceased"),
    _flag("do_not_contact"),
    _flag("email_bounced"),
    _instant("created_at"),
    _instant("last_activity"),
    Index("ix_contact_email", "email", sqlite_where=text("email <> ''"),
          postgresql_where=text("email <> ''")),
    Index("ix_contact_phone", "phone", sqlite_where=text("phone <> ''"),
          postgresql_where=text("phone <> ''")),
    Index("ix_contact_birth_day", "birth_day", sqlite_where=text("birth_day IS NOT NULL"),
          postgresql_where=text("birth_day IS NOT NULL")),
    Index("ix_contact_name", "last_name", "first_name"),
    Index("ix_contact_last_activity", "last_activity"),
)  # fmt: skip
"""`birth_day` is month × 100 + day. `sms_opted_out` is the contact's own STOP, which only their
own START clears; `sms_on` is the subscription that sends obey."""

list_member = Table(
    "list_member",
    metadata,
    _ref("list_id", "contact_list"),
    _ref("contact_id", "contact"),
    PrimaryKeyConstraint("list_id", "contact_id"),
    Index("ix_list_member_contact_id", "contact_id"),
)

appointment = Table(
    "appointment",
    metadata,
    _id(),
    Column("ref", Text, unique=True),
    _ref("contact_id", "contact"),
    _ref("provider_id", "provider", optional=True),
    _instant("at"),
    _text("status", "booked"),
    Index("ix_appointment_contact_id", "contact_id"),
)

event = Table(
    "event",
    metadata,
    _id(),
    Column("contact_id", Big, nullable=False),
    _instant("at"),
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
    Index("uq_event_key", "key", unique=True, sqlite_where=text("key IS NOT NULL"),
          postgresql_where=text("key IS NOT NULL")),
)  # fmt: skip
"""The append-only log of everything that happens to a contact (engine.md section 2).

`subject_id` is the form, list or template the event is about; `field`, `old`, `new` tell a
property change; `new` alone holds a text or link; `key` makes an outside event count once."""

consent = Table(
    "consent",
    metadata,
    _id(),
    _ref("contact_id", "contact"),
    _instant("at"),
    Column("channel", Text, nullable=False),
    Column("change", Text, nullable=False),
    _text("words"),
    Index("ix_consent_contact_id", "contact_id"),
)

flow = Table(
    "flow",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    _text("description"),
    _text("status", "draft"),
    Column("version_id", Big),
    _instant("activated_at", optional=True),
    _ref("list_id", "contact_list", optional=True),
    _instant("start_at", optional=True),
    Column("every_amount", Integer),
    Column("every_unit", Text),
    _instant("next_at", optional=True),
)
"""An automation or a sequence. `status`: draft, active, paused, completed, deleted. A sequence
has a list, a start and a rhythm; `next_at` is its next occurrence."""

flow_version = Table(
    "flow_version",
    metadata,
    _id(),
    _ref("flow_id", "flow"),
    _instant("at"),
    Column("document", Text, nullable=False),
    Index("ix_flow_version_flow_id", "flow_id"),
)
"""What a flow said from `at` on: its document with ids in place of names."""

flow_switch = Table(
    "flow_switch",
    metadata,
    _id(),
    _ref("flow_id", "flow"),
    _instant("at"),
    Column("active", Integer, nullable=False),
    Index("ix_flow_switch_flow_id", "flow_id"),
)

enrolment = Table(
    "enrolment",
    metadata,
    _id(),
    Column("flow_id", Big, nullable=False),
    Column("contact_id", Big, nullable=False),
    Column("version_id", Big, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text),
    _flag("started"),
    _instant("due_at", optional=True),
    _flag("told"),
    _instant("enrolled_at"),
    Column("after_event", Big, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("occasion", Integer),
    _flag("was_dormant"),
    _flag("edited"),
    _instant("goal_until", optional=True),
    _instant("goal_at", optional=True),
    _instant("ended_at", optional=True),
    Column("ended_why", Text),
    Index("ix_enrolment_due", "due_at", "id", sqlite_where=text("due_at IS NOT NULL"),
          postgresql_where=text("due_at IS NOT NULL")),
    Index("uq_enrolment_live", "flow_id", "contact_id", unique=True,
          sqlite_where=text("state <> 'ended'"), postgresql_where=text("state <> 'ended'")),
    Index("ix_enrolment_contact_id", "contact_id", "flow_id"),
)  # fmt: skip
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
    _id(),
    _instant("at"),
    Column("contact_id", Big),
    Column("flow_id", Big, nullable=False),
    Column("enrolment_id", Big),
    Column("version_id", Big),
    Column("step", Text),
    Column("what", Text, nullable=False),
    Column("why", Text),
    _instant("until", optional=True),
    Index("ix_journal_contact_id", "contact_id", "id"),
)

message = Table(
    "message",
    metadata,
    _id(),
    Column("contact_id", Big, nullable=False),
    Column("enrolment_id", Big),
    Column("flow_id", Big),
    Column("version_id", Big),
    Column("step", Text),
    Column("visit", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("template_id", Big),
    Column("state", Text, nullable=False),
    _instant("queued_at"),
    _instant("next_try", optional=True),
    Column("attempts", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    _instant("sent_at", optional=True),
    _instant("opened_at", optional=True),
    _instant("clicked_at", optional=True),
    _instant("replied_at", optional=True),
    Column("diagnostic", Text),
    Index("uq_message_key", "enrolment_id", "step", "visit", unique=True),
    Index("ix_message_contact_id", "contact_id", "queued_at"),
    Index("ix_message_next_try", "next_try", "id", sqlite_where=text("next_try IS NOT NULL"),
          postgresql_where=text("next_try IS NOT NULL")),
)  # fmt: skip
"""One message to one contact. `state`: queued, claimed, sent, bounced, failed, uncertain,
withdrawn, too_late. `next_try` is when a dispatcher may take it: for a claimed one, the end of
its lease; null when it is settled. `generation` counts claims (engine.md section 9)."""

task = Table(
    "task",
    metadata,
    _id(),
    _ref("contact_id", "contact", optional=True),
    Column("enrolment_id", Big),
    Column("step", Text),
    Column("title", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    _ref("user_id", "staff", optional=True),
    _instant("created_at"),
    _instant("due_at"),
    _instant("done_at", optional=True),
    Index("ix_task_due_at", "due_at", sqlite_where=text("done_at IS NULL"),
          postgresql_where=text("done_at IS NULL")),
    Index("ix_task_contact_id", "contact_id"),
)  # fmt: skip

campaign = Table(
    "campaign",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("goal", Text),
    Column("start_date", Text),
    Column("end_date", Text),
    _text("notes"),
    _text("status", "inactive"),
    _instant("created_at"),
)

campaign_asset = Table(
    "campaign_asset",
    metadata,
    _ref("campaign_id", "campaign"),
    Column("kind", Text, nullable=False),
    Column("asset_id", Big, nullable=False),
    PrimaryKeyConstraint("campaign_id", "kind", "asset_id"),
    Index("ix_campaign_asset_asset", "kind", "asset_id"),
)

campaign_switch = Table(
    "campaign_switch",
    metadata,
    _id(),
    _ref("campaign_id", "campaign"),
    _instant("at"),
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
    _instant("first_at"),
    _instant("engaged_at", optional=True),
    _instant("converted_at", optional=True),
    _flag("was_dormant"),
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
        _flag(count)
        for count in ("entered", "sent", "skipped", "delivered", "opened", "clicked", "replied")
    ),
    PrimaryKeyConstraint("flow_id", "step", "day"),
)
"""Counts of a step by day, kept in the transaction of what they count. `day` is the ordinal of
the calendar day in the practice zone."""

flow_day = Table(
    "flow_day",
    metadata,
    Column("flow_id", Big, nullable=False),
    Column("day", Integer, nullable=False),
    *(
        _flag(count)
        for count in (
            "enrolled", "completed", "goal_reached", "unenrolled",
            "began_completed", "began_goal_reached", "began_unenrolled",
        )
    ),
    PrimaryKeyConstraint("flow_id", "day"),
)  # fmt: skip
"""Counts of a flow by day: the first four by the day it happened, `began_…` by the day the
enrolment began, so that rates are of those who began in a range (engine.md section 10)."""

step_here = Table(
    "step_here",
    metadata,
    Column("flow_id", Big, nullable=False),
    Column("step", Text, nullable=False),
    Column("here", Integer, nullable=False),
    PrimaryKeyConstraint("flow_id", "step"),
)

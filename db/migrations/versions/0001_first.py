"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=True)


def _big(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=optional)


def _ref(name: str, target: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, sa.ForeignKey(f"{target}.id"), nullable=optional)


def _text(name: str, default: str | None = None, *, optional: bool = False) -> sa.Column[str]:
    quoted = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, sa.Text(), nullable=optional, server_default=quoted)


def _number(name: str, default: int | None = None, *, optional: bool = False) -> sa.Column[int]:
    text = None if default is None else sa.text(str(default))
    return sa.Column(name, sa.Integer(), nullable=optional, server_default=text)


def _index(
    name: str, table: str, *columns: str, unique: bool = False, where: str | None = None
) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    """Build every table of version 0001."""
    for build in (
        _names, _people, _appointments, _events, _flows, _enrolments, _messages, _tasks, _campaigns,
        _totals,
    ):  # fmt: skip
        build()


def _names() -> None:
    op.create_table(
        "setting", sa.Column("key", sa.Text(), primary_key=True), _text("value"),
    )  # fmt: skip
    op.create_table(
        "staff", _id(), _text("name"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "provider", _id(), _text("name"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "form", _id(), _text("name"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "contact_list", _id(), _text("name"), _text("kind", "static"),
        _text("rule", optional=True), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "template", _id(), _text("channel"), _text("name"), _text("subject", ""),
        _text("preview_text", ""), _text("from_name", ""), _text("from_email", ""),
        _text("body", ""), sa.UniqueConstraint("channel", "name"),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "contact", _id(), _text("ref", optional=True), _text("first_name", ""),
        _text("last_name", ""), _text("email", ""), _text("phone", ""),
        _text("dob", optional=True), _number("birth_day", optional=True), _text("timezone", ""),
        _text("source", "manual"), _text("status", "lead"), _text("lead_source", ""),
        _ref("owner_id", "staff", optional=True), _ref("provider_id", "provider", optional=True),
        _number("sms_on", 1), _number("email_on", 1), _number("sms_opted_out", 0),
        _number("email_opted_out", 0), _text("insurance", "not_started"), _number("archived", 0),
        _number("deceased", 0), _number("do_not_contact", 0), _number("email_bounced", 0),
        _big("created_at"), _big("last_activity"), sa.UniqueConstraint("ref"),
    )  # fmt: skip
    _index("ix_contact_birth_day", "contact", "birth_day", where="birth_day IS NOT NULL")
    _index("ix_contact_email", "contact", "email", where="email <> ''")
    _index("ix_contact_last_activity", "contact", "last_activity")
    _index("ix_contact_name", "contact", "last_name", "first_name")
    _index("ix_contact_phone", "contact", "phone", where="phone <> ''")
    op.create_table(
        "list_member", _ref("list_id", "contact_list"), _ref("contact_id", "contact"),
        sa.PrimaryKeyConstraint("list_id", "contact_id"),
    )  # fmt: skip
    _index("ix_list_member_contact_id", "list_member", "contact_id")


def _appointments() -> None:
    op.create_table(
        "appointment", _id(), _text("ref", optional=True), _ref("contact_id", "contact"),
        _ref("provider_id", "provider", optional=True), _big("at"), _text("status", "booked"),
        sa.UniqueConstraint("ref"),
    )  # fmt: skip
    _index("ix_appointment_contact_id", "appointment", "contact_id")
    op.create_table(
        "consent", _id(), _ref("contact_id", "contact"), _big("at"), _text("channel"),
        _text("change"), _text("words", ""),
    )  # fmt: skip
    _index("ix_consent_contact_id", "consent", "contact_id")
    op.create_table(
        "suppression", _id(), _text("digest"), _text("kind"), _big("at"),
    )  # fmt: skip
    _index("ix_suppression_digest", "suppression", "digest")


def _events() -> None:
    op.create_table(
        "event", _id(), _big("contact_id"), _big("at"), _text("kind"), _number("depth"),
        _big("enrolment_id", optional=True), _big("message_id", optional=True),
        _big("subject_id", optional=True), _text("field", optional=True),
        _text("old", optional=True), _text("new", optional=True), _text("key", optional=True),
    )  # fmt: skip
    _index("ix_event_contact_id", "event", "contact_id", "id")
    _index("uq_event_key", "event", "key", unique=True, where="key IS NOT NULL")
    _index("ix_event_became_patient", "event", "at", where="kind = 'became_patient'")


def _flows() -> None:
    op.create_table(
        "flow", _id(), _text("kind"), _text("name"), _text("description", ""),
        _text("status", "draft"), _big("version_id", optional=True),
        _big("activated_at", optional=True), _ref("list_id", "contact_list", optional=True),
        _big("start_at", optional=True), _number("every_amount", optional=True),
        _text("every_unit", optional=True), _big("next_at", optional=True),
        sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "flow_version", _id(), _ref("flow_id", "flow"), _big("at"), _text("document"),
    )  # fmt: skip
    _index("ix_flow_version_flow_id", "flow_version", "flow_id")
    op.create_table(
        "flow_switch", _id(), _ref("flow_id", "flow"), _big("at"), _number("active"),
    )  # fmt: skip
    _index("ix_flow_switch_flow_id", "flow_switch", "flow_id")


def _enrolments() -> None:
    op.create_table(
        "enrolment", _id(), _big("flow_id"), _big("contact_id"), _big("version_id"),
        _text("state"), _text("step", optional=True), _number("started", 0),
        _big("due_at", optional=True), _number("told", 0), _big("enrolled_at"),
        _big("after_event"), _number("depth"), _number("occasion", optional=True),
        _number("was_dormant", 0), _number("edited", 0), _big("goal_until", optional=True),
        _big("goal_at", optional=True), _big("ended_at", optional=True),
        _text("ended_why", optional=True),
    )  # fmt: skip
    _index("ix_enrolment_contact_id", "enrolment", "contact_id", "flow_id")
    _index("ix_enrolment_due", "enrolment", "due_at", "id", where="due_at IS NOT NULL")
    _index(
        "uq_enrolment_live",
        "enrolment",
        "flow_id",
        "contact_id",
        unique=True,
        where="state <> 'ended'",
    )
    op.create_table(
        "journal", _id(), _big("at"), _big("contact_id", optional=True), _big("flow_id"),
        _big("enrolment_id", optional=True), _big("version_id", optional=True),
        _text("step", optional=True), _text("what"), _text("why", optional=True),
        _big("until", optional=True),
    )  # fmt: skip
    _index("ix_journal_contact_id", "journal", "contact_id", "id")


def _messages() -> None:
    op.create_table(
        "message", _id(), _big("contact_id"), _big("enrolment_id", optional=True),
        _big("flow_id", optional=True), _big("version_id", optional=True),
        _text("step", optional=True), _number("visit"), _text("channel"),
        _big("template_id", optional=True), _text("state"), _big("queued_at"),
        _big("next_try", optional=True), _number("attempts"), _number("generation"),
        _big("sent_at", optional=True), _big("opened_at", optional=True),
        _big("clicked_at", optional=True), _big("replied_at", optional=True),
        _text("diagnostic", optional=True),
    )  # fmt: skip
    _index("ix_message_contact_id", "message", "contact_id", "queued_at")
    _index("ix_message_next_try", "message", "next_try", "id", where="next_try IS NOT NULL")
    _index("uq_message_key", "message", "enrolment_id", "step", "visit", unique=True)


def _tasks() -> None:
    op.create_table(
        "task", _id(), _ref("contact_id", "contact", optional=True),
        _big("enrolment_id", optional=True), _text("step", optional=True), _text("title"),
        _text("assignee"), _ref("user_id", "staff", optional=True), _big("created_at"),
        _big("due_at"), _big("done_at", optional=True),
    )  # fmt: skip
    _index("ix_task_contact_id", "task", "contact_id")
    _index("ix_task_due_at", "task", "due_at", where="done_at IS NULL")


def _campaigns() -> None:
    op.create_table(
        "campaign", _id(), _text("name"), _text("goal", optional=True),
        _text("start_date", optional=True), _text("end_date", optional=True), _text("notes", ""),
        _text("status", "inactive"), _big("created_at"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "campaign_asset", _ref("campaign_id", "campaign"), _text("kind"), _big("asset_id"),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "asset_id"),
    )  # fmt: skip
    _index("ix_campaign_asset_asset", "campaign_asset", "kind", "asset_id")
    op.create_table(
        "campaign_switch", _id(), _ref("campaign_id", "campaign"), _big("at"), _text("status"),
    )  # fmt: skip
    _index("ix_campaign_switch_campaign_id", "campaign_switch", "campaign_id")


def _totals() -> None:
    op.create_table(
        "touch", _big("campaign_id"), _big("contact_id"), _text("kind"), _big("asset_id"),
        _big("first_at"), _big("engaged_at", optional=True), _big("converted_at", optional=True),
        _number("was_dormant", 0),
        sa.PrimaryKeyConstraint("contact_id", "campaign_id", "kind", "asset_id"),
    )  # fmt: skip
    _index("ix_touch_campaign", "touch", "campaign_id", "kind", "asset_id")
    op.create_table(
        "step_day", _big("flow_id"), _text("step"), _number("day"), _number("entered", 0),
        _number("sent", 0), _number("skipped", 0), _number("delivered", 0), _number("opened", 0),
        _number("clicked", 0), _number("replied", 0),
        sa.PrimaryKeyConstraint("flow_id", "step", "day"),
    )  # fmt: skip
    op.create_table(
        "flow_day", _big("flow_id"), _number("day"), _number("enrolled", 0),
        _number("completed", 0), _number("goal_reached", 0), _number("unenrolled", 0),
        _number("began_completed", 0), _number("began_goal_reached", 0),
        _number("began_unenrolled", 0), sa.PrimaryKeyConstraint("flow_id", "day"),
    )  # fmt: skip
    op.create_table(
        "step_here", _big("flow_id"), _text("step"), _number("here"),
        sa.PrimaryKeyConstraint("flow_id", "step"),
    )  # fmt: skip

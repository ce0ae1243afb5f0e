"""What the tables list, as rows by name; their numbers come from `db.queries.reports`."""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import Rows, query

_PRESENT = """NOT EXISTS (SELECT 1 FROM flow WHERE flow.id = campaign_asset.asset_id
        AND flow.kind = campaign_asset.kind AND flow.status = 'deleted')"""
"""Of the assets, those still there: a campaign's figures keep its deleted flows."""


def flows(connection: Connection, kind: str) -> Rows:
    """(id, name, status, document, list_id, every_amount, every_unit, next_at) by name."""
    return query(
        connection,
        """SELECT flow.id, flow.name, flow.status, flow_version.document, flow.list_id,
        flow.every_amount, flow.every_unit, flow.next_at
        FROM flow JOIN flow_version ON flow_version.id = flow.version_id
        WHERE flow.kind = ? AND flow.status <> 'deleted' ORDER BY flow.name""",
        kind,
    )


def campaigns(connection: Connection) -> Rows:
    """(id, name, goal, status, start_date, end_date, assets) by name."""
    return query(
        connection,
        f"""SELECT id, name, goal, status, start_date, end_date, (SELECT COUNT(*)
        FROM campaign_asset WHERE campaign_id = campaign.id AND {_PRESENT}) AS assets
        FROM campaign ORDER BY name""",
    )


def lists(connection: Connection) -> Rows:
    """(id, name, kind, rule, size) by name."""
    return query(
        connection,
        "SELECT id, name, kind, rule, size FROM contact_list ORDER BY name",
    )


def list_by_name(connection: Connection, name: str) -> Row | None:
    """(id, name, kind, rule) of a list, or None."""
    rows = query(connection, "SELECT id, name, kind, rule FROM contact_list WHERE name = ?", name)
    return rows[0] if rows else None


def templates(connection: Connection, name: str | None = None) -> Rows:
    """(channel, name, subject, preview_text, from_name, from_email, body), all or of a name."""
    sql = """SELECT channel, name, subject, preview_text, from_name, from_email, body
        FROM template"""
    if name is None:
        return query(connection, f"{sql} ORDER BY channel, name")
    return query(connection, f"{sql} WHERE name = ? ORDER BY channel", name)


def tasks(connection: Connection, limit: int) -> Rows:
    """Tasks still to be done, the longest due first.

    (id, title, contact_id, first_name, last_name, assignee, user_name, due_at, flow).
    """
    return query(
        connection,
        """SELECT task.id, task.title, task.contact_id, contact.first_name, contact.last_name,
        task.assignee, assigned.name AS user_name, task.due_at,
        flow.name AS flow FROM task
        LEFT JOIN contact ON contact.id = task.contact_id
        LEFT JOIN staff assigned ON assigned.id = task.user_id
        LEFT JOIN enrolment ON enrolment.id = task.enrolment_id
        LEFT JOIN flow ON flow.id = enrolment.flow_id
        WHERE task.done_at IS NULL ORDER BY task.due_at, task.id LIMIT ?""",
        limit,
    )


def unsettled_messages(connection: Connection, limit: int) -> Rows:
    """Messages in doubt, failed and waiting, in this order, the latest of each first.

    (id, contact_id, flow, step, channel, state, queued_at, diagnostic).
    """
    return query(
        connection,
        """SELECT message.id, message.contact_id, flow.name AS flow, message.step,
        message.channel, message.state, message.queued_at, message.diagnostic FROM message
        LEFT JOIN flow ON flow.id = message.flow_id
        WHERE message.state IN ('uncertain', 'failed', 'queued', 'claimed')
        ORDER BY CASE message.state WHEN 'uncertain' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END,
        message.queued_at DESC, message.id LIMIT ?""",
        limit,
    )


def assets(connection: Connection, campaign_id: int) -> Rows:
    """(kind, asset) of a campaign, without its deleted flows."""
    return query(
        connection,
        f"""SELECT kind, asset_id FROM campaign_asset WHERE campaign_id = ? AND {_PRESENT}
        ORDER BY kind, asset_id""",
        campaign_id,
    )

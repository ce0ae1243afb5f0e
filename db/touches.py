"""Touches that did not come about after all (engine.md section 8)."""

from __future__ import annotations

from collections.abc import Collection

from db.connection import Connection
from db.sql import ids, many, query

_LATER = """NOT EXISTS (SELECT 1 FROM message m WHERE m.contact_id = touch.contact_id
 AND m.queued_at >= touch.first_at AND m.state NOT IN ('withdrawn', 'too_late')"""
_TEMPLATES = f"""DELETE FROM touch WHERE (contact_id, kind, asset_id, first_at) IN (
 SELECT contact_id, channel, template_id, queued_at FROM message WHERE id {{ids}})
 AND {_LATER} AND m.channel = touch.kind AND m.template_id = touch.asset_id)
 RETURNING campaign_id, contact_id"""
_FLOWS = f"""DELETE FROM touch WHERE kind IN ('automation', 'sequence')
 AND (contact_id, asset_id, first_at) IN (
 SELECT contact_id, flow_id, queued_at FROM message WHERE id {{ids}})
 AND {_LATER} AND m.flow_id = touch.asset_id)
 AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.contact_id = touch.contact_id
  AND e.flow_id = touch.asset_id AND e.enrolled_at >= touch.first_at)
 RETURNING campaign_id, contact_id"""
_ASSETS = """touch t WHERE t.campaign_id = touch.campaign_id
 AND t.contact_id = touch.contact_id AND t.kind <> ''"""
_EMPTY = f"""DELETE FROM touch WHERE campaign_id = ? AND contact_id = ? AND kind = ''
 AND NOT EXISTS (SELECT 1 FROM {_ASSETS})"""
_FIRST = f"""UPDATE touch SET first_at = (SELECT MIN(t.first_at) FROM {_ASSETS})
 WHERE campaign_id = ? AND contact_id = ? AND kind = ''"""


def take_back(connection: Connection, messages: Collection[int]) -> None:
    """Forget the first touches that only these messages were, which were taken back.

    A touch stays as it is if a later message or enrolment is one too. A campaign's own touch goes
    with the last of its assets', else it begins with the first that is left.
    """
    gone = {
        (row.campaign_id, row.contact_id)
        for sql in (_TEMPLATES, _FLOWS)
        for row in query(connection, sql, ids(connection, messages))
    }
    many(connection, _EMPTY, sorted(gone))
    many(connection, _FIRST, sorted(gone))

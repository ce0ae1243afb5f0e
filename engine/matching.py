"""How many contacts a trigger would find today, for its form in the builder.

Where a trigger waits for something to happen, those are counted to whom it may happen, or has:
patients for "becomes a patient", members for "joins a list". What only the event log could tell
(forms, opens, replies) is not counted: a screen never scans history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from db.queries import matching, setup
from db.queries.matching import EVERYONE, Clause
from engine.calendar import DAY, anniversary_days, local_date
from engine.naming import load_names
from engine.practice import read_practice
from engine.vocabulary import ANY, DEFAULT_QUIET_DAYS
from engine.workspace import Reader

_COLUMNS: Final = {
    "status": "status", "lead_source": "lead_source", "contact_owner": "owner_id",
    "provider": "provider_id", "sms_subscription": "sms_on", "email_subscription": "email_on",
    "insurance_verification": "insurance",
}  # fmt: skip


def count_matching(reader: Reader, trigger: Mapping[str, Any], now: int) -> int | None:
    """Contactable people a public trigger finds at `now`; None where nothing can be said."""
    test = test_of(reader, trigger, now)
    return None if test is None else matching.count(reader, test)


def test_of(reader: Reader, trigger: Mapping[str, Any], now: int) -> Clause | None:
    """Whom `count_matching` counts."""
    kind = trigger.get("type")
    if kind == "contact_created":
        source = trigger.get("source", ANY)
        return EVERYONE if source == ANY else matching.with_value("source", source)
    if kind == "became_patient":
        return matching.with_value("status", "patient")
    if kind in ("list_joined", "list_left"):
        list_id = load_names(reader).lists.get(trigger.get("list", ""))
        return None if list_id is None else matching.on_list(list_id)
    if kind == "property_changed":
        return _with_property(reader, trigger)
    if kind == "birthday":
        return _born(reader, trigger, now)
    if kind == "inactive":
        days = trigger.get("days", DEFAULT_QUIET_DAYS)
        return matching.quiet_since(now - days * DAY) if isinstance(days, int) else None
    return None


def _with_property(reader: Reader, trigger: Mapping[str, Any]) -> Clause | None:
    name, value = trigger.get("property", ""), trigger.get("to")
    if value is None or name not in _COLUMNS:
        return None
    if name in ("contact_owner", "provider"):
        value = load_names(reader).of("user" if name == "contact_owner" else "provider").get(value)
    elif name.endswith("_subscription"):
        value = int(value == "on")
    return None if value is None else matching.with_value(_COLUMNS[name], value)


def _born(reader: Reader, trigger: Mapping[str, Any], now: int) -> Clause | None:
    offset = trigger.get("offset")
    if not isinstance(offset, int):
        return None
    zone = read_practice(setup.settings(reader)).zone
    kept = local_date(now, zone) - timedelta(days=offset)
    return matching.born_on([month * 100 + day for month, day in anniversary_days(kept)])

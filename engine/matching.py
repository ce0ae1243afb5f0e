"""How many contacts a trigger finds today, for its form in the builder.

Counted are contactable people, each once. Where the trigger waits for something that leaves a
state behind, they are those in that state now: patients for "becomes a patient", members for
"joins a list", those with the value for "changes to it", those who fell silent so long ago.
Where it waits for what merely happens (a form, an open or a click, a reply, any change of a
property), they are those whose event of today it would have taken: today is the practice's
calendar day, up to now. Nobody asks whether they were enrolled before, or are enrolled now.

Only today's part of the log is read, by `ix_event_today`: a screen never scans history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any, Final

from db.queries import matching, setup
from db.queries.matching import EVERYONE, Clause
from engine.calendar import DAY, anniversary_days, local_date, wall_instant
from engine.naming import load_names
from engine.practice import read_practice
from engine.vocabulary import ANY, DEFAULT_QUIET_DAYS
from engine.workspace import Reader

_COLUMNS: Final = {
    "status": "status", "lead_source": "lead_source", "contact_owner": "owner_id",
    "provider": "provider_id", "sms_subscription": "sms_on", "email_subscription": "email_on",
    "insurance_verification": "insurance",
}  # fmt: skip

_SUBJECTS: Final = {"form_submitted": "form", "email_engaged": "email", "sms_replied": "sms"}
"""Which record the events that these triggers wait for are about."""
_ENGAGED: Final = {
    "opened": ("email_opened",), "clicked": ("email_clicked",),
    "either": ("email_opened", "email_clicked"),
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
        return _with_property(reader, trigger, now)
    if kind == "birthday":
        return _born(reader, trigger, now)
    if kind == "inactive":
        days = trigger.get("days", DEFAULT_QUIET_DAYS)
        return matching.quiet_since(now - days * DAY) if isinstance(days, int) else None
    return _did_today(reader, trigger, now)


def _did_today(reader: Reader, trigger: Mapping[str, Any], now: int) -> Clause | None:
    kind = str(trigger.get("type", ""))
    kinds = (kind,) if kind != "email_engaged" else _ENGAGED.get(str(trigger.get("kind")))
    about = _SUBJECTS.get(kind)
    if kinds is None or about is None:
        return None
    name = trigger.get(about, ANY)
    if name == ANY:
        return matching.did_since(_midnight(reader, now), kinds)
    subject = load_names(reader).of(about).get(name)
    if subject is None:
        return None
    return matching.did_since(_midnight(reader, now), kinds, subject=subject)


def _midnight(reader: Reader, now: int) -> int:
    """When the practice's day began."""
    zone = read_practice(setup.settings(reader)).zone
    return wall_instant(local_date(now, zone), time(0), zone)


def _with_property(reader: Reader, trigger: Mapping[str, Any], now: int) -> Clause | None:
    name, value = trigger.get("property", ""), trigger.get("to")
    if name not in _COLUMNS:
        return None
    if value is None:
        return matching.did_since(_midnight(reader, now), ("property_changed",), field=name)
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

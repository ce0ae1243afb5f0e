"""Which event enrols in which automation (engine.md section 3)."""

from __future__ import annotations

from engine.flow import Stored
from engine.record import Event


def matches(trigger: Stored, event: Event) -> bool:
    """Whether `event`, of a kind this trigger listens to, is one it wants."""
    kind = trigger["type"]
    if kind == "contact_created":
        return trigger["source"] in ("any", event.contact.source)
    if kind == "form_submitted":
        return trigger["form"] in ("any", event.subject)
    if kind in ("list_joined", "list_left"):
        return bool(trigger["list"] == event.subject)
    if kind == "property_changed":
        return trigger["property"] == event.field and trigger.get("to") in (None, event.new)
    if kind == "email_engaged":
        wanted = trigger["kind"] in ("either", event.kind.removeprefix("email_"))
        return wanted and trigger["email"] in ("any", event.subject)
    if kind == "sms_replied":
        return trigger["sms"] in ("any", event.subject)
    return True

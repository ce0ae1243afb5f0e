"""What happened to a person, for the activity feed: one event, one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.documents.names import Labels
from engine.vocabulary import PROPERTY_REFERENCES
from engine.wording.values import property_title, short, value_title

LONGEST: Final = 80
_SOURCES: Final = {
    "website_form": "by a form of the website",
    "walk_in": "as a walk-in",
    "manual": "by hand",
    "import": "by an import",
}
_SAID: Final[Mapping[str, str]] = {
    "appointment_booked": "Booked an appointment",
    "appointment_cancelled": "Cancelled an appointment",
    "appointment_completed": "Came to an appointment",
    "became_patient": "Became a patient",
    "email_sent": "Was sent {what}",
    "email_delivered": "Got {what}",
    "email_bounced": "{What} came back",
    "email_opened": "Opened {what}",
    "email_clicked": "Clicked a link in {what}",
    "email_replied": "Replied to {what}",
    "email_unsubscribed": "Unsubscribed from emails",
    "sms_sent": "Was sent {what}",
    "sms_delivered": "Got {what}",
    "sms_failed": "{What} did not arrive",
    "sms_replied": "Replied by text{text}",
    "sms_opted_out": "Opted out of texts{text}",
    "sms_opted_in": "Opted in to texts again{text}",
    "review_submitted": "Left a review{text}",
    "portal_activated": "Activated the patient portal",
    "page_visited": "Visited a page{text}",
    "event_registered": "Registered for an event{text}",
    "onboarding_milestone": "Reached an onboarding milestone{text}",
    "do_not_contact": "Must not be contacted any more",
}
_ICONS: Final = {
    "contact": "person", "appointment": "appointment", "became": "person", "form": "forms",
    "list": "lists", "property": "edit", "email": "communication", "sms": "send_sms",
    "review": "review", "do": "warning",
}  # fmt: skip


def happened(event: Any, labels: Labels) -> str:
    """The sentence of a row of `db.queries.contact_page.feed`, with today's names."""
    kind: str = event.kind
    if kind == "contact_created":
        return f"Was added {_SOURCES.get(event.new or '', '')}".strip()
    if kind == "property_changed":
        return _changed(event, labels)
    if kind == "form_submitted":
        return f"Submitted {_named(labels, 'form', event.subject_id)}"
    if kind in ("list_joined", "list_left"):
        verb = "Joined" if kind == "list_joined" else "Left"
        return f"{verb} the list {_named(labels, 'list', event.subject_id)}"
    what = f"“{event.template}”" if event.template else _message(kind)
    text = f": “{short(event.new, LONGEST)}”" if event.new else ""
    said = _SAID.get(kind, kind.replace("_", " ").capitalize())
    return said.format(what=what, What=what[:1].upper() + what[1:], text=text)


def happened_icon(kind: str) -> str:
    """The name of an icon for a kind of event."""
    return _ICONS.get(kind.partition("_")[0], "activity")


def _changed(event: Any, labels: Labels) -> str:
    def value(text: str) -> str:
        reference = PROPERTY_REFERENCES.get(event.field)
        if reference and text:
            return labels.by_kind[reference].get(int(text), f"a deleted {reference}")
        return value_title(event.field, text)

    old, new = event.old or "", event.new or ""
    before = f"from {value(old)} " if old else ""
    return f"{property_title(event.field)} changed {before}to {value(new)}"


def _named(labels: Labels, kind: str, id: int | None) -> str:
    name = labels.by_kind[kind].get(id or 0)
    return f"“{name}”" if name else f"a deleted {kind}"


def _message(kind: str) -> str:
    return "an email" if kind.startswith("email") else "a text"

"""The template document: one email or text of the library (formats.md)."""

from __future__ import annotations

from engine.compose.safety import unsafe
from engine.documents.automation import with_format
from engine.documents.faults import Checked, Place, Shape
from engine.documents.properties import anything, or_empty
from engine.documents.values import CheckText, address, check_tokens, name, one_of, text
from engine.vocabulary import CHANNELS

LONGEST_BODY = 2_000_000
LONGEST_SMS = 1600


def check_template(
    document: object, path: str = "", check_text: CheckText = check_tokens
) -> Checked:
    """Everything wrong with a template document that stands at `path`, at once."""
    place = Place(path, Checked())
    look_at_template(document, place, check_text)
    return place.found


def look_at_template(document: object, place: Place, tokens: CheckText) -> None:
    """Note at `place` what is wrong with a template document."""
    channel = document.get("channel") if isinstance(document, dict) else None
    head = {"name": name, "channel": one_of(CHANNELS)}
    header = text(500, empty=True, one_line=True, tokens=tokens)
    email = Shape(
        "an email template",
        {**head, "body": text(LONGEST_BODY, tokens=tokens)},
        {
            "subject": header,
            "preview_text": text(500, empty=True, tokens=tokens),
            "from_name": text(200, empty=True, one_line=True, tokens=tokens),
            "from_email": or_empty(address),
        },
    )
    sms = Shape("a text template", {**head, "body": text(LONGEST_SMS, tokens=tokens)})
    either = Shape("a template", {**email.required, "body": anything}, email.optional)
    shape = {"email": email, "sms": sms}.get(str(channel), either)
    record = with_format("template", shape, place).check(document, place)
    if record is None or channel != "email":
        return
    harmful = unsafe(str(record["body"])) if isinstance(record.get("body"), str) else None
    if harmful is not None:
        place.key("body").fault(f"holds {harmful}, which no email may carry; take it out")
    if not record.get("subject"):
        place.key("subject").warn("this email has no subject")

"""The settings of a practice: keys, defaults, and what each may say (formats.md).

A value is given as text, on the command line or in a form, and kept as JSON. Secrets are kept
apart (`app.secrets`) and never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS

from db.errors import KnownError
from engine.documents import values
from engine.documents.faults import Check, Checked, Place, quoted
from engine.documents.suggestions import suggestion
from engine.vocabulary import (
    DEFAULT_CHECK_TIME,
    DEFAULT_FROM_EMAIL,
    DEFAULT_PRACTICE,
    DEFAULT_QUIET_HOURS,
    DEFAULT_REGION,
    DEFAULT_TOO_LATE_DAYS,
    DEFAULT_ZONE,
)

OFF = "off"
LONGEST_CAP_DAYS = 3650

_CAP = re.compile(r"([0-9]{1,9}) */ *([0-9]{1,9})")
_SPAN = re.compile(r"([0-9:]+) *- *([0-9:]+)")
_HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` gives the value to keep, or raises ValueError saying what it must be."""

    key: str
    read: Callable[[str], object]
    default: object = None
    secret: bool = False

    def parse(self, text: str) -> object:
        """The value a text says; raises KnownError, status 2."""
        try:
            return self.read(text)
        except ValueError as error:
            said = "" if self.secret else f", not {quoted(text)}"
            raise KnownError(f"{self.key} {error}{said}.", 2) from None


def _checked(check: Check) -> Callable[[str], object]:
    """Reads a text that stands for itself and passes a document's check."""

    def read(text: str) -> object:
        place = Place("", Checked())
        check(text, place)
        if place.found.faults:
            raise ValueError(place.found.faults[0].partition(": ")[2])
        return text

    return read


def _word(*options: str) -> Callable[[str], object]:
    return _checked(values.one_of(options))


def _whole(least: int, most: int) -> Callable[[str], object]:
    def read(text: str) -> object:
        if not (text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most):
            raise ValueError(f"must be a whole number from {least} to {most:,}")
        return int(text)

    return read


def _matching(pattern: re.Pattern[str], sentence: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        if not pattern.fullmatch(text):
            raise ValueError(sentence)
        return text

    return read


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _quiet_hours(text: str) -> object:
    if text.strip() in (OFF, "null"):
        return None
    match = _SPAN.fullmatch(text.strip())
    ends = [match[1], match[2]] if match else _json(text)
    place = Place("", Checked())
    values.span(ends, place)
    if place.found.faults:
        raise ValueError("must be two different times like 21:00-08:00, or off")
    return ends


def _cap(text: str) -> object:
    if text.strip() in (OFF, "null"):
        return None
    match = _CAP.fullmatch(text.strip())
    cap = {"messages": int(match[1]), "days": int(match[2])} if match else _json(text)
    if not (
        isinstance(cap, dict)
        and cap.keys() == {"messages", "days"}
        and all(values.is_whole(part) and part >= 1 for part in cap.values())
        and cap["messages"] <= 10_000
        and cap["days"] <= LONGEST_CAP_DAYS
    ):
        raise ValueError("must be messages/days like 2/7 (two in seven days), or off")
    return cap


def _region(text: str) -> object:
    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters like US")
    return text.upper()


def _folder(text: str) -> object:
    if not text.strip() or "\0" in text or Path(text).expanduser().is_file():
        raise ValueError("must be a folder")
    return str(Path(text).expanduser().absolute())


def _address(text: str) -> object:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise ValueError("must be an address like https://api.twilio.com")
    return text.rstrip("/")


def _secret(text: str) -> object:
    if not text or not text.isprintable():
        raise ValueError("must be one line that is not empty")
    return text


_LINE = _checked(values.text(200, empty=True, one_line=True))
_HOSTNAME = _matching(_HOST, "must be the name of a mail server like smtp.example.org")
_SENDER = _matching(_NUMBER, "must be a number like +12025550123 or a sender's name")
_ACCOUNT = _matching(re.compile(r"[A-Za-z0-9]{1,64}"), "must be the letters and digits of an id")

SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("practice.name", _checked(values.name), DEFAULT_PRACTICE),
        Setting("practice.timezone", _checked(values.timezone), DEFAULT_ZONE),
        Setting("practice.check_time", _checked(values.clock), DEFAULT_CHECK_TIME),
        Setting("practice.address", _LINE, ""),
        Setting("practice.region", _region, DEFAULT_REGION),
        Setting("sms.quiet_hours", _quiet_hours, list(DEFAULT_QUIET_HOURS)),
        Setting("messages.cap", _cap),
        Setting("messages.too_late_days", _whole(1, 3650), DEFAULT_TOO_LATE_DAYS),
        Setting("email.transport", _word("folder", "smtp"), "folder"),
        Setting("email.from_name", _LINE, ""),
        Setting("email.from_email", _checked(values.address), DEFAULT_FROM_EMAIL),
        Setting("email.folder", _folder),
        Setting("email.smtp.host", _HOSTNAME, ""),
        Setting("email.smtp.port", _whole(1, 65535), 587),
        Setting("email.smtp.user", _LINE, ""),
        Setting("email.smtp.security", _word("none", "starttls", "tls"), "starttls"),
        Setting("email.smtp.password", _secret, secret=True),
        Setting("sms.transport", _word("folder", "twilio"), "folder"),
        Setting("sms.folder", _folder),
        Setting("sms.twilio.base_url", _address, "https://api.twilio.com"),
        Setting("sms.twilio.account", _ACCOUNT, ""),
        Setting("sms.twilio.from", _SENDER, ""),
        Setting("sms.twilio.token", _secret, secret=True),
        Setting("sms.contact_text", _checked(values.text(1600, empty=True)), ""),
    )
}
"""Every setting a person may change, by key."""

FOLDERS = ("email.folder", "sms.folder")


def setting(key: str) -> Setting:
    """The setting of this key; raises KnownError, status 2, with a close match."""
    found = SETTINGS.get(key)
    if found is None:
        meant = suggestion(key, SETTINGS) or "."
        raise KnownError(f"There is no setting {quoted(key)}{meant}", 2)
    return found


def shown(value: object) -> str:
    """A value as a person writes it; `Setting.parse` reads it back."""
    if value is None:
        return OFF
    if isinstance(value, list):
        return "-".join(map(str, value))
    if isinstance(value, dict):
        return f"{value['messages']}/{value['days']}"
    return str(value)

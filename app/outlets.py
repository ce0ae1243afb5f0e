"""The ways out as the settings screen sees them: their secrets, and a test of the mail."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Final

from app import secrets
from app.channels import email_channel
from db.errors import KnownError
from db.queries import setup
from engine.calendar import to_datetime
from engine.channels.port import Email
from engine.compose.mime import address_header, message_id, text_header
from engine.settings import SETTINGS, setting
from engine.workspace import Workspace

_WORDS: Final = (
    "This is a test from Practice CRM: the mail of {practice} goes out.\r\n"
    "Nobody else was sent anything.\r\n"
)
_BODY_HEADERS: Final = (
    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
)


class Outlets:
    """`views.ports.Outlets` of one store. Any thread may use it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def kept(self) -> frozenset[str]:
        """The settings whose secret is kept; raises KnownError if they can't be read."""
        keys = (key for key, each in SETTINGS.items() if each.secret)
        store = self._workspace.store
        return frozenset(key for key in keys if secrets.find(store, key) is not None)

    def keep(self, key: str, secret: str) -> None:
        """Keep a secret as `settings set KEY` does; raises KnownError."""
        secrets.keep(self._workspace.store, key, str(setting(key).parse(secret)))

    def test_email(self, address: str, now: int) -> str:
        """Send one email where the saved settings say, and say that it went; raises KnownError.

        It is no message to a patient: no consent, cap or record concerns it.
        """
        with self._workspace.store.read() as connection:
            stored = setup.settings(connection)
        values = {key: stored.get(key, each.default) for key, each in SETTINGS.items()}
        email = _test(values, address.strip(), now)
        channel = email_channel(self._workspace)
        try:
            [(_, outcome)] = list(channel.send([email]))
        finally:
            channel.close()
        if outcome.state != "sent":
            raise KnownError(outcome.diagnostic)
        if values["email.transport"] == "folder":
            return f"Written to the folder, not sent: {address} gets nothing."
        return f"Sent to {address}: look whether it came."


def _test(values: Mapping[str, object], address: str, now: int) -> Email:
    sender, practice = str(values["email.from_email"]), str(values["practice.name"])
    key = f"test-{now}"
    head = "".join(
        (
            address_header("From", str(values["email.from_name"]) or practice, sender),
            address_header("To", "", address),
            text_header("Subject", f"A test of the mail of {practice}"),
            f"Date: {format_datetime(to_datetime(now).replace(microsecond=0))}\r\n",
            f"Message-ID: {message_id(key, sender.rpartition('@')[2])}\r\n",
            _BODY_HEADERS,
        )
    )
    body = _WORDS.format(practice=practice).encode()
    return Email(key, sender, address, head.encode() + encodebytes(body).replace(b"\n", b"\r\n"))

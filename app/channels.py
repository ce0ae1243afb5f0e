"""The ways out for messages, built from the settings."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app import secrets, wiring
from db.doctor import Check
from db.errors import KnownError
from db.queries import setup
from engine.channels.folder import email_folder, text_folder
from engine.channels.port import EmailChannel, TextChannel
from engine.dispatcher import Channels
from engine.settings import SETTINGS
from engine.workspace import Workspace

_PATIENCE = 5.0
"""Seconds a mail server may take to answer a check."""


def build_channels(workspace: Workspace) -> Channels:
    """The ways out that the settings name; raises KnownError for what is missing."""
    email, store, values = email_channel(workspace), workspace.store, _values(workspace)
    if values["sms.transport"] == "twilio":
        sms = _twilio(values, secrets.find(store, "sms.twilio.token"))
    else:
        folder = Path(str(values["sms.folder"] or wiring.outbox(store)))
        sms = text_folder(folder, shared=store.path is None)
    return Channels(email, sms)


def email_channel(workspace: Workspace) -> EmailChannel:
    """The way out for email that the settings name; raises KnownError for what is missing."""
    store, values = workspace.store, _values(workspace)
    if values["email.transport"] == "smtp":
        return _smtp(values, secrets.find(store, "email.smtp.password"))
    folder = Path(str(values["email.folder"] or wiring.outbox(store)))
    return email_folder(folder, shared=store.path is None)


def refuse_real_channels(workspace: Workspace) -> None:
    """Raises KnownError, status 2, if a message could leave this machine.

    A simulated clock would send patients months of future messages at once.
    """
    values = _values(workspace)
    hosts = {
        "email": values["email.transport"] == "smtp" and values["email.smtp.host"],
        "sms": values["sms.transport"] == "twilio"
        and urlsplit(values["sms.twilio.base_url"]).hostname,
    }
    for name, host in hosts.items():
        if host and not _is_loopback(host):
            raise KnownError(
                f"A simulated clock would send future messages through {host} now: "
                f"settings set {name}.transport folder.", 2,
            )  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _values(workspace: Workspace) -> dict[str, Any]:
    with workspace.store.read() as connection:
        kept = setup.settings(connection)
    return {key: kept.get(key, each.default) for key, each in SETTINGS.items()}


def _smtp(values: Mapping[str, Any], password: str | None) -> EmailChannel:
    # Imported for those who use it: start-up must be quick.
    from engine.channels.smtp import SmtpChannel, SmtpSettings

    _need(values, "email.smtp.host")
    if values["email.smtp.user"] and password is None:
        raise KnownError(
            "The mail server's password is missing: enter it in Settings, or with "
            "settings set email.smtp.password."
        )
    return SmtpChannel(
        SmtpSettings(
            values["email.smtp.host"], values["email.smtp.port"], values["email.smtp.security"],
            values["email.smtp.user"], password or "",
        )
    )  # fmt: skip


def _twilio(values: Mapping[str, Any], token: str | None) -> TextChannel:
    from engine.channels.twilio import TwilioChannel, TwilioSettings

    _need(values, "sms.twilio.account")
    _need(values, "sms.twilio.from")
    if token is None:
        raise KnownError(
            "The text provider's token is missing: enter it in Settings, or with "
            "settings set sms.twilio.token."
        )
    return TwilioChannel(
        TwilioSettings(
            values["sms.twilio.account"], token, values["sms.twilio.from"],
            values["sms.twilio.base_url"],
        )
    )  # fmt: skip


def _need(values: Mapping[str, Any], key: str) -> None:
    if not values[key]:
        raise KnownError(
            f"The setting {key} is missing: give it in Settings, or settings set {key} VALUE."
        )


def channel_checks(workspace: Workspace) -> list[Check]:
    """Whether messages could go out as things stand; sends nothing."""
    try:
        build_channels(workspace)
    except KnownError as error:
        return [Check("channels", False, error.sentence)]
    values = _values(workspace)
    return [_reached(values, name, wiring.outbox(workspace.store)) for name in ("email", "sms")]


def _reached(values: Mapping[str, Any], name: str, outbox: Path) -> Check:
    title = f"{name} channel"
    if values[f"{name}.transport"] == "twilio":
        return Check(title, True, "texts go through Twilio; it is asked when one is sent")
    if values[f"{name}.transport"] == "smtp":
        host, port = values["email.smtp.host"], values["email.smtp.port"]
        try:
            socket.create_connection((host, port), _PATIENCE).close()
        except OSError:
            return Check(title, False, f"the mail server {host}:{port} can't be reached")
        return Check(title, True, f"the mail server {host}:{port} answers")
    folder = Path(str(values[f"{name}.folder"] or outbox))
    there = next(place for place in (folder, *folder.parents) if place.exists())
    usable = there.is_dir() and os.access(there, os.W_OK)
    return Check(title, usable, f"messages are {'' if usable else 'not '}written to {folder}")

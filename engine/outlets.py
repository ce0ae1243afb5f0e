"""Where messages go: to people, or to a folder for as long as no provider is set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

CHANNELS: Final = ("email", "sms")
FOLDER: Final = "folder"


def to_folder(settings: Mapping[str, Any]) -> frozenset[str]:
    """The channels whose messages reach nobody: they are written to a folder."""
    return frozenset(
        channel for channel in CHANNELS if settings.get(f"{channel}.transport", FOLDER) == FOLDER
    )


def folder_words(channels: Collection[str]) -> str:
    """That the messages of these channels reach nobody, without a full stop; "" of none."""
    if not channels:
        return ""
    one = next(iter(channels)) if len(channels) == 1 else ""
    what = {"email": "Emails", "sms": "Texts"}.get(one, "Messages")
    return f"{what} go to a folder, not to people"


def transport_key(channels: Collection[str]) -> str:
    """The setting that says otherwise."""
    return f"{min(channels, default=CHANNELS[0])}.transport"

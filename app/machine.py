"""What a new practice takes over from the machine: its time zone and its country."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTimeZone

from engine.workspace import Workspace

_NOWHERE = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT"})
"""Zones of machines that nobody told where they stand."""


def begin_here(workspace: Workspace) -> None:
    """Let a store that was just made begin in the machine's time zone and country."""
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    begin_in(workspace, zone, QLocale.territoryToCode(QLocale.system().territory()))


def begin_in(workspace: Workspace, zone: str, country: str) -> None:
    """Keep those that a practice can have; of the others the defaults stay."""
    # Here, not above: only the first start of all makes a store.
    from engine.commands.settings import put_settings
    from engine.settings_page import WrongSettings, parsed

    for key, text in (("practice.timezone", zone), ("practice.region", country)):
        if text and text not in _NOWHERE:
            try:
                put_settings(workspace, parsed({key: text}))
            except WrongSettings:
                continue

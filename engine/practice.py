"""The practice: the settings that rules and screens read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar import DAY, zone
from engine.vocabulary import (
    DEFAULT_CHECK_TIME,
    DEFAULT_PRACTICE,
    DEFAULT_QUIET_HOURS,
    DEFAULT_REGION,
    DEFAULT_TOO_LATE_DAYS,
    DEFAULT_ZONE,
)


@dataclass(frozen=True, slots=True)
class Practice:
    """Settings the rules read. `cap` is (messages, days); `too_late` is in microseconds.

    `region` is its country, in two letters.
    """

    name: str
    zone: ZoneInfo
    check_time: time
    quiet: tuple[time, time] | None
    cap: tuple[int, int] | None
    too_late: int
    region: str = DEFAULT_REGION


def read_practice(settings: Mapping[str, Any]) -> Practice:
    """The practice of the stored settings; what was never set has its default."""
    quiet = settings.get("sms.quiet_hours", DEFAULT_QUIET_HOURS)
    cap = settings.get("messages.cap")
    return Practice(
        name=settings.get("practice.name", DEFAULT_PRACTICE),
        zone=zone(settings.get("practice.timezone", DEFAULT_ZONE)),
        check_time=time.fromisoformat(settings.get("practice.check_time", DEFAULT_CHECK_TIME)),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        cap=(cap["messages"], cap["days"]) if cap else None,
        too_late=settings.get("messages.too_late_days", DEFAULT_TOO_LATE_DAYS) * DAY,
        region=settings.get("practice.region") or DEFAULT_REGION,
    )

"""Email addresses and phone numbers in the one form the store keeps, whatever door they come by.

People are found, and their opt-outs known again, by that form alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.intake import values
from engine.intake.values import Wrong

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_FIELDS = frozenset({"email", "phone"})


def kept(field: str, raw: str, region: str) -> str:
    """An `email` in lower case, a `phone` as E.164, any other field as it is.

    '' for what says nothing ("n/a"). `region` is for numbers without +. Raises `Wrong` for what
    is no address or number.
    """
    if field == "email":
        return (values.email(raw) or "").lower()
    if field == "phone":
        return values.phone(raw, region) or ""
    return raw


def tidied(fields: Mapping[str, str], region: str) -> dict[str, str]:
    """The fields as the store keeps them; what is no address or number stays as typed."""
    reach = {name: _tidied(name, fields[name], region) for name in _FIELDS & fields.keys()}
    return {**fields, **reach}


def _tidied(field: str, raw: str, region: str) -> str:
    if not raw or _E164.fullmatch(raw):
        return raw
    try:
        return kept(field, raw, region)
    except Wrong:
        return raw

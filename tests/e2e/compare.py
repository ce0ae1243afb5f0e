"""Two journals side by side, the way the worked cases are compared."""

from __future__ import annotations

from typing import Any

COMPARED = ("at", "what", "step", "why", "until")
Line = dict[str, Any]
Group = tuple[str, str]


def differences(expected: list[Line], actual: list[Line]) -> list[str]:
    """What differs, one sentence a contact and flow; empty when the journals agree.

    Lines are compared per contact and flow, in order, on `at`, `what`, `step`, `why` and
    `until`; the order between contacts and flows is free.
    """
    wanted, got = _grouped(expected), _grouped(actual)
    found = []
    for group in sorted(wanted.keys() | got.keys()):
        difference = _first_difference(wanted.get(group, []), got.get(group, []))
        if difference:
            found.append(f"{group[0] or 'no contact'} in {group[1]}: {difference}")
    return found


def _grouped(lines: list[Line]) -> dict[Group, list[str]]:
    groups: dict[Group, list[str]] = {}
    for line in lines:
        group = (line.get("contact") or "", line["flow"])
        text = ", ".join(f"{key}={line[key]}" for key in COMPARED if line.get(key) is not None)
        groups.setdefault(group, []).append(text)
    return groups


def _first_difference(wanted: list[str], got: list[str]) -> str | None:
    for number in range(max(len(wanted), len(got))):
        expected = wanted[number] if number < len(wanted) else "nothing"
        actual = got[number] if number < len(got) else "nothing"
        if expected != actual:
            return f"line {number + 1}: expected {expected}; got {actual}"
    return None

"""Collecting what is wrong with a document: every fault with its path, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from db.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: `path: sentence` lines. Warnings refuse nothing."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self) -> None:
        """Raises `DocumentError` with every fault, if there is one."""
        if self.faults:
            raise DocumentError(self.faults)


class Place(NamedTuple):
    """A place in a document (`steps[2].yes[0]`) that notes what is wrong there."""

    path: str
    found: Checked

    def key(self, name: str) -> Place:
        """The place of a key of the object here."""
        return Place(f"{self.path}.{name}" if self.path else name, self.found)

    def item(self, index: int) -> Place:
        """The place of an item of the list here."""
        return Place(f"{self.path}[{index}]", self.found)

    def fault(self, sentence: str) -> None:
        """Note a fault, which refuses the document."""
        self.found.faults.append(f"{self.path or 'document'}: {sentence}")

    def warn(self, sentence: str) -> None:
        """Note what is allowed and yet most likely a mistake."""
        self.found.warnings.append(f"{self.path or 'document'}: {sentence}")


Check = Callable[[object, Place], None]
"""Looks at a value and notes at its place what is wrong with it."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of one kind of object and what checks each."""

    name: str
    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)

    def check(self, value: object, place: Place) -> Record | None:
        """Check an object; gives it back, or None if `value` is none."""
        record = as_record(value, place)
        if record is None:
            return None
        known = {**self.required, **self.optional}
        for key in record:
            if key not in known:
                keys = ", ".join(known)
                place.key(quoted(key, 60)[1:-1]).fault(
                    f"is not a key of {self.name}; it has {keys}"
                )
        for key, check in known.items():
            if key in record:
                check(record[key], place.key(key))
            elif key in self.required:
                place.key(key).fault("is missing")
        return record

    def look(self, value: object, place: Place) -> None:
        """The same as a plain check."""
        self.check(value, place)


def as_record(value: object, place: Place) -> Record | None:
    """`value` as an object with text keys; anything else is noted and gives None."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    place.fault("must be an object { … }")
    return None


def as_list(value: object, place: Place) -> list[object] | None:
    """`value` as a list; anything else is noted and gives None."""
    if isinstance(value, list):
        return value
    place.fault("must be a list [ … ]")
    return None


def quoted(text: str, most: int = 80) -> str:
    """A text in double quotes, on one line, cut to `most` characters."""
    line = " ".join(text.split())
    printable = "".join(mark if mark.isprintable() else "?" for mark in line)
    return f'"{printable if len(printable) <= most else printable[: most - 1] + "…"}"'

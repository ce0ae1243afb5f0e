"""The rule of a dynamic list in words (formats.md, the Smart Filter)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.wording.values import listed, named, plural, property_title, value_title

Part = Mapping[str, Any]

_OPS: Final = {
    "is": "is {}",
    "is_not": "is not {}",
    "is_empty": "is empty",
    "is_not_empty": "is filled in",
}
_DEEP: Final = 2
"""From how deep on a group stands in brackets."""


def rule_words(rule: Part) -> str:
    """Who is on a list with this public rule: "status is Patient and age is at least 65"."""
    return _words(rule, 1) or "everybody"


def _words(part: Part, depth: int) -> str:
    for group, last in (("all", "and"), ("any", "or")):
        if group in part:
            said = [words for each in part[group] if (words := _words(each, depth + 1))]
            joined = listed(said, last)
            return f"({joined})" if depth >= _DEEP and len(said) > 1 else joined
    return _WORDS[part["type"]](part)


def _property(part: Part) -> str:
    name = part["property"]
    title = property_title(name)
    lower = title[:1].lower() + title[1:] if title[1:2].islower() else title
    return f"{lower} {_OPS[part['op']].format(value_title(name, part.get('value', '')))}"


def _age(part: Part) -> str:
    return f"age is at {'least' if part['op'] == 'at_least' else 'most'} {part['years']}"


def _often(verb: str) -> Callable[[Part], str]:
    def words(part: Part) -> str:
        times = "" if part["times"] == 1 else f" {part['times']} times"
        return f"{verb} an email{times} in the last {plural(part['days'], 'day')}"

    return words


_WORDS: Final[Mapping[str, Callable[[Part], str]]] = {
    "property": _property,
    "in_list": lambda part: f"is on {named(part, 'list', 'a list')}",
    "last_activity_older": lambda part: f"quiet for over {plural(part['days'], 'day')}",
    "age": _age,
    "birthday_in": lambda part: f"birthday within {plural(part['days'], 'day')}",
    "opened": _often("opened"),
    "clicked": _often("clicked a link in"),
    "replied": lambda part: f"replied in the last {plural(part['days'], 'day')}",
}

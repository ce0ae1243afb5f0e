"""Ready-made automations to start from, one for each trigger (screens.md section 1).

They are those of the sample practice, without its people; choosing one brings along the
templates, lists and forms it names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from engine.documents.names import Names
from engine.sample import sample

TITLES: Final = (
    "Welcome series", "First visit", "Form follow-up", "List outreach", "Offboarding nudge",
    "Owner changed", "Hot lead", "Reply call-back", "Birthday", "Dormant patient win-back",
)  # fmt: skip
"""What the sample practice's first ten automations are called as recipes."""

_WORDS: Final = {"Owner changed": "A hello from the new owner whenever a contact changes hands."}
"""What a recipe is for, where the sample practice's own words name its people."""
_NAMED_BY: Final = {"template", "list", "form", "email", "sms"}


class Recipe(NamedTuple):
    """An automation to start from: its title, what it is for, and its document."""

    title: str
    words: str
    document: Mapping[str, Any]


class Needs(NamedTuple):
    """What a recipe names that the practice does not have yet, as documents and names."""

    templates: list[dict[str, Any]]
    lists: list[dict[str, Any]]
    forms: list[str]


@cache
def recipes() -> tuple[Recipe, ...]:
    """The ten recipes, in the order of the triggers."""
    found = sample()["automations"][: len(TITLES)]
    return tuple(_recipe(title, document) for title, document in zip(TITLES, found, strict=True))


def needs(document: Mapping[str, Any], names: Names) -> Needs:
    """What the document names, the sample practice has, and `names` lack."""
    whole, named = sample(), set(_named(document))
    known = {*names.emails, *names.texts}
    return Needs(
        [each for each in whole["templates"] if each["name"] in named - known],
        [each for each in whole["lists"] if each["name"] in named - names.lists.keys()],
        [name for name in whole["forms"] if name in named - names.forms.keys()],
    )


def _recipe(title: str, document: Mapping[str, Any]) -> Recipe:
    words = _WORDS.get(title, document["description"])
    return Recipe(title, words, _anyone(document) | {"name": title, "description": words})


def _anyone(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the sample practice's own people."""
    people = set(sample()["users"])

    def general(value: Any) -> Any:
        if isinstance(value, list):
            return [general(item) for item in value]
        if not isinstance(value, dict):
            return "contact_owner" if value in people else value
        return {
            key: general(item)
            for key, item in value.items()
            if not (key == "to" and item in people)
        }

    changed: dict[str, Any] = general(json.loads(json.dumps(document)))
    return changed


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in _NAMED_BY and isinstance(item, str):
                yield item
            yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)

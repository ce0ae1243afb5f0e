"""The names that documents refer by, and the ids behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from engine.documents.faults import Check, Place, quoted
from engine.documents.suggestions import suggestion

Ids = Mapping[str, int]

_FIELDS = {
    "user": "users",
    "provider": "providers",
    "form": "forms",
    "list": "lists",
    "email": "emails",
    "sms": "texts",
    "automation": "automations",
    "sequence": "sequences",
    "campaign": "campaigns",
}
_TITLES = {"email": "email template", "sms": "text template"}
KINDS = tuple(_FIELDS)


def _none() -> Ids:
    return {}


@dataclass(frozen=True, slots=True)
class Names:
    """What exists: name → id, by kind. `emails` and `texts` are templates, by channel."""

    users: Ids = field(default_factory=_none)
    providers: Ids = field(default_factory=_none)
    forms: Ids = field(default_factory=_none)
    lists: Ids = field(default_factory=_none)
    emails: Ids = field(default_factory=_none)
    texts: Ids = field(default_factory=_none)
    automations: Ids = field(default_factory=_none)
    sequences: Ids = field(default_factory=_none)
    campaigns: Ids = field(default_factory=_none)
    static_lists: frozenset[str] = frozenset()

    def of(self, kind: str) -> Ids:
        """The ids by name of one of `KINDS`."""
        found: Ids = getattr(self, _FIELDS[kind])
        return found

    def inverse(self) -> Labels:
        """The names by id."""
        return Labels({kind: {id: name for name, id in self.of(kind).items()} for kind in KINDS})

    def beside(self, others: Names) -> Names:
        """These and the others together; where both have a name, the other's id stands."""
        merged = {
            part.name: {**getattr(self, part.name), **getattr(others, part.name)}
            for part in fields(self)
            if part.name != "static_lists"
        }
        kept = self.static_lists - others.lists.keys()
        return Names(**merged, static_lists=kept | others.static_lists)


@dataclass(frozen=True, slots=True)
class Labels:
    """Today's names: id → name, by kind."""

    by_kind: Mapping[str, Mapping[int, str]]

    def of(self, kind: str, id: int) -> str:
        """The name of a record; raises `KeyError` if there is none of this id."""
        return self.by_kind[kind][id]


def reference(names: Names, kind: str, *, words: tuple[str, ...] = ()) -> Check:
    """A check that a value is one of `words` or the name of an existing record of a kind."""
    known = names.of(kind)
    title = _TITLES.get(kind, kind)

    def check(value: object, place: Place) -> None:
        if not isinstance(value, str):
            place.fault(f"must be the name of {_article(title)} {title}{_or(words)}")
        elif value not in words and value not in known:
            place.fault(
                f"no {title} is called {quoted(value)}{suggestion(value, (*words, *known))}"
            )

    return check


def static_list(names: Names) -> Check:
    """A check that a value is the name of an existing static list."""
    exists = reference(names, "list")

    def check(value: object, place: Place) -> None:
        exists(value, place)
        if isinstance(value, str) and value in names.lists and value not in names.static_lists:
            place.fault(
                f"{quoted(value)} is a dynamic list, which only its rule fills; name a static one"
            )

    return check


def _article(title: str) -> str:
    return "an" if title[0] in "ae" else "a"


def _or(words: tuple[str, ...]) -> str:
    return "".join(f" or {word}" for word in words)

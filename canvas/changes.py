"""What changed between two documents, small enough to be kept with every draft, and back again.

A change is `{"path": [key or index, …], "before": …, "after": …}`, all JSON. A path that ends in a
key says what stood under it, nothing where `before` or `after` is left out; one that ends in an
index says which items of a list stood from there on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

Change = dict[str, Any]
Path = tuple[str | int, ...]
Side = Literal["before", "after"]


def changes(before: Any, after: Any) -> list[Change]:
    """What to change in `before` to have `after`, and the reverse; [] if they are equal."""
    return list(_changes(before, after, ()))


def apply(document: Any, made: Sequence[Change], to: Side) -> Any:
    """The document with changes made, `to` "after", or taken back, `to` "before".

    Shares what stays. Raises LookupError, TypeError or ValueError for changes of another document.
    """
    for change in made:
        document = _applied(document, tuple(change["path"]), change, to)
    return document


def _changes(before: Any, after: Any, path: Path) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            if key not in before or key not in after:
                sides = (("before", before), ("after", after))
                yield _change((*path, key), {side: one[key] for side, one in sides if key in one})
            elif before[key] != after[key]:
                yield from _changes(before[key], after[key], (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path)
    elif before != after:
        yield _change(path, {"before": before, "after": after})


def _items(before: list[Any], after: list[Any], path: Path) -> Iterator[Change]:
    """What changed in a list: between what both begin with and what both end with."""
    least = min(len(before), len(after))
    head = next((at for at in range(least) if before[at] != after[at]), least)
    least -= head
    tail = next((at for at in range(least) if before[-1 - at] != after[-1 - at]), least)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) == len(new) == 1 and isinstance(old[0], dict) and isinstance(new[0], dict):
        yield from _changes(old[0], new[0], (*path, head))
    elif old or new:
        yield _change((*path, head), {"before": old, "after": new})


def _change(path: Path, sides: Mapping[str, Any]) -> Change:
    return {"path": list(path), **sides}


def _applied(value: Any, path: Path, change: Change, to: Side) -> Any:
    key, *rest = path
    if isinstance(value, list) and isinstance(key, int):
        if not 0 <= key <= len(value):
            raise IndexError(key)
        if rest:
            items = [_applied(value[key], tuple(rest), change, to)]
            return [*value[:key], *items, *value[key + 1 :]]
        old = change["before" if to == "after" else "after"]
        return [*value[:key], *change[to], *value[key + len(old) :]]
    if not isinstance(value, Mapping):
        raise TypeError("a path leads nowhere")
    if rest:
        return {**value, key: _applied(value[key], tuple(rest), change, to)}
    kept = {name: one for name, one in value.items() if name != key}
    return {**value, key: change[to]} if to in change else kept

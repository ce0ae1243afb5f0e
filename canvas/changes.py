"""What changed between two documents, small enough to be kept with every draft, and back again.

A change is `{"path": [key or index, …], "before": …, "after": …}`, all JSON. A path that ends in a
key says what stood under it, nothing where `before` or `after` is left out; one that ends in an
index says which items of a list stood from there on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

Change = dict[str, Any]
Path = tuple[str | int, ...]
Side = Literal["before", "after"]
_NOTHING: Final = object()
"""Stands under a key that is not there."""


def changes(before: Any, after: Any) -> list[Change]:
    """What to change in `before` to have `after`, and the reverse; [] if they are equal."""
    return list(_changes(before, after))


def apply(document: Any, made: Sequence[Change], to: Side) -> Any:
    """The document with changes made, `to` "after", or taken back, `to` "before".

    Shares what stays. Raises LookupError, TypeError or ValueError for changes of another document.
    """
    for change in made:
        document = _applied(document, tuple(change["path"]), change, to)
    return document


def _changes(before: Any, after: Any) -> Iterator[Change]:
    """Goes down both at once, without recursion: branches may be hundreds deep."""
    waiting: list[tuple[Any, Any, Path]] = [(before, after, ())]
    while waiting:
        before, after, path = waiting.pop()
        if before is after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            keys = [*dict.fromkeys((*before, *after))]
            waiting += [
                (before.get(key, _NOTHING), after.get(key, _NOTHING), (*path, key))
                for key in reversed(keys)
            ]
        elif isinstance(before, list) and isinstance(after, list):
            head, old, new = _differing(before, after)
            if len(old) == len(new) == 1 and isinstance(old[0], dict) and isinstance(new[0], dict):
                waiting.append((old[0], new[0], (*path, head)))
            elif not _same(old, new):
                yield _change((*path, head), {"before": old, "after": new})
        elif before != after:
            sides = {"before": before, "after": after}
            yield _change(path, {side: one for side, one in sides.items() if one is not _NOTHING})


def _differing(before: list[Any], after: list[Any]) -> tuple[int, list[Any], list[Any]]:
    """What two lists have between what both begin with and what both end with, and from where."""
    if len(before) == len(after):
        # What an edit left alone is the same object: the one that is not needs no comparing here.
        other = [at for at, one in enumerate(before) if one is not after[at]]
        if len(other) == 1:
            [at] = other
            return at, before[at : at + 1], after[at : at + 1]
    least = min(len(before), len(after))
    head = next((at for at in range(least) if not _same(before[at], after[at])), least)
    least -= head
    tail = next((at for at in range(least) if not _same(before[-1 - at], after[-1 - at])), least)
    return head, before[head : len(before) - tail], after[head : len(after) - tail]


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal, however deep they are."""
    waiting = [(one, other)]
    while waiting:
        one, other = waiting.pop()
        if one is other:
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            waiting += [(one[key], other[key]) for key in one]
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    return True


def _change(path: Path, sides: Mapping[str, Any]) -> Change:
    return {"path": list(path), **sides}


def _applied(value: Any, path: Path, change: Change, to: Side) -> Any:
    *way, last = path
    above = []
    for key in way:
        above.append(value)
        value = _under(value, key)
    value = _replaced(value, last, change, to)
    for outer, key in zip(reversed(above), reversed(way), strict=True):
        if isinstance(outer, list) and isinstance(key, int):
            value = [*outer[:key], value, *outer[key + 1 :]]
        else:
            value = {**outer, key: value}
    return value


def _under(value: Any, key: str | int) -> Any:
    if isinstance(value, list) and isinstance(key, int):
        if not 0 <= key < len(value):
            raise IndexError(key)
    elif not isinstance(value, Mapping):
        raise TypeError("a path leads nowhere")
    return value[key]


def _replaced(value: Any, key: str | int, change: Change, to: Side) -> Any:
    """The list or record with the change made right in it."""
    if isinstance(value, list) and isinstance(key, int):
        if not 0 <= key <= len(value):
            raise IndexError(key)
        old = change["before" if to == "after" else "after"]
        return [*value[:key], *change[to], *value[key + len(old) :]]
    if not isinstance(value, Mapping):
        raise TypeError("a path leads nowhere")
    kept = {name: one for name, one in value.items() if name != key}
    return {**value, key: change[to]} if to in change else kept

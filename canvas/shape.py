"""Whether two documents are drawn alike but for their words."""

from __future__ import annotations

from collections.abc import Sequence

from canvas.operations import Document, Step, lanes_of


def same_shape(one: Document, other: Document) -> bool:
    """Whether the same steps stand in the same places.

    Edits share what they leave alone (`canvas.operations`), so this looks only at what changed.
    """
    waiting: list[tuple[Sequence[Step], Sequence[Step]]] = [
        (one.get("steps", ()), other.get("steps", ()))
    ]
    while waiting:
        before, after = waiting.pop()
        if before is after:
            continue
        if len(before) != len(after):
            return False
        for old, new in zip(before, after, strict=True):
            if old is not new:
                if (old["id"], old["type"]) != (new["id"], new["type"]):
                    return False
                pairs = zip(lanes_of(old), lanes_of(new), strict=True)
                waiting += [(left, right) for (_, left), (_, right) in pairs]
    return True

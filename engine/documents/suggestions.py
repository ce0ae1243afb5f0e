"""What a mistyped word was most likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from engine.documents.faults import quoted

# Comparing is slow: a hostile document with thousands of faults must not take minutes.
_LONGEST = 200
_MOST = 500


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean "…"?`, or nothing if no known word is close."""
    if len(word) > _LONGEST:
        return ""
    # Seldom needed, and what shows flows is imported before the first picture.
    from difflib import get_close_matches

    close = get_close_matches(word, islice(known, _MOST), 1)
    return f"; did you mean {quoted(close[0])}?" if close else ""

"""Names as they are searched for."""

from __future__ import annotations

import unicodedata
from typing import Final

_SIGNS: Final = str.maketrans(
    {**dict.fromkeys("'’‘ʼ`´.", ""), **dict.fromkeys("-‐‑‒–", " "), "ø": "o", "ł": "l", "đ": "d"}
)
"""What is written or left out as one likes, and letters that are no letter with an accent."""


def folded(name: str) -> str:
    """A name without capitals, accents, apostrophes and points; a hyphen is as good as a space."""
    text = name.casefold().translate(_SIGNS)
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(text.split())

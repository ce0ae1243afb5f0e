"""Text messages: how many segments they cost, and what an answer means (engine.md section 2)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from engine.compose.opt_outs import hints_at_opt_out, is_opt_out

Meaning = Literal["opt_out", "opt_out_all", "opt_in", "help", "reply"]

OPT_OUT_LINE = "Reply STOP to opt out"

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

_WORDS: dict[str, Meaning] = {
    "stop": "opt_out",
    "unsubscribe": "opt_out",
    "cancel": "opt_out",
    "end": "opt_out",
    "quit": "opt_out",
    "revoke": "opt_out",
    "optout": "opt_out",
    "opt out": "opt_out",
    "stopall": "opt_out_all",
    "stop all": "opt_out_all",
    "start": "opt_in",
    "unstop": "opt_in",
    "cancelar": "opt_out",
    "fin": "opt_out",
    "terminar": "opt_out",
    "anular": "opt_out",
    "help": "help",
    "info": "help",
}


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: its encoding, its length in that encoding's units, and the segments."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def segments(text: str) -> Segments:
    """Count the segments a text is sent in.

    GSM-7 holds 160 characters, 153 each when there are several, `€` and the brackets counting
    two; a character outside it makes the whole text UCS-2, 70 and 67. A character is never
    split between two segments.
    """
    if all(char in _GSM_BASIC or char in _GSM_EXTENSION for char in text):
        sizes = [2 if char in _GSM_EXTENSION else 1 for char in text]
        return Segments("GSM-7", sum(sizes), _packed(sizes, 160, 153))
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Segments("UCS-2", sum(sizes), _packed(sizes, 70, 67))


def with_opt_out(text: str) -> str:
    """Return the text with "Reply STOP to opt out" at its end, unless it says so somewhere."""
    if OPT_OUT_LINE.casefold() in " ".join(text.casefold().split()):
        return text
    return f"{text.rstrip()} {OPT_OUT_LINE}".lstrip()


def classify(text: str) -> Meaning:
    """Say what an inbound text asks for (engine.md section 2).

    The exact words first, then whole messages in plain language; everything else, "yes"
    included, is a reply.
    """
    plain = _normalise(text)
    exact = _WORDS.get(plain)
    if exact is not None:
        return exact
    return "opt_out" if is_opt_out(plain) else "reply"


def might_opt_out(text: str) -> bool:
    """Say whether a reply might be an opt-out, for a person to look at."""
    return classify(text) == "reply" and hints_at_opt_out(_normalise(text))


def _packed(sizes: list[int], single: int, each: int) -> int:
    if sum(sizes) <= single:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def _normalise(text: str) -> str:
    """Case-fold, drop punctuation, accents and invisible characters, collapse spaces."""
    # A lone accent stands for an apostrophe: don´t, don`t.
    unaccented = text.replace("´", "").replace("`", "")
    folded = unicodedata.normalize("NFKD", unaccented).casefold()
    kept = (char for char in folded if not _dropped(unicodedata.category(char)))
    return " ".join("".join(kept).split())


def _dropped(category: str) -> bool:
    return category[0] == "P" or category in ("Mn", "Cf")

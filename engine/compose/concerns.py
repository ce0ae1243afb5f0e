"""What is doubtful about an email: it may go out, but hardly as it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Final

from engine.compose.tokens import Filler, Token

HEAVIEST: Final = 102 * 1024
"""Bytes of an email's HTML that large mail services still show whole."""

_CALLED: Final = {
    "firstname": "first name", "lastname": "last name", "owner": "owner",
    "practice": "practice's name",
}  # fmt: skip
_LINK: Final = re.compile(
    r"(?:https?://[^\s/?#]+\.[^\s]+|mailto:[^\s@]+@[^\s@]+|tel:[+\d][\d() .-]+)"
)
_MOST: Final = 3


def blanks(fillers: Iterable[Filler], values: Mapping[str, str], name: str) -> list[str]:
    """The tokens that nothing is known for and no fallback was chosen, in words.

    `name` is the person's whom `values` are about.
    """
    tokens = dict.fromkeys(
        part
        for filler in fillers
        for part in filler.parts
        if isinstance(part, Token) and part.fallback is None and part.name in _CALLED
    )
    said = []
    for token in tokens:
        if values.get(token.name, "").strip():
            continue
        instead = token.resolve(values)
        becomes = f"“{instead}” is sent instead" if instead else "nothing is sent in its place"
        said.append(f"{name} has no {_CALLED[token.name]}: {becomes}.")
    return said


def doubts(subject: str, html: str) -> list[str]:
    """What is wrong with the subject, the links, the pictures and the weight, in words."""
    looker = _Looker()
    looker.feed(html)
    looker.close()
    said = [] if subject.strip() else ["It has no subject: write one."]
    for link in list(dict.fromkeys(looker.links))[:_MOST]:
        where = f"leads to “{link}”" if link else "leads nowhere"
        said.append(f"A link {where}: give it an address that begins with https://.")
    if looker.silent:
        said.append("A picture has no words for those who don't see it: describe it in alt.")
    weight = len(html.encode())
    if weight > HEAVIEST:
        said.append(f"It weighs {weight // 1024} kB: over 102 kB its end is cut off; shorten it.")
    return said


class _Looker(HTMLParser):
    """Collects links that are no address; `silent` counts pictures without words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a link or a picture."""
        values = dict(attrs)
        if tag == "a" and "href" in values:
            self.links.extend(_no_address(values["href"] or ""))
        elif tag == "img" and values.get("alt") is None:
            self.silent += 1


def _no_address(link: str) -> Iterator[str]:
    plain = link.strip()
    if not _LINK.fullmatch(plain) and not (plain.startswith("#") and len(plain) > 1):
        yield plain

"""What no email body may hold: scripts, what runs them, and what embeds other pages."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_ELEMENTS = frozenset(
    {"script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input",
     "button", "textarea", "select", "svg", "math", "base", "link", "portal"}
)  # fmt: skip
_ADDRESSES = frozenset({"href", "src", "action", "background", "formaction", "srcset", "poster"})
_SCHEMES = re.compile(r"(?:javascript|vbscript|data|file):", re.IGNORECASE)
_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]+")
_STYLE = re.compile(r"expression\s*\(|javascript:|@import|behavior\s*:", re.IGNORECASE)


def unsafe(body: str) -> str | None:
    """What in an HTML body could run or fetch code, in words; None if nothing could.

    Such a body is refused rather than mended, so that what was written is what goes out
    (quality.md, "For people" 17).
    """
    finder = _Finder()
    finder.feed(body)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.rpartition(":")[2] in _ELEMENTS:
            self._note(f"a <{tag}> element")
        for name, value in attrs:
            self._look_at(tag, name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def _look_at(self, tag: str, name: str, value: str) -> None:
        packed = _SPACES.sub("", value)
        if name.startswith("on"):
            self._note(f"the {name} attribute of a <{tag}>")
        elif name.rpartition(":")[2] in _ADDRESSES and _SCHEMES.match(packed):
            self._note(f"a {packed.partition(':')[0].lower()}: address in a <{tag}>")
        elif name == "style" and _STYLE.search(packed):
            self._note(f"code in the style of a <{tag}>")
        elif tag == "meta" and name == "http-equiv" and packed.lower() == "refresh":
            self._note("a <meta> that loads another page")

    def _note(self, what: str) -> None:
        self.found = self.found or what

"""An email's two bodies, HTML and plain text, made once per template.

What the author stored (a fragment or a whole document) is wrapped in a responsive document
with the preview text, the practice's name and address, and an unsubscribe line. The link of
that line is a value of the recipient's: pass it to `fill` as `unsubscribe`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from engine.compose.tokens import Filler, Token, compile_text

UNSUBSCRIBE = Token("unsubscribe", "")

_HEAD = """<!DOCTYPE html>
<html lang="en" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{margin:0;padding:0}img{max-width:100%;height:auto}</style>
</head>
<body>
<div style="max-width:640px;margin:0 auto;padding:16px;font-family:Arial,sans-serif;\
font-size:16px;line-height:1.5;color:#222222">
"""
_TAIL = "\n</div>\n</body>\n</html>\n"
_FOOTER = (
    '\n<div style="max-width:640px;margin:24px auto 0;padding:16px;font-family:Arial,sans-serif;'
    'font-size:12px;line-height:1.5;color:#595959;text-align:center">\n'
)
_PREHEADER = (
    '<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">'
)
# Keeps a mail client from filling its preview line up with the first words of the body.
_PADDING = "&#847;&zwnj;&nbsp;" * 40 + "</div>\n"

_DOCUMENT = re.compile(r"<(?:!doctype|html|body)\b", re.IGNORECASE)
_BODY_OPENS = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BODY_CLOSES = re.compile(r"</body\s*>", re.IGNORECASE)

_BULLET = re.compile(r"- |\d+\. ")

_Parts = tuple[str | Token, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: what the footer of every email says. Plain text; the address may be empty."""

    practice: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The HTML and the plain-text body of one template, ready to be filled."""

    html: Filler
    text: Filler


def compile_bodies(source: str, letterhead: Letterhead, preview: str = "") -> Bodies:
    """Return both bodies of a stored template body, an HTML fragment or document.

    `preview` is the preview text, tokens allowed. Raises KnownError, status 2, for a template
    that `compile_text` refuses.
    """
    author = compile_text(source, escape=True).parts
    preheader = _preheader(preview)
    footer = _html_footer(letterhead)
    if _DOCUMENT.search(source):
        parts = _inserted(author, _BODY_OPENS, preheader, after=True)
        parts = _inserted(parts, _BODY_CLOSES, footer, after=False)
    else:
        parts = (_HEAD, *preheader, *author, *footer, _TAIL)
    text = (*_plain_text(author), *_text_footer(letterhead))
    return Bodies(Filler(parts, escape=True), Filler(text, escape=False))


def to_text(source: str) -> str:
    """Return an HTML fragment or document as plain text: links as "text (url)", lists, lines."""
    converter = _TextConverter()
    converter.feed(source)
    converter.close()
    return converter.text()


def _preheader(preview: str) -> _Parts:
    if not preview.strip():
        return ()
    literal_safe = (
        html.escape(part) if isinstance(part, str) else part
        for part in compile_text(preview, escape=True).parts
    )
    return (_PREHEADER, *literal_safe, _PADDING)


def _html_footer(letterhead: Letterhead) -> _Parts:
    lines = [html.escape(line) for line in _identity(letterhead)]
    opening = _FOOTER + "<br>\n".join(lines) + '<br>\n<a href="'
    return (opening, UNSUBSCRIBE, '" style="color:#595959">Unsubscribe</a>\n</div>\n')


def _text_footer(letterhead: Letterhead) -> _Parts:
    return ("\n\n-- \n" + "\n".join(_identity(letterhead)) + "\nUnsubscribe: ", UNSUBSCRIBE, "\n")


def _identity(letterhead: Letterhead) -> list[str]:
    return [letterhead.practice, *(line for line in letterhead.address.splitlines() if line)]


def _inserted(parts: _Parts, mark: re.Pattern[str], addition: _Parts, after: bool) -> _Parts:
    """Return the parts with the addition at the mark, else at the near end of the document.

    The last mark counts when inserting before it, the first when inserting after it.
    """
    order = range(len(parts)) if after else reversed(range(len(parts)))
    for place in order:
        part = parts[place]
        hits = list(mark.finditer(part)) if isinstance(part, str) else []
        if isinstance(part, str) and hits:
            cut = hits[0].end() if after else hits[-1].start()
            return (*parts[:place], part[:cut], *addition, part[cut:], *parts[place + 1 :])
    return (*addition, *parts) if after else (*parts, *addition)


def _plain_text(parts: _Parts) -> _Parts:
    """Convert the author's HTML with a mark for each token, so that tokens survive unescaped."""
    marked = "".join(
        part if isinstance(part, str) else f"\0{place}\0" for place, part in enumerate(parts)
    )
    pieces = re.split("\0([0-9]+)\0", to_text(marked))
    return tuple(
        parts[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces) if piece
    )


class _TextConverter(HTMLParser):
    """Collects lines; blocks are set apart by an empty line, items and rows are not."""

    _SILENT = frozenset(("head", "style", "script", "title", "template"))
    _BLOCKS = frozenset(
        "address article blockquote center div dl figure footer form h1 h2 h3 h4 h5 h6 header "
        "main nav ol p pre section table ul".split()
    )
    _LINES = frozenset(("br", "dd", "dt", "hr", "li", "tr", "tbody", "thead"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._silence = 0
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a list, a link or a silence."""
        values = dict(attrs)
        self._silence += tag in self._SILENT
        self._break(tag)
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._out.append(self._bullet())
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self._out)))
        elif tag == "img":
            self._out.append(values.get("alt") or "")
        elif tag == "hr":
            self._out.append("---\n")

    def handle_endtag(self, tag: str) -> None:
        """Close what the start tag opened; a link says where it goes."""
        if tag in self._SILENT and self._silence:
            self._silence -= 1
        self._break(tag)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag in ("td", "th"):
            self._out.append(" ")
        elif tag == "a" and self._links:
            target, start = self._links.pop()
            label = "".join(self._out[start:]).strip()
            if target and not target.startswith("#") and label != target:
                self._out.append(f" ({target})" if label else target)

    def handle_data(self, data: str) -> None:
        """Keep the words; runs of white space become one space, as on screen."""
        if not self._silence:
            self._out.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def text(self) -> str:
        """Return what was collected, without space at line ends or more than one empty line."""
        joined = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(self._out)))
        return re.sub(r"\n{3,}", "\n\n", joined).strip()

    def _break(self, tag: str) -> None:
        last = self._out[-1] if self._out else "\n"
        if _BULLET.fullmatch(last):
            return
        if tag in self._BLOCKS:
            self._out.append("\n\n")
        elif tag == "br" or (tag in self._LINES and not last.endswith("\n")):
            self._out.append("\n")

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

"""An email's body as plain writing: paragraphs and lists of words, with the few marks they have.

What is more than that is HTML made elsewhere, and is kept as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import groupby
from typing import Final, NamedTuple

_MARKS: Final = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline"}
_LISTS: Final = ("ul", "ol")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


class Run(NamedTuple):
    """Words that look alike; a line end within them breaks the line. `link` is where they lead."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    link: str = ""


class Block(NamedTuple):
    """A paragraph (`p`), or an item of a list (`ul`, `ol`)."""

    kind: str
    runs: tuple[Run, ...] = ()


Writing = tuple[Block, ...]


def read_writing(source: str) -> Writing | None:
    """A body as plain writing; None if anything of it would be lost by that."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    found = reader.found()
    return found if found is not None and read_back(found) == found else None


def read_back(writing: Writing) -> Writing | None:
    """What is read of a writing once it is HTML."""
    reader = _Reader()
    reader.feed(to_html(writing))
    reader.close()
    return reader.found()


def to_html(writing: Writing) -> str:
    """The writing as an HTML fragment, a line for each paragraph and list."""
    parts: list[str] = []
    for kind, blocks in groupby(writing, key=lambda block: block.kind):
        if kind == "p":
            parts.extend(f"<p>{_words(block.runs) or '<br>'}</p>" for block in blocks)
        else:
            items = "".join(f"<li>{_words(block.runs)}</li>" for block in blocks)
            parts.append(f"<{kind}>{items}</{kind}>")
    return "\n".join(parts)


def whole_address(typed: str) -> str:
    """Where a link leads as somebody typed it: `example.org` is a page, `a@example.org` a mail."""
    address = typed.strip()
    if not address or address.startswith("{{") or _SCHEME.match(address):
        return address
    return f"mailto:{address}" if "@" in address else f"https://{address}"


def tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs that look alike as one, without space at the ends of lines; two spaces stay two."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if joined and joined[-1][1:] == run[1:]:
            joined[-1] = run._replace(text=joined[-1].text + run.text)
        else:
            joined.append(run)
    kept: list[Run] = []
    before = "\n"
    for place, run in enumerate(joined):
        text = run.text if place + 1 < len(joined) else run.text.rstrip(" ")
        text = re.sub(r" +\n", "\n", text)
        if before == "\n":
            text = text.lstrip(" ")
        text = re.sub(r"\n +", "\n", text).replace("  ", " \u00a0")
        if text:
            kept.append(run._replace(text=text))
            before = text[-1]
    return tuple(kept)


def _words(runs: Iterable[Run]) -> str:
    said = []
    for link, linked in groupby(runs, key=lambda run: run.link):
        words = "".join(_marked(run) for run in linked)
        said.append(f'<a href="{html.escape(link)}">{words}</a>' if link else words)
    return "".join(said)


def _marked(run: Run) -> str:
    said = html.escape(run.text, quote=False).replace("\u00a0", "&nbsp;").replace("\n", "<br>")
    for tag, on in (("u", run.underline), ("em", run.italic), ("strong", run.bold)):
        said = f"<{tag}>{said}</{tag}>" if on else said
    return said


class _Reader(HTMLParser):
    """Collects blocks; `_fits` as long as they are all there is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._fits = True
        self._open: list[str] = []
        self._link = ""
        self._blocks: list[Block] = []
        self._runs: list[Run] = []
        self._begun = False
        self._last_list = ""

    def found(self) -> Writing | None:
        """What was read; None if there was more to it."""
        if self._open:
            self._fits = False
        self._end_block("p")
        return tuple(self._blocks) if self._fits else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a paragraph, a list, an item, a link or a mark."""
        values = dict(attrs)
        if tag == "a":
            self._link = values.pop("href", None) or ""
            self._fits &= bool(self._link) and '"' not in self._link and "a" not in self._open
        self._fits &= not values
        if tag == "br":
            self._take("\n")
            return
        if tag == "p" or tag in _LISTS:
            self._fits &= not self._open
            self._end_block("p")
            self._fits &= tag != self._last_list
            self._last_list = tag if tag in _LISTS else ""
        elif tag == "li":
            self._fits &= len(self._open) == 1 and self._open[0] in _LISTS
        else:
            self._fits &= tag == "a" or tag in _MARKS
        self._begun |= tag in ("p", "li")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last, and nothing else."""
        if not self._open or self._open.pop() != tag:
            self._fits = False
        elif tag == "p":
            self._end_block("p")
        elif tag == "li":
            self._end_block(self._open[-1] if self._open else "p")
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Keep the words; runs of white space are one space, as on screen."""
        words = _SPACES.sub(" ", data)
        between = not self._open or self._open[-1] in _LISTS
        if between and words == " " and not self._runs:
            return
        self._fits &= not (self._open and self._open[-1] in _LISTS)
        self._take(words)

    def handle_comment(self, data: str) -> None:
        """A remark is more than words."""
        self._fits = False

    def handle_decl(self, decl: str) -> None:
        """So is a whole document."""
        self._fits = False

    def handle_pi(self, data: str) -> None:
        """And an instruction."""
        self._fits = False

    def unknown_decl(self, data: str) -> None:
        """And what is none of these."""
        self._fits = False

    def _take(self, text: str) -> None:
        on = {_MARKS[tag] for tag in self._open if tag in _MARKS}
        self._begun = True
        self._last_list = self._last_list if self._open and self._open[0] in _LISTS else ""
        self._runs.append(Run(text, "bold" in on, "italic" in on, "underline" in on, self._link))

    def _end_block(self, kind: str) -> None:
        if self._begun:
            runs = _collapsed(self._runs)
            # A line end alone holds an empty paragraph open.
            empty = len(runs) == 1 and runs[0].text == "\n"
            self._blocks.append(Block(kind, () if empty else runs))
        self._runs, self._begun = [], False


def _collapsed(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Tidy runs in which a space after a space is none, whatever marks stand between."""
    kept: list[Run] = []
    for run in runs:
        text = run.text
        if kept and kept[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            kept.append(run._replace(text=text))
    return tidy(kept)

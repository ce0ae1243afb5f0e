"""The template language: plain text and four tokens, each with an optional fallback.

`{{firstname}}`, `{{lastname}}`, `{{practice}}`, `{{owner}}`, `{{firstname|default("there")}}`.
Jinja2 only reads a template; its syntax tree is held against an allow-list and turned into a
tuple of parts, so nothing is evaluated when a message is filled and a template can neither
escape nor explode (quality.md, "Closed doors").
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from db.errors import KnownError
from engine.vocabulary import TOKEN_FILTERS, TOKENS

_LEXEMES = ("data", "variable_begin", "variable_end", "whitespace", "name", "string", "operator")
_EMPTY = {"firstname": "there", "practice": "the practice"}
_LONGEST_SOURCE = 2_000_000

_READER = ImmutableSandboxedEnvironment(keep_trailing_newline=True)


@dataclass(frozen=True, slots=True)
class Token:
    """A place to fill. `fallback` stands in for an empty value; None means the built-in one."""

    name: str
    fallback: str | None = None

    def resolve(self, values: Mapping[str, str]) -> str:
        """Return the value with its spaces collapsed, or the fallback when that leaves nothing.

        Built-in: firstname "there", lastname nothing, owner the practice's name, practice
        "the practice".
        """
        value = " ".join(values.get(self.name, "").split())
        if value:
            return value
        if self.fallback is not None:
            return self.fallback
        if self.name == "owner":
            return Token("practice").resolve(values)
        return _EMPTY.get(self.name, "")


@dataclass(frozen=True, slots=True)
class Filler:
    """A template ready to be filled: literals and tokens in order.

    With `escape`, values and fallbacks are escaped for HTML; literals never are.
    """

    parts: tuple[str | Token, ...]
    escape: bool
    _places: dict[Token, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[Token, list[int]] = {}
        for place, part in enumerate(self.parts):
            if isinstance(part, Token):
                places.setdefault(part, []).append(place)
        object.__setattr__(self, "_places", places)

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text for one recipient; `values` maps token names to plain text."""
        return "".join(self.pieces(values))

    def pieces(self, values: Mapping[str, str]) -> list[str]:
        """Return what `fill` joins; the literals are the same objects each time."""
        filled: list[str | Token] = list(self.parts)
        for token, places in self._places.items():
            value = token.resolve(values)
            if self.escape:
                value = html.escape(value)
            for place in places:
                filled[place] = value
        return [str(piece) for piece in filled]


def compile_text(source: str, escape: bool) -> Filler:
    """Return the filler of a template: `escape` for HTML bodies, not for subjects and texts.

    Raises KnownError, status 2, saying what is not allowed and on which line.
    """
    _check_characters(source)
    try:
        _check_lexemes(_READER.lex(source))
        tree = _READER.parse(source)
    except TemplateSyntaxError as error:
        raise _fault(error.lineno, "has braces that hold no token") from error
    except RecursionError as error:
        raise _fault(1, "is nested too deeply") from error
    parts: list[str | Token] = []
    for node in tree.body:
        if not isinstance(node, nodes.Output):
            raise _fault(node.lineno, "holds a statement; only tokens are allowed")
        parts.extend(_part(child) for child in node.nodes)
    return Filler(tuple(parts), escape)


def _fault(line: int, what: str) -> KnownError:
    known = ", ".join("{{" + name + "}}" for name in TOKENS)
    return KnownError(f"The template {what}, on line {line}: use plain text and {known}.", 2)


def _check_characters(source: str) -> None:
    if len(source) > _LONGEST_SOURCE:
        raise _fault(1, f"is longer than {_LONGEST_SOURCE:,} characters")
    if "\0" in source:
        line = source.count("\n", 0, source.index("\0")) + 1
        raise _fault(line, "holds a NUL character")


def _check_lexemes(lexemes: Iterable[tuple[int, str, str]]) -> None:
    """Refuse statements, comments, raw blocks and numbers before Jinja2 converts anything."""
    for line, kind, text in lexemes:
        if kind not in _LEXEMES:
            raise _fault(line, f"holds “{text.strip()[:20]}”; only tokens are allowed")


def _part(node: nodes.Node) -> str | Token:
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Filter):
        return Token(_name(node.node), _fallback(node))
    return Token(_name(node))


def _name(node: nodes.Node | None) -> str:
    if not isinstance(node, nodes.Name):
        raise _fault(node.lineno if node else 1, "holds an expression; only tokens are allowed")
    if node.name not in TOKENS:
        raise _fault(node.lineno, f"has an unknown token {{{{{node.name[:40]}}}}}")
    return node.name


def _fallback(node: nodes.Filter) -> str:
    if node.name not in TOKEN_FILTERS:
        raise _fault(node.lineno, f"has an unknown filter “{node.name[:40]}”")
    values = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
    plain = len(values) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    if not plain or len(values) != 1 or not isinstance(values[0], str):
        raise _fault(node.lineno, f"needs one quoted text in “{node.name}(…)”")
    if not values[0].isprintable():
        raise _fault(node.lineno, "has a fallback with a line break or control character")
    return values[0]

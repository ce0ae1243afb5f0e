"""An email as it goes over the wire: built once per template, filled per recipient.

Bodies are base64, so a message is plain ASCII with short lines whatever a name holds. Every
header value is refused when it could end its line (quality.md, "Closed doors").
"""

from __future__ import annotations

import binascii
import hashlib
import re
import textwrap
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache, partial

from db.errors import KnownError
from engine.calendar import to_datetime
from engine.channels.port import Email
from engine.compose.body import Bodies
from engine.compose.tokens import Filler

_BOUNDARY = b"=_practice_alternative_"
_WIDTH = 76
_ENCODED_OCTETS = 36
_LINE_OCTETS = 57
_LONG_LITERAL = 500
_LONGEST_LINK = 900
_SENDERS = 64

_UNSAFE = re.compile("[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile("[!-~]{1,56}(?: [!-~]{1,56})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ADDRESS = re.compile(r"""[^\s<>@"(),:;\\[\]]+@[^\s<>@"(),:;\\[\]]+""")
_LINK = re.compile(r"(?:mailto|https):[!#-;=?-~]+")

_STATIC_HEADERS = (
    "Precedence: bulk\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "MIME-Version: 1.0\r\n"
    f'Content-Type: multipart/alternative; boundary="{_BOUNDARY.decode()}"\r\n'
    "\r\n"
)
_TEXT_PART = (
    b"--" + _BOUNDARY + b"\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
_HTML_PART = (
    b"--" + _BOUNDARY + b"\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
_CLOSING = b"--" + _BOUNDARY + b"--\r\n"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who an email is from: a display name, which may be empty, and an address.

    A name with tokens is a filler: another for each recipient.
    """

    name: str | Filler
    address: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a template.

    `values` fill the tokens; `links` are the ways to unsubscribe, `mailto:` or `https:`, best
    first: the first is the one in the body. `name` may be empty.
    """

    key: str
    name: str
    address: str
    values: Mapping[str, str]
    links: tuple[str, ...]


class EmailTemplate:
    """A template ready to be sent: `build` fills it for one recipient.

    Raises KnownError, status 2, for a sender that no header can carry.
    """

    def __init__(self, sender: Sender, subject: Filler, bodies: Bodies) -> None:
        self._address = sender.address
        self._domain = _domain(_checked("sender's address", sender.address))
        self._name = Filler((sender.name,), False) if isinstance(sender.name, str) else sender.name
        self._from = lru_cache(_SENDERS)(partial(address_header, "From", address=sender.address))
        self._from(self._name.fill({}))
        self._subject = subject
        self._text = _canonical(bodies.text)
        self._html = _canonical(bodies.html)

    def build(self, recipient: Recipient, now: int) -> Email:
        """Return the email to one recipient, dated `now` (an instant, UTC).

        Raises KnownError, naming the header and never its value, for a value that would end a
        header's line, and for a recipient without a usable address or unsubscribe link.
        """
        values = {**recipient.values, "unsubscribe": _link(recipient.links)}
        subject = self._subject.fill(values)
        head = "".join(
            (
                self._from(self._name.fill(values)),
                address_header("To", recipient.name, recipient.address),
                text_header("Subject", subject),
                f"Date: {format_datetime(to_datetime(now).replace(microsecond=0))}\r\n",
                f"Message-ID: {message_id(recipient.key, self._domain)}\r\n",
                _unsubscribe_headers(recipient.links),
                _STATIC_HEADERS,
            )
        )
        wire = b"".join(
            (
                head.encode(),
                _TEXT_PART,
                _base64(self._text.pieces(values)),
                _HTML_PART,
                _base64(self._html.pieces(values)),
                _CLOSING,
            )
        )
        return Email(recipient.key, self._address, recipient.address, wire)


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a message key: the same on every attempt, telling nothing."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{_domain('@' + domain)}>"


def text_header(name: str, value: str) -> str:
    """Return a header of free text, folded, with its line end.

    Only the words that need it are encoded, unless one encoded word does not hold them.
    Raises KnownError for a value with line ends.
    """
    return _folded(name, _encoded_words(_checked(name, value)))


def address_header(name: str, display: str, address: str) -> str:
    """Return a header of one mailbox, folded, with its line end; a name's spaces collapse.

    Raises KnownError for a display name or address that would end the line or the address.
    """
    display = " ".join(_checked(name, display).split())
    local, _, _ = _checked(name, address).rpartition("@")
    if not _ADDRESS.fullmatch(address) or len(address) > 320:
        raise KnownError(f"The {name} address is not one that mail can carry; correct it.", 2)
    mailbox = f"{local}@{_domain(address)}"
    if not display:
        return f"{name}: {mailbox}\r\n"
    return _folded(name, f"{_phrase(display)} <{mailbox}>")


def _checked(name: str, value: str) -> str:
    if _UNSAFE.search(value):
        raise KnownError(f"The email's {name} has a line break or control character; remove it.", 2)
    return value


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2]
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise KnownError("An email address has a domain that does not exist.", 2) from error


def _folded(name: str, value: str) -> str:
    """Return the header, folded at spaces where it is too wide; encoded text already is."""
    line = f"{name}: {value}\r\n"
    if len(line) <= _WIDTH + 2 or "\r\n" in value:
        return line
    lines = textwrap.wrap(
        line, _WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\r\n ".join(lines) + "\r\n"


def _encoded_words(value: str) -> str:
    """Return free text as RFC 2047 has it, encoding from the first word that needs it to the last.

    What one encoded word does not hold is encoded as a whole, so that no space is lost between
    two of them.
    """
    if not value or _is_plain(value):
        return value
    words = value.split(" ")
    odd = [place for place, word in enumerate(words) if not _is_plain(word)]
    first, last = odd[0], odd[-1] + 1
    encoded = _encoded(" ".join(words[first:last]))
    if "\r\n" in encoded or "" in words:
        return _encoded(value)
    return " ".join((*words[:first], encoded, *words[last:]))


def _phrase(display: str) -> str:
    """Return a display name: bare, quoted, or encoded where it needs to be."""
    if not _is_plain(display):
        return _encoded(display)
    if _ATOMS.fullmatch(display):
        return display
    return '"' + re.sub(r'(["\\])', r"\\\1", display) + '"'


def _is_plain(value: str) -> bool:
    """Say whether a header can carry the value as it is, and be folded at its spaces."""
    return bool(_PLAIN.fullmatch(value)) and "=?" not in value


def _encoded(value: str) -> str:
    """Return the value as encoded words on a line each, no character split between two."""
    chunks, chunk = [], b""
    for char in value:
        octets = char.encode()
        if len(chunk) + len(octets) > _ENCODED_OCTETS:
            chunks.append(chunk)
            chunk = b""
        chunk += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in (*chunks, chunk))


def _link(links: tuple[str, ...]) -> str:
    if not links:
        raise KnownError("An email needs a way to unsubscribe; set one up in the settings.", 2)
    for link in links:
        if not _LINK.fullmatch(link) or len(link) > _LONGEST_LINK:
            raise KnownError("An unsubscribe link must be a mailto: or https: address.", 2)
    return links[0]


def _unsubscribe_headers(links: tuple[str, ...]) -> str:
    """Return List-Unsubscribe, with one-click (RFC 8058) only where a link can take a POST."""
    header = "List-Unsubscribe: " + ",\r\n ".join(f"<{link}>" for link in links) + "\r\n"
    if any(link.startswith("https:") for link in links):
        header += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return header


def _canonical(filler: Filler) -> Filler:
    """Return the filler with CRLF line ends in its literals, as MIME has text."""
    parts = tuple(
        re.sub("\r\n|\r|\n", "\r\n", part) if isinstance(part, str) else part
        for part in filler.parts
    )
    return Filler(parts, filler.escape)


def _base64(pieces: list[str]) -> bytes:
    """Return the pieces as one base64 body; long literals come out of a cache, line by line."""
    lines, carry = [], b""
    for piece in pieces:
        if len(piece) < _LONG_LITERAL:
            carry += piece.encode()
            continue
        missing = -len(carry) % _LINE_OCTETS
        start, middle, rest = _aligned(piece, missing)
        lines.append(_base64_lines(carry + start))
        lines.append(middle)
        carry = rest
    lines.append(_base64_lines(carry))
    return b"".join(lines)


@lru_cache(maxsize=512)
def _aligned(literal: str, missing: int) -> tuple[bytes, bytes, bytes]:
    """Return the octets that complete a line, the whole lines after them encoded, the rest."""
    octets = literal.encode()
    end = missing + (len(octets) - missing) // _LINE_OCTETS * _LINE_OCTETS
    return octets[:missing], _base64_lines(octets[missing:end]), octets[end:]


def _base64_lines(content: bytes) -> bytes:
    encoded = binascii.b2a_base64(content, newline=False)
    return b"".join([encoded[start : start + 76] + b"\r\n" for start in range(0, len(encoded), 76)])

"""Email over SMTP on kept connections (engine.md section 9).

Where the server offers PIPELINING the end of one body and the next envelope go out in one
write, and the next message is composed while the server works. What a lost connection means
depends on one byte: before the final dot left, nothing was handed over (`retry`); after it,
without an answer, nobody knows (`uncertain`).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from db.errors import KnownError
from engine.channels.port import Email, Outcome
from engine.channels.smtp_answers import (
    DROPPED,
    NEEDS_SMTPUTF8,
    NOT_AN_ADDRESS,
    SENT,
    TOO_LARGE,
    UNANSWERED,
    Ended,
    Verb,
    accepted,
    judge,
    label,
    unreachable,
)

Security = Literal["none", "starttls", "tls"]
_Pair = tuple[str, Outcome]
_Turns = Generator[_Pair | None, None, None]

_LOCAL_PART = re.compile(r'[^\s<>@",;:\\()\[\]\x00-\x20\x7f]+|"[^"\\\x00-\x1f\x7f]*"')
_DOMAIN = re.compile(r"[A-Za-z0-9_.-]+|\[[A-Za-z0-9:.]+\]")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where mail goes out. Timeouts are in seconds; `connections` is 1 or 2.

    `starttls` and `tls` never fall back to an open connection; `tls_context` None means the
    system's certificates.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ehlo_name: str = "localhost"
    connections: int = 1
    connect_timeout: float = 15.0
    reply_timeout: float = 120.0
    tls_context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if self.connections not in (1, 2):
            raise KnownError("The number of mail connections must be 1 or 2.", 2)


class SmtpChannel:
    """Sends email over one or two kept connections; see `EmailChannel` for the promises.

    A server that cannot be reached, cannot be trusted or refuses the sign-in makes every
    message of the batch `retry` with one diagnostic.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._lanes = [_Lane(settings) for _ in range(settings.connections)]

    def send(self, batch: Iterable[Email]) -> Iterator[_Pair]:
        """Yield every key with its outcome; two connections take turns, message by message."""
        queue = iter(batch)
        turns = deque(lane.run(queue) for lane in self._lanes)
        try:
            while turns:
                turn = turns.popleft()
                for pair in turn:
                    if pair is None:
                        turns.append(turn)
                        break
                    yield pair
        finally:
            for turn in turns:
                turn.close()
        for email in queue:
            yield email.key, self._lanes[0].trouble

    def lookup(self, key: str) -> Outcome | None:
        """Return None: an SMTP server cannot be asked (engine.md section 9)."""
        return None

    def close(self) -> None:
        """Say goodbye and close the connections."""
        for lane in self._lanes:
            lane.close()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A message as this server takes it: its envelope's commands and its body with the dot."""

    key: str
    commands: tuple[tuple[Verb, bytes], ...]
    body: bytes


class _Line:
    """One connection, greeted and signed in. Faults raise `Ended`."""

    def __init__(self, client: smtplib.SMTP, sock: socket.socket) -> None:
        self._client = client
        self._sock = sock
        limit = client.esmtp_features.get("size", "")
        self.offers_size = "size" in client.esmtp_features
        self.size_limit = int(limit) if limit.isdecimal() else 0
        self.offers_utf8 = client.has_extn("smtputf8")
        self.pipelining = client.has_extn("pipelining")

    def write(self, data: bytes, point_of_no_return: int = 0) -> None:
        """Write all of `data`; a fault at or past the point makes the front message uncertain."""
        view, written = memoryview(data), 0
        try:
            while written < len(data):
                written += self._sock.send(view[written:])
        except OSError as error:
            lost = point_of_no_return and written >= point_of_no_return
            raise Ended(UNANSWERED if lost else DROPPED) from error

    def reply(self, unanswered: Outcome = DROPPED) -> tuple[int, bytes]:
        """Return the next reply; none, a farewell (421) or nonsense ends the connection."""
        try:
            code, text = self._client.getreply()
        except OSError as error:
            raise Ended(unanswered) from error
        if code == 421:
            raise Ended(Outcome("retry", label(code, text), DROPPED.diagnostic))
        if not 200 <= code <= 599:
            raise Ended(unanswered)
        return code, text

    def is_alive(self, timeout: float) -> bool:
        """Say whether the server still answers on a connection that was kept."""
        patience = self._sock.gettimeout()
        self._sock.settimeout(timeout)
        try:
            self.write(b"RSET\r\n")
            code, _ = self.reply()
        except Ended:
            return False
        self._sock.settimeout(patience)
        return code < 300

    def hang_up(self) -> None:
        self._client.close()

    def say_goodbye(self) -> None:
        try:
            self._client.quit()
        except OSError:
            self._client.close()


class _Lane:
    """One kept connection and the messages in flight on it."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.trouble = DROPPED
        self._settings = settings
        self._line: _Line | None = None
        self._flight: deque[_Prepared] = deque()
        self._refused: list[_Pair] = []
        self._answered = 0

    def run(self, queue: Iterator[Email]) -> _Turns:
        """Yield outcomes, and None where another lane may work while the server does.

        Ends when the queue is empty, the server can't be had, or a connection ended before it
        answered for a single message: what is left is `trouble`.
        """
        for first in queue:
            line = self._open()
            if line is None:
                yield first.key, self.trouble
                return
            answered = self._answered
            yield from self._converse(line, chain((first,), queue))
            if self._line is None and self._answered == answered:
                return

    def close(self) -> None:
        if self._line is not None:
            self._line.say_goodbye()
            self._line = None

    def _open(self) -> _Line | None:
        kept, self._line = self._line, None
        if kept is not None:
            if kept.is_alive(self._settings.connect_timeout):
                self._line = kept
                return kept
            kept.hang_up()
        connected = _connect(self._settings)
        if isinstance(connected, Outcome):
            self.trouble = connected
            return None
        self._line = connected
        return connected

    def _converse(self, line: _Line, queue: Iterator[Email]) -> Iterator[_Pair | None]:
        try:
            yield from self._transactions(line, queue)
        except Ended as end:
            line.hang_up()
            self._line = None
            self.trouble = Outcome("retry", end.outcome.code, DROPPED.diagnostic)
            outcome = end.outcome
            while self._flight:
                yield self._flight.popleft().key, outcome
                outcome = self.trouble
        except BaseException:
            # Left in mid-conversation: whatever is said next would be taken for a message.
            line.hang_up()
            self._line = None
            self._flight.clear()
            raise
        yield from self._drain_refused()

    def _transactions(self, line: _Line, queue: Iterator[Email]) -> Iterator[_Pair | None]:
        self._draw(line, queue)
        line.write(self._envelope_ahead(line, 0))
        self._draw(line, queue)
        while self._flight:
            yield None
            yield from self._drain_refused()
            refusal = self._negotiate(line, self._flight[0])
            if refusal is None:
                body = self._flight[0].body
                line.write(body + self._envelope_ahead(line, 1), point_of_no_return=len(body))
                self._draw(line, queue)
                code, text = line.reply(UNANSWERED)
                yield self._answer(SENT if code < 300 else judge("message", code, text))
            else:
                yield self._answer(refusal)
                line.write(b"RSET\r\n" + self._envelope_ahead(line, 0))
                self._draw(line, queue)
                if line.reply()[0] >= 300:
                    raise Ended(DROPPED)

    def _negotiate(self, line: _Line, message: _Prepared) -> Outcome | None:
        """Get the envelope accepted; the refusal if it is not."""
        refusal, code = None, 0
        for verb, command in message.commands:
            if not line.pipelining:
                line.write(command)
            code, text = line.reply()
            if refusal is None and not accepted(verb, code):
                refusal = judge(verb, code, text)
                if not line.pipelining:
                    return refusal
        if refusal is not None and code == 354:
            # RFC 2920: a server may accept DATA for nobody; an empty message ends it.
            line.write(b".\r\n")
            line.reply()
        return refusal

    def _draw(self, line: _Line, queue: Iterator[Email]) -> None:
        """Take the next message that can be sent into the flight; the others are refused."""
        for email in queue:
            prepared = _prepare(email, line)
            if isinstance(prepared, _Prepared):
                self._flight.append(prepared)
                return
            self._refused.append((email.key, prepared))

    def _envelope_ahead(self, line: _Line, place: int) -> bytes:
        if not line.pipelining or len(self._flight) <= place:
            return b""
        return b"".join([command for _, command in self._flight[place].commands])

    def _answer(self, outcome: Outcome) -> _Pair:
        self._answered += 1
        return self._flight.popleft().key, outcome

    def _drain_refused(self) -> Iterator[_Pair]:
        while self._refused:
            yield self._refused.pop(0)


def _connect(settings: SmtpSettings) -> _Line | Outcome:
    """Connect, greet, encrypt and sign in; the one outcome of every message if that fails."""
    stage, client = "connect", None
    try:
        context = settings.tls_context or ssl.create_default_context()
        client = _dial(settings, context)
        stage = "EHLO"
        client.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            stage = "STARTTLS"
            client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
        if settings.user:
            stage = "AUTH"
            client.login(settings.user, settings.password)
        if client.sock is None:
            return DROPPED
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sock.settimeout(settings.reply_timeout)
    except (OSError, ValueError) as error:
        if client is not None:
            client.close()
        return unreachable(stage, error)
    return _Line(client, client.sock)


def _dial(settings: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    place = (settings.host, settings.port, settings.ehlo_name)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=settings.connect_timeout, context=context)
    return smtplib.SMTP(*place, timeout=settings.connect_timeout)


def _prepare(email: Email, line: _Line) -> _Prepared | Outcome:
    sender, recipient = _path(email.sender), _path(email.recipient)
    if sender is None or recipient is None:
        return NOT_AN_ADDRESS
    options = ""
    if not (sender + recipient).isascii():
        if not line.offers_utf8:
            return NEEDS_SMTPUTF8
        options = " BODY=8BITMIME SMTPUTF8"
    if line.offers_size:
        if 0 < line.size_limit < len(email.wire):
            return TOO_LARGE
        options += f" SIZE={len(email.wire)}"
    commands: tuple[tuple[Verb, bytes], ...] = (
        ("MAIL", f"MAIL FROM:<{sender}>{options}\r\n".encode()),
        ("RCPT", f"RCPT TO:<{recipient}>\r\n".encode()),
        ("DATA", b"DATA\r\n"),
    )
    return _Prepared(email.key, commands, _body(email.wire))


def _path(address: str) -> str | None:
    """Return the address with its domain in ASCII, or None if no mail can be sent to it."""
    local, at, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return None
    fits = _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain)
    return f"{local}@{ascii_domain}" if at and fits and len(address) <= 320 else None


def _body(wire: bytes) -> bytes:
    """Return the message with CRLF line ends, leading dots doubled, and the final dot."""
    endings = wire.count(b"\r\n")
    if not wire.count(b"\n") == endings == wire.count(b"\r"):
        wire = re.sub(rb"\r\n|\r|\n", b"\r\n", wire)
    if b"\n." in wire or wire.startswith(b"."):
        wire = re.sub(rb"(?m)^\.", b"..", wire)
    return wire + (b".\r\n" if wire.endswith(b"\r\n") else b"\r\n.\r\n")

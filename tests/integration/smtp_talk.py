"""What the tests of the mail channel share: messages, outcomes, a server that reads its lines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.channels.port import Email, Outcome
from engine.channels.smtp import SmtpChannel, SmtpSettings
from tests.servers import LOOPBACK, MailPeer


def mail(key: str, body: bytes = b"hello\r\n", to: str = "ann@example.org") -> Email:
    wire = b"Subject: " + key.encode() + b"\r\n\r\n" + body
    return Email(key, "oak@example.org", to, wire)


def batch(count: int) -> list[Email]:
    return [mail(str(number)) for number in range(count)]


def channel_to(port: int, connections: int = 1, timeout: float = 5.0) -> SmtpChannel:
    return SmtpChannel(
        SmtpSettings(
            LOOPBACK,
            port,
            "none",
            connections=connections,
            connect_timeout=timeout,
            reply_timeout=timeout,
        )
    )


def outcomes(channel: SmtpChannel, emails: list[Email]) -> dict[str, Outcome]:
    """The outcome of each key, each said exactly once."""
    pairs = list(channel.send(emails))
    found = dict(pairs)
    assert len(pairs) == len(found) and set(found) == {email.key for email in emails}
    return found


def states(found: dict[str, Outcome]) -> list[str]:
    return [found[key].state for key in sorted(found)]


def keys_of(peer: MailPeer) -> list[str]:
    return [str(received.message["Subject"]) for received in peer.received]


# A server that says exactly what a test tells it, one conversation a connection.


class Wire:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file = sock.makefile("rb")

    def say(self, *lines: bytes) -> None:
        self.sock.sendall(b"".join(line + b"\r\n" for line in lines))

    def hear(self, count: int = 1) -> list[bytes]:
        return [self._file.readline().rstrip(b"\r\n") for _ in range(count)]

    def greet(self, *offers: bytes) -> None:
        self.say(b"220 mail.test")
        self.hear()
        self.say(b"250-mail.test", *(b"250-" + offer for offer in offers), b"250 HELP")

    def take_envelope(self) -> None:
        self.hear(3)
        self.say(b"250 ok", b"250 ok", b"354 go on")

    def take_body(self) -> list[bytes]:
        lines = []
        while (line := self._file.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return lines

    def close(self) -> None:
        self._file.close()
        self.sock.close()


@contextmanager
def scripted(*conversations: Callable[[Wire], None]) -> Iterator[int]:
    """The port of a server that holds these conversations, one after the other."""
    listener = socket.create_server((LOOPBACK, 0))
    faults: list[Exception] = []

    def serve() -> None:
        for conversation in conversations:
            wire = Wire(listener.accept()[0])
            try:
                conversation(wire)
            except Exception as error:
                faults.append(error)
            finally:
                wire.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(10)
        listener.close()
    assert not thread.is_alive() and not faults, faults

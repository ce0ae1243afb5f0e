"""What a channel promises the dispatcher (engine.md section 9).

A channel takes messages and says of each, once, what became of it. It knows no database and
no clock: retries, waits and records are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

State = Literal["sent", "retry", "bounced", "failed", "uncertain"]


@dataclass(frozen=True, slots=True)
class Email:
    """One email, composed. `wire` is the finished MIME message as it goes out."""

    key: str
    sender: str
    recipient: str
    wire: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. `to` is an E.164 number."""

    key: str
    to: str
    body: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    - `sent`: the channel has taken it; it must never be handed over again.
    - `retry`: certainly not taken; handing it over again is safe. `retry_after` is the wait
      in seconds the other side asked for, if it did.
    - `bounced`: the recipient's address is no good, for good.
    - `failed`: refused for good for another reason.
    - `uncertain`: handed over, and the answer never came.

    `code` is the channel's own (`550 5.1.1`, a provider's id or error number); `diagnostic` is
    a sentence for the operator. Neither ever holds patient data.
    """

    state: State
    code: str = ""
    diagnostic: str = ""
    retry_after: int | None = None

    @property
    def unanswered(self) -> bool:
        """Whether nobody was there to take or refuse the message: a refusal has a code."""
        return self.state == "retry" and not self.code


Message = TypeVar("Message", Email, Text, contravariant=True)


class Channel(Protocol[Message]):
    """A way out for one kind of message."""

    def send(self, batch: Iterable[Message]) -> Iterator[tuple[str, Outcome]]:
        """Yield the key and outcome of every message drawn, each as soon as it is known.

        The batch is drawn from lazily, so it may be a generator that composes: a message that
        was not drawn was not handed over. The world's faults are outcomes, never exceptions.
        Where nobody answers, what is left is not tried but has the same outcome.
        """

    def lookup(self, key: str) -> Outcome | None:
        """Say what became of a message that a crash left open; None when it cannot be asked.

        `retry` says that it was certainly not taken.
        """

    def close(self) -> None:
        """Let go of connections. The channel may be used again afterwards."""


EmailChannel = Channel[Email]
TextChannel = Channel[Text]

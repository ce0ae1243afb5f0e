"""A channel that keeps what it is given: scenarios, rehearsals, demos and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from engine.channels.port import Email, Outcome, Text

Message = TypeVar("Message", Email, Text)

_SENT = Outcome("sent")
_NOT_THERE = Outcome("retry", "", "It was never handed over.")


def _always_sent(key: str) -> Outcome:
    return _SENT


class RecordingChannel(Generic[Message]):
    """Delivers every message at once and remembers it (formats.md, "Scenario document").

    `delivered` holds each message taken, in order, a second hand-over of a key included: that
    is what a test of "never twice" looks at. `answer` decides the outcome of a key; a message
    whose outcome is not `sent` or `uncertain` was not delivered.
    """

    def __init__(self, answer: Callable[[str], Outcome] = _always_sent) -> None:
        self.delivered: list[Message] = []
        self._answer = answer
        self._outcomes: dict[str, Outcome] = {}

    def send(self, batch: Iterable[Message]) -> Iterator[tuple[str, Outcome]]:
        """Yield each key with its outcome."""
        for message in batch:
            outcome = self._answer(message.key)
            if outcome.state in ("sent", "uncertain"):
                self.delivered.append(message)
                self._outcomes[message.key] = _SENT
            yield message.key, outcome

    def lookup(self, key: str) -> Outcome | None:
        """Say `sent` of a key that was delivered, `retry` of any other."""
        return self._outcomes.get(key, _NOT_THERE)

    def close(self) -> None:
        """Nothing to let go of."""

"""The other side of the channels: an independent witness of what was delivered.

Each hand-over is one line of a file, on the disk before the channel says yes.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from engine.channels.port import Email, Outcome, Text

Message = TypeVar("Message", Email, Text)


class Delivery(NamedTuple):
    """A message taken: its key, and the instant it was handed over at."""

    key: str
    at: int


class Mailbox:
    """Everything delivered and everything put off, in two files that only grow."""

    def __init__(self, home: Path) -> None:
        self._taken = home / "mailbox"
        self._put_off = home / "put-off"

    def deliveries(self) -> list[Delivery]:
        """What was delivered, in order."""
        lines = (line.split() for line in self._lines(self._taken))
        return [Delivery(key, int(at)) for key, at in lines]

    def take(self, key: str, at: int) -> None:
        """Deliver."""
        self._append(self._taken, f"{key} {at}")

    def busy(self, key: str) -> bool:
        """Whether this message is put off once more: some are, up to twice.

        Which are is not up to the store, whose id is new every time.
        """
        message = key.rpartition("-e")[2]
        wanted = max(0, zlib.crc32(message.encode()) % 8 - 5)
        if self._lines(self._put_off).count(key) >= wanted:
            return False
        self._append(self._put_off, key)
        return True

    def _lines(self, file: Path) -> list[str]:
        return file.read_text().splitlines() if file.exists() else []

    def _append(self, file: Path, line: str) -> None:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)


class Postman(Generic[Message]):
    """A channel into a mailbox at one instant; one that `answers` can be asked afterwards."""

    def __init__(self, mailbox: Mailbox, at: int, *, answers: bool) -> None:
        self._mailbox = mailbox
        self._at = at
        self._answers = answers

    def send(self, batch: Iterable[Message]) -> Iterator[tuple[str, Outcome]]:
        for message in batch:
            if self._mailbox.busy(message.key):
                yield message.key, Outcome("retry", "451", "Busy.")
            else:
                self._mailbox.take(message.key, self._at)
                yield message.key, Outcome("sent")

    def lookup(self, key: str) -> Outcome | None:
        if not self._answers:
            return None
        there = any(delivery.key == key for delivery in self._mailbox.deliveries())
        return Outcome("sent" if there else "retry")

    def close(self) -> None:
        pass

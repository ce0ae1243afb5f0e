"""The one exception a person is meant to read."""

from __future__ import annotations


class KnownError(Exception):
    """A user's or the world's fault, said in one plain sentence.

    `status` is the exit status a command ends with: 1 failed, 2 bad input (formats.md,
    "Command line"). The sentence names the place and the way out and holds no patient data.
    """

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class DocumentError(KnownError):
    """A document with faults: every fault with its path, all of them at once."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults), status=2)
        self.faults = faults

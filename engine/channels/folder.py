"""A channel that writes each message to a file: the default until a provider is set up.

Emails become `<key>.eml`, texts `<key>.sms.json` (formats.md, "Settings"). The file is the
delivery: a key whose file exists was sent, and is never written twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from engine.channels.port import Email, Outcome, Text

Message = TypeVar("Message", Email, Text)

_LONGEST_NAME = 120


def file_name(key: str, suffix: str) -> str:
    """Return the file name of a message key: one name a key, whatever the file system.

    Anything but small letters, digits, `-`, `_` and inner dots is written as `%` and hex, so
    no key leaves the folder and keys that differ by case only stay apart.
    """
    safe = re.sub(rb"[^a-z0-9_.-]|^\.", lambda hit: b"%%%02X" % hit[0][0], key.encode())
    if len(safe) > _LONGEST_NAME:
        safe = safe[:50] + b"~" + hashlib.sha256(key.encode()).hexdigest().encode()
    return safe.decode() + suffix


class FolderChannel(Generic[Message]):
    """Writes messages into `folder`, whole or not at all; build one with the functions below.

    `shared`: others hand messages of the same store to folders of their own, so one that is not
    here may be there.
    """

    def __init__(
        self, folder: Path, suffix: str, render: Callable[[Message], bytes], *, shared: bool
    ) -> None:
        self._folder = folder
        self._suffix = suffix
        self._shared = shared
        self._render: Callable[[Message], bytes] = render

    def send(self, batch: Iterable[Message]) -> Iterator[tuple[str, Outcome]]:
        """Yield each key with `sent`, or with `retry` when the folder cannot take the file."""
        for message in batch:
            try:
                self._write(message)
            except OSError as error:
                reason = os.strerror(error.errno) if error.errno else type(error).__name__
                yield message.key, Outcome("retry", "", f"The message folder: {reason}.")
            else:
                yield message.key, Outcome("sent")

    def lookup(self, key: str) -> Outcome | None:
        """Say `sent` of a key whose file is there.

        Of any other `retry`, None without a folder or where it may be in somebody else's.
        """
        try:
            if self._path(key).exists():
                return Outcome("sent")
            there = self._folder.is_dir() and not self._shared
        except OSError:
            return None
        return Outcome("retry", "", "The message folder does not have it.") if there else None

    def close(self) -> None:
        """Nothing to let go of."""

    def _path(self, key: str) -> Path:
        return self._folder / file_name(key, self._suffix)

    def _write(self, message: Message) -> None:
        path = self._path(message.key)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        # A name of its own: a hand-over that outlived its lease must not truncate this one's file.
        handle, draft = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self._folder)
        try:
            with open(handle, "wb") as file:
                file.write(self._render(message))
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise
        _sync_folder(self._folder)


def email_folder(folder: Path, *, shared: bool = False) -> FolderChannel[Email]:
    """Return the email channel that writes `.eml` files into `folder`."""
    return FolderChannel(folder, ".eml", lambda email: email.wire, shared=shared)


def text_folder(folder: Path, *, shared: bool = False) -> FolderChannel[Text]:
    """Return the text channel that writes `.sms.json` files into `folder`."""
    return FolderChannel(folder, ".sms.json", _text_document, shared=shared)


def _text_document(text: Text) -> bytes:
    document = {"key": text.key, "to": text.to, "body": text.body}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where folders can be opened (not Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The folder channel on a real file system, also one that is full or closed."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.channels.folder import email_folder, file_name, text_folder
from engine.channels.port import Email, EmailChannel, Text, TextChannel
from engine.channels.recording import RecordingChannel


def email(key: str, wire: bytes = b"Subject: hi\r\n\r\nhello\r\n") -> Email:
    return Email(key, "oak@example.org", "ann@example.org", wire)


def test_an_email_becomes_a_file_and_is_never_written_twice(tmp_path: Path) -> None:
    channel = email_folder(tmp_path / "out")
    assert [(key, outcome.state) for key, outcome in channel.send([email("1-2-3")])] == [
        ("1-2-3", "sent")
    ]
    path = tmp_path / "out" / "1-2-3.eml"
    assert path.read_bytes() == email("1-2-3").wire
    assert [outcome.state for _, outcome in channel.send([email("1-2-3", b"other")])] == ["sent"]
    assert path.read_bytes() == email("1-2-3").wire
    assert sorted(os.listdir(path.parent)) == ["1-2-3.eml"]


def test_a_text_becomes_a_document(tmp_path: Path) -> None:
    channel = text_folder(tmp_path)
    assert [o.state for _, o in channel.send([Text("k", "+12025550123", "Añn")])] == ["sent"]
    assert json.loads((tmp_path / "k.sms.json").read_text("utf-8")) == {
        "key": "k",
        "to": "+12025550123",
        "body": "Añn",
    }


def test_lookup_tells_what_is_there(tmp_path: Path) -> None:
    channel = email_folder(tmp_path / "out")
    assert channel.lookup("a") is None
    list(channel.send([email("a")]))
    found, missing = channel.lookup("a"), channel.lookup("b")
    assert found is not None and found.state == "sent"
    assert missing is not None and missing.state == "retry"
    channel.close()


def test_keys_cannot_leave_the_folder_or_meet() -> None:
    keys = ["../../x", "/x", "a/b", "a%2Fb", "A", "a", ".", "..", "é", "x" * 300, "x" * 301, "a b"]
    names = [file_name(key, ".eml") for key in keys]
    assert len({name.casefold() for name in names}) == len(keys)
    assert all("/" not in name and not name.startswith(".") for name in names)
    assert all(len(name) <= 125 for name in names)


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let no file of this process grow past `limit` bytes, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_file_and_is_retried(tmp_path: Path) -> None:
    channel = email_folder(tmp_path)
    with full_disk(4096):
        ((_, outcome), (_, small)) = channel.send([email("big", b"x" * 10_000), email("small")])
    assert outcome.state == "retry" and "message folder" in outcome.diagnostic
    assert small.state == "sent"
    assert os.listdir(tmp_path) == ["small.eml"]
    assert [o.state for _, o in channel.send([email("big", b"x" * 10_000)])] == ["sent"]


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder this process may not write into, also when the tests run as root."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    folder.chmod(0o700)


def test_a_closed_folder_is_retried(closed_folder: Path) -> None:
    channel = email_folder(closed_folder)
    ((_, outcome),) = channel.send([email("a")])
    assert (outcome.state, outcome.code) == ("retry", "")
    assert channel.lookup("a") is None


def test_a_file_in_the_folders_place_is_retried(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ((_, outcome),) = email_folder(tmp_path / "file").send([email("a")])
    assert outcome.state == "retry"


def test_the_channels_fit_the_port(tmp_path: Path) -> None:
    emails: list[EmailChannel] = [email_folder(tmp_path), RecordingChannel[Email]()]
    texts: list[TextChannel] = [text_folder(tmp_path), RecordingChannel[Text]()]
    for channel in emails:
        assert [key for key, _ in channel.send([email("p")])] == ["p"]
        known = [channel.lookup("p"), channel.lookup("q")]
        assert [outcome and outcome.state for outcome in known] == ["sent", "retry"]
    for text_channel in texts:
        assert [key for key, _ in text_channel.send([Text("p", "+1", "b")])] == ["p"]

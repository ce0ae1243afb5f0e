"""Keys: kept before the store is made, never replaced, and printed for the safe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import KeyringLocked

from db import keys
from db.errors import KnownError
from db.session import open_store


def sentence(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.sentence


def test_keys(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(str(path)).close()
    file = keys.key_file(path)
    assert file.stat().st_mode & 0o777 == 0o600
    key = keys.load_key(path) or ""
    wrong = sentence(lambda: open_store(str(path), key=keys.new_key()))
    assert wrong.startswith("The key does not open this store")
    file.chmod(0o644)
    assert "Others can read the key file" in sentence(lambda: open_store(str(path)))
    file.unlink()
    assert "key of the store" in sentence(lambda: open_store(str(path)))
    assert not file.exists()
    open_store(str(path), key=keys.recovery_key(key)).close()
    assert keys.keep_key(path, key) == key
    assert keys.keep_key(path, keys.new_key()) == key
    open_store(str(path)).close()


class Drawer(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class LockedDrawer(Drawer):
    """A keyring whose owner refuses to unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


def test_keys_in_a_keyring(tmp_path: Path) -> None:
    os.environ["PRACTICE_CRM_KEYRING"] = ""
    before, drawer = keyring.get_keyring(), Drawer()
    try:
        keyring.set_keyring(drawer)
        path = tmp_path / "store.db"
        open_store(str(path)).close()
        assert [path.name for path in tmp_path.iterdir()] == ["store.db"]
        assert list(drawer.kept) == [(keys.SERVICE, str(path.resolve()))]
        open_store(str(path)).close()
        copy = tmp_path / "copy.db"
        keys.copy_key(path, copy)
        assert keys.load_key(copy) == keys.load_key(path)
        assert not keys.key_file(copy).exists()
        nothing = (
            LockedDrawer(),
            load_keyring("keyring.backends.null.Keyring"),
            load_keyring("keyring.backends.fail.Keyring"),
        )
        for number, backend in enumerate([LockedDrawer(), *nothing]):
            keyring.set_keyring(backend)
            assert "recovery key" in sentence(lambda: open_store(str(path)))
            other = tmp_path / f"{number}.db"
            open_store(str(other)).close()
            assert keys.key_file(other).exists()
    finally:
        keyring.set_keyring(before)


def test_recovery_keys() -> None:
    key = "0123456789abcdef" * 4
    printed = keys.recovery_key(key)
    assert {len(group) for group in printed.split("-")} == {4}
    assert keys.parse_key(printed.lower().replace("-", " ")) == key
    for wrong in (printed[:-1], printed[1:] + printed[0], "A" + printed, "", "hello", "é" * 56):
        with pytest.raises(KnownError, match="is not a recovery key"):
            keys.parse_key(wrong)


def test_a_stolen_file_opens_nothing(tmp_path: Path) -> None:
    path, stolen = tmp_path / "store.db", tmp_path / "stolen.db"
    open_store(str(path)).close()
    shutil.copy(path, stolen)
    assert "recovery key" in sentence(lambda: open_store(str(stolen)))

"""The key of an encrypted store: where it is kept, and the printed form that recovers it.

A key is 256 random bits, written as 64 hexadecimal digits. It lives in the operating system's
keyring, or, where none works or `PRACTICE_CRM_KEYRING=off`, in `<store>.key`, which only its
owner may read. A key is always kept before its store is created, and only replaced by one that
was seen to open the store.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from pathlib import Path

from db.errors import KnownError

SERVICE = "practice-crm"
_CHECK_BYTES = 3


def new_key() -> str:
    """A fresh random key."""
    return os.urandom(32).hex()


def key_file(store: Path) -> Path:
    """Where the key of `store` lies when no keyring holds it."""
    return store.with_name(store.name + ".key")


def load_key(store: Path) -> str | None:
    """The kept key of `store`, or None. A key file beside the store goes before the keyring.

    Raises KnownError if others may read the key file or it holds no key.
    """
    file = key_file(store)
    if file.exists():
        return _read(file)
    return keyring_get(str(store.resolve()))


def keep_key(store: Path, key: str) -> str:
    """Keep `key` for `store` unless one is already kept; returns the key that counts."""
    kept = load_key(store)
    if kept is not None:
        return kept
    if keyring_set(str(store.resolve()), key):
        return key
    return _write(key_file(store), key)


def replace_key(store: Path, key: str) -> None:
    """Keep `key`, seen to open `store`, whatever was kept; another key's file is set aside."""
    file = key_file(store)
    try:
        if load_key(store) == key:
            return
    except KnownError:
        pass
    if file.exists():
        number = 1
        while (aside := file.with_name(f"{file.name}.replaced-{number}")).exists():
            number += 1
        file.rename(aside)
    if not keyring_set(str(store.resolve()), key):
        _write(file, key)


def copy_key(store: Path, copy: Path) -> None:
    """Keep the key of `store` for its `copy` too, in the same kind of place."""
    key = load_key(store)
    if key is None:
        return
    if key_file(store).exists() or not keyring_set(str(copy.resolve()), key):
        _write(key_file(copy), key)


def recovery_key(key: str) -> str:
    """The form of `key` to print and put in a safe: groups of four, with a checksum."""
    raw = bytes.fromhex(key)
    letters = base64.b32encode(raw + _check(raw)).decode().rstrip("=")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def parse_key(text: str) -> str:
    """The key meant by `text`: 64 hexadecimal digits or a recovery key, however spaced.

    Raises KnownError, status 2, if it is neither, or was mistyped.
    """
    letters = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"[0-9a-fA-F]{64}", letters):
        return letters.lower()
    letters = letters.upper().translate(str.maketrans("018", "OIB"))
    try:
        raw = base64.b32decode(letters)
    except ValueError:
        raw = b""
    if len(raw) != 32 + _CHECK_BYTES or _check(raw[:32]) != raw[32:]:
        raise KnownError("That is not a recovery key: compare it with the printed one.", 2)
    return raw[:32].hex()


def _check(raw: bytes) -> bytes:
    # It takes a library in that the window, whose key is at hand, can show itself without.
    import hashlib

    return hashlib.sha256(raw).digest()[:_CHECK_BYTES]


def _read(file: Path) -> str:
    if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KnownError(f"Others can read the key file {file}: make it private (chmod 600).")
    try:
        return parse_key(file.read_text("ascii"))
    except (KnownError, ValueError):
        raise KnownError(f"The key file {file} holds no key: put back a copy of it.") from None
    except PermissionError:
        raise KnownError(f"You may not read the key file {file}.") from None


def _write(file: Path, key: str) -> str:
    draft = file.with_name(f"{file.name}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(key + "\n")
            out.flush()
            os.fsync(out.fileno())
        # A link, unlike a rename, never replaces a key that another process kept meanwhile.
        os.link(draft, file)
    except FileExistsError:
        return _read(file)
    finally:
        draft.unlink()
    return key


def _keyring_on() -> bool:
    return os.environ.get("PRACTICE_CRM_KEYRING", "").lower() != "off"


def keyring_get(name: str) -> str | None:
    """The text the keyring holds under a name, or None, also where no keyring works."""
    if not _keyring_on():
        return None
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(SERVICE, name)
    except (keyring.errors.KeyringError, RuntimeError):
        return None


def keyring_set(name: str, key: str) -> bool:
    """Put a text into the keyring; False where no keyring works."""
    if not _keyring_on():
        return False
    import keyring
    import keyring.errors

    try:
        keyring.set_password(SERVICE, name, key)
        # The null keyring takes everything and keeps nothing.
        return keyring.get_password(SERVICE, name) == key
    except (keyring.errors.KeyringError, RuntimeError):
        return False

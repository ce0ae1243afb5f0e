"""Passwords and tokens: in the keyring, else in a private file, never in the store.

The file lies beside an SQLite store as `<store>.secrets`, for a server's store in the user's data
folder. `PRACTICE_CRM_KEYRING=off` goes straight to the file.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from app.places import make_folder
from app.wiring import server_file
from db import keys
from db.errors import KnownError
from db.files import written
from db.session import Store


def keep(store: Store, key: str, secret: str) -> None:
    """Keep a secret of this store, in place of an older one; raises KnownError."""
    file = _file(store)
    kept = _read(file)
    if keys.keyring_set(_name(store, key), secret):
        kept.pop(key, None)
        if not file.exists():
            return
    else:
        kept[key] = secret
    _write(file, kept)


def find(store: Store, key: str) -> str | None:
    """The secret kept under this key, or None; raises KnownError if others could read it."""
    return _read(_file(store)).get(key) or keys.keyring_get(_name(store, key))


def _name(store: Store, key: str) -> str:
    place = str(store.path.resolve()) if store.path else store.place
    return f"{place}#{key}"


def _file(store: Store) -> Path:
    if store.path:
        return store.path.with_name(store.path.name + ".secrets")
    return server_file(store.url, "secrets")


def _read(file: Path) -> dict[str, str]:
    try:
        private = not file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if os.name == "posix" and not private:
            raise KnownError(f"Others can read {file}: make it private (chmod 600).")
        kept: dict[str, str] = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise KnownError(f"{file} can't be read: set the passwords and tokens again.") from None
    return kept


def _write(file: Path, kept: dict[str, str]) -> None:
    make_folder(file.parent)
    with written(file) as out:
        json.dump(kept, out)

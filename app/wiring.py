"""The one place where parts are built: the clock, the store, the channels."""

from __future__ import annotations

import os
import time
from pathlib import Path

from app.places import data_folder, make_folder
from db.errors import KnownError
from db.faults import plainly
from db.ledger import ledger_file
from db.queries import setup
from db.session import Store, bare_address, open_store, sqlite_path
from engine.workspace import Workspace

SIMULATED = "engine.now"
"""The setting that keeps where a simulated clock stands."""


def now() -> int:
    """The wall clock: this instant in microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def desk_name(url: str) -> str:
    """What the drafts of this desk go by in the store at `url`.

    A file has one desk; on a server each user of each machine is one, whatever either is called.
    """
    if sqlite_path(url) is not None:
        return "desk"
    make_folder(data_folder())
    file = server_file(url, "desk")
    try:
        with plainly(), file.open("x", encoding="ascii") as out:
            out.write(os.urandom(8).hex())
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii")


def default_store() -> str:
    """The store of a command that names none."""
    return f"sqlite:///{data_folder() / 'practice.db'}"


def store_exists(url: str | None) -> bool:
    """Whether there is a store at `url` already; a server's always counts."""
    path = sqlite_path(url or default_store())
    return path is None or path.exists()


def store_url(url: str | None) -> str:
    """The address of the store meant by `url`; the user's own gets a folder to lie in."""
    if url is None:
        make_folder(data_folder())
    return url or default_store()


def open_workspace(url: str | None, *, create: bool = True) -> Workspace:
    """The workspace of the store at `url`, or of the user's own; the caller closes the store.

    Raises KnownError.
    """
    store = open_store(store_url(url), create=create)
    return Workspace(store, ledger(store.url))


def ledger(url: str) -> Path:
    """The file that remembers opt-outs and sent messages of the store at `url`.

    It lies beside an SQLite store, for a server's store in the user's data folder: there each
    desk remembers what it recorded itself.
    """
    path = sqlite_path(url)
    if path is not None:
        return ledger_file(path)
    make_folder(data_folder())
    return server_file(url, "ledger")


def server_file(url: str, ending: str) -> Path:
    """Where something of the server's store at `url` is kept, in the user's data folder."""
    # As in `db.keys`: a window on a file shows itself without.
    import hashlib

    mark = hashlib.sha256(bare_address(url).encode()).hexdigest()[:16]
    return data_folder() / f"server-{mark}.{ending}"


def remove_store(store: Path) -> None:
    """Remove a store's files, so that it can be made anew; raises KnownError."""
    logs = (store.with_name(store.name + end) for end in ("-wal", "-shm"))
    for file in (store, ledger_file(store), *logs):
        try:
            file.unlink(missing_ok=True)
        except OSError:
            raise KnownError(f"{file} can't be replaced: close what has it open.") from None


def outbox(store: Store) -> Path:
    """Where the folder transport writes messages unless a setting names another place."""
    if store.path is None:
        return data_folder() / "outbox"
    return store.path.with_name(store.path.name + ".outbox")


def window_file(store: Store) -> Path:
    """Where the window of a store keeps how it was left."""
    if store.path is None:
        return server_file(store.url, "window.json")
    return store.path.with_name(store.path.name + ".window.json")


def present(workspace: Workspace, at: int | None = None) -> int:
    """The instant given, else the practice's now: of a simulated clock that was left, or real."""
    if at is not None:
        return at
    left = simulated_now(workspace)
    return now() if left is None else left


def simulated_now(workspace: Workspace) -> int | None:
    """Where a simulated clock was left, or None."""
    with workspace.store.glance() as connection:
        left = setup.setting(connection, SIMULATED)
    return None if left is None else int(left)


def leave_clock(workspace: Workspace, at: int | None) -> None:
    """Remember where the simulated clock stands; None goes back to real time."""
    if at is None and simulated_now(workspace) is None:
        return
    with workspace.store.write() as connection:
        setup.put_setting(connection, SIMULATED, at)

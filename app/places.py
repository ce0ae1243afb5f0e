"""Where the platform keeps this program's files."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from db.errors import KnownError

PROGRAM = "practice-crm"


def data_folder() -> Path:
    """Where the platform keeps a user's data, for this program."""
    return platformdirs.user_data_path(PROGRAM, appauthor=False)


def log_file() -> Path:
    """Where what went wrong is written, without patient data."""
    return platformdirs.user_log_path(PROGRAM, appauthor=False) / "practice-crm.log"


def make_folder(folder: Path) -> None:
    """Make a folder only its owner may read; raises KnownError naming it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise KnownError(f"The folder {folder} can't be made: {reason}.") from error

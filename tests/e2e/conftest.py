"""What the program keeps for its user lies in a folder of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDERS = ("XDG_DATA_HOME", "XDG_STATE_HOME")


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of this test's user."""
    before = {name: os.environ.get(name) for name in FOLDERS}
    home = tmp_path_factory.mktemp("home")
    os.environ.update({name: str(home / name.lower()) for name in FOLDERS})
    yield home
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value

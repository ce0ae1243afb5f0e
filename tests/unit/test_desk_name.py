"""What a desk's drafts go by: it outlives the names of machines and users."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.wiring import desk_name

SERVER = "postgresql://crm@db.example/practice"


def test_a_file_has_one_desk(tmp_path: Path) -> None:
    assert desk_name(str(tmp_path / "practice.db")) == "desk"


def test_each_user_of_a_server_is_a_desk_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for user in ("ann", "bob", "ann"):
        monkeypatch.setenv("HOME", str(tmp_path / user))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / user))
        names.append(desk_name(SERVER))
    ann, bob, again = names
    assert ann == again != bob

"""The log of faults names our own frames, wherever in the program they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import log

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = sorted({place.parent.name for place in ROOT.glob("*/__init__.py")} - {"tests"})


@pytest.mark.parametrize("room", ROOMS)
def test_a_fault_in_any_room_is_found_again(
    room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    code = compile("def fail(): raise LookupError('Ann Lee')", str(ROOT / room / "part.py"), "exec")
    part: dict[str, object] = {}
    exec(code, part)
    fail = part["fail"]
    assert callable(fail)
    with pytest.raises(LookupError) as caught:
        fail()
    file = log.crash(caught.value)
    assert file is not None
    said = file.read_text("utf-8")
    assert json.loads(said)["frames"] == [f"{room}/part.py:1 fail"]
    assert "Ann" not in said

"""`screenshots`: every screen as a picture, on a machine without a display."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.e2e.command_line import crm, program


def test_a_screen_is_drawn_light_and_dark_without_a_display(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    answer = program(
        "screenshots", folder, "--only", "automation-list", "--size", "800x600", "--scale", 2,
        "--json", home=tmp_path,
    )  # fmt: skip
    assert (answer.status, answer.err) == (0, "")
    files = ["automation-list.png", "automation-list-dark.png"]
    assert answer.json == {"folder": str(folder), "pictures": files}
    pictures = [(folder / name).read_bytes() for name in files]
    for picture in pictures:
        assert picture.startswith(b"\x89PNG")
        assert struct.unpack(">II", picture[16:24]) >= (1600, 1200)
    assert pictures[0] != pictures[1]


def test_a_size_or_a_screen_that_is_none_is_said(tmp_path: Path) -> None:
    crm("screenshots", tmp_path, "--size", "huge").says_no("1280x800")

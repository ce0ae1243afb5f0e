"""`screenshots`: every screen of the demo practice as a picture, drawn without a display."""

from __future__ import annotations

import atexit
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import amount, answer, one_of, progress
from app.places import make_folder
from db.errors import KnownError
from db.session import temporary_store
from engine.calendar import DAY, parse_instant
from engine.dispatcher import RECORDED, deliver, standing
from engine.sample import set_up
from engine.sample_life import live
from engine.workspace import Workspace

commands = typer.Typer()

AT = parse_instant("2026-06-01T18:00:00Z")
"""The instant of the pictures, a Monday afternoon: the same practice each time."""
PEOPLE, DAYS, SEED = 240, 75, 1
SMALLEST, LARGEST = 320, 8192
BUILT = 0.5
"""The share of the work that building the practice is, about."""


@commands.command()
def screenshots(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the pictures go; made if missing.")],
    size: Annotated[str, typer.Option(metavar="WxH", help="Of the window.")] = "1280x800",
    scale: Annotated[int, typer.Option(min=1, max=4, help="Pixels for one of the window.")] = 1,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This screen, not all.")
    ] = None,
) -> None:
    """Draw every screen of a sample practice, light and dark, as PNG files."""
    width, height = _size(size)
    if sys.platform.startswith("linux"):
        _go_offscreen(width, height)
    # Only now: the platform is chosen when Qt is first asked for.
    from PySide6.QtCore import QSize

    from app.desktop import application
    from app.pictures import PICTURES
    from app.stage import Studio, take

    names = [each.name for each in PICTURES]
    for name in only or ():
        one_of("The screen", name, names)
    chosen = [each for each in PICTURES if not only or each.name in only]
    make_folder(folder)
    application()
    files: list[Path] = []
    with temporary_store() as store, progress("Drawing the screens") as seen:
        workspace = Workspace(store)
        _live(workspace, lambda share: seen(share * BUILT))
        studio = Studio(workspace, AT, QSize(width, height), scale)
        for number, picture in enumerate(chosen, 1):
            files += take(studio, *picture, folder)
            seen(BUILT + (1 - BUILT) * number / len(chosen))
    answer(
        ctx,
        {"folder": str(folder), "pictures": [file.name for file in files]},
        f"{amount(len(files), 'picture', 'pictures')} in {folder}.",
    )


def _go_offscreen(width: int, height: int) -> None:
    """Let Qt draw on a screen of its own, large enough for the window and what opens over it."""
    screen = {"name": "pictures", "x": 0, "y": 0, "width": width, "height": height,
              "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump({"screens": [screen]}, file)
    atexit.register(Path(file.name).unlink)
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file.name}"
    # The offscreen platform warns of every window that it can't tell a screen its size.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")


def _live(workspace: Workspace, seen: Callable[[float], None]) -> None:
    start = AT - DAYS * DAY
    set_up(workspace, start)
    live(
        workspace, lambda now: deliver(workspace, RECORDED, standing(now)), contacts=PEOPLE,
        days=DAYS, seed=SEED, start=start, progress=seen,
    )  # fmt: skip


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text)
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in sides):
        raise KnownError(
            f"Write --size like 1280x800, with {SMALLEST} to {LARGEST} pixels each.", 2
        )
    return sides

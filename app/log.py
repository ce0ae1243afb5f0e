"""The log: event names, counts and ids, never what a person said or who they are."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from app.places import log_file
from app.wiring import now
from engine.calendar import format_instant

_LARGEST = 5_000_000
_OURS = ("app", "views", "canvas", "engine", "db", "resources")


def note(event: str, **facts: int | str | list[str]) -> Path | None:
    """Write one line; the file it went to, or None where no log can be written."""
    import structlog

    file = log_file()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > _LARGEST:
            os.replace(file, file.with_suffix(".log.1"))
        with file.open("a", encoding="utf-8") as out:
            logger = structlog.wrap_logger(
                structlog.WriteLogger(out), processors=[structlog.processors.JSONRenderer()]
            )
            logger.error(event, at=format_instant(now()), **facts)
    except OSError:
        return None
    return file


def crash(error: BaseException) -> Path | None:
    """Write down a fault of ours: its type and our own frames; its words may name a patient."""
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 10:
        chain.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return note("crash", types=chain, frames=_frames(error))


def _frames(error: BaseException) -> list[str]:
    root = Path(__file__).resolve().parent.parent
    frames = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename).resolve()
        if path.is_relative_to(root) and path.relative_to(root).parts[0] in _OURS:
            frames.append(f"{path.relative_to(root)}:{frame.lineno} {frame.name}")
    return frames

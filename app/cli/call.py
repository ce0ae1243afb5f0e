"""What any command may be told by the options they all share (formats.md)."""

from __future__ import annotations

from dataclasses import dataclass

import typer


@dataclass
class Call:
    """What any command may be told, before its name or after it."""

    store: str | None = None
    json: bool = False


def told(ctx: typer.Context) -> Call:
    """What the command of this context was told."""
    call: Call = ctx.find_root().obj
    return call

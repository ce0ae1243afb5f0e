"""A command with a bug whose exception names a patient."""

from __future__ import annotations

import typer

commands = typer.Typer()


@commands.command()
def broken(name: str) -> None:
    """Fail as only a bug does."""
    raise RuntimeError(f"{name} has no heart rate")

"""The command line as a whole: what both ends of a command share, and how it ends.

A command's module is imported only when that command is called, so start-up stays quick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from app.cli.call import Call, told
from app.ending import STOPPED, ended, say
from db.errors import KnownError
from engine.documents.faults import quoted
from engine.documents.suggestions import suggestion

MODULES = {
    "demo": "app.cli.demo",
    "scenario": "app.cli.scenario",
    "rehearse": "app.cli.rehearse",
    "check": "app.cli.check",
    "activate": "app.cli.switch",
    "pause": "app.cli.switch",
    "record": "app.cli.record",
    "run": "app.cli.run",
    "settings": "app.cli.settings",
    "add": "app.cli.adding",
    "import": "app.cli.importing",
    "export": "app.cli.exporting",
    "list": "app.cli.tables",
    "show": "app.cli.tables",
    "why": "app.cli.tables",
    "report": "app.cli.tables",
    "resolve": "app.cli.people",
    "unenroll": "app.cli.people",
    "delete": "app.cli.people",
    "merge": "app.cli.people",
    "backup": "app.cli.keeping",
    "restore": "app.cli.keeping",
    "unlock": "app.cli.keeping",
    "doctor": "app.cli.keeping",
    "screenshots": "app.cli.screenshots",
}
"""Where each command stands."""


def _note(ctx: typer.Context, value: str | bool | None, key: str) -> None:
    if value:
        setattr(ctx.find_root().obj, key, value)


def _note_store(ctx: typer.Context, value: str | None) -> None:
    _note(ctx, value, "store")


def _note_json(ctx: typer.Context, value: bool) -> None:
    _note(ctx, value, "json")


class Commands(TyperGroup):
    """The commands, each imported when it is called and given the options all share."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name, in the order of formats.md."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name; raises KnownError, status 2, if there is none."""
        if cmd_name not in MODULES:
            meant = suggestion(cmd_name, MODULES) or "; --help names them all."
            raise KnownError(f"There is no command {quoted(cmd_name)}{meant}", 2)
        command = get_group(import_module(MODULES[cmd_name]).commands).commands[cmd_name]
        self._share(command)
        return command

    def _share(self, command: Any) -> None:
        command.params.extend(self.params)
        for inner in getattr(command, "commands", {}).values():
            self._share(inner)


_program = typer.Typer(
    cls=Commands, add_completion=False, invoke_without_command=True, rich_markup_mode=None
)


@_program.callback()
def window(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store", metavar="URL", callback=_note_store, expose_value=False,
            help="The store: a file, sqlite:///… or postgresql://…; your own if left out.",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", callback=_note_json, expose_value=False, help="Answer with one JSON object."
        ),
    ] = False,
) -> None:  # fmt: skip
    """Marketing automation for a medical practice; without a command its window opens."""
    if ctx.invoked_subcommand is None:
        from app.opening import open_window

        raise typer.Exit(open_window(told(ctx).store))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit status (formats.md, "Command line").

    Whatever goes wrong is said in plain sentences on standard error.
    """
    return ended(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = get_group(_program).main(
            arguments, prog_name="python -m app", standalone_mode=False, obj=Call()
        )
    except typer.TyperException as error:
        return say(_plain(" ".join(error.format_message().split())), error.exit_code)
    except typer.Abort:
        return say(STOPPED, 1)
    return say(STOPPED, 1) if status == 130 else int(status or 0)


def _plain(words: str) -> str:
    """The words of the command line's library about a wrong value, as a person says them."""
    return re.sub(r"Input should be a valid integer\b.*", "write a whole number.", words)

"""`settings get` and `settings set`."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from app import secrets, wiring
from app.cli.common import answer, hidden, opened
from db.errors import KnownError
from db.queries.setup import settings as stored
from engine.commands.settings import put_settings
from engine.settings import FOLDERS, SETTINGS, Setting, setting, shown
from engine.workspace import Workspace

commands = typer.Typer()
_settings = typer.Typer(no_args_is_help=True)
commands.add_typer(
    _settings, name="settings", help="Look at the practice's settings, or change them."
)

Key = Annotated[str, typer.Argument(help="Like practice.timezone.")]
_NOT_SHOWN = "kept, not shown"
_NEGATIVE = re.compile(r"-[0-9.]")


@_settings.command("get")
def get(
    ctx: typer.Context,
    key: Annotated[
        str | None, typer.Argument(help="Like practice.timezone; all if left out.")
    ] = None,
) -> None:
    """Show one setting, or all."""
    wanted = list(SETTINGS.values()) if key is None else [setting(key)]
    with opened(ctx) as workspace:
        found = {each.key: _value(workspace, each) for each in wanted}
    if key is None:
        answer(ctx, found, *(f"{each.key} = {_words(each, found[each.key])}" for each in wanted))
    else:
        answer(ctx, {"key": key, "value": found[key]}, _words(wanted[0], found[key]))


class _TakesNegatives(TyperCommand):
    """A command whose last argument may be a negative number, which is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; a word like -1 is a value."""
        numbers = [word for word in args if _NEGATIVE.match(word)]
        if numbers and "--" not in args:
            args = [*(word for word in args if word not in numbers), "--", *numbers]
        return super().parse_args(ctx, args)


@_settings.command("set", cls=_TakesNegatives)
def put(
    ctx: typer.Context,
    key: Key,
    value: Annotated[
        str | None, typer.Argument(help="The new value; a secret is asked for instead.")
    ] = None,
) -> None:
    """Change a setting."""
    wanted = setting(key)
    if wanted.secret:
        secret = str(wanted.parse(_asked(wanted, value)))
        with opened(ctx) as workspace:
            secrets.keep(workspace.store, key, secret)
        answer(ctx, {"key": key, "value": _NOT_SHOWN}, f"{key}: {_NOT_SHOWN}")
        return
    if value is None:
        raise KnownError(f"Give the new value: settings set {key} VALUE.", 2)
    new = wanted.parse(value)
    with opened(ctx) as workspace:
        put_settings(workspace, {key: new})
    answer(ctx, {"key": key, "value": new}, f"{key} = {shown(new)}")


def _asked(wanted: Setting, value: str | None) -> str:
    if value is not None:
        raise KnownError(
            f"{wanted.key} is never given on the command line, where others can see it: "
            "leave it out and type it, or send it to standard input.", 2,
        )  # fmt: skip
    return hidden(f"{wanted.key}: ")


def _value(workspace: Workspace, wanted: Setting) -> object:
    if wanted.secret:
        return None if secrets.find(workspace.store, wanted.key) is None else _NOT_SHOWN
    with workspace.store.read() as connection:
        value = stored(connection).get(wanted.key, wanted.default)
    if value is None and wanted.key in FOLDERS:
        return str(wiring.outbox(workspace.store))
    return value


def _words(wanted: Setting, value: object) -> str:
    return "not set" if wanted.secret and value is None else shown(value)

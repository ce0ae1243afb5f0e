"""What every command is told, how it opens the store and how it answers (formats.md)."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from app import wiring
from app.cli.call import told
from db.errors import KnownError
from engine.calendar import parse_instant, to_datetime
from engine.documents.faults import quoted
from engine.documents.suggestions import suggestion
from engine.documents.values import read_day
from engine.workspace import Workspace


@contextmanager
def opened(ctx: typer.Context, *, create: bool = True) -> Iterator[Workspace]:
    """The workspace of the call's store, closed at the end."""
    workspace = wiring.open_workspace(told(ctx).store, create=create)
    try:
        yield workspace
    finally:
        workspace.store.close()


def answer(ctx: typer.Context, document: Mapping[str, Any], *words: str) -> None:
    """Answer with one JSON object under `--json`, else with lines for a person."""
    if told(ctx).json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        for line in words:
            print(line)


def instant(text: str) -> int:
    """The instant an option says; raises KnownError, status 2."""
    try:
        moment = parse_instant(text)
        to_datetime(moment)
    except (ValueError, OverflowError):
        raise KnownError(
            f"{quoted(text)} is no instant: write one like 2026-01-05T14:00:00Z.", 2
        ) from None
    return moment


def day(text: str) -> date:
    """The day an option says; raises KnownError, status 2."""
    found = read_day(text)
    if found is None:
        raise KnownError(f"{quoted(text)} is no date: write one like 2026-01-05.", 2)
    return found


At = Annotated[
    int | None,
    typer.Option(parser=instant, metavar="INSTANT", help="When it happened; now if left out."),
]
Batch = Annotated[
    int, typer.Option(min=1, max=1_000_000, help="Contacts in one transaction of the engine.")
]


def hidden(prompt: str) -> str:
    """A secret: a line typed unseen on a terminal, else the first of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


def amount(count: int, one: str, more: str) -> str:
    """A number and what it counts, as a person says it."""
    return f"{count:,} {one if count == 1 else more}"


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word nobody knows."""
    return suggestion(word, known) or "."


def of_name(kind: str, name: str, known: Mapping[str, int]) -> int:
    """The id of a record by name; raises KnownError, status 2, with a close match."""
    if name not in known:
        raise KnownError(f"No {kind} is called {quoted(name)}{meant(name, known)}", 2)
    return known[name]


def one_of(title: str, word: str, known: Iterable[str]) -> str:
    """A word out of a few; raises KnownError, status 2, with a close match."""
    words = list(known)
    if word not in words:
        raise KnownError(
            f"{title} {quoted(word)} is not one of {', '.join(words)}{meant(word, words)}", 2
        )
    return word


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Show on a terminal that long work of unknown length goes on; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


@contextmanager
def progress(words: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on a terminal, nothing in a pipe; give it the share that is done."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(words, total=1.0)
        yield lambda share: bars.update(bar, completed=share)


@contextmanager
def counted(words: str) -> Iterator[Callable[[int], None]]:
    """On a terminal a running count of what is done, where nobody knows how much there is."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console

    with Console(stderr=True).status(words) as status:
        yield lambda done: status.update(f"{words}: {done:,}")

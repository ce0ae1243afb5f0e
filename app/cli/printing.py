"""Tables and figures for people: numbers to the right, rates with what they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_OF = {
    "completed": "enrolled",
    "goal_reached": "enrolled",
    "unenrolled": "enrolled",
    "completed_rate": "enrolled",
    "goal_rate": "enrolled",
    "engaged": "reached",
    "converted": "reached",
    "conversion_rate": "reached",
    "opened": "sent",
    "clicked": "sent",
    "replied": "sent",
}
"""What a number is a part of."""

_WIDE = 200
_BOUNDLESS = 100_000


def print_table(items: Sequence[Mapping[str, Any]]) -> None:
    """Print rows that have the same keys; no word is broken.

    In a pipe every row is one line; on a terminal too narrow for a table, a line per figure.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for key in items[0]:
        number = any(isinstance(item[key], int | float) for item in items)
        words = " ".join((_title(key), *(_cell(key, item) for item in items))).split()
        table.add_column(
            _title(key), justify="right" if number else "left", min_width=max(map(cell_len, words))
        )
    for item in items:
        # As Text, so that nothing in a name is taken for markup.
        table.add_row(*(Text(_cell(key, item)) for key in item))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=max(_WIDE, console.measure(table).maximum))
    elif _narrowest(console, table) > console.width:
        for item in items:
            print(*figures(item), sep="\n", end="\n\n")
        return
    console.print(table)


def _narrowest(console: Console, table: Table) -> int:
    return console.measure(table, options=console.options.update(width=_BOUNDLESS)).minimum


def figures(report: Mapping[str, Any]) -> Iterator[str]:
    """The single numbers of a report, a line each."""
    for key in report:
        yield f"{_title(key)}: {_cell(key, report)}"


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _cell(key: str, item: Mapping[str, Any]) -> str:
    value, whole = item[key], item.get(_OF.get(key, ""))
    if value is None or whole == 0:
        return "–"
    if key == "interval":
        return f"{value[0]:.1%} to {value[1]:.1%}"
    if isinstance(value, float):
        return f"{value:.1%}" if whole is None else f"{value:.1%} of {whole:,}"
    if isinstance(value, int):
        return f"{value:,}" if whole is None else f"{value:,} of {whole:,}"
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return str(value)

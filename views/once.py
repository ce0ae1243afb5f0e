"""A command that is given once, however often its button or Enter is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QPushButton

from db.errors import KnownError
from views.ports import Command, Desk

T = TypeVar("T")


def do_once(
    desk: Desk,
    given: QPushButton,
    command: Command[T],
    done: Callable[[T], None],
    refused: Callable[[KnownError], None],
    *,
    about: frozenset[str],
) -> None:
    """Give a command by a button, which is dead till it is done or refused.

    While it is dead nothing is given. `done` and `refused` are not heard once the button is gone.
    """
    if not given.isEnabled():
        return
    focused = given.hasFocus()
    given.setEnabled(False)

    def heard(result: T) -> None:
        given.setEnabled(True)
        done(result)

    def failed(fault: KnownError) -> None:
        given.setEnabled(True)
        if focused:
            # A dead button gives the focus to whatever is next.
            given.setFocus()
        refused(fault)

    desk.do(given, command, heard, failed, about=about)

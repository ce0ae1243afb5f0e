"""A desk for tests: questions are answered and commands done at once, on a real store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from db.errors import KnownError
from engine.workspace import Workspace
from views.ports import Changes, Command, LongJob, Place, Question

T = TypeVar("T")


class Finished:
    """A job that was done at once."""

    def cancel(self) -> None:
        """Too late."""


class DirectDesk(QObject):
    """`views.ports.Desk` without threads. `places` and `words` hold what screens asked for."""

    changed = Signal(object)

    def __init__(self, workspace: Workspace, at: int) -> None:
        super().__init__()
        self.workspace = workspace
        self.at = at
        self.places: list[Place] = []
        self.words: list[str] = []
        self.undo: Callable[[], None] | None = None

    def now(self) -> int:
        """The instant the test says."""
        return self.at

    def ask(
        self, owner: QObject, question: Question[T], answer: Callable[[T], None], name: str = ""
    ) -> None:
        """Answer now."""
        with self.workspace.store.read() as connection:
            result = question(connection)
        answer(result)

    def do(
        self,
        owner: QObject,
        command: Command[T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[KnownError], None] | None = None,
        *,
        about: frozenset[str],
    ) -> None:
        """Do it now."""
        try:
            result = command(self.workspace, self.at)
        except KnownError as fault:
            if failed is None:
                self.say(fault.sentence)
            else:
                failed(fault)
            return
        self.changed.emit(Changes(about))
        if done is not None:
            done(result)

    def work(
        self,
        owner: QObject,
        job: LongJob[T],
        done: Callable[[T], None],
        progress: Callable[[float], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> Finished:
        """Do it now, to its end."""
        try:
            result = job(self.workspace, progress, lambda: False)
        except KnownError as fault:
            if failed is None:
                self.say(fault.sentence)
            else:
                failed(fault)
        else:
            done(result)
        return Finished()

    def open(self, place: Place) -> None:
        """Remember where to."""
        self.places.append(place)

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Remember what was said."""
        self.words.append(words)
        self.undo = undo

"""Desks for tests, on a real store: one that answers at once, one when it is told to.

Both are the window's own `Work` with other pools, so overtaking, owners that are gone, faults and
`changed` are what they are on a practice's desk.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject

from app.work import Task, Work
from db.errors import KnownError
from engine.workspace import Workspace
from views.ports import Command, LongJob, Place, Question

T = TypeVar("T")
Failed = Callable[[KnownError], None] | None
COMMAND = "(command)"
JOB = "(job)"
"""What `HeldDesk` calls what has no name of its own; a question without a name is ""."""


class _HandPool(Executor):
    """Hands what is submitted to `take`, on the same thread."""

    def __init__(self, take: Callable[[Callable[[], object]], object]) -> None:
        self._take = take

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand it over; nobody asks the future."""
        self._take(lambda: fn(*args, **kwargs))
        return Future()


class _TestDesk(Work):
    """`places` and `words` hold what screens asked for, `undo` the last toast's."""

    def __init__(
        self, workspace: Workspace, at: int, take: Callable[[Callable[[], object]], object]
    ) -> None:
        super().__init__(workspace, lambda: self.at, pool=lambda *_: _HandPool(take))
        self.at = at
        self.places: list[Place] = []
        self.words: list[str] = []
        self.undo: Callable[[], None] | None = None
        self.opened.connect(self.places.append)
        self.said.connect(self._hear)
        self.crashed.connect(self._fail)

    def _hear(self, words: str, undo: Callable[[], None] | None) -> None:
        self.words.append(words)
        self.undo = undo

    def _fail(self, error: Exception) -> None:
        raise error


class DirectDesk(_TestDesk):
    """Questions are answered and commands done before the call returns."""

    def __init__(self, workspace: Workspace, at: int) -> None:
        super().__init__(workspace, at, lambda run: run())


class _Once(Generic[T]):
    """A function that is carried out at its first call; its result or fault is kept."""

    def __init__(self, function: Callable[..., T]) -> None:
        self._function = function
        self._kept: Future[T] = Future()

    def foresee(self, *args: Any) -> None:
        """Carry it out, and say nothing of how it went."""
        if self._kept.done():
            return
        try:
            self._kept.set_result(self._function(*args))
        except Exception as fault:
            self._kept.set_exception(fault)

    def __call__(self, *args: Any) -> T:
        self.foresee(*args)
        return self._kept.result()


class _Held(NamedTuple):
    name: str
    carry: Callable[[], object]
    foresee: Callable[[], object]


class HeldDesk(_TestDesk):
    """Nothing is answered or done before the test releases it, in whatever order it likes.

    A question goes by its name, a command by COMMAND, something long by JOB. `release` carries it
    out and gives the answer; with `foresee` before, it is carried out earlier than answered, so
    that the answer is of a store that has changed since.
    """

    def __init__(self, workspace: Workspace, at: int) -> None:
        self._submitted: list[Callable[[], object]] = []
        self._held: list[_Held] = []
        super().__init__(workspace, at, self._submitted.append)

    @property
    def held(self) -> list[str]:
        """The names of what waits, the oldest first."""
        return [each.name for each in self._held]

    def foresee(self, name: str, which: int = 0) -> None:
        """Carry out what waits by this name (the oldest, or that one), and answer nothing yet."""
        self._find(name, which).foresee()

    def release(self, name: str, which: int = 0) -> None:
        """Carry out and answer what waits by this name: the oldest, or that one (-1: the newest).

        Commands and jobs go in the order given.
        """
        assert which == 0 or name not in (COMMAND, JOB)
        held = self._find(name, which)
        self._held.remove(held)
        held.carry()

    def settle(self, *but: str) -> None:
        """Release all that waits, in order, and what is asked for meanwhile, `but` these."""
        while names := [name for name in self.held if name not in but]:
            self.release(names[0])

    def ask(
        self, owner: QObject, question: Question[T], answer: Callable[[T], None], name: str = ""
    ) -> None:
        """Hold the question."""
        kept = _Once(question)

        def foresee() -> None:
            with self.workspace.store.read() as reader:
                kept.foresee(reader)

        super().ask(owner, kept, answer, name)
        self._hold(name, foresee)

    def do(
        self,
        owner: QObject,
        command: Command[T],
        done: Callable[[T], None] | None = None,
        failed: Failed = None,
        *,
        about: frozenset[str],
    ) -> None:
        """Hold the command."""
        kept = _Once(command)
        super().do(owner, kept, done, failed, about=about)
        self._hold(COMMAND, lambda: kept.foresee(self.workspace, self.at))

    def work(
        self,
        owner: QObject,
        job: LongJob[T],
        done: Callable[[T], None],
        progress: Callable[[float], None],
        failed: Failed = None,
    ) -> Task:
        """Hold the job."""
        kept = _Once(job)
        task = super().work(owner, kept, done, progress, failed)
        self._hold(JOB, lambda: kept.foresee(self.workspace, lambda share: None, task.cancelled))
        return task

    def _hold(self, name: str, foresee: Callable[[], object]) -> None:
        self._held.append(_Held(name, self._submitted.pop(), foresee))

    def _find(self, name: str, which: int) -> _Held:
        return [each for each in self._held if each.name == name][which]

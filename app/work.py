"""The threads behind the window: one writes, a few read, and answers come back on the UI's.

Design: "One datum's way". Every command of this process goes through one thread, in the order
given; the engine ticks on another. Readers each have a connection of the store's pool.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import count
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from db.errors import KnownError
from db.faults import known
from engine.workspace import Workspace
from views.ports import KINDS, Changes, Command, LongJob, Outlets, Place, Question

T = TypeVar("T")
Failed = Callable[[KnownError], None] | None
READERS = 2


class Task:
    """Something long under way."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask it to stop at its next chance; its answer never comes."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether it should stop."""
        return self._cancelled.is_set()


class _Call(NamedTuple):
    """What to do on the UI thread once something ended. No other thread ever holds a widget."""

    done: Callable[[Any], None]
    failed: Callable[[KnownError], None]
    over: Callable[[], None]
    progress: Callable[[float], None]


def _nothing(*_: object) -> None:
    """Do nothing."""


class Work(QObject):
    """Runs questions, commands and jobs off the UI thread: the screens' `views.ports.Desk`.

    To be made, called and closed on the UI thread. `wrote` says that this process wrote, `rested`
    that nothing is under way any more.
    """

    changed = Signal(object)
    opened = Signal(object)
    said = Signal(str, object)
    crashed = Signal(object)
    wrote = Signal()
    rested = Signal()
    sample_left = Signal()
    _ended = Signal(int, object, object)
    _told = Signal(int, float)

    def __init__(
        self,
        workspace: Workspace,
        now: Callable[[], int],
        parent: QObject | None = None,
        pool: Callable[[int, str], Executor] = ThreadPoolExecutor,
        *,
        name: str = "desk",
        in_sample: bool = False,
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.name = name
        self.in_sample = in_sample
        self._now = now
        self._writer = pool(1, "writer")
        self._readers = pool(READERS, "reader")
        self._jobs = pool(1, "job")
        self._closing = threading.Event()
        self._tasks: set[Task] = set()
        self._numbers = count()
        self._calls: dict[int, _Call] = {}
        self._latest: dict[tuple[int, str], int] = {}
        self._ended.connect(self._end)
        self._told.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._calls)

    @property
    def outlets(self) -> Outlets:
        """The ways out of the store."""
        # Imported for those who use it: start-up must be quick.
        from app.outlets import Outlets as StoreOutlets

        return StoreOutlets(self.workspace)

    def now(self) -> int:
        """The practice's instant."""
        return self._now()

    def leave_sample(self) -> None:
        """Go back from the sample practice to the clinic's own store."""
        self.sample_left.emit()

    def open(self, place: Place) -> None:
        """Go to another page."""
        self.opened.emit(place)

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Say something in a toast, with Undo where it can be undone."""
        self.said.emit(words, undo)

    def ask(
        self, owner: QObject, question: Question[T], answer: Callable[[T], None], name: str = ""
    ) -> None:
        """Run a query; of those of one owner and name that overlap only the last is answered."""
        key, number = (id(owner), name), next(self._numbers)
        if name:
            self._latest[key] = number

        def overtaken() -> bool:
            return bool(name) and self._latest.get(key) != number

        def unheard() -> bool:
            return overtaken() or self._closing.is_set()

        def heard(call: Callable[..., None], result: Any) -> None:
            if not overtaken():
                self._latest.pop(key, None)
                if isValid(owner):
                    call(result)

        self._submit(self._readers, number, lambda: self._read(question, unheard), _Call(
            lambda result: heard(answer, result),
            lambda fault: heard(lambda fault: self.say(fault.sentence), fault),
            _nothing, _nothing,
        ))  # fmt: skip

    def do(
        self,
        owner: QObject,
        command: Command[T],
        done: Callable[[T], None] | None = None,
        failed: Failed = None,
        *,
        about: frozenset[str],
    ) -> None:
        """Run a command, after those given before it; `changed` says `about` afterwards."""

        def wrote(result: T) -> None:
            self._say_changed(about)
            if done is not None and isValid(owner):
                done(result)

        def refused(fault: KnownError) -> None:
            if failed is not None and isValid(owner):
                failed(fault)
            else:
                self.say(fault.sentence)

        self._submit(
            self._writer, next(self._numbers), lambda: command(self.workspace, self._now()),
            _Call(wrote, refused, _nothing, _nothing),
        )  # fmt: skip

    def work(
        self,
        owner: QObject,
        job: LongJob[T],
        done: Callable[[T], None],
        progress: Callable[[float], None],
        failed: Failed = None,
    ) -> Task:
        """Run something long beside everything else, and hear how far it is.

        However it ends, anything may have changed.
        """
        task, number = Task(), next(self._numbers)
        self._tasks.add(task)

        def heard(call: Callable[..., None], value: Any) -> None:
            if not task.cancelled() and isValid(owner):
                call(value)

        def over() -> None:
            self._tasks.discard(task)
            self._say_changed(KINDS)

        def run() -> T | None:
            try:
                return job(
                    self.workspace, lambda share: self._told.emit(number, share), task.cancelled
                )
            except Exception:
                if task.cancelled():
                    return None
                raise

        self._submit(self._jobs, number, run, _Call(
            lambda result: heard(done, result),
            lambda fault: heard(failed or (lambda fault: self.say(fault.sentence)), fault),
            over,
            lambda share: heard(progress, share),
        ))  # fmt: skip
        return task

    def close(self) -> None:
        """Carry out the commands that were given, cancel what else is under way, hear no more."""
        self._closing.set()
        for task in self._tasks:
            task.cancel()
        self._jobs.shutdown(cancel_futures=True)
        self._readers.shutdown(cancel_futures=True)
        self._writer.shutdown()
        self._calls.clear()

    def _read(self, question: Question[T], unheard: Callable[[], bool]) -> T | None:
        if unheard():
            return None
        try:
            with self.workspace.store.glance(unheard) as connection:
                return question(connection)
        except Exception:
            if unheard():
                return None
            raise

    def _say_changed(self, about: frozenset[str]) -> None:
        self.changed.emit(Changes(about))
        self.wrote.emit()

    def _submit(self, pool: Executor, number: int, run: Callable[[], object], call: _Call) -> None:
        def carry() -> None:
            try:
                result = run()
            except Exception as error:
                self._ended.emit(number, None, error)
            else:
                self._ended.emit(number, result, None)

        self._calls[number] = call
        pool.submit(carry)

    def _tell(self, number: int, share: float) -> None:
        if (call := self._calls.get(number)) is not None:
            call.progress(share)

    def _end(self, number: int, result: object, error: Exception | None) -> None:
        call = self._calls.pop(number, None)
        if call is None:
            return
        try:
            call.over()
            self._answer(call, result, error)
        finally:
            if not self._calls:
                self.rested.emit()

    def _answer(self, call: _Call, result: object, error: Exception | None) -> None:
        fault = None if error is None else known(error)
        if fault is not None:
            call.failed(fault)
        elif error is not None:
            self.crashed.emit(error)
        else:
            call.done(result)

"""The threads behind the window: one writes, a few read, and answers come back on the UI's.

Design: "One datum's way". Every command of this process goes through one thread, in the order
given; the engine ticks on another. Readers each have a connection of the store's pool.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from db.errors import KnownError
from db.faults import known
from engine.workspace import Workspace
from views.ports import Changes, Command, LongJob, Place, Question

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


class Work(QObject):
    """Runs questions, commands and jobs off the UI thread: the screens' `views.ports.Desk`.

    To be made, called and closed on the UI thread.
    """

    changed = Signal(object)
    opened = Signal(object)
    said = Signal(str, object)
    crashed = Signal(object)
    _back = Signal(object)

    def __init__(
        self, workspace: Workspace, now: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._now = now
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._jobs = ThreadPoolExecutor(1, "job")
        self._under_way: set[Task] = set()
        self._latest: dict[tuple[int, str], int] = {}
        self._back.connect(self._run)

    def now(self) -> int:
        """The practice's instant."""
        return self._now()

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
        key = (id(owner), name)
        number = self._latest[key] = self._latest.get(key, 0) + 1

        def overtaken() -> bool:
            return bool(name) and self._latest.get(key) != number

        def read() -> Any:
            if overtaken():
                return None
            with self.workspace.store.read() as connection:
                return question(connection)

        def show(result: Any) -> None:
            if not overtaken():
                answer(result)

        self._submit(self._readers, owner, read, show, None)

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
            self.changed.emit(Changes(about))
            if done is not None and isValid(owner):
                done(result)

        def refused(fault: KnownError) -> None:
            if failed is not None and isValid(owner):
                failed(fault)
            else:
                self.say(fault.sentence)

        # Ours, not the owner's: what changed is said to all, also when the screen is gone.
        self._submit(self._writer, self, lambda: command(self.workspace, self._now()), wrote,
                     refused)  # fmt: skip

    def work(
        self,
        owner: QObject,
        job: LongJob[T],
        done: Callable[[T], None],
        progress: Callable[[float], None],
        failed: Failed = None,
    ) -> Task:
        """Run something long beside everything else, and hear how far it is."""
        task = Task()
        self._under_way.add(task)

        def heard(call: Callable[..., None], *values: Any) -> None:
            if not task.cancelled() and isValid(owner):
                call(*values)

        def tell(share: float) -> None:
            self._back.emit(partial(heard, progress, share))

        def run() -> T:
            try:
                return job(self.workspace, tell, task.cancelled)
            finally:
                self._under_way.discard(task)

        def refused(fault: KnownError) -> None:
            heard(failed or (lambda fault: self.say(fault.sentence)), fault)

        self._submit(self._jobs, self, run, partial(heard, done), refused)
        return task

    def close(self) -> None:
        """Let what is being written end, and start nothing more."""
        for task in list(self._under_way):
            task.cancel()
        for pool in (self._jobs, self._readers, self._writer):
            pool.shutdown(cancel_futures=True)

    def _submit(
        self,
        pool: Executor,
        owner: QObject,
        run: Callable[[], T],
        done: Callable[[T], None],
        failed: Failed,
    ) -> None:
        def carry() -> None:
            try:
                result = run()
            except Exception as error:
                self._back.emit(partial(self._fail, error, failed))
            else:
                self._back.emit(lambda: done(result) if isValid(owner) else None)

        pool.submit(carry)

    def _fail(self, error: Exception, failed: Failed) -> None:
        fault = known(error)
        if fault is None:
            self.crashed.emit(error)
        elif failed is not None:
            failed(fault)
        else:
            self.say(fault.sentence)

    @Slot(object)
    def _run(self, answer: Callable[[], None]) -> None:
        answer()

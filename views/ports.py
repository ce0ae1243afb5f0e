"""What a screen may ask of the program around it: answers, commands, other pages.

The rules of the threads live behind these doors (`app.work`): a screen calls from the UI thread,
gets every answer on the UI thread, and never waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from PySide6.QtCore import QObject, SignalInstance

from db.errors import KnownError
from engine.workspace import Reader, Workspace

T = TypeVar("T")

Question = Callable[[Reader], T]
"""A query of the read door, with all it needs but the connection."""
Command = Callable[[Workspace, int], T]
"""A command of the write door; the instant is the practice's now."""


KINDS = frozenset(
    {"contacts", "flows", "lists", "tasks", "messages", "templates", "forms", "campaigns",
     "settings", "numbers", "drafts"}
)  # fmt: skip
"""The kinds of records; `numbers` is whatever is counted, `drafts` what is not saved yet."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Which of `KINDS` changed."""

    kinds: frozenset[str]

    def about(self, *kinds: str) -> bool:
        """Whether any of these kinds changed."""
        return not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the window can go: a page, a record on it, a tab or whatever else it understands."""

    page: str
    record: int | None = None
    tab: str = ""
    options: tuple[tuple[str, str], ...] = ()


class Action(NamedTuple):
    """Something the command palette offers: its title, what it is, its icon, what it does."""

    title: str
    note: str
    icon: str
    run: Callable[[], None]


LongJob = Callable[[Workspace, Callable[[float], None], Callable[[], bool]], T]
"""Something long: told how to say how far it is, from 0 to 1, and how to ask if it was cancelled.

Cancelled, it ends with nothing half done; what it gives back then is dropped.
"""


class Job(Protocol):
    """Something long that is under way."""

    def cancel(self) -> None:
        """Ask it to stop; nothing of it is half done. Its answer never comes."""


class Outlets(Protocol):
    """The ways out for messages: what the settings say of them, and what is kept apart.

    To be called from a question, a command or a job, never on the UI thread.
    """

    def kept(self) -> frozenset[str]:
        """The settings, like email.smtp.password, whose secret is kept; never the secrets."""

    def keep(self, key: str, secret: str) -> None:
        """Keep a secret in place of an older one; raises KnownError."""

    def test_email(self, address: str, now: int) -> str:
        """Send one email as the saved settings say; what came of it. Raises KnownError."""


class Sample(Protocol):
    """The sample practice: in a store of its own, beside the clinic's."""

    def there(self) -> bool:
        """Whether it was built before."""

    def build(self, now: int, tell: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        """Build it unless it is there: all of it or nothing. A job's; raises KnownError."""


class Desk(Protocol):
    """The program as its screens see it."""

    in_sample: bool
    """Whether the window is on the sample practice."""

    name: str
    """What the machine is called: its drafts are found again by it."""

    changed: SignalInstance
    """Says `Changes` after every write, of this desk or another, by a person or the engine."""

    @property
    def outlets(self) -> Outlets:
        """The ways out of this practice."""

    def now(self) -> int:
        """The practice's instant: of the wall clock, or of a simulated one that was left."""

    def ask(
        self, owner: QObject, question: Question[T], answer: Callable[[T], None], name: str = ""
    ) -> None:
        """Run a query off the UI thread and give its answer on it.

        Of questions of one `owner` and one `name` that overlap only the last is answered; none
        is once the owner is gone.
        """

    def do(
        self,
        owner: QObject,
        command: Command[T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[KnownError], None] | None = None,
        *,
        about: frozenset[str],
    ) -> None:
        """Run a command, one at a time in the order given; `changed` says `about` afterwards.

        A KnownError goes to `failed`, or to a toast.
        """

    def work(
        self,
        owner: QObject,
        job: LongJob[T],
        done: Callable[[T], None],
        progress: Callable[[float], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> Job:
        """Run something long beside everything else, and hear how far it is."""

    def leave_sample(self) -> None:
        """Go back from the sample practice to the clinic's own store."""

    def open(self, place: Place) -> None:
        """Go to another page."""

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Say something in a toast, with Undo where it can be undone."""

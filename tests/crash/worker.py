"""A process that lives a practice's life, again and again, until it is killed.

Run as a program it is a fork server: each line on its standard input is one life, lived by a
child of its own; each line on its standard output says how that one ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from db import outbox
from db.queries import checks, journal, setup
from db.session import Store, open_store
from db.sql import query
from engine.dispatcher import Channels, deliver, standing
from engine.due import next_due
from engine.runner import advance
from engine.scenario import line_document
from engine.workspace import Workspace
from tests.crash.audit import audit
from tests.crash.mailbox import Mailbox, Postman
from tests.crash.practice import LIVED, START, Order, obey, set_up, timeline

CLOCK = "test.clock"
CHUNK = 7
CLAIM = 5
LEADER, HANDS = 4711, 4712


@dataclass(frozen=True)
class Life:
    """What one child does. It dies of `points` (name and passing), of its nth database
    statement, or of a timer, whichever comes first; of nothing if none is set."""

    home: str
    url: str
    key: str | None
    seed: int
    people: int
    points: dict[str, int] = field(default_factory=dict)
    statement: int = 0
    seconds: float = 0.0
    audit: bool = True


class Reaper:
    """Kills this process where its life says so."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._statements = 0
        self.passed: Counter[str] = Counter()

    def reached(self, point: str) -> None:
        self.passed[point] += 1
        if self._life.points.get(point) == self.passed[point]:
            self._die(f"{point} {self.passed[point]}")

    def executing(self, *_: object) -> None:
        self._statements += 1
        if self._statements == self._life.statement:
            self._die(f"statement {self._statements}")

    def arm(self, store: Store) -> None:
        event.listen(store.engine, "before_cursor_execute", self.executing)
        if self._life.seconds:
            # The signal's default is death, also in the middle of a write.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self._life.seconds)

    def _die(self, where: str) -> None:
        handle = os.open(Path(self._life.home, "kills"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, f"{where}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


class Alone:
    """The only engine of a store: it always leads."""

    def leads(self) -> bool:
        return True

    @contextmanager
    def at_work(self) -> Iterator[None]:
        yield

    @contextmanager
    def turning(self) -> Iterator[None]:
        yield

    def wait(self) -> None:
        raise AssertionError("work was left undone, though nobody else holds it")

    def close(self) -> None:
        pass


class Crowd:
    """One of several engines: whoever holds the lock moves the clock and takes the orders."""

    def __init__(self, url: str) -> None:
        self._line = psycopg.connect(url, autocommit=True)
        self._line.execute("LISTEN tick")
        self._leads = False

    def leads(self) -> bool:
        if not self._leads:
            row = self._line.execute("SELECT pg_try_advisory_lock(%s)", (LEADER,)).fetchone()
            self._leads = bool(row and row[0])
        return self._leads

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the clock must stand: a lease never ends under a living engine."""
        self._line.execute("SELECT pg_advisory_lock_shared(%s)", (HANDS,))
        yield
        self._line.execute("SELECT pg_advisory_unlock_shared(%s)", (HANDS,))

    @contextmanager
    def turning(self) -> Iterator[None]:
        """While the clock is moved; then everybody looks at it."""
        self._line.execute("SELECT pg_advisory_lock(%s)", (HANDS,))
        yield
        self._line.execute("SELECT pg_advisory_unlock(%s)", (HANDS,))
        self._line.execute("NOTIFY tick")

    def wait(self) -> None:
        for _ in self._line.notifies(timeout=0.01, stop_after=1):
            pass

    def close(self) -> None:
        self._line.close()


Peers = Alone | Crowd


def live(workspace: Workspace, orders: list[Order], mailbox: Mailbox, peers: Peers) -> None:
    """Go on from where the last life stopped, to the end."""
    while not _clock(workspace):
        if peers.leads():
            set_up(workspace)
            _set_clock(workspace, START)
        else:
            peers.wait()
    while True:
        with peers.at_work():
            now = _clock(workspace)
            if now <= LIVED:
                advance(workspace, now, CHUNK)
            channels = Channels(
                Postman(mailbox, now, answers=False), Postman(mailbox, now, answers=True)
            )
            deliver(workspace, channels, standing(now), limit=CLAIM)
        if not peers.leads():
            if now > LIVED and not _waiting(workspace):
                return
            peers.wait()
        elif _busy(workspace, now):
            peers.wait()
        elif not _go_on(workspace, peers, orders, now):
            return


def _go_on(workspace: Workspace, peers: Peers, orders: list[Order], now: int) -> bool:
    """On to the next instant, and the orders of it; False at the end of the practice's life."""
    later = [order for order in orders if order.at > now]
    due = next_due(workspace, now)
    following = min(filter(None, (due, later[0].at if later else None)), default=LIVED + 1)
    if following > LIVED:
        with workspace.store.read() as connection:
            following = checks.first_try(connection) or LIVED + 1
        if following == now:
            return False
    for order in later:
        if order.at == following:
            obey(workspace, order)
    with peers.turning():
        _set_clock(workspace, max(following, now))
    return now <= LIVED or _waiting(workspace)


def _clock(workspace: Workspace) -> int:
    with workspace.store.read() as connection:
        return int(setup.setting(connection, CLOCK) or 0)


def _set_clock(workspace: Workspace, now: int) -> None:
    with workspace.store.write() as connection:
        setup.put_setting(connection, CLOCK, now)


def _waiting(workspace: Workspace) -> bool:
    with workspace.store.read() as connection:
        return outbox.waiting(connection) > 0


def _busy(workspace: Workspace, now: int) -> bool:
    """Whether anything due now is left, for somebody else to finish."""
    with workspace.store.read() as connection:
        instants = [checks.first_try(connection)]
        if now <= LIVED:
            instants.append(checks.first_due(connection))
    return any(at is not None and at <= now for at in instants)


def run(life: Life) -> None:
    """Live one life; raises what goes wrong in it."""
    home = Path(life.home)
    mailbox, ledger, reaper = Mailbox(home), home / "ledger", Reaper(life)
    with ExitStack() as stack:
        store = open_store(life.url, key=life.key)
        stack.callback(store.close)
        workspace = Workspace(store, ledger, reaper.reached)
        if life.audit:
            _refuse(audit(workspace, mailbox, ledger))
        reaper.arm(store)
        peers: Peers = Alone() if store.path else Crowd(life.url)
        stack.callback(peers.close)
        live(workspace, timeline(life.seed, life.people), mailbox, peers)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _refuse(audit(workspace, mailbox, ledger))
        # Engines that end together each write it, whole.
        draft = Path(home, f"journal.{os.getpid()}")
        draft.write_text(json.dumps(_account(workspace, reaper)))
        draft.replace(home / "journal.json")


def _refuse(found: list[str]) -> None:
    if found:
        raise AssertionError("\n".join(found[:20]))


def _account(workspace: Workspace, reaper: Reaper) -> dict[str, Any]:
    """What the practice lived through: journal, arrivals, message states, points passed."""
    with workspace.store.read() as connection:
        lines = [
            line_document(row, row.ref)
            for row in journal.lines(connection, 0, 1_000_000)
            if row.what not in ("withdrawn", "uncertain")
        ]
        states = query(connection, "SELECT state, COUNT(*) FROM message GROUP BY state")
        # By name: a set-up that was killed leaves a gap in the numbers.
        entered = query(
            connection,
            """SELECT f.name, s.step, s.day, s.entered FROM step_day s
            JOIN flow f ON f.id = s.flow_id ORDER BY 1, 2, 3""",
        )
    return {
        "lines": lines,
        "entered": [tuple(row) for row in entered if row.entered],
        "states": {row[0]: row[1] for row in states},
        "passed": dict(reaper.passed),
    }


def serve(out: Callable[[str], object]) -> None:
    """Fork a child for each life asked for."""
    for request in sys.stdin:
        life = Life(**json.loads(request))
        child = os.fork()
        if not child:
            os._exit(_end_of(life))
        _, status = os.waitpid(child, 0)
        out(json.dumps({"status": os.waitstatus_to_exitcode(status), **asdict(life)}) + "\n")


def _end_of(life: Life) -> int:
    try:
        run(life)
    except BaseException:
        Path(life.home, "fault").write_text(traceback.format_exc())
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    serve(_say)

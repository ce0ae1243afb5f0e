"""The parent's side of the fork server of `tests.crash.worker`."""

from __future__ import annotations

import json
import random
import selectors
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.crash.worker import Life
from tests.e2e.compare import differences

ROOT = Path(__file__).resolve().parents[2]
MOST_LIVES = 2000
Plan = Mapping[str, Any]
Account = dict[str, Any]


class ForkServer:
    """A process that has imported everything and forks a child for each life."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    @staticmethod
    @contextmanager
    def running() -> Iterator[ForkServer]:
        command = [sys.executable, "-m", "tests.crash.worker"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as program:
            yield ForkServer(program)
            assert program.stdin is not None
            program.stdin.close()

    def fileno(self) -> int:
        """For a selector that waits for a life to end."""
        assert self._program.stdout is not None
        return self._program.stdout.fileno()

    def begin(self, life: Life) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(asdict(life)) + "\n")
        self._program.stdin.flush()

    def end(self) -> int:
        """The status of the life begun; raises what the life itself found wrong."""
        assert self._program.stdout is not None
        ended = json.loads(self._program.stdout.readline())
        if ended["status"] > 0:
            raise AssertionError(Path(ended["home"], "fault").read_text())
        return int(ended["status"])


def live_through(server: ForkServer, life: Life, plan: Callable[[], Plan]) -> int:
    """Live a practice's life to its end, killed by plan again and again; how many kills it took."""
    for kills in range(MOST_LIVES):
        server.begin(replace(life, **plan()))
        if not server.end():
            return kills
    raise AssertionError("The practice never came to its end.")


def live_together(servers: Sequence[ForkServer], life: Life, plan: Callable[[], Plan]) -> int:
    """The same with several engines at once, each killed on its own."""
    kills = 0
    with selectors.DefaultSelector() as selector:
        for server in servers:
            selector.register(server, selectors.EVENT_READ)
            server.begin(replace(life, **plan()))
        while selector.get_map():
            for key, _ in selector.select():
                server = servers[[s.fileno() for s in servers].index(key.fd)]
                if server.end():
                    kills += 1
                    assert kills < MOST_LIVES
                    server.begin(replace(life, **plan()))
                else:
                    selector.unregister(server)
    return kills


def account(home: Path) -> Account:
    """What a practice that came to its end says of its life."""
    found: Account = json.loads((home / "journal.json").read_text())
    return found


def unlike(clean: Account, found: Account) -> list[str]:
    """How a practice that was killed differs from one that was not; empty if it does not."""
    said = differences(clean["lines"], found["lines"])
    if clean["entered"] != found["entered"]:
        was, now = ({tuple(row) for row in each["entered"]} for each in (clean, found))
        said.append(f"contacts arrived at steps on other days: {was - now}, now {now - was}")
    return said


def killed_at(home: Path) -> Counter[tuple[str, int]]:
    """The points at which lives ended: (name, passing)."""
    file = home / "kills"
    lines = file.read_text().splitlines() if file.exists() else []
    return Counter((name, int(number)) for name, number in (line.split() for line in lines))


def chance_plan(dice: random.Random) -> Plan:
    """A death at random: at a statement, and often before it at a moment of the clock's.

    Most lives are short; some are long enough to get over any instant.
    """
    plan: dict[str, Any] = {"statement": int(50 * dice.paretovariate(1))}
    if dice.random() < 0.5:
        plan["seconds"] = 0.01 * dice.paretovariate(1)
    return plan

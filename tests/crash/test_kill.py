"""Kill -9 at every commit point and at random moments: nothing twice, nothing lost.

quality.md, "Never". PRACTICE_CRM_KILLS and PRACTICE_CRM_SERVER_KILLS ask for more kills than a
usual run has.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from db import keys
from tests.crash.server import (
    Account,
    ForkServer,
    Plan,
    account,
    chance_plan,
    killed_at,
    live_through,
    live_together,
    unlike,
)
from tests.crash.worker import Life
from tests.servers import PostgresServer

KILLS = int(os.environ.get("PRACTICE_CRM_KILLS", "2000"))
SERVER_KILLS = int(os.environ.get("PRACTICE_CRM_SERVER_KILLS", "500"))
PEOPLE = 20
SEEDS = (1, 2, 3)
LATER = 5
"""The Nth passing at which a point is tried too, where there are plenty."""
MOST_PRACTICES = 20
MEMORY = "/dev/shm"


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer.running() as running:
        yield running


@contextmanager
def new_home() -> Iterator[Path]:
    """A folder in memory where there is one: what a killed process wrote is there all the same."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="practice-crm-kill-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def clean(server: ForkServer) -> dict[int, Account]:
    """What practices say that nobody ever killed, by seed."""
    found = {}
    for seed in SEEDS:
        with new_home() as home:
            assert live_through(server, sqlite_life(home, seed), dict) == 0
            found[seed] = account(home)
        assert found[seed]["states"].keys() <= {"sent", "withdrawn"}
    return found


def sqlite_life(home: Path, seed: int) -> Life:
    return Life(str(home), f"sqlite:///{home / 'store.db'}", keys.new_key(), seed, PEOPLE)


def test_a_kill_at_every_commit_point(server: ForkServer, clean: dict[int, Account]) -> None:
    """At its first, its second and a later passing in one life."""
    seed = SEEDS[0]
    passed = clean[seed]["passed"]
    wanted = {(p, n) for p, times in passed.items() for n in (1, 2, LATER) if times >= 10 * n - 9}
    assert len(wanted) > 40
    for _ in range(MOST_PRACTICES):
        with new_home() as home:
            plan = partial(points_plan, home, frozenset(wanted))
            live_through(server, sqlite_life(home, seed), plan)
            assert unlike(clean[seed], account(home)) == []
            wanted -= killed_at(home).keys()
        if not wanted:
            return
    raise AssertionError(f"never reached: {sorted(wanted)}")


def points_plan(home: Path, wanted: frozenset[tuple[str, int]]) -> Plan:
    """To die at the next passing that is still wanted, of each point the earliest."""
    left = wanted - killed_at(home).keys()
    return {"points": {point: nth for point, nth in sorted(left, reverse=True)}}


def test_kills_at_random(server: ForkServer, clean: dict[int, Account]) -> None:
    dice = random.Random(20260302)
    kills = practices = 0
    while kills < KILLS:
        seed = SEEDS[practices % len(SEEDS)]
        with new_home() as home:
            life = sqlite_life(home, seed)
            kills += live_through(server, life, lambda: chance_plan(dice))
            assert unlike(clean[seed], account(home)) == []
        practices += 1
    print(f"{kills} kills in {practices} practices")


def test_three_engines_on_one_server(
    server: ForkServer, clean: dict[int, Account], postgres: PostgresServer
) -> None:
    dice = random.Random(20260303)
    kills = practices = 0
    with ForkServer.running() as second, ForkServer.running() as third:
        while kills < SERVER_KILLS:
            seed = SEEDS[practices % len(SEEDS)]
            with postgres.database() as url, new_home() as home:
                life = Life(str(home), url, None, seed, PEOPLE)
                kills += live_together((server, second, third), life, lambda: chance_plan(dice))
                assert unlike(clean[seed], account(home)) == []
            practices += 1
    print(f"{kills} kills in {practices} practices")

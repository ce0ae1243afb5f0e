"""What every test may ask for, and what every test is watched for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.servers import MailPeer, PostgresServer, running_postgres

# The same cases every time; a slow machine is no failure.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("house")

# How long a thread that was told to end may take to be gone.
LAST_BREATH = 5.0


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        thread.join(LAST_BREATH)
    left = [thread.name for thread in new if thread.is_alive()]
    assert not left, f"threads left running: {left}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for the run, started when the first test asks for it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty store of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def mail_peer() -> Iterator[MailPeer]:
    """A plain mail server that takes everything until told otherwise."""
    with MailPeer() as peer:
        yield peer

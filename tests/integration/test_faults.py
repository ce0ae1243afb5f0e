"""The Nth call fails, for every N; the disk, the server or the clock do: nothing twice or lost."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event

from db.errors import KnownError
from db.queries import journal
from db.session import Store, open_store, temporary_store
from engine.calendar import DAY, HOUR, MINUTE
from engine.channels.port import Email, Outcome
from engine.channels.recording import RecordingChannel
from engine.channels.smtp import SmtpChannel, SmtpSettings
from engine.claims import LEASE
from engine.commands import flows
from engine.dispatcher import Channels, deliver, standing
from engine.due import next_due
from engine.runner import advance
from engine.scenario import line_document
from engine.settlement import Delivered
from engine.workspace import Workspace
from tests.crash.audit import audit
from tests.crash.mailbox import Mailbox, Postman
from tests.crash.practice import START, obey, set_up, timeline
from tests.e2e.compare import differences
from tests.integration.desk import EMAIL, NOON, TEXT, Desk
from tests.servers import DROP, LOOPBACK, MailPeer, PostgresServer

# Every statement of every step fails once


class Faults:
    """Makes the nth statement or commit of a store fail, as the driver itself would."""

    def __init__(self, store: Store) -> None:
        self._sqlite = store.dialect == "sqlite"
        self._left = 0
        event.listen(store.engine, "before_cursor_execute", self._count)
        event.listen(store.engine, "commit", self._count)

    def at(self, nth: int) -> None:
        """Fail the nth from now on; 0 for none."""
        self._left = nth

    def _count(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            raise _disk_error() if self._sqlite else psycopg.errors.AdminShutdown("going down")


def _disk_error() -> Exception:
    error: Any = sqlcipher.OperationalError("disk I/O error")
    error.sqlite_errorcode = 10
    return cast(Exception, error)


class Trial:
    """A small practice each of whose steps is tried until nothing fails in it any more."""

    def __init__(self, store: Store, home: Path, stride: int) -> None:
        home.mkdir()
        self.mailbox = Mailbox(home)
        self.ledger = home / "ledger"
        self.workspace = Workspace(store, self.ledger)
        self.failures = 0
        self._faults = Faults(store)
        self._stride = stride

    def live(self) -> list[dict[str, str]]:
        """Live through the practice; its journal."""
        set_up(self.workspace)
        orders = timeline(5, 2)
        now: int | None = START
        while now is not None and now <= START + 28 * HOUR:
            while orders and orders[0].at == now:
                self._try(partial(obey, self.workspace, orders.pop(0)))
            self._try(partial(advance, self.workspace, now, 2))
            channels = self._channels(now)
            self._try(partial(deliver, self.workspace, channels, standing(now), limit=2))
            due = next_due(self.workspace, now)
            now = min(filter(None, (due, orders[0].at if orders else None)), default=None)
        assert audit(self.workspace, self.mailbox, self.ledger) == []
        return self._journal()

    def _channels(self, at: int) -> Channels:
        return Channels(
            Postman(self.mailbox, at, answers=True), Postman(self.mailbox, at, answers=True)
        )

    def _try(self, deed: Callable[[], object]) -> None:
        nth = self._stride
        while True:
            self._faults.at(nth)
            try:
                deed()
            except KnownError:
                self.failures += 1
                if self.failures % 50 == 0:
                    assert audit(self.workspace, self.mailbox, self.ledger) == []
                nth += self._stride
            else:
                self._faults.at(0)
                return

    def _journal(self) -> list[dict[str, str]]:
        with self.workspace.store.read() as connection:
            rows = journal.lines(connection, 0, 100_000)
        return [line_document(row, row.ref) for row in rows if row.what != "withdrawn"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    home = tmp_path_factory.mktemp("undisturbed")
    with temporary_store() as store:
        return Trial(store, home / "practice", 10**9).live()


def test_every_statement_of_a_practice_fails_once(
    undisturbed: list[dict[str, str]], tmp_path: Path
) -> None:
    with temporary_store() as store:
        trial = Trial(store, tmp_path / "practice", 1)
        assert differences(undisturbed, trial.live()) == []
    assert trial.failures > 1000


def test_statements_of_a_practice_on_a_server_fail(
    undisturbed: list[dict[str, str]], tmp_path: Path, postgres_url: str
) -> None:
    with temporary_store(postgres_url) as store:
        trial = Trial(store, tmp_path / "practice", 5)
        assert differences(undisturbed, trial.live()) == []
    assert trial.failures > 50


# Every verb of a mail server fails


@pytest.fixture(scope="module")
def peer() -> Iterator[MailPeer]:
    with MailPeer() as running:
        yield running


@pytest.mark.parametrize("reply", ["451 4.3.0 Later", "550 5.1.1 No such mailbox", DROP])
def test_every_verb_of_a_mail_server_fails_once(peer: MailPeer, reply: str) -> None:
    for nth in range(1, 100):
        failed = one_failing_verb(peer, nth, reply)
        if not failed:
            assert nth > 8
            return
    raise AssertionError("no end of verbs")


def one_failing_verb(peer: MailPeer, nth: int, reply: str) -> bool:
    """Three letters go out while the nth verb fails; whether there was an nth."""
    arrived, first = len(peer.received), peer.verbs["*"]
    peer.answer("*", first + nth, reply)
    settings = SmtpSettings(LOOPBACK, peer.port, "none")
    with temporary_store() as store, closing(SmtpChannel(settings)) as channel:
        desk = Desk(store).set_up(EMAIL)
        people = {f"p{n}@example.org": desk.person(f"P{n}") for n in range(3)}
        for who in people.values():
            desk.ask(who)
        done, at = Delivered(), NOON
        for _ in range(9):
            done += desk.deliver(at, channel)
            at += HOUR
        rows = desk.rows(
            """SELECT c.email, m.state, c.email_bounced FROM message m
            JOIN contact c ON c.id = m.contact_id"""
        )
    mailbox = [one.rcpt_to[0] for one in peer.received[arrived:]]
    assert len(mailbox) == len(set(mailbox))
    for row in rows:
        assert row.state in ("sent", "uncertain", "bounced", "failed")
        assert row.email_bounced == int(row.state == "bounced")
        if row.state != "uncertain":
            assert (row.state == "sent") == (row.email in mailbox)
    if reply != DROP:
        assert not done.uncertain
    if reply.startswith("4"):
        assert done.sent == 3 and len(mailbox) == 3
    assert done.uncertain <= 1
    return peer.verbs["*"] >= first + nth


def test_only_a_drop_after_the_dot_is_uncertain(peer: MailPeer) -> None:
    for verb in ("EHLO", "MAIL", "RCPT", "DATA", "DOT"):
        peer.answer(verb, peer.verbs[verb] + 1, DROP)
        settings = SmtpSettings(LOOPBACK, peer.port, "none")
        with temporary_store() as store, closing(SmtpChannel(settings)) as channel:
            desk = Desk(store).set_up(EMAIL)
            desk.ask(desk.person("Ann"))
            first = desk.deliver(NOON, channel)
            assert first == (Delivered(uncertain=1) if verb == "DOT" else Delivered(retried=1))
            assert desk.deliver(NOON + MINUTE, channel).sent == int(verb != "DOT")


# The world's own faults


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_then_it_goes_on() -> None:
    with temporary_store() as store:
        desk = Desk(store).set_up(EMAIL, TEXT)
        ann = desk.person("Ann")
        with full_disk(), pytest.raises(KnownError, match="disk"):
            desk.ask(ann)
        assert desk.states() == []
        desk.ask(ann)
        with full_disk(), pytest.raises(KnownError, match="disk"):
            desk.deliver(NOON)
        assert desk.deliver(NOON).sent == 2


def test_a_full_disk_after_the_hand_over_sends_nothing_twice(tmp_path: Path) -> None:
    limits = full_disk()

    class Filling(RecordingChannel[Email]):
        def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
            yield from super().send(batch)
            limits.__enter__()

    with temporary_store() as store:
        desk = Desk(store, tmp_path / "ledger").set_up(EMAIL)
        desk.ask(desk.person("Ann"))
        channel = Filling()
        with pytest.raises(KnownError, match="disk"):
            desk.deliver(NOON, channel)
        limits.__exit__(None, None, None)
        assert desk.deliver(NOON + MINUTE, channel) == Delivered()
        assert desk.deliver(NOON + LEASE, RecordingChannel()) == Delivered(retried=1)
        assert len(channel.delivered) == 1


def test_a_flow_edited_before_a_restart_goes_on_after_it() -> None:
    wait = {"id": "wait", "type": "delay", "amount": 2, "unit": "hours"}
    with temporary_store() as store:
        desk = Desk(store).set_up(EMAIL, wait, TEXT)
        desk.ask(desk.person("Ann"))
        edited = {**desk.document, "steps": [wait, EMAIL, TEXT]}
        flows.edit_flow(desk.workspace, desk.flow, edited, NOON + HOUR)
        advance(Workspace(store), NOON + 2 * HOUR)
        assert desk.said()[1:] == ["sent", "waiting", "sent", "completed"]


def test_a_clock_set_back_does_nothing_and_loses_nothing() -> None:
    wait = {"id": "wait", "type": "delay", "amount": 2, "unit": "hours"}
    with temporary_store() as store:
        desk = Desk(store).set_up(EMAIL, wait, TEXT)
        ann = desk.person("Ann")
        desk.ask(ann)
        said = desk.said()
        advance(desk.workspace, NOON - DAY)
        assert desk.deliver(NOON - HOUR) == Delivered() and desk.said() == said
        assert desk.deliver(NOON).sent == 1
        advance(desk.workspace, NOON + 2 * HOUR)
        advance(desk.workspace, NOON + HOUR)
        assert desk.deliver(NOON + 2 * HOUR).sent == 1
        assert desk.said()[-2:] == ["sent", "completed"]


def test_a_server_restarted_in_mid_send(postgres: PostgresServer, postgres_url: str) -> None:
    class Cutting(RecordingChannel[Email]):
        def send(self, batch: Iterable[Email]) -> Iterator[tuple[str, Outcome]]:
            for pair in super().send(batch):
                if len(self.delivered) == 2:
                    postgres.stop("immediate")
                yield pair

    with closing(open_store(postgres_url)) as store:
        desk = Desk(store).set_up(EMAIL)
        for name in ("Ann", "Bob", "Cat"):
            desk.ask(desk.person(name))
        channel = Cutting()
        try:
            with pytest.raises(KnownError, match="server"):
                desk.deliver(NOON, channel)
            with pytest.raises(KnownError, match="server"):
                advance(desk.workspace, NOON)
        finally:
            postgres.start()
        assert desk.deliver(NOON + LEASE, channel) == Delivered(sent=3)
        assert len(channel.delivered) == 3 and desk.states() == ["sent"] * 3

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.ticking import Ticker
from app.work import Work
from db.errors import KnownError
from engine.channels.port import Email, Outcome
from engine.channels.recording import RecordingChannel
from engine.commands.beginning import fill_with_sample
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.settings import put_settings
from engine.dispatcher import RECORDED, Channels
from engine.frame import read_overview
from engine.importing import Taken, take
from engine.sample import set_up
from engine.workspace import Reader, Workspace
from tests.gui.conftest import NOW
from views.ports import KINDS, Changes
from views.widgets.status import OFFLINE, PAUSED, RUNNING, TROUBLE, EngineState

PEOPLE = frozenset({"contacts"})
ANN = NewContact("manual", {"first_name": "Ann", "email": "ann@example.org"})


@pytest.fixture
def work(workspace: Workspace, qtbot: QtBot) -> Iterator[Work]:
    made = Work(workspace, lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def practice_of(reader: Reader) -> str:
    return read_overview(reader).practice


def named(name: str) -> Callable[[Workspace, int], None]:
    return lambda workspace, now: put_settings(workspace, {"practice.name": name})


def test_a_question_is_asked_elsewhere_and_answered_here(
    work: Work, owner: QObject, qtbot: QtBot
) -> None:
    threads: list[threading.Thread] = []
    answers: list[str] = []

    def question(reader: Reader) -> str:
        threads.append(threading.current_thread())
        return practice_of(reader)

    def answer(name: str) -> None:
        threads.append(threading.current_thread())
        answers.append(name)

    work.ask(owner, question, answer)
    assert not answers
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["Our practice"]
    assert threads[0] is not threads[1] is threading.main_thread()


def test_of_questions_that_overlap_only_the_last_is_answered(
    work: Work, owner: QObject, qtbot: QtBot
) -> None:
    asked, gate = threading.Event(), threading.Event()
    answers: list[str] = []

    def slow(reader: Reader) -> str:
        asked.set()
        gate.wait()
        return "first"

    work.ask(owner, slow, answers.append, "search")
    asked.wait()
    work.ask(owner, lambda reader: "second", answers.append, "search")
    work.ask(owner, lambda reader: "third", answers.append, "search")
    work.ask(owner, lambda reader: "another", answers.append, "count")
    qtbot.waitUntil(lambda: sorted(answers) == ["another", "third"])
    gate.set()
    qtbot.waitUntil(lambda: not work.busy)
    assert sorted(answers) == ["another", "third"]


def endless(begun: threading.Event) -> Callable[[Reader], object]:
    """A question whose answer would never come."""

    def question(reader: Reader) -> object:
        begun.set()
        sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
        return reader.exec_driver_sql(sql).scalar()

    return question


def test_a_question_that_was_overtaken_ends_at_once(
    work: Work, owner: QObject, qtbot: QtBot
) -> None:
    begun = threading.Event()
    answers: list[object] = []
    work.crashed.connect(answers.append)
    work.ask(owner, endless(begun), answers.append, "search")
    begun.wait()
    work.ask(owner, practice_of, answers.append, "search")
    qtbot.waitUntil(lambda: not work.busy)
    assert answers == ["Our practice"]


def test_closing_waits_for_no_question(workspace: Workspace, owner: QObject) -> None:
    begun, work = threading.Event(), Work(workspace, lambda: NOW)
    work.ask(owner, endless(begun), lambda _: None)
    begun.wait()
    work.close()


def test_one_who_is_gone_is_not_answered_but_what_was_done_is_said(
    work: Work, workspace: Workspace, qtbot: QtBot
) -> None:
    owner, gate = QObject(), threading.Event()
    heard: list[object] = []
    said: list[Changes] = []
    work.changed.connect(said.append)

    def held(reader: Reader) -> None:
        gate.wait()

    work.ask(owner, held, heard.append)
    work.do(owner, named("Oak"), heard.append, about=frozenset({"settings"}))
    delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: not work.busy)
    assert heard == []
    assert [each.kinds for each in said] == [{"settings"}]
    with workspace.store.read() as connection:
        assert practice_of(connection) == "Oak"


def test_commands_run_one_by_one_in_the_order_given(
    work: Work, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    threads: set[int] = set()

    def numbered(number: int) -> Callable[[Workspace, int], int]:
        def command(workspace: Workspace, now: int) -> int:
            threads.add(threading.get_ident())
            assert now == NOW
            return number

        return command

    for number in range(20):
        work.do(owner, numbered(number), done.append, about=PEOPLE)
    qtbot.waitUntil(lambda: not work.busy)
    assert done == list(range(20))
    assert len(threads) == 1


def test_a_known_fault_goes_to_its_place_or_a_toast_and_ours_to_the_crash(
    work: Work, owner: QObject, qtbot: QtBot
) -> None:
    placed: list[str] = []
    said: list[str] = []
    crashed: list[Exception] = []
    work.said.connect(lambda words, undo: said.append(words))
    work.crashed.connect(crashed.append)

    def refused(workspace: Workspace, now: int) -> None:
        raise KnownError("Give it a name.")

    def broken(reader: Reader) -> str:
        raise LookupError("ours")

    work.do(owner, refused, failed=lambda fault: placed.append(fault.sentence), about=PEOPLE)
    work.do(owner, refused, about=PEOPLE)
    work.ask(owner, broken, placed.append)
    qtbot.waitUntil(lambda: not work.busy)
    assert (placed, said) == (["Give it a name."], ["Give it a name."])
    assert [type(each) for each in crashed] == [LookupError]


def test_a_cancelled_import_ends_soon_with_nothing_half_done(
    work: Work, workspace: Workspace, owner: QObject, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "people.csv"
    rows = (f"Ann{number},Lee{number},ann{number}@example.org\n" for number in range(60_000))
    file.write_text("First name,Last name,Email\n" + "".join(rows))
    shares: list[float] = []
    answers: list[object] = []
    job = work.work(
        owner, lambda *parts: take(parts[0], file, [], "lead", NOW, *parts[1:]), answers.append,
        shares.append,
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(shares))
    job.cancel()
    qtbot.waitUntil(lambda: not work.busy)
    assert answers == []
    with workspace.store.read() as connection:
        people = connection.exec_driver_sql("SELECT COUNT(*) FROM contact").scalar_one()
        events = connection.exec_driver_sql("SELECT COUNT(*) FROM event").scalar_one()
    assert 0 < people == events < 60_000
    assert people % 500 == 0


def test_an_import_says_what_became_of_each_row(
    work: Work, owner: QObject, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,Email\nAnn Lee,ann@example.org\nAnn Lee,ann@example.org\n,nobody\n")
    answers: list[Taken | None] = []
    said: list[Changes] = []
    work.changed.connect(said.append)
    work.work(
        owner, lambda *parts: take(parts[0], file, [], "lead", NOW, *parts[1:]), answers.append,
        lambda share: None,
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(answers))
    kept = file.with_name("people.csv.refused.csv")
    taken = answers[0]
    assert taken is not None
    counts = taken.result.read, taken.result.created, taken.result.merged, taken.result.refused
    assert (counts, taken.refused_file) == ((3, 1, 1, 1), kept)
    assert kept.exists()
    assert said == [Changes(KINDS)]


def test_the_sample_practice_comes_whole_or_not_at_all(
    work: Work, workspace: Workspace, owner: QObject, qtbot: QtBot
) -> None:
    answers: list[None] = []
    shares: list[float] = []

    def small(
        workspace: Workspace, tell: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> None:
        fill_with_sample(workspace, NOW, tell, cancelled, people=12, days=6)

    job = work.work(owner, small, answers.append, shares.append)
    qtbot.waitUntil(lambda: bool(shares))
    job.cancel()
    qtbot.waitUntil(lambda: not work.busy)
    with workspace.store.read() as connection:
        assert read_overview(connection).empty
    shares.clear()
    work.work(owner, small, answers.append, shares.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with workspace.store.read() as connection:
        assert not read_overview(connection).empty
        assert len(workspace.catalogue(connection).flows) > 10


def test_closing_carries_out_what_was_given_and_ends_every_thread(
    workspace: Workspace, qtbot: QtBot
) -> None:
    before = threading.active_count()
    work, owner = Work(workspace, lambda: NOW), QObject()
    heard: list[object] = []
    work.ask(owner, practice_of, heard.append)
    work.do(owner, named("Elm"), heard.append, about=frozenset({"settings"}))
    work.close()
    assert threading.active_count() == before
    with workspace.store.read() as connection:
        assert practice_of(connection) == "Elm"
    assert heard == []


@pytest.fixture
def ticker(workspace: Workspace, qtbot: QtBot) -> Iterator[Ticker]:
    made = Ticker(workspace.store, None, lambda: NOW, lambda workspace: RECORDED)
    yield made
    made.close()


def test_the_engine_says_how_it_does_and_stands_still_when_paused(
    ticker: Ticker, qtbot: QtBot
) -> None:
    states: list[EngineState] = []
    ticker.told.connect(states.append)
    ticker.start()
    qtbot.waitUntil(lambda: bool(states) and states[-1].mood == RUNNING)
    ticker.pause(True)
    qtbot.waitUntil(lambda: states[-1].mood == PAUSED)
    ticker.pause(False)
    qtbot.waitUntil(lambda: states[-1].mood == RUNNING)


def test_the_engine_sends_at_once_what_a_command_brings(workspace: Workspace, qtbot: QtBot) -> None:
    set_up(workspace, NOW)
    emails: RecordingChannel[Email] = RecordingChannel()
    channels = Channels(emails, RecordingChannel())
    ticker = Ticker(workspace.store, None, lambda: NOW, lambda workspace: channels)
    states: list[EngineState] = []
    ticker.told.connect(states.append)
    ticker.start()
    try:
        qtbot.waitUntil(lambda: bool(states))
        create_contacts(workspace, [ANN], NOW)
        with qtbot.waitSignal(ticker.worked):
            ticker.wake()
    finally:
        ticker.close()
    assert [each.recipient for each in emails.delivered] == ["ann@example.org"]
    assert states[-1].waiting == 0


def test_offline_says_how_many_messages_wait(workspace: Workspace, qtbot: QtBot) -> None:
    set_up(workspace, NOW)
    create_contacts(workspace, [ANN], NOW)
    nobody: RecordingChannel[Email] = RecordingChannel(lambda key: Outcome("retry"))
    channels = Channels(nobody, RecordingChannel())
    ticker = Ticker(workspace.store, None, lambda: NOW, lambda workspace: channels)
    states: list[EngineState] = []
    ticker.told.connect(states.append)
    ticker.start()
    qtbot.waitUntil(lambda: bool(states))
    ticker.close()
    assert (states[0].mood, states[0].waiting) == (OFFLINE, 1)


def test_closed_within_a_tick_the_engine_puts_back_what_it_had_taken(
    workspace: Workspace, qtbot: QtBot
) -> None:
    set_up(workspace, NOW)
    people = [replace(ANN, fields={"email": f"ann{n}@example.org"}) for n in range(30)]
    create_contacts(workspace, people, NOW)
    handed = threading.Event()

    def closing(key: str) -> Outcome:
        engine.stop()
        handed.set()
        return Outcome("sent")

    channels = Channels(RecordingChannel(closing), RecordingChannel())
    engine = Ticker(workspace.store, None, lambda: NOW, lambda workspace: channels)
    engine.start()
    handed.wait()
    engine.close()
    with workspace.store.read() as connection:
        states = connection.exec_driver_sql(
            "SELECT state, COUNT(*) FROM message GROUP BY state ORDER BY state"
        ).all()
    assert [tuple(row) for row in states] == [("queued", 29), ("sent", 1)]


def test_without_a_way_out_the_flows_go_on_and_the_bar_says_why(
    workspace: Workspace, qtbot: QtBot
) -> None:
    def none(workspace: Workspace) -> Channels:
        raise KnownError("The mail server's password is missing.")

    ticker = Ticker(workspace.store, None, lambda: NOW, none)
    states: list[EngineState] = []
    ticker.told.connect(states.append)
    ticker.start()
    qtbot.waitUntil(lambda: bool(states))
    ticker.close()
    assert (states[0].mood, states[0].trouble) == (
        TROUBLE,
        "The mail server's password is missing.",
    )


def test_what_another_desk_wrote_is_said_too(
    workspace: Workspace, ticker: Ticker, qtbot: QtBot
) -> None:
    states: list[EngineState] = []
    ticker.told.connect(states.append)
    ticker.start()
    qtbot.waitUntil(lambda: bool(states))
    create_contacts(Workspace(workspace.store), [ANN], NOW)
    with qtbot.waitSignal(ticker.worked):
        ticker.wake()

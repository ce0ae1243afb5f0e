"""The desk that answers when told to has the window's own rules."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from db.errors import KnownError
from engine.commands.settings import put_settings
from engine.frame import read_overview
from engine.workspace import Reader, Workspace
from tests.gui.conftest import NOW
from tests.gui.fakes import COMMAND, JOB, HeldDesk
from views.ports import KINDS, Changes

SETTINGS = frozenset({"settings"})


@pytest.fixture
def held(workspace: Workspace, qtbot: QtBot) -> HeldDesk:
    return HeldDesk(workspace, NOW)


def practice_of(reader: Reader) -> str:
    return read_overview(reader).practice


def rename(workspace: Workspace, now: int) -> None:
    put_settings(workspace, {"practice.name": "Oak"})


def refuse(*_: object) -> str:
    raise KnownError("Give it a name.")


def test_answers_come_when_released_and_of_one_name_only_the_last(held: HeldDesk) -> None:
    answers: list[str] = []
    owner = QObject()
    held.ask(owner, lambda reader: "first", answers.append, "search")
    held.ask(owner, lambda reader: "second", answers.append, "search")
    held.ask(owner, lambda reader: "counted", answers.append, "count")
    assert (answers, held.held) == ([], ["search", "search", "count"])
    held.release("count")
    held.release("search", -1)
    held.release("search")
    assert (answers, held.held) == (["counted", "second"], [])


def test_an_answer_may_be_of_before_a_command_that_is_done(held: HeldDesk) -> None:
    answers: list[str] = []
    owner = QObject()
    held.ask(owner, practice_of, answers.append)
    held.do(owner, rename, about=SETTINGS)
    held.foresee("")
    held.settle("")
    held.ask(owner, practice_of, answers.append)
    held.settle()
    assert answers == ["Our practice", "Oak"]


def test_one_who_is_gone_hears_nothing_and_changes_are_said(held: HeldDesk) -> None:
    said: list[Changes] = []
    heard: list[object] = []
    held.changed.connect(said.append)
    owner = QObject()
    held.ask(owner, practice_of, heard.append)
    held.do(owner, rename, heard.append, about=SETTINGS)
    held.work(owner, lambda *parts: 1, heard.append, heard.append)
    delete(owner)
    held.settle()
    assert (heard, said) == ([], [Changes(SETTINGS), Changes(KINDS)])


def test_faults_are_said_or_placed(held: HeldDesk) -> None:
    placed: list[str] = []
    owner = QObject()
    held.ask(owner, refuse, placed.append)
    held.do(owner, refuse, failed=lambda fault: placed.append(fault.sentence), about=SETTINGS)
    held.work(owner, refuse, placed.append, lambda share: None)
    held.foresee(JOB)
    for name in (COMMAND, JOB, ""):
        held.release(name)
    assert (placed, held.words) == (["Give it a name."], ["Give it a name."] * 2)


def test_a_cancelled_job_answers_nothing(held: HeldDesk) -> None:
    heard: list[object] = []
    owner = QObject()
    task = held.work(owner, lambda *parts: 1, heard.append, heard.append)
    task.cancel()
    held.settle()
    assert heard == []

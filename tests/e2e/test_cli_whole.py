"""What every command promises: where it writes, how it ends, how quickly it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.root import MODULES
from tests.e2e.command_line import ROOT, WELCOME, crm, environment, program, well, written


def test_without_a_screen_it_says_that_there_is_none(tmp_path: Path) -> None:
    program(home=tmp_path).says_no("There is no screen to open the window on", status=1)


def test_a_screen_that_can_t_be_used_is_said_before_qt_gives_up(tmp_path: Path) -> None:
    # Either the machine lacks a library of X11, or nobody answers there.
    answer = program(home=tmp_path, more={"DISPLAY": ":997"})
    answer.says_no("Every command works without one", status=1)


def test_a_demo_without_a_screen_says_so_and_is_done(tmp_path: Path) -> None:
    answer = program("demo", "--contacts", 3, "--days", 1, home=tmp_path)
    assert (answer.status, answer.err) == (0, "")
    assert "nothing was really sent" in answer.out
    assert answer.out.endswith("window on. This was the run without it.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fly",), "fly"),
        (("lst", "automations"), "list"),
        (("list",), "WHAT"),
        (("list", "automations", "lists"), "lists"),
        (("list", "automations", "--fast"), "--fast"),
        (("list", "automations", "--store"), "--store"),
        (("scenario", "x.json", "--batch", "0"), "--batch"),
        (("run", "--once", "--batch", "many"), "--batch"),
        (("record", "appointment_booked"), "--contact"),
        (("report", "everything", "x"), "everything"),
        (("settings", "put", "a", "b"), "put"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    crm(*arguments).says_no(words)


@pytest.mark.parametrize("name", MODULES)
def test_every_command_takes_the_shared_options(name: str) -> None:
    answer = crm(name, "--help")
    assert answer.status == 0
    assert "--store" in answer.out or "COMMAND" in answer.out
    assert "--json" in answer.out


def test_help_names_every_command() -> None:
    answer = crm("--help")
    assert answer.status == 0
    assert [name for name in MODULES if name not in answer.out] == []


def test_shared_options_stand_before_or_after_the_command(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    before = crm("--store", store, "--json", "list", "lists")
    after = crm("list", "lists", "--store", store, "--json")
    between = crm("--json", "settings", "--store", store, "get", "practice.region")
    assert (before.json, after.json) == ({"items": []}, {"items": []})
    assert between.json == {"key": "practice.region", "value": "US"}
    assert [path.name for path in tmp_path.glob("*.db")] == ["store.db"]


def test_the_later_store_counts(tmp_path: Path) -> None:
    crm("--store", tmp_path / "a.db", "list", "lists", "--store", tmp_path / "b.db")
    assert (tmp_path / "b.db").exists()
    assert not (tmp_path / "a.db").exists()


def test_without_a_store_it_is_the_user_s_own(tmp_path: Path) -> None:
    assert program("list", "lists", home=tmp_path).status == 0
    assert (tmp_path / "data/practice-crm/practice.db").exists()


@pytest.mark.parametrize(
    ("url", "words", "status"),
    [
        ("mysql://example.org/x", "Unknown store mysql://", 2),
        ("postgresql://nobody@127.0.0.1:1/none", "can't be reached", 1),
        ("no/such/folder/store.db", "no/such/folder", 1),
        ("sqlite:///no/such/folder/store.db", "no/such/folder", 1),
        (".", "", 1),
    ],
)
def test_a_store_that_can_t_be_opened(url: str, words: str, status: int, tmp_path: Path) -> None:
    answer = program("list", "lists", "--store", url, home=tmp_path, cwd=tmp_path)
    assert answer.status in (1, 2)
    assert words in answer.err
    assert answer.err.count("\n") == 1
    if words:
        answer.says_no(words, status=answer.status)


def test_a_file_that_is_no_store_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ann, " * 1000)
    answer = crm("list", "lists", "--store", file)
    answer.says_no(str(file), status=answer.status)
    assert file.read_text() == "Dear Ann, " * 1000


def test_a_pipe_that_closes_early_is_no_news(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "scenario", str(WELCOME)],
        stdout=writer, stderr=subprocess.PIPE, cwd=ROOT, env=environment(tmp_path),
    )  # fmt: skip
    os.close(writer)
    _, err = process.communicate()
    assert err == b""
    assert process.returncode == 1


def test_names_survive_a_terminal_without_letters(tmp_path: Path) -> None:
    answer = program(
        "--store", tmp_path / "s.db", "settings", "set", "practice.name", "Praxis Müller 医院",
        home=tmp_path, more={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (answer.status, answer.err) == (0, "")


def test_a_bug_leaves_its_frames_in_the_log_and_no_patient(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = tmp_path / "store.db"
    well("record", "contact_created", "--contact", "canary", "--first-name", "Canary",
         "--store", store)  # fmt: skip
    code = (
        "from app.cli import root\n"
        "from app.cli.root import MODULES\n"
        "MODULES['broken'] = 'tests.e2e.broken_command'\n"
        "import sys; sys.exit(root.run(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "broken", "Canary Lee", "--store", str(store)],
        capture_output=True, text=True, cwd=ROOT, env=environment(home), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Something went wrong inside the program: what happened is in ")
    assert done.stderr.count("\n") == 1
    (log,) = home.rglob("practice-crm.log")
    said = log.read_text()
    assert "RuntimeError" in said
    assert "app/cli/root.py" in said
    assert "Canary" not in said + done.stderr


def test_start_up_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from app.cli import root; root.run(['--help-me']);"
        "print([m for m in ('sqlalchemy', 'alembic', 'rich.table', 'httpx', 'apscheduler',"
        " 'psycopg', 'jinja2', 'structlog', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, cwd=ROOT, env=environment(tmp_path), check=False,
    )  # fmt: skip
    assert done.stdout == "[]\n"


def test_an_unreadable_document_is_told_with_every_fault(tmp_path: Path) -> None:
    faulty = written(tmp_path / "x.scenario.json", {"format": "practice-crm/scenario@1", "x": 1})
    answer = crm("scenario", faulty)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.splitlines() == [
        "x: is not a key of a scenario; it has format, practice, start, until, note, users, "
        "providers, forms, lists, templates, automations, sequences, campaigns, timeline",
        "practice: is missing", "start: is missing", "until: is missing",
    ]  # fmt: skip

"""What a person sees at a terminal of the usual width, and after a run that could not send."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.command_line import HELLO, automation, crm, program, well, written
from tests.servers import free_port

START = "2026-01-05T14:00:00Z"
TERMINAL = {"TTY_COMPATIBLE": "1", "TERM": "dumb", "COLUMNS": "80"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A practice with one live automation and one person in it."""
    store = tmp_path / "store.db"
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    file = written(tmp_path / "welcome.json", automation(goal="patient_reactivation"))
    well("import", "automation", file, "--at", START, "--store", store)
    well("activate", "automation", "Welcome series", "--at", START, "--store", store)
    well("record", "create_contact", "--contact", "ann", "--email", "ann@example.org",
         "--at", START, "--store", store)  # fmt: skip
    return store


def live_a_minute(store: Path) -> str:
    done = crm("run", "--clock", "simulated", "--until", "2026-01-05T14:00:30Z", "--store", store)
    assert (done.status, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("report", "automation", "Welcome series"),
            ["Entered", "send_email", "Waiting"],
        ),
        (("list", "automations"), ["Trigger: contact created", "Goal: patient reactivation"]),
    ],
)
def test_no_word_is_broken_at_eighty_columns(
    store: Path, tmp_path: Path, arguments: tuple[str, ...], words: list[str]
) -> None:
    live_a_minute(store)
    shown = program(*arguments, "--store", store, home=tmp_path, more=TERMINAL)
    assert (shown.status, shown.err) == (0, "")
    assert max(map(len, shown.out.splitlines())) <= 80
    assert all(word in shown.out for word in words), shown.out


def test_a_run_says_what_could_not_go_out(store: Path) -> None:
    for key, value in {"transport": "smtp", "smtp.host": "127.0.0.1", "smtp.security": "none",
                       "smtp.port": free_port()}.items():  # fmt: skip
        well("settings", "set", f"email.{key}", value, "--store", store)
    assert "1 message waits to go out" in live_a_minute(store)
    well("settings", "set", "email.transport", "folder", "--store", store)
    done = well("run", "--clock", "simulated", "--until", "2026-01-05T15:00:00Z", "--store", store)
    assert (done["sent"], done["waiting"]) == (1, 0)


def test_the_doctor_takes_the_simulated_clock_for_the_practice_s(tmp_path: Path) -> None:
    store, ahead = tmp_path / "store.db", "9000-01-05T14:00:00Z"
    well("record", "create_contact", "--contact", "ann", "--at", ahead, "--store", store)
    assert "BAD  clock" in crm("doctor", "--store", store).out
    well("run", "--clock", "simulated", "--until", ahead, "--store", store)
    assert "ok   clock" in crm("doctor", "--store", store).out

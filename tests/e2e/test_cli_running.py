"""Events recorded and the engine run, without a window."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import (
    HELLO,
    ROOT,
    automation,
    crm,
    environment,
    well,
    written,
)

START = "2026-01-05T14:00:00Z"
NOTHING = {"events": 0, "enrolled": 0, "steps": 0, "sent": 0, "uncertain": 0}


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> str:
    """A practice with one live automation, on both stores."""
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store_url)
    file = written(tmp_path / "welcome.json", automation())
    well("import", "automation", file, "--at", START, "--store", store_url)
    well("activate", "automation", "Welcome series", "--at", START, "--store", store_url)
    well("settings", "set", "email.folder", tmp_path / "outbox", "--store", store_url)
    well("settings", "set", "sms.folder", tmp_path / "outbox", "--store", store_url)
    return store_url


def ann(store: str, at: str = START) -> Any:
    return well(
        "record", "create_contact", "--contact", "ann", "--first-name", "Ann",
        "--email", "ann@example.org", "--phone", "+12025550123", "--at", at, "--store", store,
    )  # fmt: skip


def run_until(store: str, until: str) -> Any:
    return well("run", "--clock", "simulated", "--until", until, "--store", store)


def files(tmp_path: Path) -> list[str]:
    return sorted(path.suffix for path in (tmp_path / "outbox").glob("*.*"))


def test_a_month_in_a_moment(store: str, tmp_path: Path) -> None:
    assert ann(store) == {"event": "contact_created", "contact": 1, "recorded": True}
    done = run_until(store, "2026-01-06T14:00:00Z")
    assert (done["sent"], done["next_due"]) == (1, "2026-01-07T09:00:00Z")
    assert files(tmp_path) == [".eml"]
    assert run_until(store, "2026-02-05T14:00:00Z")["sent"] == 1
    assert files(tmp_path) == [".eml", ".json"]
    report = well("report", "automation", "Welcome series", "--store", store)
    assert (report["enrolled"], report["completed"], report["active"]) == (1, 1, 0)
    assert [step["sent"] for step in report["steps"]] == [1, 0, 1]
    sentences = [line["sentence"] for line in well("why", "ann", "--store", store)["lines"]]
    assert sentences[0] == "They entered “Welcome series”."
    assert sentences[-1] == "They reached the end of “Welcome series”."


def test_a_simulated_clock_goes_on_from_where_it_was_left(store: str) -> None:
    ann(store)
    run_until(store, "2026-01-06T14:00:00Z")
    crm("run", "--clock", "simulated", "--until", "2026-01-06T13:59:59Z", "--store", store).says_no(
        "already stands at 2026-01-06T14:00:00Z"
    )
    well("record", "book_appointment", "--contact", "ann", "--store", store)
    assert run_until(store, "2026-01-06T14:00:00Z")["sent"] == 0
    lines = well("why", "ann", "--store", store)["lines"]
    assert max(line["at"] for line in lines) <= "2026-01-06T14:00:00Z"


def test_once_does_what_is_due_and_ends(store: str) -> None:
    ann(store)
    done = well("run", "--once", "--store", store)
    assert (done["sent"], done["uncertain"]) == (0, 0)
    assert done["next_due"].endswith("Z")
    idle = well("run", "--once", "--store", store)
    assert {key: idle[key] for key in NOTHING} == NOTHING


@pytest.mark.parametrize("batch", [1, 7])
def test_the_batch_changes_nothing(store: str, batch: int) -> None:
    ann(store)
    done = well("run", "--clock", "simulated", "--until", "2026-02-05T14:00:00Z",
                "--batch", batch, "--store", store)  # fmt: skip
    assert done["sent"] == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--once", "--until", START), "--once or --until"),
        (("--clock", "simulated"), "needs --until"),
        (("--clock", "sundial"), "not one of real, simulated"),
        (("--until", "tomorrow"), "is no instant"),
    ],
)
def test_a_run_that_makes_no_sense(options: tuple[str, ...], words: str, tmp_path: Path) -> None:
    crm("run", *options, "--store", tmp_path / "s.db").says_no(words)


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"email.transport": "smtp", "email.smtp.host": "mail.oak.example"}, "mail.oak.example"),
        ({"email.transport": "smtp", "email.smtp.host": "192.0.2.1"}, "192.0.2.1"),
        ({"sms.transport": "twilio"}, "api.twilio.com"),
        ({"email.transport": "smtp", "email.smtp.host": "127.0.0.1"}, None),
        ({"email.transport": "smtp", "email.smtp.host": "localhost"}, None),
        ({"email.transport": "smtp", "email.smtp.host": "[::1]"}, None),
        ({"email.smtp.host": "mail.oak.example"}, None),
    ],
    ids=str,
)
def test_a_simulated_clock_reaches_no_patient(
    settings: dict[str, str], host: str | None, tmp_path: Path
) -> None:
    for key, value in settings.items():
        well("settings", "set", key, value, "--store", tmp_path / "s.db")
    answer = crm("run", "--clock", "simulated", "--until", START, "--store", tmp_path / "s.db")
    if host is None:
        assert "A simulated clock would" not in answer.err
    else:
        answer.says_no(host, "transport folder")


def test_a_run_until_a_past_instant_ends_at_once(tmp_path: Path) -> None:
    done = well("run", "--until", START, "--store", tmp_path / "s.db")
    assert {key: done[key] for key in NOTHING} == NOTHING


@pytest.fixture
def live(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """An engine that runs on the real clock, with a message to send at once."""
    store = str(tmp_path / "store.db")
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    file = written(tmp_path / "welcome.json", automation())
    well("import", "automation", file, "--store", store)
    well("activate", "automation", "Welcome series", "--store", store)
    well("record", "create_contact", "--contact", "ann", "--email", "ann@example.org",
         "--store", store)  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run", "--json", "--store", store],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=environment(tmp_path),
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def wait_for(process: subprocess.Popen[str], pattern: str, folder: Path) -> None:
    """Wait until the running engine made such a file."""
    for _ in range(600):
        if list(folder.glob(pattern)):
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"no {pattern}, and the engine said {process.communicate()}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_real_clock_ends_when_asked(
    live: subprocess.Popen[str], number: signal.Signals, tmp_path: Path
) -> None:
    wait_for(live, "*.eml", tmp_path / "store.db.outbox")
    live.send_signal(number)
    out, err = live.communicate(timeout=30)
    assert (live.returncode, err) == (0, "")
    assert json.loads(out)["sent"] == 1


def test_a_store_without_room_for_messages_is_no_end(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    blocked = tmp_path / "blocked"
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    well("import", "automation", written(tmp_path / "w.json", automation()), "--store", store)
    well("activate", "automation", "Welcome series", "--at", START, "--store", store)
    well("settings", "set", "email.folder", blocked, "--store", store)
    ann(str(store))
    blocked.write_text("a file where the folder should be")
    assert run_until(str(store), START)["sent"] == 0
    blocked.unlink()
    assert run_until(str(store), "2026-01-05T16:00:00Z")["sent"] == 1


def test_what_a_channel_lacks_is_said_before_anything_runs(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    well("settings", "set", "sms.transport", "twilio", "--store", store)
    crm("run", "--once", "--store", store).says_no("sms.twilio.account", status=1)
    well("settings", "set", "email.transport", "smtp", "--store", store)
    crm("run", "--once", "--store", store).says_no("email.smtp.host", status=1)


EVENTS = {
    "book_appointment": (), "appointment_cancelled": (), "appointment_completed": (),
    "submit_review": (), "activate_portal": (), "visit_page": ("--link", "/prices"),
    "register_event": (), "onboarding_milestone": (), "unsubscribe_email": (),
    "sms_opted_out": (), "sms_opted_in": (), "do_not_contact": (),
    "set_property": ("--property", "lead_source", "--value", "A friend"),
    "receive_sms": ("--text", "Yes please"),
    "email_opened": ("--flow", "Welcome series", "--step", "hello"),
    "click_email": ("--automation", "Welcome series", "--step", "hello", "--link", "/book"),
    "reply_email": ("--message", 1),
    "email_bounced": ("--message", 1),
}  # fmt: skip


def test_every_event_can_come_from_outside(store: str) -> None:
    ann(store)
    run_until(store, "2026-01-05T15:00:00Z")
    for event, options in EVENTS.items():
        found = well("record", event, "--contact", "Ann", *options, "--store", store)
        assert (found["contact"], found["recorded"]) == (1, True), event


def test_record_names_the_event_and_the_person_as_typed(store: str) -> None:
    ann(store)
    said = crm("record", "submit_review", "--contact", "Ann", "--store", store).out
    assert said == "Recorded submit_review of Ann (contact 1).\n"
    said = crm("record", "receive_sms", "--contact", "Ann", "--text", "STOP", "--store", store).out
    assert said == "Recorded receive_sms of Ann (contact 1).\nIt was taken for: opt out.\n"


@pytest.mark.parametrize(
    ("dob", "word"), [("2030-01-01", "in the future"), ("1850-01-01", "years ago")]
)
def test_nobody_is_born_tomorrow_or_too_long_ago(store: str, dob: str, word: str) -> None:
    born = ("record", "create_contact", "--contact", "eve", "--dob", dob)
    crm(*born, "--at", "2026-01-05T14:00:00Z", "--store", store).says_no("The dob is", word)


def test_a_wrong_number_is_said_in_plain_words(store: str) -> None:
    crm("run", "--batch", "x", "--store", store).says_no("--batch", "write a whole number.")


def test_an_event_under_a_key_counts_once(store: str) -> None:
    ann(store)
    for recorded in (True, False):
        for event, options in (("submit_review", ()), ("receive_sms", ("--text", "Hello"))):
            found = well("record", event, "--contact", "ann", "--key", f"k:{event}", *options,
                         "--store", store)  # fmt: skip
            assert found["recorded"] is recorded


def test_stop_and_help_are_heard(store: str) -> None:
    ann(store)
    well("settings", "set", "sms.contact_text", "Call 202-555-0100", "--store", store)
    stop = well("record", "receive_sms", "--contact", "ann", "--text", "Stop!", "--store", store)
    assert stop["taken_for"] == "opt_out"
    found = well("record", "receive_sms", "--contact", "ann", "--text", "HELP", "--store", store)
    assert (found["recorded"], found["answer"]) == (False, "Call 202-555-0100")
    plain = crm("record", "receive_sms", "--contact", "ann", "--text", "HELP", "--store", store)
    assert "Call 202-555-0100" in plain.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("book_apointment", "--contact", "ann"), 'did you mean "appointment_booked"?'),
        (("became_patient", "--contact", "ann"), "not one of"),
        (("book_appointment", "--contact", "bob"), "No contact has this"),
        (("submit_form", "--contact", "ann"), "form_submitted needs --form"),
        (("submit_form", "--contact", "ann", "--form", "Intake"), "No form is called"),
        (("join_list", "--contact", "ann", "--list", "Nobody"), "No list is called"),
        (("set_property", "--contact", "ann", "--property", "colour", "--value", "x"), "colour"),
        (("set_property", "--contact", "ann", "--property", "status", "--value", "x"), "status:"),
        (("set_property", "--contact", "ann", "--property", "status"), "needs --value"),
        (("receive_sms", "--contact", "ann"), "needs --text"),
        (("open_email", "--contact", "ann"), "needs --message, or --flow and --step"),
        (("open_email", "--contact", "ann", "--message", "77"), "No message 77"),
        (("open_email", "--contact", "ann", "--flow", "Welcom series", "--step", "hello"),
         'did you mean "Welcome series"?'),
        (("open_email", "--contact", "ann", "--flow", "Welcome series", "--step", "wait"),
         'No email of the step "wait"'),
        (("create_contact", "--contact", "ann"), "There already is a contact"),
        (("create_contact", "--contact", "bob", "--email", "bob"), "email: must be"),
        (("create_contact", "--contact", "bob", "--source", "dream"), "The source must be"),
        (("create_contact", "--contact", "bob", "--set", "colour=red"), "--set PROPERTY=VALUE"),
    ],
)  # fmt: skip
def test_an_event_that_can_t_be_recorded(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    store = str(tmp_path / "store.db")
    well("import", "template", written(tmp_path / "hello.json", HELLO), "--store", store)
    well("import", "automation", written(tmp_path / "w.json", automation()), "--store", store)
    ann(store)
    crm("record", *arguments, "--store", store).says_no(words)

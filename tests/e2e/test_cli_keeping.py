"""Settings, secrets, backups and the doctor."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.e2e.command_line import crm, program, well


def test_a_setting_is_kept_and_shown(store_url: str) -> None:
    said = well("settings", "set", "practice.timezone", "America/New_York", "--store", store_url)
    assert said == {"key": "practice.timezone", "value": "America/New_York"}
    assert well("settings", "get", "practice.timezone", "--store", store_url) == said
    everything = well("settings", "get", "--store", store_url)
    assert everything["practice.timezone"] == "America/New_York"
    assert everything["messages.cap"] is None
    plain = crm("settings", "set", "messages.cap", "2/7", "--store", store_url)
    assert plain.out == "messages.cap = 2/7\n"
    assert crm("settings", "get", "messages.cap", "--store", store_url).out == "2/7\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("get", "practice.timezon"), 'did you mean "practice.timezone"?'),
        (("set", "colour", "red"), 'There is no setting "colour".'),
        (("set", "practice.timezone", "Mars"), "must be a time zone"),
        (("set", "practice.timezone"), "settings set practice.timezone VALUE"),
        (("set", "sms.twilio.token", "secret"), "never given on the command line"),
    ],
)
def test_a_setting_that_is_refused(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    answer = crm("settings", *arguments, "--store", tmp_path / "s.db")
    answer.says_no(words)
    assert "secret" not in answer.err or "secret:" in answer.err


@pytest.mark.parametrize(
    ("key", "value"),
    [("messages.too_late_days", "-1"), ("messages.cap", "-2/7"), ("sms.quiet_hours", "-1:00-2:00"),
     ("email.smtp.port", "-.5")],
)  # fmt: skip
def test_a_negative_value_is_a_value(key: str, value: str, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    for before in ((), ("--",)):
        answer = crm("settings", "set", "--store", store, *before, key, value)
        answer.says_no(f"{key} must be ", f'not "{value}"')
    crm("settings", "set", key, value, "--store", store).says_no(f"{key} must be ")
    well("settings", "set", "practice.name", "-1 Clinic", "--store", store)
    crm("settings", "set", key, "--odd", "--store", store).says_no("No such option: --odd")


@pytest.mark.parametrize("key", ["email.smtp.password", "sms.twilio.token"])
def test_a_secret_is_kept_apart_and_never_shown(key: str, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    before = well("settings", "get", key, "--store", store)
    assert before == {"key": key, "value": None}
    said = program("settings", "set", key, "--store", store, home=tmp_path, stdin="hunter2\n")
    assert (said.status, said.err) == (0, "")
    shown = crm("settings", "get", key, "--store", store)
    everything = crm("settings", "get", "--store", store)
    assert "hunter2" not in said.out + shown.out + everything.out
    assert shown.out == "kept, not shown\n"
    (file,) = tmp_path.glob("*.secrets")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "hunter2" in file.read_text()
    assert not any(
        b"hunter2" in path.read_bytes() for path in tmp_path.glob("s.db*") if path != file
    )


def test_the_secret_of_a_server_s_store_is_the_user_s(postgres_url: str, tmp_path: Path) -> None:
    for key in ("email.smtp.password", "sms.twilio.token"):
        said = program("settings", "set", key, "--store", postgres_url, home=tmp_path, stdin="x\n")
        assert said.status == 0, said
    (file,) = (tmp_path / "data/practice-crm").glob("server-*.secrets")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    program(
        "settings", "set", "sms.twilio.token", "--store", tmp_path / "s.db", home=tmp_path
    ).says_no("must be one line that is not empty")


def test_a_secret_others_can_read_is_not_used(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    program("settings", "set", "sms.twilio.token", "--store", store, home=tmp_path, stdin="x\n")
    (file,) = tmp_path.glob("*.secrets")
    file.chmod(0o644)
    crm("settings", "get", "sms.twilio.token", "--store", store).says_no("private", status=1)


def test_a_backup_is_put_back(tmp_path: Path) -> None:
    store, file = tmp_path / "s.db", tmp_path / "b.db"
    well("settings", "set", "practice.name", "Before", "--store", store)
    made = well("backup", file, "--store", store)
    assert made == {"file": str(file), "bytes": file.stat().st_size}
    well("settings", "set", "practice.name", "After", "--store", store)
    put = well("restore", file, "--store", store)
    assert put["kept"].startswith(str(store))
    assert well("settings", "get", "practice.name", "--store", store)["value"] == "Before"


def test_a_backup_replaces_what_is_no_backup_only_when_told(store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_text("precious")
    well("settings", "set", "practice.name", "Oak", "--store", store_url)
    crm("backup", file, "--store", store_url).says_no(str(file), "--replace")
    assert file.read_text() == "precious"
    well("backup", file, "--replace", "--store", store_url)
    well("backup", file, "--store", store_url)
    well("settings", "set", "practice.name", "Elm", "--store", store_url)
    well("restore", file, "--store", store_url)
    assert well("settings", "get", "practice.name", "--store", store_url)["value"] == "Oak"


@pytest.mark.parametrize("content", [b"", b"a note", b"SQLite format 3\0".ljust(4096), None])
def test_what_is_no_backup_is_named(content: bytes | None, tmp_path: Path) -> None:
    store, file = tmp_path / "s.db", tmp_path / "b.db"
    well("settings", "set", "practice.name", "Oak", "--store", store)
    well("backup", file, "--store", store)
    file.write_bytes(file.read_bytes()[:9000] if content is None else content)
    crm("restore", file, "--store", store).says_no(f"{file} is not a backup", status=1)


def test_a_server_s_store_is_backed_up(postgres_url: str, tmp_path: Path) -> None:
    well("settings", "set", "practice.name", "Before", "--store", postgres_url)
    well("backup", tmp_path / "b.db", "--store", postgres_url)
    well("settings", "set", "practice.name", "After", "--store", postgres_url)
    well("restore", tmp_path / "b.db", "--store", postgres_url)
    assert well("settings", "get", "practice.name", "--store", postgres_url)["value"] == "Before"


def test_backups_that_can_t_be(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    crm("backup", tmp_path / "b.db", "--store", store).says_no("There is no store", status=1)
    well("list", "lists", "--store", store)
    crm("backup", store, "--store", store).says_no("is the store itself")
    crm("backup", tmp_path, "--store", store).says_no("is a folder")
    crm("backup", tmp_path / "none/b.db", "--store", store).says_no("does not exist")
    crm("restore", tmp_path / "b.db", "--store", store).says_no("no backup")
    crm("restore", tmp_path, "--store", store).says_no("no backup")


def test_the_doctor_finds_a_sound_store_sound(store_url: str) -> None:
    well("list", "lists", "--store", store_url)
    checks = well("doctor", "--store", store_url)["checks"]
    assert [check for check in checks if not check["ok"]] == []
    assert {"email channel", "sms channel", "time zones"} <= {check["name"] for check in checks}
    assert crm("doctor", "--store", store_url).out.startswith("ok   store whole: ")


def test_the_doctor_tells_what_is_wrong(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    well("settings", "set", "email.transport", "smtp", "--store", store)
    answer = crm("doctor", "--json", "--store", store)
    assert answer.status == 1
    assert [check["name"] for check in answer.json["checks"] if not check["ok"]] == ["channels"]
    for key, value in (("host", "127.0.0.1"), ("port", "1")):
        well("settings", "set", f"email.smtp.{key}", value, "--store", store)
    answer = crm("doctor", "--json", "--store", store)
    assert [each["detail"] for each in answer.json["checks"] if not each["ok"]] == [
        "the mail server 127.0.0.1:1 can't be reached"
    ]


def test_the_doctor_makes_no_store(tmp_path: Path) -> None:
    answer = crm("doctor", "--json", "--store", tmp_path / "s.db")
    assert (answer.status, answer.err) == (1, "")
    assert answer.json["checks"][0]["name"] == "store opens"
    assert not (tmp_path / "s.db").exists()

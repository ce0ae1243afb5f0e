"""What comes back: a restore forgets no STOP, and a recovery key opens what lost its key."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db import keys
from tests.e2e.command_line import crm, program, well

START = "2026-01-05T14:00:00Z"
LATER = "2026-01-06T14:00:00Z"


def test_a_restore_forgets_no_stop(store_url: str, tmp_path: Path) -> None:
    well("record", "create_contact", "--contact", "ann", "--phone", "+12025550123",
         "--at", START, "--store", store_url)  # fmt: skip
    well("backup", tmp_path / "b.db", "--store", store_url)
    well("record", "sms_opted_out", "--contact", "ann", "--at", LATER, "--store", store_url)
    well("restore", tmp_path / "b.db", "--store", store_url)
    well("export", "contacts", tmp_path / "people.csv", "--store", store_url)
    assert ",unsubscribed," in (tmp_path / "people.csv").read_text()
    found = {each["name"]: each for each in well("doctor", "--store", store_url)["checks"]}
    assert found["ledger"]["detail"] == "1 lines, 0 damaged"


def test_a_server_s_ledger_is_found_with_another_password(
    postgres_url: str, own_folders: Path
) -> None:
    other = make_url(postgres_url).set(password="another").render_as_string(hide_password=False)
    for number, url in enumerate((postgres_url, other), 1):
        well("record", "create_contact", "--contact", number, "--at", START, "--store", url)
        well("record", "sms_opted_out", "--contact", f"id:{number}", "--at", LATER, "--store", url)
    (ledger,) = own_folders.rglob("server-*.ledger")
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    assert ledger.read_bytes().count(b"\n") == 2


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a setting to know it by."""
    store = tmp_path / "s.db"
    well("settings", "set", "practice.name", "Oak", "--store", store)
    return store


def name(store: object) -> str:
    return str(well("settings", "get", "practice.name", "--store", store)["value"])


def printed(store: Path) -> str:
    return str(well("doctor", "--recovery-key", "--store", store)["recovery_key"])


def test_a_recovery_key_is_printed_when_asked_for(store: Path) -> None:
    key = printed(store)
    assert keys.parse_key(key) == keys.load_key(store)
    shown = crm("doctor", "--recovery-key", "--store", store)
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith(f"{key}\nWhoever has this key can open the store")
    assert key not in crm("doctor", "--store", store).out


def test_a_lost_key_is_given_back(store: Path, tmp_path: Path) -> None:
    key = printed(store)
    keys.key_file(store).unlink()
    crm("list", "lists", "--store", store).says_no("missing", "`unlock`", status=1)
    wrong = keys.recovery_key(keys.new_key())
    for said, status in ((wrong, 1), ("nonsense", 2), ("", 2)):
        answer = program("unlock", "--store", store, home=tmp_path, stdin=said + "\n")
        answer.says_no("key", status=status)
        assert not keys.key_file(store).exists()
    done = program("unlock", "--store", store, home=tmp_path, stdin=key.lower() + "\n")
    assert (done.status, done.err) == (0, "")
    assert key not in done.out
    assert stat.S_IMODE(keys.key_file(store).stat().st_mode) == 0o600
    assert name(store) == "Oak"


def test_a_wrong_key_is_replaced_and_set_aside(store: Path, tmp_path: Path) -> None:
    key, file = printed(store), keys.key_file(store)
    for number, wrong in enumerate((keys.new_key(), "torn"), 1):
        file.write_text(wrong)
        crm("list", "lists", "--store", store).says_no("key", status=1)
        program("unlock", "--store", store, home=tmp_path, stdin=key)
        assert name(store) == "Oak"
        assert file.with_name(f"{file.name}.replaced-{number}").read_text() == wrong
    program("unlock", "--store", store, home=tmp_path, stdin=key)
    assert len(list(tmp_path.glob("*.replaced-*"))) == 2


def test_what_has_no_key_is_not_unlocked(postgres_url: str, tmp_path: Path) -> None:
    for command in (("unlock",), ("doctor", "--recovery-key")):
        said = program(*command, "--store", postgres_url, home=tmp_path, stdin="x\n")
        said.says_no("A server's store has no key")
    program("unlock", "--store", tmp_path / "s.db", home=tmp_path, stdin="x\n").says_no(
        "There is no store", status=1
    )
    assert os.listdir(tmp_path) == []


def test_a_backup_under_another_key_is_put_back(store: Path, tmp_path: Path) -> None:
    key = printed(store)
    well("backup", tmp_path / "b.db", "--store", store)
    other = tmp_path / "elsewhere/s.db"
    other.parent.mkdir()
    crm("restore", tmp_path / "b.db", "--store", other).says_no("--key-from-stdin")
    put = program(
        "restore", tmp_path / "b.db", "--key-from-stdin", "--store", other, home=tmp_path, stdin=key
    )
    assert (put.status, put.err) == (0, "")
    assert name(other) == "Oak"


def test_a_server_s_backup_has_a_key_to_print(postgres_url: str, tmp_path: Path) -> None:
    well("settings", "set", "practice.name", "Elm", "--store", postgres_url)
    backup, moved = tmp_path / "b.db", tmp_path / "moved.db"
    well("backup", backup, "--store", postgres_url)
    key = printed(backup)
    backup.rename(moved)
    well("settings", "set", "practice.name", "Ash", "--store", postgres_url)
    put = program(
        "restore", moved, "--key-from-stdin", "--store", postgres_url, home=tmp_path, stdin=key
    )
    assert (put.status, put.err) == (0, "")
    assert name(postgres_url) == "Elm"


def test_the_store_that_was_replaced_still_opens(store: Path, tmp_path: Path) -> None:
    other, backup = tmp_path / "other.db", tmp_path / "b.db"
    well("settings", "set", "practice.name", "Elm", "--store", other)
    well("backup", backup, "--store", other)
    kept = []
    for _ in range(2):
        put = program("restore", backup, "--key-from-stdin", "--store", store, "--json",
                      home=tmp_path, stdin=printed(other))  # fmt: skip
        assert put.status == 0, put
        kept.append(Path(put.json["kept"]))
    keys.key_file(store).unlink()
    assert [name(each) for each in kept] == ["Oak", "Elm"]
    for each in kept:
        assert crm("doctor", "--store", each).status == 0
        assert stat.S_IMODE(keys.key_file(each).stat().st_mode) == 0o600


def test_the_store_that_was_replaced_takes_nobody_s_key(store: Path, tmp_path: Path) -> None:
    well("backup", tmp_path / "b.db", "--store", store)
    left = keys.key_file(store.with_name("s.db.replaced-1"))
    left.write_text("another's")
    kept = well("restore", tmp_path / "b.db", "--store", store)["kept"]
    assert (Path(kept).name, left.read_text()) == ("s.db.replaced-2", "another's")
    assert name(kept) == "Oak"

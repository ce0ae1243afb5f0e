"""What comes back: a restore forgets no STOP."""

from __future__ import annotations

import stat
from pathlib import Path

from sqlalchemy import make_url

from tests.e2e.command_line import well

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

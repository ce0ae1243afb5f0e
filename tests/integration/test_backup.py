"""Backups are whole, encrypted and checked; a restore forgets no STOP and sends nothing twice."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from db import keys
from db import ledger as ledger_lines
from db.backup import backup
from db.errors import KnownError
from db.ledger import ConsentLine, MessageLine
from db.models import consent, contact, enrolment, journal, message, metadata, setting
from db.session import Store, open_store
from engine.commands.restoring import restore

DAY = 86_400_000_000
KNOWN, NEW = 1, 2


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "store.db.ledger"


def add_contact(store: Store, id: int, at: int) -> None:
    with store.write() as connection:
        row = {"id": id, "first_name": "Canary", "created_at": at, "last_activity": at}
        connection.execute(insert(contact).values(row))


def walk(id: int = 1) -> dict[str, object]:
    return {
        "id": id, "flow_id": 4, "contact_id": KNOWN, "version_id": 9, "state": "waiting",
        "step": "hello", "due_at": DAY, "enrolled_at": 10, "after_event": 0, "depth": 0,
    }  # fmt: skip


def mail(**values: object) -> dict[str, object]:
    return {
        "contact_id": KNOWN, "enrolment_id": 1, "flow_id": 4, "version_id": 9, "step": "hello",
        "visit": 1, "channel": "email", "state": "queued", "queued_at": 20, "next_try": 20,
        "attempts": 0, "generation": 0, **values,
    }  # fmt: skip


SENT = MessageLine(
    contact_id=KNOWN, enrolment_id=1, flow_id=4, step="hello", visit=1, channel="email",
    queued_at=20, at=30,
)  # fmt: skip


def permissions(store: Store, id: int = KNOWN) -> tuple[int, ...]:
    row = contact.c
    with store.read() as connection:
        found = connection.execute(
            select(row.sms_on, row.sms_opted_out, row.email_on, row.email_opted_out,
                   row.do_not_contact).where(row.id == id)
        ).one()  # fmt: skip
    return tuple(found)


def test_a_backup_comes_back(store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.backup"
    store = open_store(store_url)
    add_contact(store, KNOWN, 1)
    with store.write() as connection:
        connection.execute(insert(enrolment).values(walk()))
        connection.execute(insert(message).values(mail(id=70)))
    backup(store, file)
    with store.write() as connection:
        connection.execute(update(contact).values(first_name="Later"))
        before = connection.execute(select(func.count()).select_from(message)).scalar()
    store.close()
    assert b"Canary" not in file.read_bytes()
    kept = restore(store_url, file)
    store = open_store(store_url)
    with store.write() as connection:
        assert connection.scalar(select(contact.c.first_name)) == "Canary"
        assert connection.scalar(select(func.count()).select_from(message)) == before
        key = connection.execute(insert(message).values(mail(visit=2))).inserted_primary_key
        assert key is not None and key[0] > 70
    assert kept is not None
    check_kept(store_url, kept, store.key)
    store.close()
    assert not list(tmp_path.glob(".draft-*"))


def check_kept(url: str, kept: str, key: str | None) -> None:
    place = kept if key else f"{url}?options=-csearch_path%3D{kept}"
    aside = open_store(place, key=key, create=False)
    with aside.read() as connection:
        assert connection.scalar(select(contact.c.first_name)) == "Later"
    aside.close()


def test_one_kind_of_store_goes_into_the_other(tmp_path: Path, postgres_url: str) -> None:
    file, path = tmp_path / "copy.backup", tmp_path / "store.db"
    server = open_store(postgres_url)
    with server.write() as connection:
        connection.execute(insert(setting).values(key="hello", value="there"))
    backup(server, file)
    server.close()
    assert restore(str(path), file, key=keys.load_key(file)) is None
    store = open_store(str(path), create=False)
    with store.read() as connection:
        assert connection.scalar(select(setting.c.value)) == "there"
    store.close()


def test_a_restore_elsewhere_takes_the_key_of_that_store(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first, second = (open_store(str(tmp_path / name)) for name in ("a/store.db", "other.db"))
    add_contact(first, KNOWN, 1)
    backup(first, tmp_path / "copy")
    for store in (first, second):
        store.close()
    printed = keys.recovery_key(first.key or "")
    restore(str(tmp_path / "other.db"), tmp_path / "copy", key=printed)
    again = open_store(str(tmp_path / "other.db"))
    assert again.key == second.key != first.key
    assert permissions(again) == (1, 0, 1, 0, 0)
    again.close()


def test_what_is_no_backup(tmp_path: Path) -> None:
    path, file = tmp_path / "store.db", tmp_path / "copy"
    store = open_store(str(path))
    add_contact(store, KNOWN, 1)
    with pytest.raises(KnownError, match="is the store itself"):
        backup(store, path)
    with pytest.raises(KnownError, match="does not exist"):
        backup(store, tmp_path / "no" / "copy")
    backup(store, file)
    store.close()
    whole = file.read_bytes()
    torn = [whole[:-100], whole[:8192] + os.urandom(4096) + whole[12288:], b"", os.urandom(4096)]
    for content in torn:
        file.write_bytes(content)
        with pytest.raises(KnownError, match=re.escape(str(file))) as refused:
            restore(str(path), file)
        assert ".draft-" not in refused.value.sentence
    file.write_bytes(whole)
    with pytest.raises(KnownError, match="key"):
        restore(str(path), file, key=keys.new_key())
    with pytest.raises(KnownError, match="no backup at"):
        restore(str(path), tmp_path / "none")
    store = open_store(str(path))
    assert permissions(store) == (1, 0, 1, 0, 0)
    store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy", "store.db", "store.db.key"]


def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    backup(store, tmp_path / "copy")
    with store.read() as connection:
        connection.execute(text("SELECT count(*) FROM contact"))
        with pytest.raises(KnownError, match="is in use"):
            restore(store.url, tmp_path / "copy")
    store.close()


def test_a_damaged_store_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(str(path))
    add_contact(store, KNOWN, 1)
    backup(store, tmp_path / "copy")
    store.close()
    path.write_bytes(os.urandom(path.stat().st_size))
    path.with_name("store.db-wal").write_bytes(os.urandom(5000))
    assert restore(str(path), tmp_path / "copy") == str(tmp_path / "store.db.replaced-1")
    store = open_store(str(path))
    assert permissions(store) == (1, 0, 1, 0, 0)
    store.close()


def restored(store: Store, ledger: Path, *lines: ledger_lines.Line) -> Store:
    """The store as it comes back from a backup of now, after `lines` were added to the ledger."""
    file = ledger.with_name("copy")
    backup(store, file, replace=True)
    store.close()
    ledger_lines.append(ledger, lines)
    restore(store.url, file, ledger=ledger)
    return open_store(store.url)


def test_a_restore_forgets_no_stop(store_url: str, ledger: Path) -> None:
    store = open_store(store_url)
    add_contact(store, KNOWN, 1)
    lines = [
        ConsentLine("sms_opted_out", KNOWN, 5),
        ConsentLine("email_unsubscribed", KNOWN, 6),
        ConsentLine("do_not_contact", KNOWN, 7),
        ConsentLine("sms_opted_out", NEW, 8),
    ]
    store = restored(store, ledger, *lines)
    assert permissions(store) == (0, 1, 0, 1, 1)
    with store.read() as connection:
        rows = connection.execute(
            select(consent.c.channel, consent.c.change).order_by(consent.c.id)
        )
        assert [tuple(row) for row in rows] == [
            ("sms", "sms_opted_out"), ("email", "email_unsubscribed"), ("all", "do_not_contact")
        ]  # fmt: skip
    # A new person who got the id of one the backup never knew is not the one who said STOP.
    add_contact(store, NEW, 100)
    store = restored(store, ledger)
    assert permissions(store, NEW) == (1, 0, 1, 0, 0)
    assert len(ledger_lines.read(ledger)[0]) == 4
    store.close()


def test_the_last_word_counts_and_only_once(store_url: str, ledger: Path) -> None:
    store = open_store(store_url)
    add_contact(store, KNOWN, 1)
    stop, start = ConsentLine("sms_opted_out", KNOWN, 5), ConsentLine("sms_opted_in", KNOWN, 6)
    store = restored(store, ledger, stop, start)
    assert permissions(store) == (1, 0, 1, 0, 0)
    # Switched off by hand since: a START the store already knows must not undo that.
    with store.write() as connection:
        connection.execute(update(contact).values(sms_on=0))
    store = restored(store, ledger)
    assert permissions(store) == (0, 0, 1, 0, 0)
    store.close()


@pytest.mark.parametrize("state", ["queued", "claimed", "uncertain"])
def test_a_message_sent_since_stays_sent(store_url: str, ledger: Path, state: str) -> None:
    store = open_store(store_url)
    add_contact(store, KNOWN, 1)
    with store.write() as connection:
        connection.execute(insert(enrolment).values(walk()))
        connection.execute(insert(message).values(mail(state=state)))
        lone = mail(enrolment_id=None, step=None, flow_id=None, version_id=None, channel="sms")
        connection.execute(insert(message).values(lone))
    alone = replace(SENT, enrolment_id=None, step=None, flow_id=None, channel="sms")
    store = restored(store, ledger, SENT, alone)
    with store.read() as connection:
        rows = connection.execute(select(message.c.state, message.c.next_try, message.c.sent_at))
        assert [tuple(row) for row in rows] == [("sent", None, 30)] * 2
    store.close()


def test_a_step_sent_since_is_not_taken_again(store_url: str, ledger: Path) -> None:
    store = open_store(store_url)
    add_contact(store, KNOWN, 1)
    with store.write() as connection:
        connection.execute(insert(enrolment).values(walk()))
    lines = [
        SENT,
        replace(SENT, enrolment_id=2, queued_at=40, at=41),
        replace(SENT, contact_id=NEW),
    ]
    store = restored(store, ledger, *lines)
    store = restored(store, ledger)
    with store.read() as connection:
        rows = connection.execute(
            select(message.c.enrolment_id, message.c.state).order_by(message.c.queued_at)
        )
        assert [tuple(row) for row in rows] == [(1, "sent"), (None, "sent")]
        assert connection.scalar(select(enrolment.c.edited)) == 1
        taken = connection.execute(select(journal.c.enrolment_id, journal.c.step, journal.c.what))
        assert [tuple(row) for row in taken] == [(1, "hello", "sent")]
    store.close()


def test_the_ledger_outlives_a_torn_line(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    assert ledger_lines.read(file) == ([], 0)
    first, second = ConsentLine("sms_opted_out", 1, 5), replace(SENT, step='"é\n')
    ledger_lines.append(file, [first, second])
    assert file.stat().st_mode & 0o777 == 0o600
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        ledger_lines.append(file, [first])
        lines, damaged = ledger_lines.read(file)
        assert lines[-1] == first
        assert damaged <= 1
        complete = whole[:length].count(b"\n")
        assert lines[:complete] == [first, second][:complete]
    ledger_lines.append(file, [])
    with pytest.raises(KnownError, match="full"):
        ledger_lines.append(Path("/dev/full"), [first])


def test_every_table_is_in_a_backup(store_url: str, tmp_path: Path) -> None:
    store = open_store(store_url)
    backup(store, tmp_path / "copy")
    key = store.key or keys.load_key(tmp_path / "copy")
    store.close()
    copy = open_store(str(tmp_path / "copy"), key=key, create=False)
    with copy.read() as connection:
        for table in metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    copy.close()

"""Opening a store, its transactions, its fast writes, and every fault of the world in words."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text

from db import keys
from db.bulk import copy_rows, executemany, insert_sql, reserve_ids
from db.errors import KnownError
from db.models import contact, event, setting
from db.session import Store, known, open_store, temporary_store
from db.sql import query
from tests.servers import NOBODY, running_postgres

EVENT = ("id", "contact_id", "at", "kind", "depth", "new")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    store = open_store(store_url)
    yield store
    store.close()


def say(connection: Connection, key: str, value: str = "") -> None:
    connection.execute(insert(setting).values(key=key, value=value))


def said(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.scalars(select(setting.c.key).order_by(setting.c.key)))


def sentence(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.sentence


def test_a_write_is_kept_and_a_failed_one_is_not(store: Store) -> None:
    with store.write() as connection:
        say(connection, "kept")
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        say(connection, "lost")
        raise ZeroDivisionError
    assert said(store) == ["kept"]


def test_a_read_sees_one_moment(store: Store) -> None:
    count = select(func.count()).select_from(setting)
    with store.read() as reader:
        assert reader.scalar(count) == 0
        with store.write() as writer:
            say(writer, "meanwhile")
        assert reader.scalar(count) == 0
    assert said(store) == ["meanwhile"]


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(KnownError), store.read() as connection:
        say(connection, "never")
    assert said(store) == []


def test_a_store_opens_again(store_url: str) -> None:
    first = open_store(store_url)
    with first.write() as connection:
        say(connection, "here")
    first.close()
    second = open_store(store_url, create=False)
    assert said(second) == ["here"]
    second.close()


def test_threads_share_a_store(store: Store) -> None:
    def work(name: str) -> None:
        for number in range(20):
            with store.write() as connection:
                say(connection, f"{name}{number}")
            with store.read() as connection:
                connection.scalar(select(func.count()).select_from(setting))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said(store)) == 80


def test_rows_go_in_fast(store: Store) -> None:
    awkward = ["", None, "a\tb\\n\n", "é%s?", "\\N"]
    with store.write() as connection:
        first = reserve_ids(connection, "event", 3)
        rows = [(id, 1, 2, "x", 0, new) for id, new in zip(first, awkward[:3], strict=True)]
        copy_rows(connection, "event", EVENT, rows)
        then = reserve_ids(connection, "event", 2)
        rows = [(id, 1, 2, "x", 0, new) for id, new in zip(then, awkward[3:], strict=True)]
        executemany(connection, insert_sql("event", EVENT, store.dialect), rows)
    with store.write() as connection:
        after = connection.execute(insert(event).values(contact_id=1, at=2, kind="x", depth=0))
        assert after.inserted_primary_key is not None
        ids = [*first, *then, after.inserted_primary_key[0]]
        assert ids == sorted(set(ids))
    with store.read() as connection:
        found = connection.execute(select(event.c.new).order_by(event.c.id)).scalars().all()
    assert found == [*awkward, None]


def test_an_sqlite_store_is_encrypted_and_careful(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(str(path))
    with store.write() as connection:
        say(connection, "Canary", "Patient")
    with store.read() as connection:
        pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        for name, value in {**pragmas, "busy_timeout": 10000}.items():
            assert connection.scalar(text(f"PRAGMA {name}")) == value
    assert b"Canary" not in path.with_name("store.db-wal").read_bytes()
    store.close()
    assert b"Canary" not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite")


def test_a_temporary_store_leaves_nothing(postgres_url: str) -> None:
    for url in (None, postgres_url):
        with pytest.raises(ZeroDivisionError), temporary_store(url) as store:
            with store.write() as connection:
                say(connection, "brief")
            path = store.path
            raise ZeroDivisionError
        assert path is None or not path.parent.exists()
    with psycopg.connect(postgres_url) as server:
        schemas = server.execute("SELECT nspname FROM pg_namespace").fetchall()
    assert not [name for (name,) in schemas if name.startswith("temporary")]


def test_a_schema_of_its_own(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE SCHEMA desk")
    store = open_store(f"{postgres_url}?options=-csearch_path%3Ddesk")
    with store.read() as connection:
        assert inspect(connection).has_table("contact", schema="desk")
        assert not inspect(connection).has_table("contact", schema="public")
    store.close()


@pytest.mark.parametrize("url", ["mysql://a:secret@b/c", "sqlite://", "ftp://x", "://"])
def test_unknown_stores(url: str) -> None:
    with pytest.raises(KnownError, match=r"^Unknown store") as caught:
        open_store(url)
    assert caught.value.status == 2
    assert "secret" not in caught.value.sentence


def test_files_that_are_no_store(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "store.db"
    assert sentence(lambda: open_store(str(missing))) == (
        f"The folder {missing.parent} does not exist: create it or choose another."
    )
    assert "is a folder" in sentence(lambda: open_store(str(tmp_path)))
    assert "no store at" in sentence(lambda: open_store(str(tmp_path / "x.db"), create=False))
    other = tmp_path / "diary"
    for content in (b"Dear diary", b"SQLite format 3\0" + bytes(4080)):
        other.write_bytes(content)
        assert "is not a store" in sentence(lambda: open_store(str(other), key=keys.new_key()))
        assert other.read_bytes() == content


def as_a_guest(act: Callable[[], object]) -> str:
    """The KnownError of `act` in a process that file modes bind, which root is not."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            act()
        except KnownError as error:
            os.write(into, error.sentence.encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        heard = pipe.read()
    os.waitpid(child, 0)
    return heard


def test_what_may_not_be_written(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    path, key = tmp_path / "store.db", keys.new_key()
    assert "can't be written" in as_a_guest(lambda: open_store(str(path)))
    open_store(str(path), key=key).close()
    path.chmod(0o444)
    assert "can't be written" in as_a_guest(lambda: open_store(str(path), key=key))


def test_a_full_disk(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))

    def fill() -> None:
        with store.write() as connection:
            connection.execute(text("PRAGMA max_page_count = 1"))
            rows = [(str(number), "x" * 1000) for number in range(1000)]
            executemany(connection, insert_sql("setting", ("key", "value"), "sqlite"), rows)

    assert "is full" in sentence(fill)
    assert said(store) == []
    store.close()


def test_a_busy_store(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))

    def collide() -> None:
        with store.write(), store.engine.connect() as other:
            driver = other.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 0")
            say(other, "too soon")

    assert "busy" in sentence(collide)
    store.close()


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(str(path)).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: 4096 * 3] + os.urandom(len(whole) - 4096 * 3))

    def use() -> None:
        store = open_store(str(path))
        try:
            with store.write() as connection:
                connection.execute(insert(contact).values(created_at=0, last_activity=0))
        finally:
            store.close()

    assert "damaged" in sentence(use) or "key" in sentence(use)


@pytest.mark.parametrize(
    ("state", "word"),
    [("53100", "full"), ("55P03", "busy"), ("57P01", "reached"), ("40P01", "busy")],
)
def test_what_the_server_says(postgres_url: str, state: str, word: str) -> None:
    with temporary_store(postgres_url) as store:

        def hear() -> None:
            with store.write() as connection:
                connection.exec_driver_sql(f"DO $$BEGIN RAISE SQLSTATE '{state}'; END$$")

        assert word in sentence(hear)


def test_a_server_that_goes_and_comes_back() -> None:
    assert "can't be reached" in sentence(lambda: open_store("postgresql://a:secret@127.0.0.1:1/b"))
    with running_postgres() as server, server.database() as url:
        assert "no such" in sentence(lambda: open_store(server.url("nowhere")))
        store = open_store(url)
        server.stop("immediate")
        assert "can't be reached" in sentence(lambda: said(store))
        server.start()
        assert said(store) == []
        with store.write() as connection:
            connection.exec_driver_sql("CREATE ROLE nurse LOGIN PASSWORD 'secret'")
            connection.exec_driver_sql(
                "DO $$BEGIN EXECUTE format('COPY (VALUES (''host all tests all trust''),"
                " (''host all nurse all password'')) TO %%L',"
                " current_setting('hba_file')); END$$"
            )
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        store.close()
        server.stop()
        server.start()
        guest = url.replace("tests@", "nurse:wrong@")
        refused = sentence(lambda: open_store(guest))
        assert "password" in refused
        assert "wrong" not in refused


def test_faults_of_ours_stay_ours(store: Store) -> None:
    assert known(ValueError("x")) is None
    assert known(FileNotFoundError(2, "x")) is None
    with pytest.raises(Exception, match="nowhere") as caught, store.read() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    assert known(caught.value) is None


def test_what_two_desks_save_at_once_is_no_crash(store: Store) -> None:
    with store.write() as connection:
        say(connection, "same")
    with pytest.raises(KnownError) as caught, store.write() as connection:
        say(connection, "same")
    assert caught.value.sentence == (
        "Another desk has just saved the same thing: look again and try once more."
    )
    with pytest.raises(Exception, match="(?i)not.null") as broken, store.write() as connection:
        connection.execute(text("INSERT INTO setting (key) VALUES (NULL)"))
    assert known(broken.value) is None


def test_a_long_question_ends_soon_after_nobody_waits_for_it(store: Store) -> None:
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return len(asked) > 1

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT COUNT(*) FROM n"
    ended = pytest.raises(Exception, match="interrupted|stopped a request")
    with ended, store.glance(stopped) as reader:
        query(reader, endless)
    with store.glance() as reader:
        assert query(reader, "SELECT 1")[0][0] == 1

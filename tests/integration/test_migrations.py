"""The migrations build what the models say, keep every row, and undo themselves when they fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text

from db import migrate, sqlcipher
from db import schema as wanted
from db.errors import KnownError
from db.models import contact, contact_list, list_member, metadata
from db.session import Store, open_store, temporary_store

ROOT = Path(__file__).parents[2]
LATER = f"{int(wanted.head()) + 1:04}"

REBUILD = """
    with op.batch_alter_table("contact_list") as batch:
        batch.add_column(sa.Column("colour", sa.Text(), server_default="red"))
        batch.alter_column("kind", new_column_name="sort")
"""
FAIL = """
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("SELECT nothing FROM nowhere")
"""
LOSE = """
    op.execute("DELETE FROM list_member")
"""
COMMIT = """
    op.execute("DELETE FROM list_member")
    op.execute("COMMIT")
    op.execute("SELECT nothing FROM nowhere")
"""
ORPHAN = """
    op.execute("INSERT INTO consent (contact_id, at, channel, change) VALUES (999, 0, 'a', 'b')")
"""


def later(folder: Path, body: str) -> Path:
    """The product's migrations and one more, which does `body`."""
    scripts = folder / "migrations"
    shutil.copytree(wanted.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{LATER}_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '{LATER}'\ndown_revision = '{wanted.head()}'\ndef upgrade():\n{body}"
    )
    return scripts


def migrated(url: str, revision: str = "head") -> Store:
    """A store built by walking through the migrations, up to one of them."""
    store = open_store(url)
    with store.write() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE {wanted.VERSION_TABLE}"))
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(wanted.SCRIPTS))
        command.upgrade(config, revision)
    return store


def populate(store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            insert(contact), [{"id": n, "created_at": 0, "last_activity": 0} for n in range(1, 4)]
        )
        connection.execute(insert(contact_list), [{"id": 1, "name": "Newsletter"}])
        connection.execute(
            insert(list_member), [{"list_id": 1, "contact_id": n} for n in range(1, 4)]
        )


def members(connection: Connection) -> list[tuple[int, ...]]:
    return [tuple(row) for row in connection.execute(select(list_member))]


def upgrade(store: Store, scripts: Path) -> None:
    migrate.upgrade(store.engine, path=store.path, key=store.key or "", scripts=scripts)


def schema(connection: Connection) -> object:
    """Everything the store knows about its tables, names included."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql > ''"))
        # A table that was built anew has its name in quotes, and its defaults in brackets.
        bare = {name: sql.replace('"', "").replace("('')", "''") for name, sql in rows}
        return {name: sorted(re.split(r",?\s*\n\s*", sql)) for name, sql in bare.items()}
    look = inspect(connection)
    definitions = connection.execute(
        text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = current_schema()::regnamespace"
            " UNION SELECT indexname, replace(indexdef, current_schema() || '.', '')"
            " FROM pg_indexes WHERE schemaname = current_schema()"
        )
    )
    columns = {
        name: [{**column, "type": str(column["type"])} for column in look.get_columns(name)]
        for name in sorted(look.get_table_names())
    }
    return columns, sorted(map(tuple, definitions))


def test_migrations_build_the_models(store_url: str) -> None:
    store = migrated(store_url)
    with store.read() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(
            connection, opts={**options, "version_table": wanted.VERSION_TABLE}
        )
        assert compare_metadata(context, metadata) == []
    store.close()


def test_a_new_store_equals_a_migrated_one(store_url: str, tmp_path: Path) -> None:
    store = migrated(store_url)
    with store.read() as connection:
        built = schema(connection)
        assert wanted.version(connection) == wanted.head()
    store.close()
    with temporary_store(store_url) as fresh, fresh.read() as connection:
        assert schema(connection) == built
        assert wanted.version(connection) == wanted.head()


def test_an_upgrade_keeps_every_row(store_url: str, tmp_path: Path) -> None:
    store = open_store(store_url)
    populate(store)
    scripts = later(tmp_path, REBUILD)
    upgrade(store, scripts)
    upgrade(store, scripts)
    with store.read() as connection:
        assert wanted.version(connection) == LATER
        assert len(members(connection)) == 3
        assert connection.scalar(text("SELECT colour || sort FROM contact_list")) == "redstatic"
    if store.path:
        spare = store.path.with_name(f"store.db.before-{LATER}")
        kept = sqlcipher.connect(spare, store.key or "")
        assert kept.execute("SELECT count(*) FROM list_member").fetchone() == (3,)
        assert kept.execute("SELECT * FROM schema_version").fetchone() == (wanted.head(),)
        kept.close()
        with store.read() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    store.close()


def test_a_store_of_the_first_version_is_brought_up_to_date(store_url: str) -> None:
    old = migrated(store_url, "0001")
    populate(old)
    old.close()
    store = open_store(store_url)
    with store.read() as connection:
        assert wanted.version(connection) == wanted.head()
        assert len(members(connection)) == 3
        assert connection.scalar(text("SELECT count(*) FROM draft")) == 0
        assert connection.scalar(text("SELECT size FROM contact_list")) == 3
    store.close()


def test_names_are_folded_for_searching(store_url: str) -> None:
    old = migrated(store_url, "0007")
    with old.write() as connection:
        connection.execute(
            text("INSERT INTO contact (first_name, last_name, created_at, last_activity)"
                 " VALUES ('José María', 'O’Brien-Núñez', 0, 0)")
        )  # fmt: skip
    old.close()
    store = open_store(store_url)
    with store.read() as connection:
        names = connection.execute(text("SELECT folded_first, folded_last FROM contact")).one()
        assert tuple(names) == ("jose maria", "obrien nunez")
    store.close()


@pytest.mark.parametrize("body", [FAIL, LOSE], ids=["fails", "loses rows"])
def test_a_bad_migration_leaves_the_store_as_it_was(
    store_url: str, tmp_path: Path, body: str
) -> None:
    check_untouched(open_store(store_url), later(tmp_path, body))


@pytest.mark.parametrize("body", [COMMIT, ORPHAN], ids=["commits midway", "orphans"])
def test_a_bad_migration_of_a_file_is_undone(tmp_path: Path, body: str) -> None:
    check_untouched(open_store(str(tmp_path / "store.db")), later(tmp_path, body))


def check_untouched(store: Store, scripts: Path) -> None:
    populate(store)
    with store.read() as connection:
        before = schema(connection)
    with pytest.raises(KnownError, match=r"^The store could not be brought up to date and is as"):
        upgrade(store, scripts)
    with store.read() as connection:
        assert schema(connection) == before
        assert members(connection) == [(1, 1), (1, 2), (1, 3)]
        assert wanted.version(connection) == wanted.head()
    with store.write() as connection:
        connection.execute(insert(contact), [{"id": 9, "created_at": 0, "last_activity": 0}])
    store.close()


def test_a_newer_store_is_refused(store_url: str, tmp_path: Path) -> None:
    store = open_store(store_url)
    upgrade(store, later(tmp_path, "    pass\n"))
    store.close()
    with pytest.raises(KnownError, match=r"^This store was written by a newer version"):
        open_store(store_url)


def test_an_up_to_date_store_opens_without_alembic(tmp_path: Path) -> None:
    script = (
        "import sys; from db.session import open_store; open_store(sys.argv[1], key='ab' * 32)"
        ".close(); sys.exit('alembic' in sys.modules)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", script, tmp_path / "store.db"], check=True, cwd=ROOT)


def test_another_programs_database_is_refused(postgres_url: str) -> None:
    with temporary_store(postgres_url) as store:
        with store.write() as connection:
            connection.execute(text(f"DROP TABLE {wanted.VERSION_TABLE}"))
        with pytest.raises(KnownError, match=r"^The database holds something else"):
            migrate.upgrade(store.engine, path=None)


def test_answers_and_departures_so_far_are_counted(store_url: str) -> None:
    store = migrated(store_url, "0002")
    morning = 1_767_621_600_000_000  # Monday 2026-01-05, 09:00 in New York
    day = 739_621
    with store.write() as connection:
        for sql in (
            "INSERT INTO setting VALUES ('practice.timezone', '\"America/New_York\"')",
            *(
                f"""INSERT INTO enrolment (id, flow_id, contact_id, version_id, state, enrolled_at,
                after_event, depth) VALUES ({id}, 7, {id}, 1, 'ended', {at}, 0, 0)"""
                for id, at in ((1, morning), (2, morning), (3, morning - 12 * 3_600_000_000))
            ),
            *(
                f"""INSERT INTO message (contact_id, enrolment_id, flow_id, step, visit, channel,
                state, queued_at, attempts, generation, {what}) VALUES ({walk}, {walk}, 7,
                '{step}', 1, 'email', 'sent', 0, 0, 0, 5)"""
                for walk, step, what in (
                    (1, "a", "opened_at"), (1, "b", "replied_at"), (3, "a", "clicked_at"),
                    (2, "a", "sent_at"),
                )
            ),
            *(
                f"""INSERT INTO journal (at, contact_id, flow_id, enrolment_id, step, what)
                VALUES ({morning}, 2, 7, 2, {step}, '{what}')"""
                for step, what in (("'a'", "sent"), ("'b'", "waiting"), ("NULL", "unenrolled"))
            ),
            f"""INSERT INTO flow_day (flow_id, day, enrolled)
            VALUES (7, {day}, 2), (7, {day - 1}, 1)""",
            f"INSERT INTO step_day (flow_id, step, day, entered) VALUES (7, 'b', {day - 1}, 2)",
        ):  # fmt: skip
            connection.execute(text(sql.replace(":", "\\:")))
    upgrade(store, wanted.SCRIPTS)
    with store.read() as connection:
        engaged = connection.execute(text("SELECT day, enrolled, began_engaged FROM flow_day"))
        assert sorted(map(tuple, engaged)) == [(day - 1, 1, 1), (day, 2, 1)]
        left = connection.execute(text("SELECT step, day, entered, dropped FROM step_day"))
        assert sorted(map(tuple, left)) == [("b", day - 1, 2, 1)]
    store.close()


def test_lanes_taken_so_far_are_counted_from_the_journal(store_url: str) -> None:
    store = migrated(store_url, "0004")
    morning = 1_767_621_600_000_000  # Monday 2026-01-05, 09:00 in New York
    day, hour = 739_621, 3_600_000_000
    taken = (
        (7, "ask", "yes", morning), (7, "ask", "yes", morning - 12 * hour),
        (7, "ask", "no", morning), (7, "ask", "no", morning + 24 * hour),
        (7, "ask", "no", morning + 96 * hour), (7, "late", "yes", morning - 48 * hour),
        (7, "ask", "held", morning), (8, "ask", "yes", morning),
    )  # fmt: skip
    with store.write() as connection:
        for sql in (
            "INSERT INTO setting VALUES ('practice.timezone', '\"America/New_York\"')",
            *(
                f"""INSERT INTO journal (at, contact_id, flow_id, enrolment_id, step, what)
                VALUES ({at}, 2, {flow}, 2, '{step}', '{what}')"""
                for flow, step, what, at in taken
            ),
            f"""INSERT INTO step_day (flow_id, step, day, entered) VALUES
            (7, 'ask', {day - 1}, 2), (7, 'ask', {day}, 2), (7, 'ask', {day + 3}, 1),
            (7, 'late', {day}, 1), (8, 'ask', {day}, 1)""",
        ):
            connection.execute(text(sql.replace(":", "\\:")))
    upgrade(store, wanted.SCRIPTS)
    with store.read() as connection:
        counts = connection.execute(
            text("SELECT flow_id, step, day, entered, took_yes, took_no FROM step_day")
        )
        assert sorted(map(tuple, counts)) == [
            (7, "ask", day - 1, 2, 1, 0), (7, "ask", day, 2, 1, 2), (7, "ask", day + 3, 1, 0, 1),
            (7, "late", day, 1, 1, 0), (8, "ask", day, 1, 1, 0),
        ]  # fmt: skip
    store.close()

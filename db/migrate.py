"""Bringing a store's schema up to date (design.md, "Storage").

Alembic takes long to import, so only a store that is behind pays for it: a new one is built from
`models`, and a test holds that equal to what the migrations build.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    inspect,
    select,
    table,
)

from db import sqlcipher
from db.errors import KnownError
from db.faults import known
from db.models import metadata
from db.schema import SCRIPTS, VERSION_TABLE, head, version

_EMPTY = "There is no store of Practice CRM at this address: create one first."
_NEWER = "This store was written by a newer version of Practice CRM: update this program."

_version = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)

# Any number will do, if it is always the same.
_LOCK = 7_236_528_001


def create_now(connection: Connection) -> None:
    """Build today's schema in an empty store."""
    metadata.create_all(connection, checkfirst=False)
    _version.create(connection, checkfirst=False)
    connection.execute(_version.insert().values(version_num=head()))


def upgrade(
    engine: Engine,
    *,
    path: Path | None,
    key: str = "",
    create: bool = True,
    scripts: Path = SCRIPTS,
) -> None:
    """Bring the store behind `engine` to this program's version; build an empty one if `create`.

    `path` and `key` are those of an SQLite store, which is first copied to
    `<store>.before-<version>`. All or nothing: raises KnownError with the store as it was if a
    migration fails or loses a row, and if a newer program wrote the store.
    """
    with engine.execution_options(reading=True).connect() as connection:
        found = version(connection)
    wanted = head(scripts)
    if found == wanted:
        return
    if found is None:
        _build(engine, create)
    elif found > wanted:
        raise KnownError(_NEWER)
    elif path is None:
        _upgrade_server(engine, scripts)
    else:
        _upgrade_file(engine, path, key, scripts)


def _build(engine: Engine, create: bool) -> None:
    if not create:
        raise KnownError(_EMPTY)
    with engine.begin() as connection:
        _stand_in_line(connection)
        if version(connection) is None:
            create_now(connection)


def _stand_in_line(connection: Connection) -> None:
    # SQLite's write lock already lets only one program in.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _upgrade_server(engine: Engine, scripts: Path) -> None:
    try:
        with engine.begin() as connection:
            _stand_in_line(connection)
            _migrate(connection, scripts)
    except Exception as error:
        raise _refusal(error, "") from error


def _upgrade_file(engine: Engine, path: Path, key: str, scripts: Path) -> None:
    spare = path.with_name(f"{path.name}.before-{head(scripts)}")
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # With enforcement on, rebuilding a table deletes the rows that refer to it. Inside a
        # transaction the switch does nothing.
        driver.execute("PRAGMA foreign_keys = OFF")
        before = None
        try:
            with connection.begin():
                sqlcipher.copy(path, spare, key)
                before = _state(connection)
                _migrate(connection, scripts)
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("rows refer to rows that are gone")
        except Exception as error:
            # A migration may have committed by itself.
            with connection.begin():
                changed = _state(connection) != before
            if before and changed:
                sqlcipher.pour(spare, driver, key)
            raise _refusal(error, f" A copy is at {spare}.") from error
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _refusal(error: Exception, copy: str) -> KnownError:
    reason = known(error)
    return KnownError(
        "The store could not be brought up to date and is as it was."
        + (f" {reason.sentence}" if reason else " Go on with the version of the program before.")
        + copy
    )


def _migrate(connection: Connection, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config

    before = _counts(connection)
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, "head")
    after = _counts(connection)
    if any(count != after.get(name, count) for name, count in before.items()):
        raise RuntimeError("rows were lost")


def _state(connection: Connection) -> tuple[object, dict[str, int]]:
    return connection.exec_driver_sql("PRAGMA schema_version").scalar(), _counts(connection)


def _counts(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in names
        if name != VERSION_TABLE
    }

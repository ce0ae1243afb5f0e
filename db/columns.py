"""The kinds of columns the schema is made of, and the metadata its tables belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Text, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Big = BigInteger().with_variant(Integer, "sqlite")


def id_column() -> Column[int]:
    """The number of a row."""
    return Column("id", Big, primary_key=True, autoincrement=True)


def ref_column(name: str, target: str, *, optional: bool = False) -> Column[int]:
    """The id of a row of another table."""
    return Column(name, Big, ForeignKey(f"{target}.id"), nullable=optional)


def text_column(name: str, default: str = "") -> Column[str]:
    """A text that is never null."""
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def flag_column(name: str, default: int = 0) -> Column[int]:
    """A flag or a count, never null."""
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


def instant_column(name: str, *, optional: bool = False) -> Column[int]:
    """An instant: microseconds since the epoch, UTC."""
    return Column(name, Big, nullable=optional)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows where a condition holds, on both stores."""
    only = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=only, postgresql_where=only)

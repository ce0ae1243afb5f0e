"""The tables of automations and sequences: what they say, since when, and what is being drawn."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from db.columns import (
    Big,
    flag_column,
    id_column,
    instant_column,
    metadata,
    ref_column,
    text_column,
)

flow = Table(
    "flow",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    text_column("description"),
    text_column("status", "draft"),
    Column("version_id", Big),
    instant_column("activated_at", optional=True),
    ref_column("list_id", "contact_list", optional=True),
    instant_column("start_at", optional=True),
    Column("every_amount", Integer),
    Column("every_unit", Text),
    instant_column("next_at", optional=True),
)
"""An automation or a sequence. `status`: draft, active, paused, completed, deleted. A sequence
has a list, a start and a rhythm; `next_at` is its next occurrence."""

flow_version = Table(
    "flow_version",
    metadata,
    id_column(),
    ref_column("flow_id", "flow"),
    instant_column("at"),
    Column("document", Text, nullable=False),
    Index("ix_flow_version_flow_id", "flow_id"),
)
"""What a flow said from `at` on: its document with ids in place of names."""

flow_switch = Table(
    "flow_switch",
    metadata,
    id_column(),
    ref_column("flow_id", "flow"),
    instant_column("at"),
    Column("active", Integer, nullable=False),
    Index("ix_flow_switch_flow_id", "flow_id"),
)

draft = Table(
    "draft",
    metadata,
    Column("desk", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("flow_id", Big, nullable=False),
    Column("document", Text, nullable=False),
    Column("history", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("base_version", Big),
    flag_column("unsaved"),
    instant_column("at"),
    PrimaryKeyConstraint("desk", "kind", "flow_id"),
)
"""A flow as one desk has it open, with its undo history; those up to 0 are not saved yet.

`base_version` is the version it was drawn on; `unsaved`: it says something else by now. The
document is the public one, with names, as it may be unfinished."""

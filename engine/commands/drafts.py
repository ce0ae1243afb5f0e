"""Keeping what is being drawn, and saving it where another desk may have saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from db.connection import Connection
from db.errors import KnownError
from db.queries import drafts as rows
from engine.campaigns import complete_ended
from engine.commands.flows import add_flow, change_flow
from engine.drafts import NEW, Draft, DraftKey, current_version, fresh_number, read_draft, written
from engine.workspace import Workspace


class Overtaken(KnownError):
    """Another desk saved the flow since it was opened here; saving again on its version wins."""

    def __init__(self) -> None:
        super().__init__(
            "Another desk saved this flow while it was being changed here: take theirs, or save "
            "yours over it."
        )


class KeptElsewhere(KnownError):
    """Another window of the same desk kept a draft of the flow since this one was read."""

    def __init__(self) -> None:
        super().__init__(
            "This automation is being changed in another window too: what you change here is kept "
            "only once you save it."
        )


class Saved(NamedTuple):
    """The number of a flow that was saved, and its version from now on."""

    flow_id: int
    version: int


def keep_draft(workspace: Workspace, key: DraftKey, draft: Draft, since: int | None = None) -> None:
    """Keep a draft, in the place of the one before it, until `drop_draft` or its flow's deletion.

    Raises KnownError for a document no flow can be like, and if the flow was deleted; and
    `KeptElsewhere`, unless `since` is None, if the one before it was kept after that instant.
    """
    with workspace.write("drafts") as connection:
        if key.flow_id > NEW and current_version(connection, key.flow_id) is None:
            raise KnownError("This automation was deleted meanwhile: go back to the list.", 2)
        if since is not None and _is_kept_after(connection, key, since):
            raise KeptElsewhere
        _put(connection, key, draft)


def drop_draft(workspace: Workspace, key: DraftKey, since: int | None = None) -> None:
    """Forget a draft, readable or not; nothing if there is none.

    Nor is one forgotten that was kept after `since`, unless that is None: it is another window's.
    """
    with workspace.write("drafts") as connection:
        if since is None or not _is_kept_after(connection, key, since):
            rows.drop_draft(connection, *key)


def take_draft(workspace: Workspace, key: DraftKey) -> Draft | None:
    """Forget a draft and give it back, as far as it can be read."""
    with workspace.write("drafts") as connection:
        found = read_draft(connection, key)
        rows.drop_draft(connection, *key)
    return found.draft


def put_back(workspace: Workspace, key: DraftKey, draft: Draft) -> int:
    """Keep again what was forgotten, and give its number: a new flow's is another one."""
    with workspace.write("drafts") as connection:
        if key.flow_id <= NEW:
            key = key._replace(flow_id=fresh_number(connection, key.desk, key.kind))
        _put(connection, key, draft)
    return key.flow_id


def save_draft(workspace: Workspace, key: DraftKey, draft: Draft, at: int) -> Saved:
    """Save a draft as its flow, a new one or a new version, and keep it with its history.

    All in one transaction: after a crash the draft is either unsaved or saved. Raises DocumentError
    with every fault, KnownError if the name is taken or the flow is gone, and `Overtaken`.
    """
    complete_ended(workspace, at)
    with workspace.write("flows", sets_up=True) as connection:
        if key.flow_id <= NEW:
            flow_id = add_flow(connection, key.kind, draft.document, at)
        else:
            flow_id = key.flow_id
            _change(workspace, connection, flow_id, draft.document, draft.base_version, at)
        version = _version(connection, flow_id)
        rows.drop_draft(connection, *key)
        kept = Draft(draft.document, draft.history, draft.position, version, False, at)
        _put(connection, key._replace(flow_id=flow_id), kept)
    return Saved(flow_id, version)


def update_flow(
    workspace: Workspace, flow_id: int, document: Mapping[str, Any], base_version: int, at: int
) -> int:
    """Update a flow that was read at `base_version`; its new version.

    Raises `Overtaken`, with nothing changed, if it has another version by now, else what
    `edit_flow` raises.
    """
    complete_ended(workspace, at)
    with workspace.write("flows", sets_up=True) as connection:
        _change(workspace, connection, flow_id, document, base_version, at)
        return _version(connection, flow_id)


def _change(
    workspace: Workspace, connection: Connection, flow_id: int, document: Mapping[str, Any],
    base_version: int | None, at: int,
) -> None:  # fmt: skip
    if current_version(connection, flow_id) not in (base_version, None):
        raise Overtaken
    change_flow(workspace, connection, flow_id, document, at)


def _is_kept_after(connection: Connection, key: DraftKey, since: int) -> bool:
    before = rows.kept_at(connection, *key)
    return before is not None and before > since


def _version(connection: Connection, flow_id: int) -> int:
    version = current_version(connection, flow_id)
    assert version is not None
    return version


def _put(connection: Connection, key: DraftKey, draft: Draft) -> None:
    rows.put_draft(
        connection,
        *key,
        document=written(draft.document),
        history=written(draft.history),
        position=draft.position,
        base_version=draft.base_version,
        unsaved=draft.unsaved,
        at=draft.at,
    )

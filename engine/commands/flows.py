"""Automations and sequences: save, edit, switch, leave, delete (engine.md sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db import shelf
from db.connection import Connection
from db.errors import KnownError
from db.queries import flows as rows
from db.queries import setup
from db.queries.drafts import drop_lost
from engine.batch import goal_until
from engine.calendar import format_instant
from engine.campaigns import complete_ended
from engine.catalogue import FlowState
from engine.documents.automation import check_automation
from engine.documents.references import to_stored
from engine.documents.sequence import check_sequence
from engine.documents.values import read_instant
from engine.flow import Flow, read_flow, surviving
from engine.loading import load_ran, load_walks_in, open_batch
from engine.naming import load_names
from engine.occurrences import first_from, under_way
from engine.saving import save
from engine.workspace import Workspace

_CHECKS = {"automation": check_automation, "sequence": check_sequence}


def save_flow(workspace: Workspace, kind: str, document: Mapping[str, Any], at: int) -> int:
    """A new automation or sequence, a draft, from its public document; its number.

    Raises DocumentError with every fault, KnownError if the name is taken.
    """
    with workspace.write("flows", sets_up=True) as connection:
        return add_flow(connection, kind, document, at)


def add_flow(connection: Connection, kind: str, document: Mapping[str, Any], at: int) -> int:
    """`save_flow` in a transaction the caller has open; its number."""
    setup.begin(connection, at)
    names = load_names(connection)
    _CHECKS[kind](document, names).refuse()
    _require_free(connection, document["name"])
    stored = to_stored(document, names)
    flow_id = shelf.add_flow(connection, kind, document["name"], document.get("description", ""))
    shelf.add_version(connection, flow_id, stored, at)
    if kind == "sequence":
        _set_rhythm(connection, flow_id, stored)
    setup.touch_catalogue(connection)
    return flow_id


def edit_flow(workspace: Workspace, flow_id: int, document: Mapping[str, Any], at: int) -> None:
    """Update a flow to a new document, live for everyone in it at once.

    Contacts at a step that still exists stay at it; the others go on to the nearest following
    one that survives, else they complete (engine.md section 6).
    """
    complete_ended(workspace, at)
    with workspace.write("flows", sets_up=True) as connection:
        change_flow(workspace, connection, flow_id, document, at)


def change_flow(
    workspace: Workspace,
    connection: Connection,
    flow_id: int,
    document: Mapping[str, Any],
    at: int,
) -> None:
    """`edit_flow` in a transaction the caller has open, ended campaigns completed before it."""
    state = _state(workspace, connection, flow_id)
    names = load_names(connection)
    _CHECKS[state.kind](document, names).refuse()
    _require_free(connection, document["name"], flow_id)
    stored = to_stored(document, names)
    shelf.rename_flow(connection, flow_id, document["name"], document.get("description", ""))
    version_id = shelf.add_version(connection, flow_id, stored, at)
    flow = read_flow(stored)
    shelf.set_versions(connection, flow_id, version_id, goal_until(flow, 0))
    _move_everyone(workspace, connection, state, flow, at)
    if state.kind == "sequence":
        _set_rhythm(connection, flow_id, stored)
        _set_next(workspace, connection, state, at)
    setup.touch_catalogue(connection)


def activate(workspace: Workspace, flow_id: int, at: int) -> None:
    """Switch a flow on, or on again: everyone in it goes on from where they are.

    Raises KnownError for a sequence that is completed, or whose one run was to be in the past.
    """
    complete_ended(workspace, at)
    with workspace.write("flows", sets_up=True) as connection:
        switch_on(workspace, connection, flow_id, at)


def switch_on(workspace: Workspace, connection: Connection, flow_id: int, at: int) -> None:
    """`activate` in a transaction the caller has open, ended campaigns completed before it."""
    setup.begin(connection, at)
    state = _state(workspace, connection, flow_id)
    if state.active:
        return
    if state.status == "completed":
        raise KnownError(
            f"The sequence {state.name!r} has run through its list and is completed: "
            "create a new one.", 2,
        )  # fmt: skip
    shelf.switch_flow(connection, flow_id, "active", at)
    shelf.release(connection, [flow_id], at)
    if state.kind == "sequence":
        _set_next(workspace, connection, state, at)
    setup.touch_catalogue(connection)


def pause(workspace: Workspace, flow_id: int, at: int) -> None:
    """Switch a flow off: nobody new, and everyone in it stands still."""
    with workspace.write("flows", sets_up=True) as connection:
        if _state(workspace, connection, flow_id).active:
            shelf.switch_flow(connection, flow_id, "paused", at)
            setup.touch_catalogue(connection)


def unenrol(workspace: Workspace, flow_id: int, contact_id: int, at: int) -> None:
    """Take one contact out of a flow by hand; nothing if they are not in it."""
    with workspace.write("flows") as connection:
        _end_walks(workspace, connection, flow_id, [contact_id], "manual", at)


def delete(workspace: Workspace, flow_id: int, at: int) -> None:
    """Delete a flow: everyone in it leaves, its drafts go; its history and templates stay."""
    with workspace.write("flows", sets_up=True) as connection:
        _state(workspace, connection, flow_id)
        walkers = rows.walkers(connection, flow_id)
        _end_walks(workspace, connection, flow_id, walkers, "deleted", at)
        shelf.delete_flow(connection, flow_id)
        drop_lost(connection)
        setup.touch_catalogue(connection)


def _state(workspace: Workspace, connection: Connection, flow_id: int) -> FlowState:
    state = workspace.catalogue(connection).flows.get(flow_id)
    if state is None:
        raise KnownError("This automation or sequence no longer exists.", 2)
    return state


def _require_free(connection: Connection, name: str, flow_id: int | None = None) -> None:
    """Raises KnownError if another flow than `flow_id` has the name, also a deleted one."""
    namesake = rows.by_name(connection, name)
    if namesake is not None and namesake.id != flow_id:
        raise KnownError(
            f"There already is an automation or sequence called {name!r}: choose another name.", 2
        )
    if rows.is_deleted(connection, name):
        raise KnownError(f"Journals call a deleted flow {name!r}: choose another name.", 2)


def _set_rhythm(connection: Connection, flow_id: int, stored: Mapping[str, Any]) -> None:
    every = stored.get("every")
    rhythm = (every["amount"], every["unit"]) if every else None
    start = read_instant(stored["start"])
    shelf.set_rhythm(connection, flow_id, stored["list"], start or 0, rhythm)


def _set_next(workspace: Workspace, connection: Connection, was: FlowState, at: int) -> None:
    """The next occurrence from `at` on, never one that already ran.

    One under way goes on, and one that came due before `at` still runs, unless the flow was off
    then (`was`) or runs at other times now. A sequence that is on and never can run is refused.
    """
    setup.touch_catalogue(connection)
    catalogue = workspace.catalogue(connection)
    state = catalogue.flows[was.id]
    overdue = was.active and was.next_at is not None and was.next_at < at
    same = (state.start_at, state.every) == (was.start_at, was.every)
    if under_way(connection, state) or (overdue and same):
        return
    last = setup.setting(connection, f"sequence.{state.id}.last")
    earliest = at if last is None else max(at, last + 1)
    following = first_from(state, catalogue.practice, earliest)
    if state.active and following is None and last is None:
        raise KnownError(
            f"The sequence {state.name!r} was to run once, at "
            f"{format_instant(state.start_at or 0)}, and that has passed: give it a later start.",
            2,
        )
    shelf.set_next_occurrence(connection, state.id, following)


def _end_walks(
    workspace: Workspace,
    connection: Connection,
    flow_id: int,
    contact_ids: Sequence[int],
    why: str,
    at: int,
) -> None:
    batch = open_batch(workspace, connection, at)
    for walk in load_walks_in(workspace, connection, flow_id, contact_ids):
        batch.end(walk, "unenrolled", why)
    save(connection, batch, ())


def _move_everyone(
    workspace: Workspace, connection: Connection, state: FlowState, flow: Flow, at: int
) -> None:
    """Give a new place to everyone whose step of `state`'s version does not survive in `flow`."""
    batch = open_batch(workspace, connection, at)
    for step in rows.places(connection, state.id):
        target = surviving(state.flow, flow, step)
        if target == step:
            continue
        contact_ids = rows.at_step(connection, state.id, step)
        walks = load_walks_in(workspace, connection, state.id, contact_ids)
        load_ran(workspace, connection, batch, walks)
        for walk in walks:
            batch.relocate(walk, flow.first_not_run(target, walk.ran), parked=not state.active)
    save(connection, batch, ())

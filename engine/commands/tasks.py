"""The front desk's tasks: done, put off, given to somebody else (screens.md section 8)."""

from __future__ import annotations

from db import desk
from db.errors import KnownError
from engine.naming import load_names
from engine.workspace import Workspace

GONE = "This task is done already, or gone: look at the list again."


def finish(workspace: Workspace, task_id: int, at: int) -> None:
    """Say that a task is done. Raises KnownError if it is already, or gone."""
    with workspace.write("tasks") as connection:
        if not desk.finish_task(connection, task_id, at):
            raise KnownError(GONE)


def reopen(workspace: Workspace, task_id: int) -> None:
    """Take back that a task is done. Raises KnownError if it is open, or gone."""
    with workspace.write("tasks") as connection:
        if not desk.finish_task(connection, task_id, None):
            raise KnownError("This task is open again already, or gone: look at the list again.")


def snooze(workspace: Workspace, task_id: int, due_at: int) -> int:
    """Put a task off to another instant; the one it was due at. Raises KnownError if it is gone."""
    with workspace.write("tasks") as connection:
        was = desk.move_task(connection, task_id, due_at)
        if was is None:
            raise KnownError(GONE)
        return was


def reassign(workspace: Workspace, task_id: int, user_id: int | None) -> None:
    """Give a task to a user, None for the front desk. Raises KnownError if either is gone."""
    with workspace.write("tasks") as connection:
        if user_id is not None and user_id not in load_names(connection).users.values():
            raise KnownError("There is no such user any more: choose another one.")
        assignee = "front_desk" if user_id is None else "user"
        if not desk.assign_task(connection, task_id, assignee, user_id):
            raise KnownError(GONE)

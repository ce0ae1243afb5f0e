"""Writes of the front desk: its tasks and the appointment book."""

from __future__ import annotations

from db.connection import Connection
from db.sql import execute, insert, query


def finish_task(connection: Connection, task_id: int, done_at: int | None) -> bool:
    """Mark a task done at an instant, or to be done again; False if it already is so."""
    change = "UPDATE task SET done_at = ? WHERE id = ?"
    state = "IS NULL" if done_at is not None else "IS NOT NULL"
    return execute(connection, f"{change} AND done_at {state}", done_at, task_id) > 0


def move_task(connection: Connection, task_id: int, due_at: int) -> int | None:
    """Give an open task another due instant; the one it had, or None if there is none."""
    was = query(connection, "SELECT due_at FROM task WHERE id = ? AND done_at IS NULL", task_id)
    if not was:
        return None
    execute(connection, "UPDATE task SET due_at = ? WHERE id = ?", due_at, task_id)
    return int(was[0][0])


def assign_task(connection: Connection, task_id: int, assignee: str, user_id: int | None) -> bool:
    """Give an open task to a user, or to the front desk; False if there is none."""
    sql = "UPDATE task SET assignee = ?, user_id = ? WHERE id = ? AND done_at IS NULL"
    return execute(connection, sql, assignee, user_id, task_id) > 0


def add_appointment(
    connection: Connection, contact_id: int, provider_id: int | None, at: int
) -> int:
    """Book a visit; its id."""
    return insert(
        connection,
        "INSERT INTO appointment (contact_id, provider_id, at, status) VALUES (?, ?, ?, 'booked')",
        contact_id, provider_id, at,
    )  # fmt: skip


def settle_appointment(connection: Connection, appointment_id: int, status: str) -> int | None:
    """Say that a booked visit took place or was cancelled; whose it is, or None if not booked."""
    found = query(
        connection,
        "SELECT contact_id FROM appointment WHERE id = ? AND status = 'booked'",
        appointment_id,
    )
    if not found:
        return None
    execute(connection, "UPDATE appointment SET status = ? WHERE id = ?", status, appointment_id)
    return int(found[0][0])


def settle_latest(connection: Connection, contact_id: int, status: str) -> None:
    """Say how the visit a contact booked last came out, if one stands as booked."""
    latest = "SELECT MAX(id) FROM appointment WHERE contact_id = ? AND status = 'booked'"
    sql = f"UPDATE appointment SET status = ? WHERE id = ({latest})"
    execute(connection, sql, status, contact_id)

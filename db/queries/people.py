"""Who is known: people found by what a file says of them, and everybody for an export."""

from __future__ import annotations

import json
from collections.abc import Iterable

from db.connection import Connection
from db.sql import Rows, ids, query

_KNOWN = """SELECT contact.id, contact.ref, contact.email, contact.phone, contact.first_name,
 contact.last_name, COALESCE(contact.dob, '') AS dob FROM """


def by_refs(connection: Connection, refs: Iterable[str]) -> Rows:
    """(id, ref, email, phone, first name, last name, birth date) of those with these refs."""
    return query(connection, f"{_KNOWN} contact WHERE ref {{ids}}", ids(connection, refs))


def by_emails(connection: Connection, emails: Iterable[str]) -> Rows:
    """The same for those with one of these addresses, as written."""
    sql = f"{_KNOWN} contact WHERE email <> '' AND email {{ids}}"
    return query(connection, sql, ids(connection, emails))


def by_phones(connection: Connection, phones: Iterable[str]) -> Rows:
    """The same for those with one of these numbers."""
    sql = f"{_KNOWN} contact WHERE phone <> '' AND phone {{ids}}"
    return query(connection, sql, ids(connection, phones))


def by_births(connection: Connection, births: Iterable[tuple[str, str, str]]) -> Rows:
    """The same for those with one of these (last name, first name, birth date), as written."""
    each = "json_each(?)"
    if connection.dialect.name != "sqlite":
        each = "(SELECT value FROM jsonb_array_elements(?::jsonb) AS one(value))"
    sql = f"""{_KNOWN} {each} AS born CROSS JOIN contact
        WHERE contact.last_name = born.value ->> 0 AND contact.first_name = born.value ->> 1
        AND contact.dob = born.value ->> 2"""
    return query(connection, sql, json.dumps(list(births)))


_EXPORTED = """SELECT c.id, c.ref, c.first_name, c.last_name, c.email, c.phone, c.dob, c.timezone,
 c.status, c.lead_source, s.name AS owner, p.name AS provider, c.email_on, c.sms_on,
 c.insurance, c.do_not_contact, c.deceased, c.archived
 FROM contact c LEFT JOIN staff s ON s.id = c.owner_id
 LEFT JOIN provider p ON p.id = c.provider_id"""


def page(connection: Connection, after: int, limit: int) -> Rows:
    """Everybody by id, for an export: those after `after`, with names for what has one."""
    sql = f"{_EXPORTED} WHERE c.id > ? ORDER BY c.id LIMIT ?"
    return query(connection, sql, after, limit)


def these(connection: Connection, wanted: Iterable[int]) -> Rows:
    """These people as `page` has them, in any order."""
    return query(connection, f"{_EXPORTED} WHERE c.id {{ids}}", ids(connection, wanted))


def static_lists_of(connection: Connection, contacts: Iterable[int]) -> Rows:
    """(contact, list name) of these contacts on lists filled by hand and by steps."""
    return query(
        connection,
        """SELECT m.contact_id, l.name FROM list_member m JOIN contact_list l ON l.id = m.list_id
        WHERE l.kind = 'static' AND m.contact_id {ids} ORDER BY m.contact_id, l.id""",
        ids(connection, contacts),
    )


def count(connection: Connection) -> int:
    """How many people there are."""
    return int(query(connection, "SELECT COUNT(*) FROM contact")[0][0])

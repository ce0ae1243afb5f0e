"""People for tests of the pages under which records stand."""

from __future__ import annotations

from engine.commands.contacts import NewContact, create_contacts
from engine.commands.settings import add_list, add_named
from engine.workspace import Workspace

NAMES = (
    ("Ann", "Lee"), ("Bob", "Ray"), ("Carla", "Diaz"), ("Dora", "Lee"), ("Ernest", "Young"),
)  # fmt: skip


def add_people(workspace: Workspace, at: int) -> list[int]:
    """Five people, each reachable; their ids, in the order of `NAMES`."""
    return create_contacts(
        workspace,
        [
            NewContact("manual", {
                "first_name": first, "last_name": last, "phone": f"+1202555010{place}",
                "email": f"{first.lower()}.{last.lower()}@example.org",
            })
            for place, (first, last) in enumerate(NAMES)
        ],
        at,
    )  # fmt: skip


def add_many(workspace: Workspace, count: int, at: int) -> list[int]:
    """Many people named in order: First00001 Last00001 and so on; their ids."""
    new = [
        NewContact("manual", {"first_name": f"First{n:05}", "last_name": f"Last{n:05}"})
        for n in range(count)
    ]
    return create_contacts(workspace, new, at)


def static_list(workspace: Workspace, name: str) -> int:
    """A new static list."""
    return add_list(workspace, {"name": name, "type": "static"})


def user(workspace: Workspace, name: str) -> int:
    """Somebody who works at the practice."""
    return add_named(workspace, "user", name)

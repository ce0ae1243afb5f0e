"""What the benchmarks share: a figure with both sides of its ratio, stores, a welcome flow."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec

from db.session import Store
from engine.calendar import parse_instant
from engine.commands import contacts, flows, settings
from engine.workspace import Workspace
from tests.servers import running_postgres

P = ParamSpec("P")
START = parse_instant("2026-01-05T14:00:00Z")

WELCOME: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Welcome",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "thanks", "type": "send_email", "template": "Welcome"},
        {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
        {
            "id": "opened",
            "type": "if_then",
            "condition": {"type": "opened_email", "step": "thanks"},
            "yes": [
                {"id": "nudge", "type": "send_sms", "text": "Hi {{firstname}}, ready to book?"}
            ],
            "no": [
                {
                    "id": "call",
                    "type": "create_task",
                    "title": "Call {{firstname}} back",
                    "assignee": "front_desk",
                    "due_in": {"amount": 1, "unit": "days"},
                }
            ],
        },
        {"id": "mark", "type": "set_property", "property": "lead_source", "value": "Welcome"},
        {"id": "keep", "type": "add_to_list", "list": "Welcomed"},
    ],
}


def figure(
    name: str, value: float, against: float, bar: float, *, most: bool = False
) -> dict[str, Any]:
    """One measured ratio: `value` ÷ `against`, held to at least (or `most`) `bar`."""
    ratio = value / against
    holds = ratio <= bar if most else ratio >= bar
    return {
        "name": name,
        "value": round(value, 6),
        "against": round(against, 6),
        "ratio": round(ratio, 3),
        "bar": bar,
        "holds": holds,
    }


def report(figures: list[dict[str, Any]]) -> None:
    """Print the figures; exit 1 if one does not hold."""
    print(json.dumps(figures, indent=1))
    sys.exit(0 if all(each["holds"] for each in figures) else 1)


def seconds(work: Callable[P, object], *args: P.args, **named: P.kwargs) -> float:
    """How long `work` takes with these arguments, in seconds of wall time."""
    began = time.perf_counter()
    work(*args, **named)
    return time.perf_counter() - began


@contextmanager
def stores() -> Iterator[list[tuple[str, str | None]]]:
    """(dialect, address for `temporary_store`) of every store to measure on."""
    with running_postgres(durable=True) as server, server.database() as url:
        yield [("sqlite", None), ("postgresql", url)]


def practice(store: Store) -> Workspace:
    """A practice with the welcome flow switched on."""
    workspace = Workspace(store)
    settings.put_settings(workspace, {"practice.timezone": "America/New_York"})
    settings.add_list(workspace, {"name": "Welcomed", "type": "static"})
    settings.put_template(
        workspace,
        {
            "format": "practice-crm/template@1",
            "name": "Welcome",
            "channel": "email",
            "subject": "Hi {{firstname}}",
            "body": "<p>Hello {{firstname}}</p>",
        },
    )
    flow_id = flows.save_flow(workspace, "automation", WELCOME, START)
    flows.activate(workspace, flow_id, START)
    return workspace


def people(count: int, first: int = 0) -> list[contacts.NewContact]:
    """New contacts, each with an email address and a number."""
    return [
        contacts.NewContact(
            "website_form",
            {
                "first_name": f"First{number}",
                "last_name": f"Last{number}",
                "email": f"p{number}@example.org",
                "phone": f"+1202{number:07}",
            },
        )
        for number in range(first, first + count)
    ]


def fill(workspace: Workspace, count: int, at: int) -> None:
    """Create `count` contacts at an instant, in chunks."""
    for first in range(0, count, 5000):
        contacts.create_contacts(workspace, people(min(5000, count - first), first), at)

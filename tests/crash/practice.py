"""A small practice and three days of its life, the same for the same seed.

Every order is safe to give twice: who was cut short gives the last one again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from db.queries import events as log
from db.sql import query
from engine.calendar import DAY, HOUR, MINUTE, parse_instant
from engine.commands import campaigns, contacts, events, flows, settings, signals
from engine.naming import load_names
from engine.workspace import Workspace

START = parse_instant("2026-03-02T13:00:00Z")
LIVED = START + 3 * DAY
_GRID = 20 * MINUTE

Steps = list[dict[str, Any]]


def _email(id: str) -> dict[str, Any]:
    return {"id": id, "type": "send_email", "template": "Letter"}


def _text(id: str) -> dict[str, Any]:
    return {"id": id, "type": "send_sms", "text": "Hi {{firstname}}, ready to book?"}


def _wait(id: str, amount: int, unit: str = "minutes") -> dict[str, Any]:
    return {"id": id, "type": "delay", "amount": amount, "unit": unit}


def _task(id: str) -> dict[str, Any]:
    return {
        "id": id, "type": "create_task", "title": "Call {{firstname}}", "assignee": "front_desk",
        "due_in": {"amount": 1, "unit": "days"},
    }  # fmt: skip


def _if(id: str, condition: dict[str, Any], yes: Steps, no: Steps) -> dict[str, Any]:
    return {"id": id, "type": "if_then", "condition": condition, "yes": yes, "no": no}


_OPENED = {"type": "opened_email", "step": "hello"}
_MARK = {"id": "mark", "type": "set_property", "property": "lead_source", "value": "Welcome"}
_KEEP = {"id": "keep", "type": "add_to_list", "list": "Nurture"}

AUTOMATIONS: list[dict[str, Any]] = [
    {
        "name": "Welcome",
        "trigger": {"type": "contact_created", "source": "any"},
        "steps": [
            _email("hello"), _wait("pause", 4, "hours"), _if("seen", _OPENED, [_text("book")], []),
            _MARK, _KEEP, _task("call"),
        ],
        "goal": "book_appointment",
    },
    {
        "name": "Callback",
        "trigger": {"type": "form_submitted", "form": "Callback"},
        "steps": [_text("soon"), _wait("rest", 2, "hours"), _email("still"), _task("ring")],
        "goal": "book_appointment",
        "unenroll_on": ["goal_met", "sms_opt_out"],
    },
    {
        "name": "Nurture",
        "trigger": {"type": "list_joined", "list": "Nurture"},
        "steps": [_email("first"), _wait("day", 1, "days"), _text("second")],
    },
    {
        "name": "Source",
        "trigger": {"type": "property_changed", "property": "lead_source"},
        "steps": [_wait("breath", 20), _email("thanks")],
    },
    {
        "name": "Birthday",
        "trigger": {"type": "birthday", "offset": 0},
        "steps": [_email("wish")],
    },
    {
        "name": "Quiet",
        "trigger": {"type": "inactive", "days": 1},
        "steps": [_text("miss")],
    },
]  # fmt: skip

EDITED: dict[str, Any] = {
    **AUTOMATIONS[1],
    "steps": [_wait("rest", 2, "hours"), _task("ring"), _text("again")],
}

SEQUENCE: dict[str, Any] = {
    "name": "News", "list": "Nurture", "start": "2026-03-03T15:00:00Z",
    "every": {"amount": 1, "unit": "days"}, "active": True,
    "steps": [_email("news"), _wait("half", 40), _text("ask")],
}  # fmt: skip

CAMPAIGN: dict[str, Any] = {
    "name": "Spring", "end": "2026-03-04",
    "assets": [{"type": "automation", "name": "Nurture"}, {"type": "email", "name": "Letter"}],
}  # fmt: skip

DYNAMIC: dict[str, Any] = {
    "name": "Fresh", "type": "dynamic",
    "rule": {"all": [{"type": "last_activity_older", "days": 1}]},
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """Something that happens at an instant; `name` is its own, for what must count once."""

    at: int
    name: str
    do: str
    who: str = ""
    what: str = ""


def timeline(seed: int, people: int) -> list[Order]:
    """What happens to `people` contacts, in order."""
    dice = random.Random(seed)
    orders = []
    for number in range(people):
        came = START + dice.randint(1, 24) * _GRID
        who = f"c{number}"
        orders.append(Order(came, f"{who}-0", "create", who, str(dice.randrange(4))))
        for turn in range(1, dice.randint(2, 5)):
            at = came + dice.randint(1, 120) * _GRID
            do, what = dice.choice(_HABITS)
            orders.append(Order(at, f"{who}-{turn}", do, who, what))
    orders += [
        Order(START + 5 * HOUR, "pause", "pause", what="Callback"),
        Order(START + 7 * HOUR, "resume", "activate", what="Callback"),
        Order(START + 9 * HOUR, "hold", "hold", what="Spring"),
        Order(START + 31 * HOUR, "free", "free", what="Spring"),
        Order(START + 26 * HOUR, "edit", "edit", what="Callback"),
        Order(START + 34 * HOUR, "leave", "unenrol", "c1", "Nurture"),
    ]
    return sorted(orders, key=lambda order: order.at)


_HABITS = (
    ("form", "Callback"), ("form", "Callback"), ("form", "Other"),
    ("text", "STOP"), ("text", "START"), ("text", "ok"), ("text", "stop all"),
    ("join", "Nurture"), ("leave", "Nurture"),
    ("open", "Welcome hello"), ("click", "Welcome hello"), ("reply", "Nurture first"),
    ("book", ""), ("unsubscribe", ""), ("web", ""),
)  # fmt: skip


def set_up(workspace: Workspace) -> None:
    """What the practice works with; what is there already stays."""
    if _known(workspace, "campaign", "Spring"):
        return
    settings.put_settings(
        workspace, {"practice.name": "Oak Street Clinic", "practice.timezone": "America/New_York"}
    )
    for form in ("Callback", "Other"):
        settings.add_named(workspace, "form", form)
    for each in ({"name": "Nurture", "type": "static"}, DYNAMIC):
        if not _known(workspace, "list", each["name"]):
            settings.add_list(workspace, each)
    letter = {"name": "Letter", "channel": "email", "subject": "Hi", "body": "<p>Hello</p>"}
    settings.put_template(workspace, _whole("template", letter))
    flow_documents = [("automation", each) for each in AUTOMATIONS] + [("sequence", SEQUENCE)]
    for kind, each in flow_documents:
        if not _known(workspace, kind, each["name"]):
            flows.save_flow(workspace, kind, _whole(kind, each), START)
        flows.activate(workspace, _id(workspace, kind, each["name"]), START)
    campaigns.save_campaign(workspace, _whole("campaign", CAMPAIGN), START)


def obey(workspace: Workspace, order: Order) -> None:
    """Do what an order says, however often it is given."""
    _DEEDS[order.do](workspace, order)


def _whole(kind: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": f"practice-crm/{kind}@1", **part}


def _known(workspace: Workspace, kind: str, name: str) -> bool:
    with workspace.store.read() as connection:
        return name in load_names(connection).of(kind)


def _id(workspace: Workspace, kind: str, name: str) -> int:
    with workspace.store.read() as connection:
        return load_names(connection).of(kind)[name]


def _who(workspace: Workspace, ref: str) -> int | None:
    with workspace.store.read() as connection:
        rows = query(connection, "SELECT id FROM contact WHERE ref = ?", ref)
    return rows[0][0] if rows else None


def _contact(workspace: Workspace, ref: str) -> int:
    found = _who(workspace, ref)
    assert found is not None, ref
    return found


def _create(workspace: Workspace, order: Order) -> None:
    if _who(workspace, order.who) is not None:
        return
    number = int(order.who[1:])
    fields = {
        "first_name": f"Name{number}",
        "email": f"{order.who}@example.org",
        "phone": f"+1202555{number:04}",
        "dob": f"1980-03-{2 + number % 5:02}",
    }
    for name in ("email", "phone", "dob")[: max(0, int(order.what) - 2)]:
        del fields[name]
    contacts.create_contacts(
        workspace, [contacts.NewContact("manual", fields, ref=order.who)], order.at
    )


def _record(kind: str) -> Callable[[Workspace, Order], None]:
    def deed(workspace: Workspace, order: Order) -> None:
        subject = None
        if kind == "form_submitted":
            subject = _id(workspace, "form", order.what)
        if kind.startswith("list_"):
            subject = _id(workspace, "list", order.what)
        who = _contact(workspace, order.who)
        events.record(workspace, who, kind, order.at, subject=subject, key=order.name)

    return deed


def _text_in(workspace: Workspace, order: Order) -> None:
    who = _contact(workspace, order.who)
    signals.hear_text(workspace, who, order.what, order.at, key=order.name)


def _engage(what: str) -> Callable[[Workspace, Order], None]:
    def deed(workspace: Workspace, order: Order) -> None:
        flow, step = order.what.split()
        who, flow_id = _contact(workspace, order.who), _id(workspace, "automation", flow)
        with workspace.store.read() as connection:
            message = log.latest_of_step(connection, who, flow_id, step)
        if message is not None:
            signals.engage(workspace, message, what, order.at, key=order.name)

    return deed


def _change(workspace: Workspace, order: Order) -> None:
    who = _contact(workspace, order.who)
    events.record(
        workspace, who, "property_changed", order.at, field="lead_source", new="Web",
        key=order.name,
    )  # fmt: skip


_DEEDS: Mapping[str, Callable[[Workspace, Order], None]] = {
    "create": _create,
    "form": _record("form_submitted"),
    "join": _record("list_joined"),
    "leave": _record("list_left"),
    "book": _record("appointment_booked"),
    "unsubscribe": _record("email_unsubscribed"),
    "web": _change,
    "text": _text_in,
    "open": _engage("opened"),
    "click": _engage("clicked"),
    "reply": _engage("replied"),
    "pause": lambda workspace, order: flows.pause(
        workspace, _id(workspace, "automation", order.what), order.at
    ),
    "activate": lambda workspace, order: flows.activate(
        workspace, _id(workspace, "automation", order.what), order.at
    ),
    "hold": lambda workspace, order: campaigns.pause(
        workspace, _id(workspace, "campaign", order.what), order.at
    ),
    "free": lambda workspace, order: campaigns.activate(
        workspace, _id(workspace, "campaign", order.what), order.at
    ),
    "edit": lambda workspace, order: flows.edit_flow(
        workspace, _id(workspace, "automation", order.what), _whole("automation", EDITED), order.at
    ),
    "unenrol": lambda workspace, order: flows.unenrol(
        workspace,
        _id(workspace, "automation", order.what),
        _contact(workspace, order.who),
        order.at,
    ),
}

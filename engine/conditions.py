"""If/then conditions (engine.md section 4, "Conditions")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.flow import Condition
from engine.record import Walk
from engine.rules import compare

ENGAGEMENT: Final = frozenset({"opened_email", "clicked_email"})
EVENTS: Final = {
    "replied": ("email_replied", "sms_replied"),
    "booked_appointment": ("appointment_booked",),
    "submitted_form": ("form_submitted",),
}


@dataclass(slots=True)
class Facts:
    """What the log says about the contacts of a batch, loaded where a flow asks for it.

    `opened`, `clicked`: by walk id, the steps whose message was. `latest`: by contact, the
    largest event id of each (kind, subject).
    """

    opened: dict[int, set[str]] = field(default_factory=dict)
    clicked: dict[int, set[str]] = field(default_factory=dict)
    latest: dict[int, dict[tuple[str, int | None], int]] = field(default_factory=dict)


def holds(condition: Condition, walk: Walk, facts: Facts) -> bool:
    """Whether the condition is true of this walk now.

    Only events after the enrolling one count, and that event never does.
    """
    kind = condition.type
    if kind == "property":
        return compare(walk.contact.get(condition.property), condition.op, condition.value)
    if kind == "in_list":
        return condition.subject in walk.contact.lists
    if kind == "goal_reached":
        return walk.goal_until is not None and walk.goal_at is not None
    if kind in ENGAGEMENT:
        steps = (facts.opened if kind == "opened_email" else facts.clicked).get(walk.id, set())
        return bool(steps) if condition.subject == "any" else condition.subject in steps
    return _happened(condition, walk, facts)


def _happened(condition: Condition, walk: Walk, facts: Facts) -> bool:
    wanted = condition.subject
    return any(
        place > walk.after_event
        and kind in EVENTS[condition.type]
        and wanted in (None, "any", subject)
        for (kind, subject), place in facts.latest.get(walk.contact.id, {}).items()
    )

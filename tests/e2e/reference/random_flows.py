"""Random automations and step lists, and later versions of them."""

from __future__ import annotations

import copy
import random
from typing import Any

Document = dict[str, Any]
Step = dict[str, Any]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS: tuple[Document, ...] = (
    {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEK[:5]},
    {day: [["22:00", "02:00"]] for day in WEEK},
    {day: [["02:30", "03:15"], ["14:00", "15:30"]] for day in WEEK},
    {"sun": [["01:30", "02:15"], ["22:00", "06:00"]], "wed": [["00:00", "23:59"]]},
    {day: [["00:00", "08:00"], ["12:00", "13:00"], ["20:00", "23:30"]] for day in WEEK},
)
FORMS = ("Intake", "Callback")
STATIC = ("Welcomed", "Recall list")
VALUES: dict[str, tuple[str, ...]] = {
    "status": ("lead", "patient"),
    "lead_source": ("Web", "Referral"),
    "contact_owner": ("sarah", "omar"),
    "provider": ("Dr Ito", "Dr Lund"),
    "sms_subscription": ("on", "off"),
    "email_subscription": ("on", "off"),
    "insurance_verification": ("not_started", "pending", "verified", "failed"),
}
DELAYS = (
    *((n, "minutes") for n in (1, 30, 90)),
    *((n, "hours") for n in (1, 2, 12, 24, 24)),
    *((n, "days") for n in (1, 1, 2)),
    (1, "weeks"),
)
GOALS = (
    "book_appointment",
    "rebook_appointment",
    "patient_reactivation",
    "review_submitted",
    "verification_complete",
    "portal_activated",
    "engagement",
)
EXITS = ("goal_met", "email_reply", "sms_opt_out")
CONDITIONS = (
    *("opened_email", "clicked_email", "replied", "booked_appointment"),
    *("submitted_form", "property", "property", "in_list", "goal_reached"),
)
TRIGGERS = (
    *("contact_created", "became_patient", "form_submitted", "list_joined", "list_left"),
    *("property_changed", "email_engaged", "sms_replied", "birthday", "inactive"),
    *("form_submitted", "contact_created", "list_joined", "property_changed"),
    *("form_submitted", "became_patient", "birthday", "birthday", "inactive"),
)


class FlowAuthor:
    """Writes flows; `emails` knows every email step a flow ever had, `lists` every list."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.names = 0
        self.lists: list[str] = list(STATIC)
        self.emails: dict[str, list[str]] = {}

    def chance(self, probability: float) -> bool:
        """True this often."""
        return self.dice.random() < probability

    def comparison(self) -> tuple[str, str, str]:
        """A property, an operator and a value it may have."""
        name = self.dice.choice(tuple(VALUES))
        op = self.dice.choice(("is", "is", "is_not", "is_empty", "is_not_empty"))
        return name, op, self.dice.choice(VALUES[name])

    def automations(self) -> list[Document]:
        """Two to nine automations: some begin another, now and then two undo each other."""
        kinds = self.dice.sample(TRIGGERS, self.dice.randint(2, 5))
        flows = [self._automation(f"Flow {number + 1}", kind) for number, kind in enumerate(kinds)]
        if self.chance(0.2):
            flows += [self._ping("Web", "Referral"), self._ping("Referral", "Web")]
        if self.chance(0.4):
            flows += self._chain()
        return flows

    def _chain(self) -> list[Document]:
        """A flow whose step begins, at its own instant, another that asks for lists.

        The first makes leads patients half of the time: what its own goal may wait for.
        """
        name = self.dice.choice(("status", "lead_source"))
        value = self.dice.choice(("patient",) if name == "status" else VALUES[name])
        first = self._automation(
            "Sets off", self.dice.choice(("contact_created", "form_submitted"))
        )
        change = {"id": "sets", "type": "set_property", "property": name, "value": value}
        first["steps"].insert(self.dice.randint(0, 1), change)
        if name == "status" and self.chance(0.7):
            first["goal"] = "book_appointment"
        following = self._automation("Set off", "property_changed")
        following["trigger"] = {"type": "property_changed", "property": name}
        asks = {"type": "in_list", "list": self.dice.choice(self.lists)}
        following["steps"] = [
            {"id": "asks", "type": "if_then", "condition": asks, "yes": [], "no": []},
            {"id": "adds", "type": "add_to_list", "list": self.dice.choice(STATIC)},
            *following["steps"],
        ]
        return [first, following]

    def _ping(self, seen: str, said: str) -> Document:
        return {
            "format": "practice-crm/automation@1",
            "name": f"{seen} to {said}",
            "trigger": {"type": "property_changed", "property": "lead_source", "to": seen},
            "steps": [
                {"id": "s", "type": "set_property", "property": "lead_source", "value": said}
            ],
        }

    def _automation(self, name: str, kind: str) -> Document:
        document: Document = {
            "format": "practice-crm/automation@1",
            "name": name,
            "trigger": self._trigger(kind),
            "steps": self.steps(0, self.dice.randint(2, 6), sequence=False),
        }
        if self.chance(0.3):
            document["steps"] = self._asked_email() + document["steps"]
        self._dress(document)
        return document

    def _asked_email(self) -> list[Step]:
        """An email, time to answer it, and the question whether that was done."""
        self.names += 3
        email, wait, ask = (f"s{self.names - back}" for back in (2, 1, 0))
        kind = self.dice.choice(("opened_email", "clicked_email", "replied", "goal_reached"))
        amount, unit = self.dice.choice(DELAYS)
        return [
            {"id": email, "type": "send_email", "template": "Welcome"},
            {"id": wait, "type": "delay", "amount": amount, "unit": unit},
            {
                "id": ask,
                "type": "if_then",
                "condition": {"type": kind, "step": email} if "email" in kind else {"type": kind},
                "yes": self.steps(1, self.dice.randint(0, 2), sequence=False),
                "no": self.steps(1, self.dice.randint(0, 2), sequence=False),
            },
        ]

    def _dress(self, document: Document) -> None:
        """Draw goal, exits and hours anew, and point conditions at emails that exist."""
        for key in ("goal", "lookback_days", "unenroll_on", "run_hours"):
            document.pop(key, None)
        if self.chance(0.7):
            document["goal"] = self.dice.choice(GOALS)
            if document["trigger"]["type"] in ("inactive", "birthday") and self.chance(0.5):
                document["goal"] = "patient_reactivation"
            if self.chance(0.4):
                document["lookback_days"] = self.dice.randint(1, 2)
        if self.chance(0.6):
            document["unenroll_on"] = self.dice.sample(EXITS, self.dice.randint(1, 3))
        if self.chance(0.35):
            document["run_hours"] = copy.deepcopy(self.dice.choice(HOURS))
        self.aim(document)

    def aim(self, document: Document) -> None:
        """Point the conditions of a flow at emails it has, and remember those."""
        every = list(every_step(document["steps"]))
        emails = [step["id"] for step in every if step["type"] == "send_email"]
        for step in every:
            condition = step.get("condition", {})
            if condition.get("type") in ("opened_email", "clicked_email"):
                if condition["step"] not in emails or self.chance(0.2):
                    condition["step"] = self.dice.choice(["any", *emails])
        known = self.emails.setdefault(document["name"], [])
        known += [step_id for step_id in emails if step_id not in known]

    def _trigger(self, kind: str) -> Document:
        pick = self.dice.choice
        name = pick(tuple(VALUES))
        more: dict[str, Document] = {
            "contact_created": {"source": pick(("any", "any", "walk_in", "import"))},
            "form_submitted": {"form": pick(("any", *FORMS))},
            "list_joined": {"list": pick(self.lists)},
            "list_left": {"list": pick(self.lists)},
            "property_changed": {"property": name},
            "email_engaged": {
                "kind": pick(("opened", "clicked", "either")),
                "email": pick(("any", "Welcome")),
            },
            "sms_replied": {"sms": pick(("any", "Reminder"))},
            "birthday": {"offset": pick((-7, -1, 0, 1, 7))},
            "inactive": {"days": pick((1, 1, 2, 3, 90, 90))},
        }
        if self.chance(0.5):
            more["property_changed"]["to"] = pick(VALUES[name])
        return {"type": kind, **more.get(kind, {})}

    def steps(self, depth: int, count: int, sequence: bool) -> list[Step]:
        """So many steps, with nested lanes down to depth 2."""
        return [self._step(depth, sequence) for _ in range(count)]

    def _step(self, depth: int, sequence: bool) -> Step:
        kinds = ["send_email", "send_email", "send_sms", "send_sms", "create_task"]
        kinds += ["delay", "delay", "delay", "if_then", "if_then"]
        if not sequence:
            kinds += ["set_property", "set_property", "add_to_list"]
        kind = self.dice.choice([k for k in kinds if depth < 2 or k != "if_then"])
        self.names += 1
        return {"id": f"s{self.names}", "type": kind, **self._settings(kind, depth, sequence)}

    def _settings(self, kind: str, depth: int, sequence: bool) -> Document:
        amount, unit = self.dice.choice(DELAYS)
        name = self.dice.choice(tuple(VALUES))
        if kind == "if_then":
            lanes = [self.steps(depth + 1, self.dice.randint(0, 2), sequence) for _ in "yn"]
            return {"condition": self._condition(sequence), "yes": lanes[0], "no": lanes[1]}
        sms: Document = {"text": "Hi {{firstname}}"} if self.chance(0.5) else {}
        simple: dict[str, Document] = {
            "send_email": {"template": self.dice.choice(("Welcome", "Win-back"))},
            "send_sms": sms or {"template": "Reminder"},
            "delay": {"amount": amount, "unit": unit},
            "create_task": {
                "title": "Call {{firstname}}",
                "assignee": self.dice.choice(("contact_owner", "front_desk", "sarah")),
                "due_in": {"amount": amount, "unit": unit},
            },
            "set_property": {"property": name, "value": self.dice.choice(VALUES[name])},
            "add_to_list": {"list": self.dice.choice(STATIC)},
        }
        return simple[kind]

    def _condition(self, sequence: bool) -> Document:
        kind = self.dice.choice([k for k in CONDITIONS if not (sequence and k == "goal_reached")])
        name, op, value = self.comparison()
        comparison: Document = {"property": name, "op": op}
        if op in ("is", "is_not"):
            comparison["value"] = value
        more: dict[str, Document] = {
            "opened_email": {"step": "any"},
            "clicked_email": {"step": "any"},
            "submitted_form": {"form": self.dice.choice(("any", *FORMS))},
            "property": comparison,
            "in_list": {"list": self.dice.choice(self.lists)},
        }
        return {"type": kind, **more.get(kind, {})}

    def edited(self, document: Document) -> Document:
        """A later version: steps removed, reordered, moved, of another type, or new."""
        edited = copy.deepcopy(document)
        for _ in range(self.dice.randint(1, 3)):
            lanes = list(_every_lane(edited["steps"]))
            lane = self.dice.choice(lanes)
            change = self.dice.choice(("remove", "remove", "shuffle", "retype", "insert", "move"))
            if change == "insert":
                lane.insert(self.dice.randint(0, len(lane)), self._step(2, sequence=False))
            elif change == "shuffle":
                self.dice.shuffle(lane)
            elif lane and change == "retype":
                place = self.dice.randrange(len(lane))
                lane[place] = self._step(2, sequence=False) | {"id": lane[place]["id"]}
            elif lane:
                step = lane.pop(self.dice.randrange(len(lane)))
                if change == "move":
                    edited["steps"].insert(self.dice.randint(0, len(edited["steps"])), step)
        if not edited["steps"]:
            edited["steps"] = self.steps(2, 2, sequence=False)
        self._dress(edited)
        return edited


def every_step(steps: list[Step]) -> list[Step]:
    found = []
    for step in steps:
        found.append(step)
        found += every_step(step.get("yes", [])) + every_step(step.get("no", []))
    return found


def _every_lane(steps: list[Step]) -> list[list[Step]]:
    lanes = [steps]
    for step in steps:
        for side in ("yes", "no"):
            if side in step:
                lanes += _every_lane(step[side])
    return lanes

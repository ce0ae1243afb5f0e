"""A practice pressed at random, its engine killed at any commit point: what must always hold.

quality.md, "Never": a stateful machine over the engine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from db import keys
from db.queries import events as log
from db.session import open_store
from db.sql import query
from engine.calendar import HOUR, MINUTE
from engine.commands import campaigns, contacts, events, flows, signals
from engine.dispatcher import Channels, deliver, standing
from engine.due import next_due
from engine.naming import load_names
from engine.runner import advance
from engine.workspace import Workspace
from tests.crash.audit import audit
from tests.crash.mailbox import Mailbox, Postman
from tests.crash.practice import AUTOMATIONS, START, set_up

NAMES = ("Welcome", "Callback", "Nurture", "Source")
PASSINGS = st.one_of(st.just(0), st.integers(1, 12))
people = st.integers(0, 5)
names = st.sampled_from(NAMES)


class Killed(BaseException):
    """The engine stops here, as by kill −9."""


class Practice(RuleBasedStateMachine):
    """Orders, events, time and kills, in any order.

    Each opt-out has an instant of its own, so that it is clear what came before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="machine-"))
        self.home = Path(folder)
        self.key = keys.new_key()
        self.mailbox = Mailbox(self.home)
        self.now = START
        self.left = 0
        self.ids: list[int] = []
        self.open()
        set_up(self.workspace)
        for _ in range(3):
            self.add(reachable=True)

    def open(self) -> None:
        self.store = open_store(str(self.home / "store.db"), key=self.key)
        self.workspace = Workspace(self.store, self.home / "ledger", self.reached)

    def reached(self, _point: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def live(self, passings: int, deed: Callable[[], object]) -> None:
        """Do something, and die at its nth commit point; 0 is never."""
        self.left = passings
        try:
            deed()
        except Killed:
            self.store.close()
            self.open()
        self.left = 0

    def flow(self, name: str) -> int:
        with self.store.read() as connection:
            return load_names(connection).automations[name]

    def who(self, number: int) -> int:
        return self.ids[number % len(self.ids)]

    def record(self, kind: str, number: int, **facts: Any) -> None:
        events.record(self.workspace, self.who(number), kind, self.now, **facts)

    @rule(passings=PASSINGS, reachable=st.booleans())
    def create(self, passings: int, reachable: bool) -> None:
        self.live(passings, lambda: self.add(reachable=reachable))
        with self.store.read() as connection:
            self.ids = [row.id for row in query(connection, "SELECT id FROM contact ORDER BY id")]

    def add(self, *, reachable: bool) -> None:
        fields = {"first_name": "Ann", "dob": "1980-03-03"}
        if reachable:
            fields |= {"email": "ann@example.org", "phone": "+12025550123"}
        new = contacts.NewContact("manual", fields)
        self.ids += contacts.create_contacts(self.workspace, [new], self.now)

    @rule(
        passings=PASSINGS,
        number=people,
        kind=st.sampled_from(
            ("form_submitted", "list_joined", "list_left", "appointment_booked", "page_visited")
        ),
    )
    def happen(self, passings: int, number: int, kind: str) -> None:
        subject = 1 if kind[:4] in ("form", "list") else None
        self.live(passings, lambda: self.record(kind, number, subject=subject))

    @rule(
        passings=PASSINGS,
        number=people,
        text=st.sampled_from(("STOP", "stop all", "START", "ok", "help")),
    )
    def hear(self, passings: int, number: int, text: str) -> None:
        who = self.who(number)
        self.now += 1
        self.live(passings, lambda: signals.hear_text(self.workspace, who, text, self.now))

    @rule(
        passings=PASSINGS,
        number=people,
        kind=st.sampled_from(("email_unsubscribed", "do_not_contact")),
    )
    def withdraw(self, passings: int, number: int, kind: str) -> None:
        self.now += 1
        self.live(passings, lambda: self.record(kind, number))

    @rule(
        passings=PASSINGS,
        number=people,
        what=st.sampled_from(("opened", "clicked", "replied")),
    )
    def answer(self, passings: int, number: int, what: str) -> None:
        with self.store.read() as connection:
            message = log.latest_of_step(
                connection, self.who(number), self.flow("Welcome"), "hello"
            )
        if message is not None:
            self.live(passings, lambda: signals.engage(self.workspace, message, what, self.now))

    @rule(passings=PASSINGS, name=names, on=st.booleans())
    def switch(self, passings: int, name: str, on: bool) -> None:
        deed = flows.activate if on else flows.pause
        self.live(passings, lambda: deed(self.workspace, self.flow(name), self.now))

    @rule(passings=PASSINGS, on=st.booleans())
    def switch_campaign(self, passings: int, on: bool) -> None:
        deed = campaigns.activate if on else campaigns.pause
        self.live(passings, lambda: deed(self.workspace, 1, self.now))

    @rule(passings=PASSINGS, name=names, kept=st.integers(1, 6), turned=st.booleans())
    def edit(self, passings: int, name: str, kept: int, turned: bool) -> None:
        document = next(each for each in AUTOMATIONS if each["name"] == name)
        steps = [step for step in document["steps"] if step["type"] != "if_then"][:kept]
        edited = {
            "format": "practice-crm/automation@1", **document,
            "steps": steps[::-1] if turned else steps,
        }  # fmt: skip
        self.live(
            passings, lambda: flows.edit_flow(self.workspace, self.flow(name), edited, self.now)
        )

    @rule(passings=PASSINGS, name=names, number=people)
    def unenrol(self, passings: int, name: str, number: int) -> None:
        flow, who = self.flow(name), self.who(number)
        self.live(passings, lambda: flows.unenrol(self.workspace, flow, who, self.now))

    @rule(
        passings=PASSINGS,
        minutes=st.sampled_from((0, 1, 20, 40, 240, 1440)),
        chunk=st.sampled_from((1, 3, 5000)),
    )
    def step_time(self, passings: int, minutes: int, chunk: int) -> None:
        self.now = min(self.now + minutes * MINUTE, START + 60 * HOUR)
        self.live(passings, lambda: advance(self.workspace, self.now, chunk))

    @rule(passings=PASSINGS)
    def jump(self, passings: int) -> None:
        due = next_due(self.workspace, self.now)
        self.now = min(due or self.now, START + 60 * HOUR)
        self.live(passings, lambda: advance(self.workspace, self.now, 7))
        self.send(passings, answers=True, limit=5)

    @rule(passings=PASSINGS)
    def work(self, passings: int) -> None:
        """What an engine does at its tick."""
        self.live(passings, lambda: advance(self.workspace, self.now, 7))
        self.send(passings, answers=True, limit=5)

    @rule(passings=PASSINGS)
    def work_without_answers(self, passings: int) -> None:
        self.live(0, lambda: advance(self.workspace, self.now, 1))
        self.send(passings, answers=False, limit=2)

    def send(self, passings: int, *, answers: bool, limit: int) -> None:
        channels = Channels(
            Postman(self.mailbox, self.now, answers=answers),
            Postman(self.mailbox, self.now, answers=answers),
        )
        clock = standing(self.now)
        self.live(passings, lambda: deliver(self.workspace, channels, clock, limit=limit))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.open()

    @invariant()
    def all_is_well(self) -> None:
        assert audit(self.workspace, self.mailbox, self.home / "ledger") == []

    def teardown(self) -> None:
        self.store.close()
        self.stack.close()


def test_whatever_is_done_to_a_practice() -> None:
    run_state_machine_as_test(
        Practice,
        settings=hypothesis.settings(
            max_examples=60,
            stateful_step_count=40,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )

"""A whole practice and a timeline on the simulated clock (formats.md, "Scenario document").

Runs through the very commands and runner of a real practice, in a throw-away store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from db.errors import KnownError
from db.queries import events as log
from db.queries import journal as lines
from db.session import Store
from engine.calendar import format_instant, parse_instant
from engine.campaigns import complete_ended
from engine.commands import campaigns, contacts, events, flows, settings, signals
from engine.dispatcher import RECORDED, deliver, standing
from engine.due import next_due
from engine.naming import load_names
from engine.record import Line
from engine.runner import CHUNK, advance
from engine.saving import add_lines
from engine.vocabulary import (
    DEFAULT_CHECK_TIME,
    DEFAULT_QUIET_HOURS,
    ENGAGEMENT_ENTRIES,
    ENGAGEMENTS,
    EVENT_ENTRIES,
    PLAIN_ENTRIES,
    PROPERTY_REFERENCES,
)
from engine.workspace import Workspace

Entry = Mapping[str, Any]


class Scenario:
    """One run of a checked scenario document in an empty store."""

    def __init__(self, store: Store, document: Entry, chunk: int = CHUNK) -> None:
        self.workspace = Workspace(store)
        self.document = document
        self.chunk = chunk
        self.contacts: dict[str, int] = {}

    def run(self) -> None:
        """Set the practice up at `start` and live through `until`, inclusive."""
        start, until = parse_instant(self.document["start"]), parse_instant(self.document["until"])
        set_up_practice(self.workspace, self.document, start)
        timeline = sorted(
            ((parse_instant(entry["at"]), entry) for entry in self.document.get("timeline", ())),
            key=lambda timed: timed[0],
        )
        waiting = [timed for timed in timeline if start <= timed[0] <= until]
        now: int | None = start
        while now is not None and now <= until:
            complete_ended(self.workspace, now)
            while waiting and waiting[0][0] == now:
                self._do(waiting.pop(0)[1], now)
            advance(self.workspace, now, self.chunk)
            deliver(self.workspace, RECORDED, standing(now), limit=CHUNK)
            now = min(
                filter(None, (next_due(self.workspace, now), waiting[0][0] if waiting else None)),
                default=None,
            )

    def journal(self) -> Iterator[dict[str, str]]:
        """The journal's lines as formats.md has them."""
        after = 0
        while True:
            with self.workspace.store.read() as connection:
                rows = lines.lines(connection, after, 10_000)
            for row in rows:
                yield line_document(row, row.ref)
            if not rows:
                return
            after = rows[-1].id

    def _do(self, entry: Entry, now: int) -> None:
        do = entry["do"]
        if do in PLAIN_ENTRIES:
            events.record(self.workspace, self._contact(entry), PLAIN_ENTRIES[do], now)
        elif do in ENGAGEMENT_ENTRIES:
            self._engage(entry, now)
        else:
            _DEEDS[do](self, entry, now)

    def _contact(self, entry: Entry) -> int:
        return self.contacts[entry["contact"]]

    def _named(self, kind: str, name: str) -> int:
        with self.workspace.store.read() as connection:
            return load_names(connection).of(kind)[name]

    def _flow(self, entry: Entry) -> int:
        kind = "automation" if "automation" in entry else "sequence"
        return self._named(kind, entry[kind])

    def _create(self, entry: Entry, now: int) -> None:
        fields = dict(entry.get("fields", {}))
        for name, kind in PROPERTY_REFERENCES.items():
            if fields.get(name):
                fields[name] = str(self._named(kind, fields[name]))
        new = contacts.NewContact(entry.get("source", "manual"), fields, ref=entry["contact"])
        self.contacts[entry["contact"]] = contacts.create_contacts(self.workspace, [new], now)[0]

    def _submit_form(self, entry: Entry, now: int) -> None:
        form = self._named("form", entry["form"])
        events.record(self.workspace, self._contact(entry), "form_submitted", now, subject=form)

    def _change_list(self, entry: Entry, now: int) -> None:
        list_id = self._named("list", entry["list"])
        kind = EVENT_ENTRIES[entry["do"]]
        events.record(self.workspace, self._contact(entry), kind, now, subject=list_id)

    def _set_property(self, entry: Entry, now: int) -> None:
        name, value = entry["property"], entry["value"]
        kind = PROPERTY_REFERENCES.get(name)
        if kind and value:
            value = str(self._named(kind, value))
        events.record(
            self.workspace, self._contact(entry), "property_changed", now, field=name, new=value
        )

    def _engage(self, entry: Entry, now: int) -> None:
        contact_id, flow_id = self._contact(entry), self._flow(entry)
        with self.workspace.store.read() as connection:
            message = log.latest_of_step(connection, contact_id, flow_id, entry["step"])
        if message is None:
            line = Line(now, contact_id, flow_id, None, None, entry["step"], "ignored")
            with self.workspace.store.write() as connection:
                add_lines(connection, [line])
        else:
            signals.engage(
                self.workspace, message, ENGAGEMENTS[ENGAGEMENT_ENTRIES[entry["do"]]], now
            )

    def _hear(self, entry: Entry, now: int) -> None:
        signals.hear_text(self.workspace, self._contact(entry), entry["text"], now)

    def _switch(self, entry: Entry, now: int) -> None:
        place = campaigns if "campaign" in entry else flows
        id = self._named("campaign", entry["campaign"]) if place is campaigns else self._flow(entry)
        try:
            (place.pause if entry["do"] == "pause" else place.activate)(self.workspace, id, now)
        except KnownError:
            # What is completed stays so; in a timeline that is no fault.
            return

    def _edit(self, entry: Entry, now: int) -> None:
        flows.edit_flow(
            self.workspace, self._flow(entry), _whole("automation", entry["document"]), now
        )

    def _unenrol(self, entry: Entry, now: int) -> None:
        flows.unenrol(self.workspace, self._flow(entry), self._contact(entry), now)


_DEEDS: Mapping[str, Callable[[Scenario, Entry, int], None]] = {
    "create_contact": Scenario._create,
    "submit_form": Scenario._submit_form,
    "join_list": Scenario._change_list,
    "leave_list": Scenario._change_list,
    "set_property": Scenario._set_property,
    "receive_sms": Scenario._hear,
    "pause": Scenario._switch,
    "activate": Scenario._switch,
    "edit": Scenario._edit,
    "unenroll": Scenario._unenrol,
}


def set_up_practice(workspace: Workspace, document: Entry, start: int) -> None:
    """Save everything a scenario or bundle sets up, and switch it on at `start`.

    Numbered by place, automations first; a sequence is switched on if it says `active` and can
    still run.
    """
    practice = document["practice"]
    settings.put_settings(
        workspace,
        {
            "practice.name": practice["name"],
            "practice.timezone": practice["timezone"],
            "practice.check_time": practice.get("check_time", DEFAULT_CHECK_TIME),
            "sms.quiet_hours": practice.get("sms_quiet_hours", DEFAULT_QUIET_HOURS),
            "messages.cap": practice.get("frequency_cap"),
        },
    )
    for kind in ("user", "provider", "form"):
        for name in document.get(f"{kind}s", ()):
            settings.add_named(workspace, kind, name)
    for each in document.get("lists", ()):
        settings.add_list(workspace, each)
    for each in document.get("templates", ()):
        settings.put_template(workspace, _whole("template", each))
    for kind in ("automation", "sequence"):
        for each in document.get(f"{kind}s", ()):
            flow_id = flows.save_flow(workspace, kind, _whole(kind, each), start)
            if kind == "automation" or each.get("active", True):
                # A sequence whose one run was to be before the start is no fault here.
                with suppress(KnownError):
                    flows.activate(workspace, flow_id, start)
    for each in document.get("campaigns", ()):
        campaigns.save_campaign(workspace, _whole("campaign", each), start)


def _whole(kind: str, part: Entry) -> Entry:
    """A document inside the scenario's, with the format it need not say there."""
    return {"format": f"practice-crm/{kind}@1", **part}


def line_document(row: Any, contact: str | None) -> dict[str, str]:
    """A journal line as a document: what is not there is left out."""
    said = {
        "at": format_instant(row.at),
        "contact": contact,
        "flow": row.flow,
        "step": row.step,
        "what": row.what,
        "why": row.why,
        "until": None if row.until is None else format_instant(row.until),
    }
    return {key: value for key, value in said.items() if value is not None}

"""Documents come in: one automation, sequence, campaign or template, or a whole workspace.

A document is checked as a whole before anything is written, and written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db import shelves
from db.connection import Connection
from db.errors import DocumentError, KnownError
from db.queries import flows as flow_rows
from db.queries import setup
from engine.campaigns import complete_ended
from engine.commands import campaigns, flows, settings
from engine.documents.automation import check_automation
from engine.documents.bundle import check_bundle
from engine.documents.campaign import check_campaign
from engine.documents.faults import Checked, quoted
from engine.documents.names import Names
from engine.documents.sequence import check_sequence
from engine.documents.template import check_template
from engine.listing import show
from engine.lists import fill_lists
from engine.naming import load_names
from engine.runner import CHUNK
from engine.workspace import Workspace

Document = Mapping[str, Any]

CHECKS: Mapping[str, Callable[[Document, Names], Checked]] = {
    "automation": check_automation,
    "sequence": check_sequence,
    "campaign": check_campaign,
    "template": lambda document, _: check_template(document),
    "bundle": check_bundle,
}
"""The kinds of document that can come in, and what finds their faults."""

_NAMED = {"users": "user", "providers": "provider", "forms": "form"}
_PARTS = {"templates": "template", "automations": "automation", "sequences": "sequence",
          "campaigns": "campaign"}  # fmt: skip
_SETTINGS = {
    "name": "practice.name",
    "timezone": "practice.timezone",
    "check_time": "practice.check_time",
    "sms_quiet_hours": "sms.quiet_hours",
    "frequency_cap": "messages.cap",
}


def import_document(
    workspace: Workspace, kind: str, document: Document, at: int, *, replace: bool = False
) -> str:
    """Take a document of one of `CHECKS` in at `at`, all of it or nothing; its name.

    An automation comes in as a draft, a new sequence as its `active` says, a campaign active. A
    namesake is refused, unless `replace` says to put the document in its place: a flow is then
    edited, live for everyone in it, and stays on or off as it was. So is a setting that a bundle
    gives another value than the one that was set. People of the practice,
    forms and equal lists of a bundle that are known already stay as they are.

    Raises DocumentError with every fault, KnownError for a namesake.
    """
    complete_ended(workspace, at)
    with workspace.write("documents", sets_up=True) as connection:
        names = load_names(connection)
        CHECKS[kind](document, names).refuse()
        door = _Door(workspace, connection, at)
        if kind == "bundle":
            _refuse_namesakes(connection, document, names, replace)
            door.take_bundle(document, names)
        else:
            if _is_there(names, kind, document) and not replace:
                raise KnownError(
                    f"The {kind} {quoted(document['name'])} is there already: add --replace to "
                    "put this in its place.", 2,
                )  # fmt: skip
            door.take(kind, document)
    fill_lists(workspace, at, CHUNK)
    complete_ended(workspace, at)
    return str(document.get("name") or document.get("practice", {}).get("name", ""))


def _is_there(names: Names, kind: str, document: Document) -> bool:
    known = names.of(document["channel"] if kind == "template" else kind)
    return document["name"] in known


def _refuse_namesakes(
    connection: Connection, document: Document, names: Names, replace: bool
) -> None:
    """Every part of a bundle that stands in the way of one that is there."""
    faults = [
        f"lists[{place}].name: {quoted(each['name'])} is there already and fills otherwise; "
        "rename one of the two"
        for place, each in enumerate(document.get("lists", ()))
        if each["name"] in names.lists and show(connection, "list", each["name"]) != each
    ]
    if not replace:
        known = setup.settings(connection)
        faults += [
            f"practice.{key}: is set otherwise already; add --replace to put this in its place"
            for key, value in document.get("practice", {}).items()
            if known.get(_SETTINGS[key], value) != value
        ]
        faults += [
            f"{part}[{place}].name: {quoted(each['name'])} is there already; add --replace to "
            "put this in its place"
            for part, kind in _PARTS.items()
            for place, each in enumerate(document.get(part, ()))
            if _is_there(names, kind, each)
        ]
    if faults:
        raise DocumentError(faults)


@dataclass(frozen=True, slots=True)
class _Door:
    """Where checked documents come in, inside one transaction."""

    workspace: Workspace
    connection: Connection
    at: int

    def take_bundle(self, document: Document, names: Names) -> None:
        """Take every part in, what is referred to first."""
        for key, value in document.get("practice", {}).items():
            setup.put_setting(self.connection, _SETTINGS[key], value)
        for part, kind in _NAMED.items():
            for name in document.get(part, ()):
                shelves.add_named(self.connection, kind, name)
        for each in _asked_first(document.get("lists", ()), set(names.lists)):
            settings.keep_list(self.connection, each)
        setup.touch_catalogue(self.connection)
        for part, kind in _PARTS.items():
            for each in document.get(part, ()):
                self.take(kind, {"format": f"practice-crm/{kind}@1", **each})

    def take(self, kind: str, document: Document) -> None:
        """Take one document in, new or in place of its namesake."""
        if kind == "template":
            shelves.put_template(self.connection, document)
            setup.touch_catalogue(self.connection)
        elif kind == "campaign":
            self._take_campaign(document)
        else:
            self._take_flow(kind, document)

    def _take_campaign(self, document: Document) -> None:
        known = load_names(self.connection).campaigns.get(document["name"])
        if known is None:
            campaigns.add_campaign(self.workspace, self.connection, document, self.at)
        else:
            campaigns.change_campaign(self.workspace, self.connection, known, document, self.at)

    def _take_flow(self, kind: str, document: Document) -> None:
        known = flow_rows.by_name(self.connection, document["name"], kind)
        if known is not None:
            flows.change_flow(self.workspace, self.connection, known.id, document, self.at)
            return
        flow_id = flows.add_flow(self.connection, kind, document, self.at)
        if document.get("active"):
            flows.switch_on(self.workspace, self.connection, flow_id, self.at)


def _asked_first(lists: Iterable[Document], known: set[str]) -> Iterator[Document]:
    """The lists that are not known, each after those its rule asks about; no rule circles."""
    waiting = [each for each in lists if each["name"] not in known]
    while waiting:
        ready = [each for each in waiting if known.issuperset(_lists_in(each.get("rule", {})))]
        yield from ready
        known |= {each["name"] for each in ready}
        waiting = [each for each in waiting if each["name"] not in known]


def _lists_in(rule: Document) -> Iterator[str]:
    if "list" in rule:
        yield rule["list"]
    for group in ("all", "any"):
        for part in rule.get(group, ()):
            yield from _lists_in(part)

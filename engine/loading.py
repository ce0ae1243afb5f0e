"""From rows to the objects a batch works on, each kind in one question for the whole batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from db.connection import Connection
from db.queries import batches, setup
from db.writes import fresh_ids
from engine.batch import Batch
from engine.calendar import DAY
from engine.campaigns import up_to_date
from engine.conditions import EVENTS
from engine.record import Contact, Walk
from engine.rules import Engagement
from engine.workspace import Workspace


def open_batch(workspace: Workspace, connection: Connection, now: int) -> Batch:
    """An empty batch on what is set up at `now`, campaigns that are over completed.

    To be opened before contacts are loaded: what is set up is locked first, then they are.
    """
    setup.share(connection)
    catalogue = up_to_date(workspace, connection, now)
    if not catalogue.begun:
        setup.begin(connection, now)
    return Batch(catalogue, now, fresh_ids(connection, "enrolment"))


def load_contacts(connection: Connection, wanted: Collection[int]) -> dict[int, Contact]:
    """The records of these contacts; who does not exist is left out."""
    contacts = {}
    for row in batches.contacts(connection, wanted):
        contact = contacts[row[0]] = Contact(*row)
        contact.row = row
    return contacts


def load_due(
    workspace: Workspace, connection: Connection, batch: Batch, contacts: dict[int, Contact]
) -> list[Walk]:
    """The due walks of these contacts, with all that their flows may ask.

    And all that flows may ask which a step begins at this instant: lists and sends. What was
    opened or happened since such an enrolment began is nothing yet.
    """
    walks = _walks(contacts, batches.due_walks(connection, contacts, batch.now))
    workspace.need_versions(connection, {walk.version_id for walk in walks})
    load_ran(workspace, connection, batch, [walk for walk in walks if walk.edited])
    flows = [batch.catalogue.versions[id] for id in {walk.version_id for walk in walks}]
    asks = frozenset().union(*(flow.asks for flow in flows))
    catalogue = batch.catalogue
    if any(flow.uses_lists for flow in flows) or catalogue.rules or catalogue.chains_ask_lists:
        load_lists(connection, contacts)
    if asks & {"opened_email", "clicked_email"}:
        _load_engaged(connection, batch, walks)
    kinds = [kind for ask in asks & EVENTS.keys() for kind in EVENTS[ask]]
    if kinds:
        for contact_id, kind, subject, last in batches.latest_events(connection, contacts, kinds):
            batch.facts.latest.setdefault(contact_id, {})[kind, subject] = last
    load_sends(connection, batch, contacts)
    return walks


def load_last_event(connection: Connection, batch: Batch) -> None:
    """What walks count as past that no event begins."""
    batch.last_event = batches.last_event_id(connection)


def load_open(
    workspace: Workspace, connection: Connection, batch: Batch, contacts: dict[int, Contact]
) -> None:
    """Every walk of these contacts that an event can concern, and the engagement rules count."""
    known = {walk.id for contact in contacts.values() for walk in contact.walks}
    rows = batches.open_walks(connection, contacts, batch.now, batch.catalogue.once_flows)
    walks = _walks(contacts, [row for row in rows if row[0] not in known])
    workspace.need_versions(connection, {walk.version_id for walk in walks})
    load_engagement(connection, batch, contacts)


def load_walks_in(
    workspace: Workspace, connection: Connection, flow_id: int, of: Iterable[int]
) -> list[Walk]:
    """The live walks of these contacts in one flow."""
    contacts = load_contacts(connection, list(of))
    walks = _walks(contacts, batches.walks_in(connection, contacts, flow_id))
    workspace.need_versions(connection, {walk.version_id for walk in walks})
    return walks


def load_lists(connection: Connection, contacts: dict[int, Contact]) -> None:
    """The lists these contacts are on."""
    for contact_id, list_id in batches.memberships(connection, contacts):
        contacts[contact_id].lists.add(list_id)


def load_engagement(connection: Connection, batch: Batch, contacts: Iterable[int]) -> None:
    """Past opens, clicks and replies, where a rule counts them."""
    days = [back for _, rule in batch.catalogue.rules for back in rule.days]
    if not days:
        return
    since = batch.now - max(days) * DAY
    wanted = set(contacts)
    batch.engagement.update((contact_id, Engagement()) for contact_id in wanted)
    for contact_id, kind, at in batches.engagement(connection, wanted, since):
        batch.engagement[contact_id].instants.setdefault(kind, []).append(at)


def load_sends(connection: Connection, batch: Batch, contacts: Iterable[int]) -> None:
    """How many messages count against the cap."""
    cap = batch.catalogue.practice.cap
    if cap is not None:
        rows = batches.recent_sends(connection, contacts, batch.now - cap[1] * DAY)
        batch.sends.update((contact_id, count) for contact_id, count in rows)


def load_once(
    workspace: Workspace,
    connection: Connection,
    batch: Batch,
    loaded: set[int],
    concerned: Iterable[Contact],
) -> None:
    """Load the open walks of contacts that something concerns, once: `loaded` remembers whom."""
    wanted = {contact.id: contact for contact in concerned if contact.id not in loaded}
    if wanted:
        loaded.update(wanted)
        load_open(workspace, connection, batch, wanted)


def _walks(contacts: dict[int, Contact], rows: Sequence[Any]) -> list[Walk]:
    walks = []
    for id, flow_id, contact_id, *rest in rows:
        walk = Walk(id, flow_id, contacts[contact_id], *rest)
        walk.contact.walks.append(walk)
        walks.append(walk)
    return walks


def load_ran(
    workspace: Workspace, connection: Connection, batch: Batch, walks: Sequence[Walk]
) -> None:
    """The steps these walks took, for walks whose flow was edited meanwhile."""
    if not walks:
        return
    by_id = {walk.id: walk for walk in walks}
    rows = batches.ran(connection, {walk.contact.id for walk in walks}, by_id)
    workspace.need_versions(connection, {version_id for _, _, version_id in rows})
    for walk_id, step, version_id in rows:
        type = batch.catalogue.versions[version_id].type_of(step)
        by_id[walk_id].ran |= {(step, type or "")}


def _load_engaged(connection: Connection, batch: Batch, walks: Sequence[Walk]) -> None:
    for walk_id, step, _, clicked in batches.engaged(connection, [walk.id for walk in walks]):
        batch.facts.opened.setdefault(walk_id, set()).add(step)
        if clicked is not None:
            batch.facts.clicked.setdefault(walk_id, set()).add(step)

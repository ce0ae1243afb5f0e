"""What the builder opens: a flow's document with today's names, and what its cards came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from db.errors import KnownError
from db.queries import flows, reports
from engine.documents.references import to_public
from engine.flow import walk_cards
from engine.listing import ALWAYS
from engine.naming import load_names
from engine.stats import rate
from engine.vocabulary import END, TRIGGER
from engine.workspace import Reader


class Opened(NamedTuple):
    """A saved flow as the builder opens it; its document is that of `version`."""

    id: int
    kind: str
    status: str
    version: int
    document: Mapping[str, Any]
    used: frozenset[str] = frozenset()
    """The ids of the steps of all its versions."""


def open_flow(reader: Reader, flow_id: int, known: Opened | None = None) -> Opened:
    """A flow's present document; raises KnownError if it was deleted.

    `known` is how it was opened before: unless it was saved since, its versions aren't read again.
    """
    row = flows.by_id(reader, flow_id)
    if row is None:
        raise KnownError("This automation was deleted; go back to the list.", 2)
    document = to_public(
        flows.document(reader, row.version_id), load_names(reader).inverse(),
        format=f"practice-crm/{row.kind}@1", name=row.name, description=row.description,
        active=row.status == "active" if row.kind == "sequence" else None,
    )  # fmt: skip
    if known is not None and known.version == row.version_id:
        used = known.used
    else:
        used = frozenset(
            card["id"]
            for version in reports.documents(reader, flow_id)
            for _, card in walk_cards(version["steps"])
        )
    return Opened(row.id, row.kind, row.status, row.version_id, document, used)


class Told(NamedTuple):
    """One number in words, and what it counts: one of `engine.counted.KINDS`."""

    words: str
    of: str


class Figures(NamedTuple):
    """What a flow came to so far, in words: all time; who stands at a step stands there now.

    `cards` go by step id, and TRIGGER and END. `ways` are how many went on along each way out of
    a card, by its id and the lane it leads into; the lane is "" for the way below the card, which
    of an if/then is the one after its lanes rejoin. The trigger's, whom its card counts, is left
    out. `told` has all these numbers one by one, by the card's id.
    """

    cards: Mapping[str, str]
    ways: Mapping[tuple[str, str], str]
    told: Mapping[str, Sequence[Told]]


NO_FIGURES: Final = Figures({}, {}, {})


def figures(reader: Reader, flow_id: int) -> Figures:
    """The figures of a flow as it was last saved; none of one that never ran or was deleted."""
    totals = reports.flow_totals(reader, [flow_id], *ALWAYS)
    row = flows.by_id(reader, flow_id)
    if row is None or not totals:
        return NO_FIGURES
    here = Counter({row.step: row.here for row in reports.here(reader, [flow_id])})
    steps = {step.step: step for step in reports.step_totals(reader, flow_id, *ALWAYS)}
    drawn = [card for _, card in walk_cards(flows.document(reader, row.version_id)["steps"])]
    told = {
        TRIGGER: [Told(f"{totals[0].enrolled:,} enrolled", "enrolled")],
        END: [Told(f"{totals[0].completed:,} completed", "completed")],
    }
    for card in drawn:
        if card["id"] in steps:
            told[card["id"]] = _told(card["type"], steps[card["id"]], here[card["id"]])
    said = {id: " · ".join(each.words for each in those) for id, those in told.items()}
    ways = _went_on(drawn, steps, here)
    for (id, lane), count in ways.items():
        told[id].append(Told(_WAYS[lane].format(f"{count:,}"), lane or "past"))
    return Figures(said, {way: f"{count:,}" for way, count in ways.items()}, told)


_WAYS: Final = {"": "{} went on below", "yes": "{} took YES", "no": "{} took NO"}


def _went_on(
    drawn: Sequence[Mapping[str, Any]], steps: Mapping[str, Any], here: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Along each way out of the cards, given in reading order, that anybody came to."""
    ways: dict[tuple[str, str], int] = {}
    stayed: dict[str, int] = {}
    # From the last: who is below an if/then neither stands nor left in its lanes.
    for card in reversed(drawn):
        id, step = card["id"], steps.get(card["id"])
        inside = (*card["yes"], *card["no"]) if card["type"] == "if_then" else ()
        stayed[id] = sum(stayed[each["id"]] for each in inside)
        if step is None:
            continue
        stayed[id] += here[id] + step.dropped
        # An edit may have moved a step here together with those who left at it.
        ways[id, ""] = max(step.entered - stayed[id], 0)
        if card["type"] == "if_then":
            ways |= {(id, "yes"): step.took_yes, (id, "no"): step.took_no}
    return ways


def _told(type: str, step: Any, here: int) -> list[Told]:
    waiting = "waiting" if type == "delay" else "here"
    parts = [Told(f"{here:,} {waiting} now" if here else "", "active")]
    if type == "send_email":
        share = _share(step.opened, step.delivered, "opened")
        parts = [Told(f"{step.sent:,} sent", "sent"), Told(share, "opened"), *parts]
    elif type == "send_sms":
        share = _share(step.replied, step.delivered, "replied")
        parts = [Told(f"{step.sent:,} sent", "sent"), Told(share, "replied"), *parts]
    elif type != "delay" or not here:
        parts = [Told(f"{step.entered:,} entered", "entered"), *parts]
    parts.append(Told(f"{step.dropped:,} dropped" if step.dropped else "", "dropped"))
    return [part for part in parts if part.words]


def _share(count: int, of: int, what: str) -> str:
    share = rate(count, of)
    return "" if share is None else f"{share:.0%} {what}"

"""One person's way through a flow, to be drawn on it: which cards, when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from db.queries import journal, setup
from db.queries.batches import RAN
from engine.documents.names import Labels
from engine.documents.references import to_public, uses
from engine.flow import Stored, walk_cards
from engine.naming import load_names
from engine.practice import read_practice
from engine.reports import label
from engine.vocabulary import END, TRIGGER
from engine.why import Line, Wording, cards, explain
from engine.workspace import Reader

_STOOD: Final = frozenset({*RAN, "held"})
"""What the journal says of a step while somebody stands at it."""


class Moment(NamedTuple):
    """A journal line: the step it is about, if any, when (an instant), and in a sentence."""

    step: str | None
    at: int
    what: str
    why: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Path:
    """One enrolment: its way through the public `document` of the version it ran under last.

    `edges` join the cards passed, in order, from TRIGGER, and to END if that was reached; a step
    of an older version that is no longer in the document is passed over. `here` is the step
    where the person stands now, None once the enrolment has ended.
    """

    enrolment: int
    document: Mapping[str, Any]
    enrolled_at: int
    ended_at: int | None
    ended_why: str | None
    goal_at: int | None
    here: str | None
    moments: Sequence[Moment]
    edges: Sequence[tuple[str, str]]


def path_of(reader: Reader, contact_id: int, flow_id: int) -> list[Path]:
    """A contact's way for each of their enrolments in a flow, the oldest first.

    Sentences are those of `engine.why`; of a flow that was edited each is in the words of the
    version of its time.
    """
    rows = journal.enrolments(reader, contact_id, flow_id)
    lines = defaultdict(list)
    for line in journal.of_contact(reader, contact_id, flow_id):
        lines[line.enrolment_id].append(line)
    wanted = {row.version_id for row in rows}
    wanted |= {line.version_id for own in lines.values() for line in own}
    documents = setup.versions(reader, wanted)
    labels = load_names(reader).inverse()
    zone = read_practice(setup.settings(reader)).zone
    wordings = {id: Wording(cards(documents[id]), labels, zone) for id in documents}
    return [_path(row, lines[row.id], documents[row.version_id], labels, wordings) for row in rows]


def _path(
    row: Any,
    lines: Sequence[Any],
    stored: Stored,
    labels: Labels,
    wordings: Mapping[int, Wording],
) -> Path:
    document = to_public(
        stored, _with_deleted(labels, stored), format=f"practice-crm/{row.kind}@1", name=row.name,
        description=row.description,
    )  # fmt: skip
    known = {card["id"] for _, card in walk_cards(stored["steps"])}
    passed = list(_passed(lines, known, row.step))
    if row.ended_why == "completed":
        passed.append(END)
    return Path(
        row.id, document, row.enrolled_at, row.ended_at, row.ended_why, row.goal_at, row.step,
        [_moment(line, wordings[line.version_id]) for line in lines],
        list(pairwise([TRIGGER, *passed])),
    )  # fmt: skip


def _passed(lines: Iterable[Any], known: set[str], here: str | None) -> Iterator[str]:
    """The cards somebody stood at, each once, in order; where they stand now is the last."""
    steps = [line.step for line in lines if line.what in _STOOD and line.step in known]
    if here is not None:
        steps.append(here)
    yield from dict.fromkeys(steps)


def _with_deleted(labels: Labels, stored: Stored) -> Labels:
    """The names, also for what an old version refers to and is gone."""
    by_kind = {kind: dict(labels.by_kind[kind]) for kind in labels.by_kind}
    for kind, id in uses(stored):
        by_kind[kind].setdefault(id, label(labels, kind, id))
    return Labels(by_kind)


def _moment(line: Any, wording: Wording) -> Moment:
    said = Line(line.flow, line.step, line.what, line.why, line.until, line.state)
    return Moment(line.step, line.at, line.what, line.why, explain(said, wording))

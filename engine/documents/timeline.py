"""The timeline of a scenario: what happens when, and to whom (formats.md, "Scenario document")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.documents.automation import look_at_automation
from engine.documents.faults import Check, Place, Record, Shape, as_list, as_record, quoted
from engine.documents.names import Names, reference, static_list
from engine.documents.properties import anything, check_pair, contact_checks, property_checks
from engine.documents.suggestions import suggestion
from engine.documents.values import CheckText, instant, one_of, read_instant, text
from engine.vocabulary import ENGAGEMENT_ENTRIES, PLAIN_ENTRIES, PROPERTIES, SOURCES

_FLOWS = ("automation", "sequence")
_SWITCHED = (*_FLOWS, "campaign")
_EITHER: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(ENGAGEMENT_ENTRIES, _FLOWS),
    **dict.fromkeys(("pause", "activate"), _SWITCHED),
}
"""The entries that name exactly one of several things."""


class Timeline:
    """Checks a timeline in the order of time, for a contact must exist before it acts.

    An edit may rename its automation: later entries use the new name.
    """

    def __init__(self, names: Names, tokens: CheckText) -> None:
        self.names = names
        self.tokens = tokens
        self.contacts: set[str] = set()
        self.values = property_checks(names)
        self.fields = Shape("fields", {}, contact_checks(names))
        self.shapes = self._shapes()

    def check(self, value: object, place: Place) -> None:
        """Check the whole timeline; faults come out in file order."""
        entries = as_list(value, place) or []
        found: dict[int, Place] = {}
        for index in _in_time_order(entries):
            found[index] = Place(place.item(index).path, type(place.found)())
            self._entry(entries[index], found[index])
        for index in range(len(entries)):
            place.found.faults.extend(found[index].found.faults)
            place.found.warnings.extend(found[index].found.warnings)

    def _shapes(self) -> Mapping[str, Shape]:
        """The keys of each kind of entry."""
        head: Mapping[str, Check] = {"at": instant, "do": anything}
        who: Mapping[str, Check] = {**head, "contact": self._contact}
        lists = {**who, "list": static_list(self.names)}
        flows: Mapping[str, Check] = {kind: self._named(kind) for kind in _FLOWS}
        switched: Mapping[str, Check] = {kind: self._named(kind) for kind in _SWITCHED}
        shapes = (
            Shape(
                "create_contact",
                {**head, "contact": self._new_contact},
                {"source": one_of(SOURCES), "fields": self.fields.look},
            ),
            *(Shape(kind, who) for kind in PLAIN_ENTRIES),
            Shape("submit_form", {**who, "form": reference(self.names, "form")}),
            Shape("join_list", lists),
            Shape("leave_list", lists),
            Shape(
                "set_property", {**who, "property": one_of(tuple(PROPERTIES)), "value": anything}
            ),
            *(Shape(kind, {**who, "step": text(100)}, flows) for kind in ENGAGEMENT_ENTRIES),
            Shape("receive_sms", {**who, "text": text(10_000, empty=True)}),
            Shape("pause", head, switched),
            Shape("activate", head, switched),
            Shape("edit", {**head, "automation": self._named("automation"), "document": anything}),
            Shape("unenroll", {**who, "automation": self._named("automation")}),
        )
        return {shape.name: shape for shape in shapes}

    def _named(self, kind: str) -> Check:
        def check(value: object, place: Place) -> None:
            reference(self.names, kind)(value, place)

        return check

    def _contact(self, value: object, place: Place) -> None:
        if not isinstance(value, str):
            place.fault("must be the name an earlier create_contact gave")
        elif value not in self.contacts:
            meant = suggestion(value, sorted(self.contacts))
            place.fault(f"no contact {quoted(value)} was created before this{meant}")

    def _new_contact(self, value: object, place: Place) -> None:
        text(200, one_line=True)(value, place)
        if not isinstance(value, str):
            return
        if value in self.contacts:
            place.fault(f"contact {quoted(value)} was created before this")
        self.contacts.add(value)

    def _entry(self, value: object, place: Place) -> None:
        record = as_record(value, place)
        if record is None:
            return
        do = record.get("do")
        if "do" not in record:
            place.key("do").fault("is missing")
        elif not isinstance(do, str) or do not in self.shapes:
            one_of(tuple(self.shapes))(do, place.key("do"))
        else:
            self.shapes[do].check(record, place)
            self._own_rules(do, record, place)

    def _own_rules(self, do: str, record: Record, place: Place) -> None:
        kinds = _EITHER.get(do, ())
        if kinds and sum(kind in record for kind in kinds) != 1:
            place.fault(f"must name one of {', '.join(kinds)}")
        if do == "set_property":
            check_pair(record, place, self.values, "value")
        if do == "edit" and "document" in record:
            self._edit(record, place.key("document"))

    def _edit(self, record: Record, place: Place) -> None:
        document, old = record["document"], record.get("automation")
        look_at_automation(document, place, self.names, self.tokens)
        new = document.get("name") if isinstance(document, dict) else None
        if not isinstance(new, str) or not isinstance(old, str) or new == old:
            return
        if new in self.names.automations or new in self.names.sequences:
            place.key("name").fault(f"{quoted(new)} is the name of another flow")
        elif old in self.names.automations:
            renamed = {
                new if name == old else name: id for name, id in self.names.automations.items()
            }
            self.names = replace(self.names, automations=renamed)


def _in_time_order(entries: Sequence[object]) -> list[int]:
    """Places of the entries by time, those of one instant in file order.

    One without a readable instant goes with the entry before it: its other faults are found too.
    """
    times: list[int] = []
    for entry in entries:
        at = read_instant(entry.get("at")) if isinstance(entry, dict) else None
        before = times[-1] if times else 0
        times.append(before if at is None else at)
    return sorted(range(len(entries)), key=times.__getitem__)

"""No value at any place of any document makes a check fail in another way than by faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.documents.automation import check_automation
from engine.documents.bundle import check_bundle
from engine.documents.names import Names
from engine.documents.scenario import check_scenario
from tests.unit.test_documents_scenario import GOOD

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.sampled_from(["any", "email", "status", "contact_owner", "\ud800", "\0", "a" * 300]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


def ways(value: object, way: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """The way to every value inside a document."""
    yield way
    inner = value.items() if isinstance(value, dict) else ()
    for key, part in enumerate(value) if isinstance(value, list) else inner:
        yield from ways(part, (*way, key))


WAYS = sorted(ways(GOOD), key=str)


@UNTIMED
@given(st.lists(st.tuples(st.sampled_from(WAYS), junk), min_size=1, max_size=3))
def test_junk_anywhere_is_at_most_a_fault(changes: list[tuple[tuple[int | str, ...], Any]]) -> None:
    document: Any = {"": deepcopy(GOOD)}
    for way, value in changes:
        place: Any = document
        last: int | str = ""
        for part in way:
            inner = place[last]
            if not isinstance(inner, dict | list) or part not in dict(_pairs(inner)):
                break
            place, last = inner, part
        place[last] = value
    found = check_scenario(document[""])
    assert all(": " in line and line.isprintable() for line in found.faults)
    check_bundle(document[""], Names())


def _pairs(value: dict[str, Any] | list[Any]) -> Iterator[tuple[int | str, Any]]:
    yield from value.items() if isinstance(value, dict) else enumerate(value)


@UNTIMED
@given(junk)
def test_junk_is_no_automation(value: object) -> None:
    assert check_automation(value, Names()).faults


def test_a_document_that_nests_as_deep_as_json_allows_is_refused() -> None:
    inner: object = json.loads('{"a":' * 600 + "[]" + "}" * 600)
    for key in ("steps", "trigger", "unenroll_on", "run_hours", "name", "goal"):
        assert check_automation({"format": "practice-crm/automation@1", key: inner}, Names()).faults
    assert check_scenario({"timeline": [inner], "lists": [inner, {"rule": inner}]}).faults

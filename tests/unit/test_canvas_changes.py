"""What changed between two documents leads from each to the other."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas.changes import apply, changes

VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(DOCUMENTS, DOCUMENTS)
def test_changes_lead_there_and_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    copies = deepcopy((before, after))
    made = json.loads(json.dumps(changes(before, after)))
    assert apply(before, made, "after") == after
    assert apply(after, made, "before") == before
    assert (before, after) == copies
    assert bool(made) == (before != after)


def test_what_stays_is_not_said() -> None:
    before = {"name": "a", "steps": [{"id": "1", "yes": [1, 2, 3]}, {"id": "2"}]}
    after = {"name": "a", "steps": [{"id": "1", "yes": [1, 3]}, {"id": "2"}], "goal": "g"}
    assert changes(before, after) == [
        {"path": ["steps", 0, "yes", 1], "before": [2], "after": []},
        {"path": ["goal"], "after": "g"},
    ]
    changed = apply(before, changes(before, after), "after")
    assert changed["steps"][1] is before["steps"][1]


@pytest.mark.parametrize(
    "change",
    [
        {"path": []},
        {"path": ["a", 9], "before": [], "after": []},
        {"path": ["a", "b"], "after": 1},
        {"path": ["x", "y"], "after": 1},
        {"path": ["b", "c"], "after": 1},
        {"path": ["a", 0], "before": []},
        {"path": ["a", 0], "before": 1, "after": []},
        {"before": 1, "after": 1},
    ],
)
def test_changes_of_another_document_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        apply({"a": [1], "b": 2}, [change], "after")


def test_branches_may_be_hundreds_deep() -> None:
    def nested(amount: int) -> dict[str, Any]:
        steps: list[Any] = [{"id": "wait", "type": "delay", "amount": amount, "unit": "days"}]
        for level in range(1500):
            steps = [{"id": f"ask-{level}", "type": "if_then", "yes": steps, "no": []}]
        return {"steps": steps}

    before, after = nested(1), nested(2)
    made = changes(before, after)
    assert [change["path"][-1] for change in made] == ["amount"]
    assert changes(apply(before, made, "after"), after) == []
    assert changes(apply(after, made, "before"), before) == []

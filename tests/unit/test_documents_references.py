"""From names to ids and back loses nothing, and every use is found."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.documents.automation import check_automation
from engine.documents.names import Names
from engine.documents.references import (
    rule_to_public,
    rule_to_stored,
    to_public,
    to_stored,
    uses,
)
from engine.documents.rule import check_rule
from engine.documents.sequence import check_sequence
from engine.vocabulary import AUTOMATION_GOALS, BIRTHDAY_OFFSETS, SOURCES, UNENROL_RULES, UNITS

NAMES = Names(
    users={"sarah": 11, "12": 12},
    providers={"Dr Ito": 21, "any": 22},
    forms={"Intake": 31, "front_desk": 32},
    lists={"Welcomed": 41, "any": 42},
    emails={"Welcome": 51, "Win-back": 52},
    texts={"Welcome": 61, "Reminder": 62},
    automations={"Other": 71},
    static_lists=frozenset({"Welcomed", "any"}),
)

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

Documents = st.SearchStrategy[dict[str, Any]]


def one(kind: str, *words: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*words, *NAMES.of(kind)])


def record(optional: dict[str, st.SearchStrategy[Any]] | None = None, **required: Any) -> Documents:
    fixed = {
        key: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for key, value in required.items()
    }
    return st.fixed_dictionaries(fixed, optional=optional or {})


def tagged(type: str, keys: dict[str, Any]) -> dict[str, Any]:
    return {"type": type, **keys}


amounts = st.integers(1, 5_000)
words = st.text("ab é", min_size=1).filter(str.strip)
intervals = record(amount=amounts, unit=st.sampled_from(sorted(UNITS)))
valued = st.one_of(
    record(property="contact_owner", value=one("user", "")),
    record(property="provider", value=one("provider", "")),
    record(property="status", value=st.sampled_from(["lead", "patient"])),
    record(property="lead_source", value=words),
)
comparisons = st.one_of(
    valued.map(lambda pair: tagged("property", {"op": "is", **pair})),
    record(type="property", op="is_empty", property="provider"),
)
conditions = st.one_of(
    comparisons,
    record(type="replied"),
    record(type="opened_email", step="any"),
    record(type="submitted_form", form=one("form", "any")),
    record(type="in_list", list=one("list")),
)
plain_steps = st.one_of(
    record({"subject": words, "preview_text": words}, type="send_email", template=one("email")),
    record(type="send_sms", template=one("sms")),
    record(type="send_sms", text=words),
    intervals.map(lambda interval: tagged("delay", interval)),
    record(
        type="create_task",
        title=words,
        assignee=one("user", "contact_owner", "front_desk"),
        due_in=intervals,
    ),
)
more_steps = st.one_of(
    plain_steps,
    valued.map(lambda pair: tagged("set_property", pair)),
    record(type="add_to_list", list=one("list")),
)
triggers = st.one_of(
    record(type="contact_created", source=st.sampled_from(["any", *SOURCES])),
    record(type="became_patient"),
    record(type="form_submitted", form=one("form", "any")),
    record(type=st.sampled_from(["list_joined", "list_left"]), list=one("list")),
    record({"to": one("user", "")}, type="property_changed", property="contact_owner"),
    record(type="email_engaged", kind="either", email=one("email", "any")),
    record(type="sms_replied", sms=one("sms", "any")),
    record(type="birthday", offset=st.sampled_from(BIRTHDAY_OFFSETS)),
    record(type="inactive", days=amounts),
)


def lanes(steps: Documents) -> st.SearchStrategy[list[dict[str, Any]]]:
    inner = st.recursive(
        steps,
        lambda deeper: record(
            type="if_then",
            condition=conditions,
            yes=st.lists(deeper, max_size=3),
            no=st.lists(deeper, max_size=3),
        ),
        max_leaves=8,
    )
    return st.lists(inner, min_size=1, max_size=4).map(lambda cards: numbered(cards, [0]))


def numbered(cards: list[dict[str, Any]], counter: list[int]) -> list[dict[str, Any]]:
    """The cards with an id each, also those that stand in several places."""
    done = []
    for card in cards:
        counter[0] += 1
        done.append({**card, "id": f"s{counter[0]}"})
        for lane in ("yes", "no"):
            if lane in card:
                done[-1][lane] = numbered(card[lane], counter)
    return done


automations = record(
    {
        "description": words,
        "goal": st.sampled_from([None, *AUTOMATION_GOALS]),
        "lookback_days": st.integers(1, 3650),
        "unenroll_on": st.lists(st.sampled_from(UNENROL_RULES), unique=True),
        "run_hours": st.sampled_from([None, {"mon": [["09:00", "17:00"]], "sun": []}]),
    },
    format="practice-crm/automation@1",
    name="A flow",
    trigger=triggers,
    steps=lanes(more_steps),
)
sequences = record(
    {"description": words},
    format="practice-crm/sequence@1",
    name="A sequence",
    list=one("list"),
    start="2026-06-01T14:00:00Z",
    every=st.sampled_from([None, {"amount": 2, "unit": "weeks"}]),
    active=st.booleans(),
    steps=lanes(plain_steps),
)


def there_and_back(document: dict[str, Any]) -> dict[str, Any]:
    head = {key: document[key] for key in ("format", "name", "description", "active")
            if key in document}  # fmt: skip
    return to_public(to_stored(document, NAMES), NAMES.inverse(), **head)


@UNTIMED
@given(automations)
def test_an_automation_comes_back_as_it_was(document: dict[str, Any]) -> None:
    assert check_automation(document, NAMES).faults == []
    assert there_and_back(document) == document


@UNTIMED
@given(sequences)
def test_a_sequence_comes_back_as_it_was(document: dict[str, Any]) -> None:
    assert check_sequence(document, NAMES).faults == []
    assert there_and_back(document) == document


@UNTIMED
@given(automations)
def test_a_stored_document_holds_its_references_as_ids(document: dict[str, Any]) -> None:
    stored = to_stored(document, NAMES)
    assert not {"format", "name", "description"} & stored.keys()
    known = {(kind, id) for kind in ("user", "provider", "form", "list", "email", "sms")
             for id in NAMES.of(kind).values()}  # fmt: skip
    assert uses(stored) <= known


def test_what_a_flow_uses() -> None:
    stored = to_stored(
        {
            "trigger": {"type": "property_changed", "property": "contact_owner", "to": "12"},
            "steps": [
                {"id": "a", "type": "send_email", "template": "Welcome"},
                {"id": "b", "type": "if_then",
                 "condition": {"type": "submitted_form", "form": "any"},
                 "yes": [{"id": "c", "type": "send_sms", "template": "Welcome"}],
                 "no": [{"id": "d", "type": "create_task", "assignee": "front_desk"},
                        {"id": "e", "type": "add_to_list", "list": "any"}]},
            ],
        },
        NAMES,
    )  # fmt: skip
    assert stored["trigger"]["to"] == "12"
    assert stored["steps"][1]["no"][0]["assignee"] == "front_desk"
    assert uses(stored) == {("user", 12), ("email", 51), ("sms", 61), ("list", 42)}


def test_keys_come_in_the_order_of_the_format() -> None:
    document = {
        "steps": [{"template": "Welcome", "type": "send_email", "subject": "Hi", "id": "a"}],
        "trigger": {"source": "any", "type": "contact_created"},
        "run_hours": {"sun": [], "mon": [["09:00", "17:00"]]},
        "goal": "engagement",
    }
    stored = to_stored(document, NAMES)
    public = to_public(stored, NAMES.inverse(), format="f", name="n", description="d")
    assert list(public) == [
        "format", "name", "description", "goal", "run_hours", "trigger", "steps",
    ]  # fmt: skip
    assert list(public["run_hours"]) == ["mon", "sun"]
    assert list(public["steps"][0]) == ["id", "type", "template", "subject"]


rules = st.recursive(
    st.one_of(
        comparisons,
        record(type="in_list", list=one("list")),
        record(type="opened", times=amounts.map(lambda n: n % 9 + 1), days=amounts),
    ),
    lambda deeper: st.one_of(
        record(all=st.lists(deeper, max_size=3)), record(any=st.lists(deeper, max_size=3))
    ),
    max_leaves=6,
)


@UNTIMED
@given(rules)
def test_a_rule_comes_back_as_it_was(rule: dict[str, Any]) -> None:
    assert check_rule(rule, NAMES).faults == []
    assert rule_to_public(rule_to_stored(rule, NAMES), NAMES.inverse()) == rule

"""Faults of automation and sequence documents, each with its exact path."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from db.errors import DocumentError
from engine.documents.automation import check_automation
from engine.documents.names import Names
from engine.documents.sequence import check_sequence

NAMES = Names(
    users={"sarah": 1},
    providers={"Dr Ito": 1},
    forms={"New patient intake": 1},
    lists={"Welcomed": 1, "Quiet": 2},
    emails={"Welcome": 1},
    texts={"Reminder": 2},
    sequences={"Recall": 9},
    static_lists=frozenset({"Welcomed"}),
)

GOOD: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "New lead welcome series",
    "description": "Three touches in a week",
    "goal": "book_appointment",
    "lookback_days": 30,
    "unenroll_on": ["goal_met", "sms_opt_out"],
    "run_hours": {"mon": [["09:00", "17:00"]], "tue": [["22:00", "02:00"]]},
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "thanks", "type": "send_email", "template": "Welcome",
         "subject": 'Welcome, {{firstname | default("you")}}', "from_email": "desk@example.org"},
        {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
        {"id": "opened", "type": "if_then",
         "condition": {"type": "opened_email", "step": "thanks"},
         "yes": [{"id": "nudge", "type": "send_sms", "text": "Hi {{firstname}}"}],
         "no": [{"id": "call", "type": "create_task", "title": "Call {{firstname}} back",
                 "assignee": "sarah", "due_in": {"amount": 1, "unit": "days"}}]},
        {"id": "mark", "type": "set_property", "property": "lead_source", "value": "Welcome"},
        {"id": "keep", "type": "add_to_list", "list": "Welcomed"},
    ],
}  # fmt: skip

SEQUENCE: dict[str, Any] = {
    "format": "practice-crm/sequence@1",
    "name": "Monthly",
    "list": "Quiet",
    "start": "2026-06-01T14:00:00Z",
    "every": {"amount": 2, "unit": "weeks"},
    "active": True,
    "steps": [{"id": "a", "type": "send_email", "template": "Welcome"}],
}

GONE = object()


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with `value` at a dotted path, or without the key there."""
    copy = deepcopy(document)
    *way, last = (int(part) if part.isdecimal() else part for part in path.split("."))
    place: Any = copy
    for part in way:
        place = place[part]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return copy


def paths(faults: list[str]) -> list[str]:
    return [fault.split(": ")[0] for fault in faults]


EMAIL = {"id": "x", "type": "send_email", "template": "Welcome"}
SMS = {"id": "x", "type": "send_sms", "text": "Hi"}
TASK = GOOD["steps"][2]["no"][0]
BRANCH = {"id": "x", "type": "if_then", "yes": [], "no": []}


def branch(condition: object) -> dict[str, Any]:
    return {**BRANCH, "condition": condition}


def compared(**keys: object) -> dict[str, Any]:
    return branch({"type": "property", **keys})


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("format", GONE, "format"),
        ("format", "practice-crm/sequence@1", "format"),
        ("format", "practice-crm/automation@2", "format"),
        ("format", 1, "format"),
        ("name", GONE, "name"),
        ("name", "", "name"),
        ("name", " Welcome", "name"),
        ("name", "a\nb", "name"),
        ("name", "x" * 201, "name"),
        ("name", "half \ud800", "name"),
        ("name", 7, "name"),
        ("name", "Recall", "name"),
        ("colour", "red", "colour"),
        ("description", None, "description"),
        ("goal", "onboarding", "goal"),
        ("goal", ["book_appointment"], "goal"),
        ("lookback_days", 0, "lookback_days"),
        ("lookback_days", 3651, "lookback_days"),
        ("lookback_days", True, "lookback_days"),
        ("lookback_days", 30.0, "lookback_days"),
        ("unenroll_on", "goal_met", "unenroll_on"),
        ("unenroll_on", ["bounced"], "unenroll_on[0]"),
        ("unenroll_on", ["goal_met", "goal_met"], "unenroll_on[1]"),
        ("run_hours", {}, "run_hours"),
        ("run_hours", {"mon": []}, "run_hours"),
        ("run_hours", {"monday": [], "tue": [["09:00", "10:00"]]}, "run_hours.monday"),
        ("run_hours", {"mon": ["09:00"]}, "run_hours.mon[0]"),
        ("run_hours", {"mon": [["09:00"]]}, "run_hours.mon[0]"),
        ("run_hours", {"mon": [["9:00", "10:00"]]}, "run_hours.mon[0][0]"),
        ("run_hours", {"mon": [["09:00", "24:00"]]}, "run_hours.mon[0][1]"),
        ("run_hours", {"mon": [["09:00", "09:00"]]}, "run_hours.mon[0]"),
        ("trigger", GONE, "trigger"),
        ("trigger", "contact_created", "trigger"),
        ("trigger", {}, "trigger.type"),
        ("trigger", {"type": "contact_create"}, "trigger.type"),
        ("trigger", {"type": ["birthday"]}, "trigger.type"),
        ("trigger", {"type": "contact_created"}, "trigger.source"),
        ("trigger", {"type": "contact_created", "source": "web"}, "trigger.source"),
        ("trigger", {"type": "became_patient", "list": "Quiet"}, "trigger.list"),
        ("trigger", {"type": "form_submitted", "form": "None"}, "trigger.form"),
        ("trigger", {"type": "list_joined"}, "trigger.list"),
        ("trigger", {"type": "list_left", "list": "any"}, "trigger.list"),
        ("trigger", {"type": "property_changed"}, "trigger.property"),
        ("trigger", {"type": "property_changed", "property": "email"}, "trigger.property"),
        ("trigger", {"type": "property_changed", "property": "status", "to": "new"}, "trigger.to"),
        ("trigger", {"type": "email_engaged", "kind": "read", "email": "any"}, "trigger.kind"),
        ("trigger", {"type": "email_engaged", "kind": "either", "email": "X"}, "trigger.email"),
        ("trigger", {"type": "sms_replied", "sms": "Welcome"}, "trigger.sms"),
        ("trigger", {"type": "birthday", "offset": 2}, "trigger.offset"),
        ("trigger", {"type": "birthday", "offset": True}, "trigger.offset"),
        ("trigger", {"type": "inactive", "days": 0}, "trigger.days"),
        ("trigger", {"type": "inactive", "days": "90"}, "trigger.days"),
        ("steps", GONE, "steps"),
        ("steps", [], "steps"),
        ("steps", {}, "steps"),
        ("steps.1", "delay", "steps[1]"),
        ("steps.1", {"id": "wait"}, "steps[1].type"),
        ("steps.1", {"id": "wait", "type": "pause"}, "steps[1].type"),
        ("steps.1.id", GONE, "steps[1].id"),
        ("steps.1.id", "", "steps[1].id"),
        ("steps.1.id", 5, "steps[1].id"),
        ("steps.1.id", "x" * 101, "steps[1].id"),
        ("steps.3.id", "call", "steps[3].id"),
        ("steps.1.foo", 1, "steps[1].foo"),
        ("steps.1.amount", 0, "steps[1].amount"),
        ("steps.1.amount", True, "steps[1].amount"),
        ("steps.1.amount", 2.5, "steps[1].amount"),
        ("steps.1.amount", 36_526, "steps[1].amount"),
        ("steps.1.unit", "months", "steps[1].unit"),
        ("steps.0.template", GONE, "steps[0].template"),
        ("steps.0.template", "Welcom", "steps[0].template"),
        ("steps.0.template", "Reminder", "steps[0].template"),
        ("steps.0.subject", "", "steps[0].subject"),
        ("steps.0.subject", "Hi\r\nBcc: x@example.org", "steps[0].subject"),
        ("steps.0.subject", "Hi {{name}}", "steps[0].subject"),
        ("steps.0.subject", "Hi {{firstname", "steps[0].subject"),
        ("steps.0.from_name", "Oak\nStreet", "steps[0].from_name"),
        ("steps.0.from_email", "front desk", "steps[0].from_email"),
        ("steps.0.preview_text", 3, "steps[0].preview_text"),
        ("steps.3", {**SMS, "text": " "}, "steps[3].text"),
        ("steps.3", {**SMS, "text": "{{ firstname.__class__ }}"}, "steps[3].text"),
        ("steps.3", {**SMS, "template": "Reminder"}, "steps[3]"),
        ("steps.3", {"id": "x", "type": "send_sms"}, "steps[3]"),
        ("steps.3", {"id": "x", "type": "send_sms", "template": "Welcome"}, "steps[3].template"),
        ("steps.2.no.0", {**TASK, "title": ""}, "steps[2].no[0].title"),
        ("steps.2.no.0", {**TASK, "assignee": "sara"}, "steps[2].no[0].assignee"),
        ("steps.2.no.0.due_in.amount", 0, "steps[2].no[0].due_in.amount"),
        ("steps.2.no.0.due_in.unit", GONE, "steps[2].no[0].due_in.unit"),
        ("steps.2.no.0.due_in.at", "noon", "steps[2].no[0].due_in.at"),
        ("steps.2.yes", GONE, "steps[2].yes"),
        ("steps.2.yes", None, "steps[2].yes"),
        ("steps.2.condition", GONE, "steps[2].condition"),
        ("steps.2.condition", {}, "steps[2].condition.type"),
        ("steps.2.condition", {"type": "opened"}, "steps[2].condition.type"),
        ("steps.2.condition", {"type": "opened_email"}, "steps[2].condition.step"),
        ("steps.2.condition.step", "thank", "steps[2].condition.step"),
        ("steps.2.condition.step", "wait", "steps[2].condition.step"),
        ("steps.2.condition.step", 0, "steps[2].condition.step"),
        ("steps.3", branch({"type": "submitted_form"}), "steps[3].condition.form"),
        ("steps.3", branch({"type": "in_list", "list": "Q"}), "steps[3].condition.list"),
        ("steps.3", branch({"type": "replied", "step": "any"}), "steps[3].condition.step"),
        ("steps.3", compared(property="dob", op="is_empty"), "steps[3].condition.property"),
        ("steps.3", compared(property="status", op="has"), "steps[3].condition.op"),
        ("steps.3", compared(property="status", op="is"), "steps[3].condition.value"),
        ("steps.3", compared(property="status", op="is", value="x"), "steps[3].condition.value"),
        ("steps.3", compared(property="status", op="is_empty", value="lead"),
         "steps[3].condition.value"),
        ("steps.3.property", "timezone", "steps[3].property"),
        ("steps.3.value", GONE, "steps[3].value"),
        ("steps.3.value", None, "steps[3].value"),
        ("steps.3.value", "x" * 201, "steps[3].value"),
        ("steps.3.property", "status", "steps[3].value"),
        ("steps.3.property", "contact_owner", "steps[3].value"),
        ("steps.3.property", "provider", "steps[3].value"),
        ("steps.3.property", "sms_subscription", "steps[3].value"),
        ("steps.4.list", "Quiet", "steps[4].list"),
        ("steps.4.list", "Nobody", "steps[4].list"),
    ],
)  # fmt: skip
def test_a_fault_of_an_automation_is_named_with_its_path(path: str, value: object, at: str) -> None:
    found = check_automation(changed(GOOD, path, value), NAMES)
    assert paths(found.faults) == [at]


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("format", "practice-crm/automation@1", "format"),
        ("name", GONE, "name"),
        ("goal", "engagement", "goal"),
        ("trigger", {"type": "became_patient"}, "trigger"),
        ("list", GONE, "list"),
        ("list", "Nobody", "list"),
        ("start", "2026-06-01", "start"),
        ("start", "2026-06-31T14:00:00Z", "start"),
        ("start", "9999-12-31T23:59:59Z", "start"),
        ("every", GONE, "every"),
        ("every.amount", -1, "every.amount"),
        ("every.unit", "hours", "every.unit"),
        ("active", "yes", "active"),
        ("steps", [], "steps"),
        ("steps.0", {"id": "a", "type": "add_to_list", "list": "Welcomed"}, "steps[0].type"),
        ("steps.0", {"id": "a", "type": "set_property"}, "steps[0].type"),
    ],
)
def test_a_fault_of_a_sequence_is_named_with_its_path(path: str, value: object, at: str) -> None:
    found = check_sequence(changed(SEQUENCE, path, value), NAMES)
    assert paths(found.faults) == [at]


def test_good_documents_are_clean() -> None:
    assert check_automation(GOOD, NAMES).faults == []
    assert check_automation(GOOD, NAMES).warnings == []
    assert check_sequence(SEQUENCE, NAMES).faults == []
    assert check_sequence({**SEQUENCE, "every": None}, NAMES).faults == []


def test_everything_wrong_is_said_at_once() -> None:
    document = changed(changed(GOOD, "steps.1.amount", 0), "steps.2.yes.0.text", "")
    document["goal"] = "riches"
    found = check_automation(document, NAMES, "automations[3]")
    assert paths(found.faults) == [
        "automations[3].steps[1].amount",
        "automations[3].steps[2].yes[0].text",
        "automations[3].goal",
    ]
    with pytest.raises(DocumentError) as refusal:
        found.refuse()
    assert refusal.value.status == 2
    assert refusal.value.faults == found.faults


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("steps.0.template", "Welcom",
         'steps[0].template: no email template is called "Welcom"; did you mean "Welcome"?'),
        ("steps.1.amount", 0, "steps[1].amount: must be a whole number ≥ 1"),
        ("steps.1.foo", 1,
         "steps[1].foo: is not a key of delay; it has id, type, amount, unit"),
        ("steps.3.id", "call", 'steps[3].id: "call" is the id of steps[2].no[0] too;'
         " each step has its own"),
        ("format", "practice-crm/automation@2", "format: practice-crm/automation@2 was written by"
         " a newer version of this program; update it first"),
    ],
)  # fmt: skip
def test_a_fault_reads_as_a_sentence(path: str, value: object, sentence: str) -> None:
    assert check_automation(changed(GOOD, path, value), NAMES).faults == [sentence]


@pytest.mark.parametrize(
    ("path", "value", "warnings"),
    [
        ("goal", GONE, ["unenroll_on"]),
        ("goal", None, ["unenroll_on"]),
        ("steps.4", {"id": "x", "type": "delay", "amount": 1, "unit": "weeks"}, ["steps[4]"]),
        ("steps.4", branch({"type": "replied"}), ["steps[4]"]),
        ("steps.2.condition.step", "nudge2", ["steps[2].condition.step"]),
    ],
)
def test_what_is_most_likely_a_mistake_is_only_warned_about(
    path: str, value: object, warnings: list[str]
) -> None:
    document = changed(GOOD, path, value)
    document["steps"].insert(3, {**EMAIL, "id": "nudge2"})
    found = check_automation(document, NAMES)
    shifted = [at.replace("steps[4]", "steps[5]") for at in warnings]
    assert (found.faults, paths(found.warnings)) == ([], shifted)


def test_goal_reached_without_a_goal_is_warned_about() -> None:
    document = changed(GOOD, "steps.2.condition", {"type": "goal_reached"})
    assert paths(check_automation(document, NAMES).warnings) == []
    del document["goal"], document["unenroll_on"]
    assert paths(check_automation(document, NAMES).warnings) == ["steps[2].condition"]


def test_any_email_is_one_that_may_have_been_sent_before() -> None:
    asked = branch({"type": "opened_email", "step": "any"})
    first = changed(
        GOOD, "steps", [{**asked, "yes": [{**SMS, "id": "s"}]}, {**EMAIL, "id": "late"}]
    )
    found = check_automation(first, NAMES)
    assert found.faults == []
    assert found.warnings == [
        "steps[0].condition.step: no email is sent before this, so this is never true"
    ]
    first["steps"] = [{**EMAIL, "id": "early"}, first["steps"][0]]
    assert check_automation(first, NAMES).warnings == []


def test_an_email_of_the_other_lane_is_never_sent_before() -> None:
    document = changed(GOOD, "steps.2.yes.0", {**EMAIL, "id": "only"})
    asked = {**branch({"type": "clicked_email", "step": "only"}), "yes": [SMS]}
    document["steps"][2]["no"] = [{**asked, "id": "other"}]
    assert paths(check_automation(document, NAMES).warnings) == ["steps[2].no[0].condition.step"]
    document["steps"][2]["no"] = []
    document["steps"][3] = {**asked, "id": "after"}
    assert check_automation(document, NAMES).warnings == []


def nested(lanes: int) -> dict[str, Any]:
    step: dict[str, Any] = dict(EMAIL)
    for lane in range(lanes):
        step = {**branch({"type": "replied"}), "id": f"b{lane}", "yes": [step]}
    return {**GOOD, "steps": [step]}


def test_hostile_shapes_are_faults_and_no_crash() -> None:
    assert check_automation(nested(50), NAMES).faults == []
    assert paths(check_automation(nested(51), NAMES).faults) == ["steps[0]" + ".yes[0]" * 50]
    assert len(check_automation(nested(5_000), NAMES).faults) == 1
    steps = [{**EMAIL, "id": str(number)} for number in range(5_001)]
    assert check_automation({**GOOD, "steps": steps[:5_000]}, NAMES).faults == []
    assert paths(check_automation({**GOOD, "steps": steps}, NAMES).faults) == ["steps"]


@pytest.mark.parametrize("document", [None, [], "text", 3, True, {3: 4}])
def test_what_is_no_object_is_one_fault(document: object) -> None:
    assert paths(check_automation(document, NAMES).faults) == ["document"]
    assert paths(check_sequence(document, NAMES, "sequences[0]").faults) == ["sequences[0]"]


def test_a_caller_may_bring_its_own_check_of_texts() -> None:
    found = check_automation(GOOD, NAMES, check_text=lambda text: "is not to our taste")
    assert paths(found.faults) == [
        "steps[0].subject",
        "steps[2].yes[0].text",
        "steps[2].no[0].title",
    ]


@pytest.mark.parametrize("property", ["contact_owner", "provider", "lead_source"])
def test_a_property_may_be_cleared(property: str) -> None:
    step = {"id": "x", "type": "set_property", "property": property, "value": ""}
    assert check_automation(changed(GOOD, "steps.3", step), NAMES).faults == []

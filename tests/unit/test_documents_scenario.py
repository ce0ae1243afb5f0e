"""Faults of scenarios, bundles, campaigns, templates and rules, each with its exact path."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engine.documents.bundle import check_bundle
from engine.documents.campaign import check_campaign
from engine.documents.loading import load_json
from engine.documents.names import Names
from engine.documents.rule import check_rule
from engine.documents.scenario import check_scenario, filled
from engine.documents.template import check_template
from engine.documents.workspace import names_in
from tests.unit.test_documents_automation import GONE, changed, paths

SCENARIOS = Path(__file__).parent.parent / "e2e" / "scenarios"

FLOW: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "Hello",
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [{"id": "a", "type": "send_email", "template": "Welcome"}],
}

GOOD: dict[str, Any] = {
    "format": "practice-crm/scenario@1",
    "note": "everything once",
    "practice": {"name": "Oak Street Clinic", "timezone": "America/New_York",
                 "check_time": "09:00", "sms_quiet_hours": ["21:00", "08:00"],
                 "frequency_cap": {"messages": 2, "days": 7}},
    "users": ["sarah", "omar"],
    "providers": ["Dr Ito"],
    "forms": ["New patient intake"],
    "lists": [
        {"name": "Welcomed", "type": "static"},
        {"name": "Quiet", "type": "dynamic", "rule": {"all": [
            {"type": "in_list", "list": "Welcomed"}, {"type": "last_activity_older", "days": 90}]}},
    ],
    "templates": [
        {"name": "Welcome", "channel": "email", "subject": "Hi", "body": "<p>Hi</p>"},
        {"name": "Welcome", "channel": "sms", "body": "Hi {{firstname}}"},
    ],
    "automations": [FLOW],
    "sequences": [{"format": "practice-crm/sequence@1", "name": "Recall", "list": "Quiet",
                   "start": "2026-01-05T14:00:00Z", "every": None, "active": True,
                   "steps": [{"id": "a", "type": "send_sms", "template": "Welcome"}]}],
    "campaigns": [{"format": "practice-crm/campaign@1", "name": "Spring",
                   "goal": "event_promotion", "start": "2026-01-01", "end": "2026-02-01",
                   "assets": [{"type": "automation", "name": "Hello"},
                              {"type": "sms", "name": "Welcome"}]}],
    "start": "2026-01-05T14:00:00Z",
    "until": "2026-02-05T14:00:00Z",
    "timeline": [
        {"at": "2026-01-05T14:00:00Z", "do": "create_contact", "contact": "ann",
         "source": "walk_in",
         "fields": {"first_name": "Ann", "email": "ann@example.org", "dob": "1980-02-29",
                    "timezone": "America/Chicago", "status": "patient",
                    "contact_owner": "sarah"}},
        {"at": "2026-01-06T14:00:00Z", "do": "open_email", "contact": "ann",
         "automation": "Hello", "step": "a"},
        {"at": "2026-01-07T14:00:00Z", "do": "set_property", "contact": "ann",
         "property": "provider", "value": "Dr Ito"},
        {"at": "2026-01-08T14:00:00Z", "do": "join_list", "contact": "ann", "list": "Welcomed"},
        {"at": "2026-01-09T14:00:00Z", "do": "receive_sms", "contact": "ann", "text": "k"},
        {"at": "2026-01-10T14:00:00Z", "do": "edit", "automation": "Hello",
         "document": {**deepcopy(FLOW), "name": "Hello again"}},
        {"at": "2026-01-11T14:00:00Z", "do": "pause", "automation": "Hello again"},
        {"at": "2026-01-12T14:00:00Z", "do": "activate", "campaign": "Spring"},
        {"at": "2026-01-13T14:00:00Z", "do": "unenroll", "contact": "ann",
         "automation": "Hello again"},
        {"at": "2026-01-14T14:00:00Z", "do": "submit_form", "contact": "ann",
         "form": "New patient intake"},
        {"at": "2026-01-15T14:00:00Z", "do": "submit_review", "contact": "ann"},
    ],
}  # fmt: skip


# A name lost here leaves what refers to it unknown elsewhere.
LOSES_A_NAME = {
    "users",
    "forms.0",
    "lists.0.type",
    "templates.0.channel",
    "automations.0.name",
    "timeline.5.document",
    "timeline.5.document.name",
}


def test_a_good_scenario_is_clean() -> None:
    assert check_scenario(GOOD).faults == []


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.scenario.json")), ids=lambda p: p.name)
def test_the_worked_cases_are_clean(file: Path) -> None:
    assert check_scenario(load_json(file)).faults == []


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("format", GONE, "format"),
        ("format", "practice-crm/scenario@3", "format"),
        ("title", "x", "title"),
        ("practice", GONE, "practice"),
        ("practice.name", GONE, "practice.name"),
        ("practice.timezone", "New York", "practice.timezone"),
        ("practice.timezone", "../etc", "practice.timezone"),
        ("practice.check_time", "9 am", "practice.check_time"),
        ("practice.sms_quiet_hours", ["21:00"], "practice.sms_quiet_hours"),
        ("practice.sms_quiet_hours", ["21:00", "21:00"], "practice.sms_quiet_hours"),
        ("practice.sms_quiet_hours", ["21:00", "8"], "practice.sms_quiet_hours[1]"),
        ("practice.frequency_cap", {"messages": 0, "days": 7}, "practice.frequency_cap.messages"),
        ("practice.frequency_cap", {"messages": 2}, "practice.frequency_cap.days"),
        ("practice.hours", [], "practice.hours"),
        ("users", "sarah", "users"),
        ("users.1", "sarah", "users[1]"),
        ("users.1", "front_desk", "users[1]"),
        ("users.1", 4, "users[1]"),
        ("forms.0", "any ", "forms[0]"),
        ("lists.0.type", "smart", "lists[0].type"),
        ("lists.1.rule", GONE, "lists[1].rule"),
        ("lists.1.rule.all.1.days", 0, "lists[1].rule.all[1].days"),
        ("lists.1.rule.all.0.list", "Quiet", "lists[1].rule"),
        ("lists.0.rule", {"all": []}, "lists[0].rule"),
        ("templates.0.channel", "fax", "templates[0].channel"),
        ("templates.1.subject", "Hi", "templates[1].subject"),
        ("templates.1.body", "", "templates[1].body"),
        ("templates.0.body", "{{diagnosis}}", "templates[0].body"),
        ("automations.0.name", "Recall", "sequences[0].name"),
        ("automations.0.steps.0.template", "Bye", "automations[0].steps[0].template"),
        ("sequences.0.name", GONE, "sequences[0].name"),
        ("campaigns.0.goal", "riches", "campaigns[0].goal"),
        ("start", "today", "start"),
        ("until", "2026-01-05T13:59:59Z", "until"),
        ("timeline", {}, "timeline"),
        ("timeline.1", "open", "timeline[1]"),
        ("timeline.1.at", GONE, "timeline[1].at"),
        ("timeline.1.at", "2026-01-06", "timeline[1].at"),
        ("timeline.1.at", "2026-01-04T14:00:00Z", "timeline[1].contact"),
        ("timeline.1.do", GONE, "timeline[1].do"),
        ("timeline.1.do", "read_email", "timeline[1].do"),
        ("timeline.1.contact", GONE, "timeline[1].contact"),
        ("timeline.1.contact", "bob", "timeline[1].contact"),
        ("timeline.1.contact", ["ann"], "timeline[1].contact"),
        ("timeline.1.automation", "Hallo", "timeline[1].automation"),
        ("timeline.1.automation", GONE, "timeline[1]"),
        ("timeline.1.sequence", "Recall", "timeline[1]"),
        ("timeline.1.step", GONE, "timeline[1].step"),
        ("timeline.2.property", "dob", "timeline[2].property"),
        ("timeline.2.value", "Dr Who", "timeline[2].value"),
        ("timeline.3.list", "Quiet", "timeline[3].list"),
        ("timeline.3.list", "None", "timeline[3].list"),
        ("timeline.4.text", GONE, "timeline[4].text"),
        ("timeline.5.document", GONE, "timeline[5].document"),
        ("timeline.5.document.steps", [], "timeline[5].document.steps"),
        ("timeline.5.document.name", "Recall", "timeline[5].document.name"),
        ("timeline.6.automation", "Hello", "timeline[6].automation"),
        ("timeline.6.campaign", "Spring", "timeline[6]"),
        ("timeline.7.campaign", "Autumn", "timeline[7].campaign"),
        ("timeline.8.contact", GONE, "timeline[8].contact"),
        ("timeline.9.form", "Other", "timeline[9].form"),
        ("timeline.10.stars", 5, "timeline[10].stars"),
        ("timeline.0.source", "web", "timeline[0].source"),
        ("timeline.0.fields", [], "timeline[0].fields"),
        ("timeline.0.fields.dob", "1980-02-30", "timeline[0].fields.dob"),
        ("timeline.0.fields.timezone", "Mars", "timeline[0].fields.timezone"),
        ("timeline.0.fields.email", "ann", "timeline[0].fields.email"),
        ("timeline.0.fields.status", "dead", "timeline[0].fields.status"),
        ("timeline.0.fields.contact_owner", "eve", "timeline[0].fields.contact_owner"),
        ("timeline.0.fields.height", 170, "timeline[0].fields.height"),
    ],
)
def test_a_fault_of_a_scenario_is_named_with_its_path(path: str, value: object, at: str) -> None:
    faults = paths(check_scenario(changed(GOOD, path, value)).faults)
    assert at in faults if path in LOSES_A_NAME else faults == [at]


def test_entries_may_be_unsorted() -> None:
    turned = {**GOOD, "timeline": GOOD["timeline"][::-1]}
    assert check_scenario(turned).faults == []


def test_a_contact_is_created_once() -> None:
    twice = {**GOOD, "timeline": [GOOD["timeline"][0], GOOD["timeline"][0]]}
    assert paths(check_scenario(twice).faults) == ["timeline[1].contact"]


def test_faults_come_in_file_order() -> None:
    turned = {**GOOD, "timeline": [{**entry, "x": 1} for entry in GOOD["timeline"][::-1]]}
    assert paths(check_scenario(turned).faults) == [f"timeline[{n}].x" for n in range(11)]


def test_names_are_numbered_by_place_automations_first() -> None:
    names = names_in(GOOD)
    assert (names.automations, names.sequences) == ({"Hello": 1}, {"Recall": 2})
    assert (names.emails, names.texts) == ({"Welcome": 1}, {"Welcome": 2})
    assert names.lists == {"Welcomed": 1, "Quiet": 2}
    assert names.static_lists == frozenset({"Welcomed"})
    assert names.users == {"sarah": 1, "omar": 2}


def test_what_a_scenario_leaves_out_has_its_default() -> None:
    least = {
        "format": "practice-crm/scenario@1",
        "practice": {"name": "Oak", "timezone": "UTC"},
        "start": "2026-01-05T14:00:00Z",
        "until": "2026-01-05T14:00:00Z",
    }
    assert check_scenario(least).faults == []
    whole = filled(least)
    assert whole["practice"]["sms_quiet_hours"] == ["21:00", "08:00"]
    assert (whole["timeline"], whole["templates"]) == ([], [])


@pytest.mark.parametrize("document", [None, [], {"users": 3, "lists": [4, None], "timeline": [[]]}])
def test_no_value_crashes_the_check(document: object) -> None:
    assert check_scenario(document).faults
    assert check_bundle(document, Names()).faults


BUNDLE = {key: GOOD[key] for key in GOOD if key not in ("note", "start", "until", "timeline")}
BUNDLE["format"] = "practice-crm/bundle@1"


def test_a_bundle_refers_to_itself_and_to_what_exists() -> None:
    assert check_bundle(BUNDLE, Names()).faults == []
    alone = {**BUNDLE, "templates": []}
    there = Names(emails={"Welcome": 4}, texts={"Welcome": 5})
    assert check_bundle(alone, there).faults == []
    assert paths(check_bundle(alone, Names()).faults) == [
        "automations[0].steps[0].template",
        "sequences[0].steps[0].template",
        "campaigns[0].assets[1].name",
    ]


def test_a_bundle_may_not_take_the_name_of_another_kind_of_flow() -> None:
    there = Names(sequences={"Hello": 1}, automations={"Recall": 2})
    assert paths(check_bundle(BUNDLE, there).faults) == ["automations[0].name", "sequences[0].name"]


def test_a_list_replaced_by_a_dynamic_one_is_no_longer_static() -> None:
    lists = [{"name": "Welcomed", "type": "dynamic", "rule": {"all": []}}]
    step = {"id": "k", "type": "add_to_list", "list": "Welcomed"}
    bundle = {
        "format": BUNDLE["format"],
        "lists": lists,
        "automations": [{**FLOW, "steps": [step]}],
    }
    there = Names(lists={"Welcomed": 1}, static_lists=frozenset({"Welcomed"}))
    assert paths(check_bundle(bundle, there).faults) == ["automations[0].steps[0].list"]


CAMPAIGN = GOOD["campaigns"][0]
ASSETS = Names(automations={"Hello": 1}, texts={"Welcome": 1}, lists={"Quiet": 1})


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("format", GONE, "format"),
        ("name", "", "name"),
        ("goal", "riches", "goal"),
        ("start", "2026-1-1", "start"),
        ("end", "2026-01-01", "end"),
        ("end", "2026-13-01", "end"),
        ("notes", 3, "notes"),
        ("assets", "Hello", "assets"),
        ("assets.0", "Hello", "assets[0]"),
        ("assets.0.type", "fax", "assets[0].type"),
        ("assets.0.type", GONE, "assets[0].type"),
        ("assets.0.name", "Hullo", "assets[0].name"),
        ("assets.0", {"type": "sms", "name": "Welcome"}, "assets[1]"),
        ("status", "active", "status"),
    ],
)
def test_a_fault_of_a_campaign_is_named_with_its_path(path: str, value: object, at: str) -> None:
    assert paths(check_campaign(changed(CAMPAIGN, path, value), ASSETS).faults) == [at]


@pytest.mark.parametrize("goal", ["onboarding", "portal_activated", "engagement", None])
def test_a_campaign_may_have_any_campaign_goal_or_none(goal: str | None) -> None:
    assert check_campaign({**CAMPAIGN, "goal": goal}, ASSETS).faults == []


TEMPLATE = {"format": "practice-crm/template@1", **GOOD["templates"][0]}


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("format", "practice-crm/template@2", "format"),
        ("name", GONE, "name"),
        ("channel", GONE, "channel"),
        ("channel", [], "channel"),
        ("subject", "a\nb", "subject"),
        ("preview_text", "{{x}}", "preview_text"),
        ("from_name", "a\rb", "from_name"),
        ("from_email", "nobody", "from_email"),
        ("body", GONE, "body"),
        ("body", "nul \0", "body"),
        ("html", "", "html"),
    ],
)
def test_a_fault_of_a_template_is_named_with_its_path(path: str, value: object, at: str) -> None:
    assert paths(check_template(changed(TEMPLATE, path, value)).faults) == [at]


def test_an_email_without_subject_is_warned_about() -> None:
    assert paths(check_template({**TEMPLATE, "subject": ""}).warnings) == ["subject"]


LISTS = Names(lists={"Quiet": 1}, users={"sarah": 1})


def deep(groups: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "replied", "days": 3}
    for _ in range(groups):
        rule = {"any": [rule]}
    return rule


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ([], "rule"),
        ({}, "rule"),
        ({"all": {}}, "rule.all"),
        ({"all": [], "any": []}, "rule.any"),
        ({"any": [{"type": "tag"}]}, "rule.any[0].type"),
        ({"any": [{"type": "in_list"}]}, "rule.any[0].list"),
        ({"type": "in_list", "list": "Loud"}, "rule.list"),
        ({"type": "last_activity_older", "days": "30"}, "rule.days"),
        ({"type": "age", "op": "is", "years": 3}, "rule.op"),
        ({"type": "age", "op": "at_least", "years": -1}, "rule.years"),
        ({"type": "birthday_in", "days": 367}, "rule.days"),
        ({"type": "opened", "times": 0, "days": 3}, "rule.times"),
        ({"type": "clicked", "times": 1}, "rule.days"),
        ({"type": "replied", "times": 1, "days": 3}, "rule.times"),
        ({"type": "property", "property": "height", "op": "is_empty"}, "rule.property"),
        ({"type": "property", "property": "dob", "op": "is", "value": "x"}, "rule.value"),
        ({"type": "property", "property": "source", "op": "is", "value": "x"}, "rule.value"),
        ({"type": "property", "property": "email", "op": "is"}, "rule.value"),
        ({"type": "property", "property": "contact_owner", "op": "is", "value": "al"},
         "rule.value"),
        (deep(11), "rule" + ".any[0]" * 10 + ".any"),
        (deep(400), "rule" + ".any[0]" * 10 + ".any"),
        ({"all": [{"type": "replied", "days": 3}] * 1001}, "rule.all"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_is_named_with_its_path(rule: object, at: str) -> None:
    assert paths(check_rule(rule, LISTS, "rule").faults) == [at]


def test_good_rules_are_clean() -> None:
    every = [
        deep(8),
        {"type": "property", "property": "contact_owner", "op": "is", "value": "sarah"},
        {"type": "property", "property": "phone", "op": "is_not_empty"},
        {"type": "in_list", "list": "Quiet"},
        {"type": "age", "op": "at_most", "years": 30},
        {"type": "birthday_in", "days": 0},
        {"type": "opened", "times": 2, "days": 30},
    ]
    assert check_rule({"all": every}, LISTS).faults == []


def test_rules_in_a_circle_are_refused() -> None:
    def asks(name: str, other: str) -> dict[str, Any]:
        rule = {"any": [{"all": [{"type": "in_list", "list": other}]}]}
        return {"name": name, "type": "dynamic", "rule": rule}

    lists = [asks("A", "B"), asks("B", "C"), asks("C", "B"), asks("D", "D")]
    bundle = {"format": "practice-crm/bundle@1", "lists": lists}
    assert paths(check_bundle(bundle, Names()).faults) == [
        "lists[1].rule",
        "lists[2].rule",
        "lists[3].rule",
    ]

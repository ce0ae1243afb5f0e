"""Flows, goals and faults in plain English."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.documents.names import Names
from engine.problems import EXITS, FLOW, GOAL, HOURS, NAME, problems
from engine.vocabulary import (
    AUTOMATION_GOALS,
    CAMPAIGN_GOALS,
    CONDITIONS,
    PROPERTIES,
    STEP_TYPES,
    TRIGGER,
    TRIGGERS,
)
from engine.wording.conditions import CONDITION_TITLES, condition_words
from engine.wording.flow import flow_paragraph
from engine.wording.goals import describe_goal
from engine.wording.hours import hours_words
from engine.wording.steps import STEP_HELP, emails_of, every_step, step_summary, step_title
from engine.wording.triggers import (
    TRIGGER_GROUPS,
    enrolment_facts,
    enrolment_note,
    match_note,
    trigger_help,
    trigger_title,
    trigger_words,
)
from engine.wording.values import PROPERTY_TITLES, duration, value_title

SAMPLES = Path(__file__).parents[2] / "resources" / "sample"
FLOW_FILES = sorted(SAMPLES.glob("automations/*.json")) + sorted(SAMPLES.glob("sequences/*.json"))
WELCOME: dict[str, Any] = {
    "format": "practice-crm/automation@1",
    "name": "New lead welcome series",
    "trigger": {"type": "contact_created", "source": "any"},
    "goal": "book_appointment",
    "unenroll_on": ["goal_met", "sms_opt_out"],
    "run_hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]},
    "steps": [
        {
            "id": "thanks",
            "type": "send_email",
            "template": "Welcome",
            "subject": "Hi {{firstname}}",
        },
        {"id": "wait", "type": "delay", "amount": 2, "unit": "days"},
        {
            "id": "asked",
            "type": "if_then",
            "condition": {"type": "opened_email", "step": "thanks"},
            "yes": [{"id": "nudge", "type": "send_sms", "text": "Ready to book?"}],
            "no": [
                {
                    "id": "call",
                    "type": "create_task",
                    "title": "Call {{firstname}}",
                    "assignee": "contact_owner",
                    "due_in": {"amount": 1, "unit": "days"},
                }
            ],
        },
        {"id": "mark", "type": "set_property", "property": "lead_source", "value": "Welcome"},
        {"id": "keep", "type": "add_to_list", "list": "Welcomed"},
    ],
}
NAMES = Names(emails={"Welcome": 1}, lists={"Welcomed": 1}, static_lists=frozenset({"Welcomed"}))


def test_every_word_of_the_vocabulary_has_its_words() -> None:
    assert [kind for _, group in TRIGGER_GROUPS for kind in group] == list(TRIGGERS)
    assert set(CONDITION_TITLES) == set(CONDITIONS)
    assert set(PROPERTY_TITLES) == set(PROPERTIES)
    assert set(STEP_HELP) == set(STEP_TYPES)
    for kind in TRIGGERS:
        trigger = {"type": kind}
        assert trigger_help(kind) and trigger_title(trigger) and trigger_words(trigger)
        assert all(enrolment_facts(trigger))
        assert enrolment_note(trigger).endswith(".")
    for kind in STEP_TYPES:
        assert step_title(kind) and step_summary({"id": "a", "type": kind}, {})


@pytest.mark.parametrize("goal", AUTOMATION_GOALS)
def test_every_automation_goal_has_its_rule_and_field(goal: str) -> None:
    assert all(describe_goal(goal))


@pytest.mark.parametrize("goal", CAMPAIGN_GOALS)
def test_every_campaign_goal_has_its_rule_and_field(goal: str) -> None:
    assert all(describe_goal(goal, campaign=True))


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ({"type": "contact_created", "source": "any"}, "When someone new is added"),
        ({"type": "contact_created", "source": "walk_in"}, "When someone new walks in"),
        ({"type": "became_patient"}, "When a lead becomes a patient"),
        ({"type": "form_submitted", "form": "any"}, "When any form is submitted"),
        ({"type": "form_submitted", "form": "Intake"}, "When “Intake” is submitted"),
        ({"type": "list_joined", "list": "VIP"}, "When someone joins “VIP”"),
        ({"type": "list_left"}, "When someone leaves a list"),
        ({"type": "property_changed", "property": "status"}, "When Status changes"),
        (
            {"type": "property_changed", "property": "status", "to": "patient"},
            "When Status changes to Patient",
        ),
        (
            {"type": "email_engaged", "kind": "either", "email": "any"},
            "When any marketing email is opened or clicked",
        ),
        ({"type": "sms_replied", "sms": "Nudge"}, "When someone replies to “Nudge”"),
        ({"type": "birthday", "offset": -7}, "7 days before their birthday"),
        ({"type": "birthday", "offset": 0}, "On their birthday"),
        ({"type": "inactive", "days": 90}, "After 90 days without activity"),
        ({}, "When something happens that is still to be chosen"),
    ],
)
def test_a_trigger_says_when_someone_enters(trigger: dict[str, Any], words: str) -> None:
    assert trigger_words(trigger) == words


def test_the_note_says_who_enters_how_often_and_when_it_is_looked_at() -> None:
    assert enrolment_note({"type": "contact_created", "source": "any"}) == (
        "People enter once, when someone new is added. Someone already in is not enrolled again. "
        "It is looked at the moment it happens."
    )
    assert enrolment_note({"type": "inactive", "days": 90}) == (
        "People enter after 90 days without activity, once each time they fall silent. Someone "
        "still in is not enrolled a second time. It is looked at once a day, at the check time."
    )


def test_a_card_says_what_its_step_does() -> None:
    emails = emails_of(WELCOME)
    said = {step["id"]: step_summary(step, emails) for step in every_step(WELCOME["steps"])}
    assert said == {
        "thanks": "Hi {{firstname}}",
        "wait": "2 days",
        "asked": "Opened “Hi {{firstname}}”",
        "nudge": "Ready to book?",
        "call": "Call {{firstname}} · the contact's owner",
        "mark": "Lead source → Welcome",
        "keep": "Welcomed",
    }


def test_conditions_and_values_in_words() -> None:
    asked = {"type": "property", "property": "insurance_verification", "op": "is_not"}
    assert condition_words({**asked, "value": "not_started"}, {}) == (
        "Insurance verification is not Not started"
    )
    assert condition_words({"type": "in_list", "list": "VIP"}, {}) == "Is on “VIP”"
    assert condition_words({"type": "clicked_email", "step": "any"}, {}) == (
        "Clicked a link in any email"
    )
    assert value_title("contact_owner", "sarah") == "sarah"
    assert duration(1, "weeks") == "1 week"


def test_hours_in_words() -> None:
    nine = [["09:00", "17:00"]]
    assert hours_words({day: nine for day in ("mon", "tue", "wed", "thu", "fri")}) == (
        "Monday to Friday 9:00 AM to 5:00 PM"
    )
    assert hours_words({"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": nine}) == (
        "Monday 9:00 AM to 12:00 PM and 1:00 PM to 5:00 PM; Saturday 9:00 AM to 5:00 PM"
    )
    assert hours_words({"mon": []}) == "never: no day is open"


def test_a_flow_is_told_in_one_paragraph() -> None:
    assert flow_paragraph(WELCOME) == (
        "People enter when someone new is added. Send the email “Welcome”, then wait 2 days. If "
        "they opened “Hi {{firstname}}”: send the text “Ready to book?”; otherwise: give the "
        "contact's owner the task “Call {{firstname}}”. Set Lead source to Welcome, then add them "
        "to “Welcomed”. Then they have completed it. It runs only Monday and Tuesday 9:00 AM "
        "to 5:00 PM. The goal is “Book appointment”, counted for 30 days. They leave early if they "
        "reach the goal or opt out of texts."
    )


def test_a_long_flow_is_cut_short_and_an_empty_one_says_so() -> None:
    steps = [{"id": f"w{n}", "type": "delay", "amount": 1, "unit": "days"} for n in range(100)]
    assert "and so on, 60 more steps." in flow_paragraph({**WELCOME, "steps": steps})
    assert "add a first step" in flow_paragraph({**WELCOME, "steps": []})


@pytest.mark.parametrize("path", FLOW_FILES, ids=lambda path: path.name)
def test_every_sample_flow_can_be_told(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    told = flow_paragraph(document)
    assert "None" not in told and "_" not in told and "{'" not in told


def test_a_flow_that_can_run_has_no_problems() -> None:
    found = problems(WELCOME, NAMES)
    assert not found.faults and not found.warnings


def test_faults_stand_on_their_cards_in_words() -> None:
    flow = {
        **WELCOME,
        "name": "",
        "goal": None,
        "run_hours": {"mon": [["09:00", "09:00"]]},
        "trigger": {"type": "list_joined"},
        "steps": [
            {"id": "mail", "type": "send_email"},
            {
                "id": "ask",
                "type": "if_then",
                "condition": {"type": "in_list"},
                "yes": [{"id": "sms", "type": "send_sms"}],
                "no": [{"id": "put", "type": "add_to_list", "list": "Gone"}],
            },
            {"id": "wait", "type": "delay", "amount": 0, "unit": "days"},
        ],
    }
    found = problems(flow, NAMES)
    assert found.badges() == {
        NAME: "Give it a name",
        TRIGGER: "Choose a list",
        "mail": "Choose an email",
        "ask": "Choose a list",
        "sms": "Write a message, or choose a text of the library",
        "put": "There is no list called “Gone”: choose a list",
        "wait": "Say how long to wait: a whole number from 1",
        HOURS: "Monday: choose an end that differs from the start",
    }
    assert found.field("mail", "template") == "Choose an email"
    assert [(p.where, p.words) for p in found.warnings] == [
        ("wait", "Nothing comes after this wait"),
        (EXITS, "Without a goal, “Goal met” never takes anybody out"),
    ]


def test_a_branch_that_asks_about_emails_none_of_which_went_before_is_warned_about() -> None:
    asked = {"type": "opened_email", "step": "any"}
    lane = [{"id": "put", "type": "add_to_list", "list": "Gone"}]
    step = {"id": "ask", "type": "if_then", "condition": asked, "yes": lane, "no": []}
    found = problems({**WELCOME, "steps": [step]}, NAMES)
    assert [(p.where, p.words) for p in found.warnings] == [
        ("ask", "This automation sends no email before this, so nobody takes the YES lane"),
    ]


def test_faults_of_the_flow_as_a_whole() -> None:
    flow = {**WELCOME, "steps": [], "run_hours": {}, "lookback_days": 0}
    assert problems(flow, NAMES).badges() == {
        FLOW: "Add a first step",
        HOURS: "Open at least one day, or choose “Any time”",
        GOAL: "Say for how many days: a whole number from 1",
    }


def test_a_token_nobody_knows_is_said_with_those_there_are() -> None:
    steps = [{"id": "mail", "type": "send_email", "template": "Welcome", "subject": "{{age}}"}]
    words = problems({**WELCOME, "steps": steps}, NAMES).field("mail", "subject")
    assert words.startswith("“{{age}}” is not a token; they are {{firstname}}")


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ({"type": "contact_created", "source": "any"}, "everyone you may contact"),
        ({"type": "contact_created", "source": "walk_in"}, "who first came in this way"),
        ({"type": "became_patient"}, "who are patients now"),
        ({"type": "list_joined", "list": "L"}, "who are on the list now"),
        ({"type": "property_changed", "property": "status", "to": "lead"},
         "who have this value now"),
        ({"type": "property_changed", "property": "status"},
         "for whom this property changed today"),
        ({"type": "form_submitted", "form": "any"}, "who submitted any form today"),
        ({"type": "form_submitted", "form": "Intake"}, "who submitted this form today"),
        ({"type": "email_engaged", "kind": "either", "email": "Hello"},
         "who opened or clicked this email today"),
        ({"type": "sms_replied", "sms": "any"}, "who replied to any marketing SMS today"),
        ({"type": "birthday", "offset": -1}, "whose birthday is tomorrow"),
        ({"type": "inactive", "days": 1}, "who have been quiet for 1 day or longer"),
    ],
)  # fmt: skip
def test_what_matches_today_counts_is_said(trigger: dict[str, Any], words: str) -> None:
    assert match_note(trigger).removeprefix("Counts ").removeprefix(
        "people you may contact "
    ) == f"{words}."  # fmt: skip


def test_no_trigger_counts_nobody() -> None:
    assert match_note({}) == ""
